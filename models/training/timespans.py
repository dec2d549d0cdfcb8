"""From the date and time spans of public corpora to `when` spans as LABELS.md draws them."""

from __future__ import annotations

import re

Range = tuple[int, int]

_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_HALF = r"(?:[ap]\.m\.?|[ap]m\b)"
_NUMBER = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty)"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)"
# Words that are about time wherever they stand: what an annotator missed if no span covers them.
CERTAIN = re.compile(
    rf"\b(?:\d{{1,2}}[:.]\d\d\s*{_HALF}|\d{{1,2}}\s*{_HALF}|\d{{1,2}}:\d\d(?!\d)|today|tonight|tomorrow|tmrw|yesterday"
    rf"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|{_ORDINAL}(?:\s+(?:of\s+)?{_MONTH})?|{_MONTH}\s+{_ORDINAL}"
    rf"|in\s+{_NUMBER}\s+(?:days?|weeks?)|noon|midday|\d+\s*o'?\s*clock|(?:half|quarter) (?:past|to) {_NUMBER}|(?:some|any) ?time after \d{{1,2}})",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"\s*-?\s*(?:{_HALF}|o'?\s?clock|-?ish\b|hrs?\b|hours?\b|sharp\b)"
    r"|\s+(?:in the (?:early |late )?(?:mornings?|afternoons?|evenings?)|at night|(?:early |late )?(?:mornings?|afternoons?|evenings?)\b|night\b|noon\b|early\b(?! as)|late\b)"
    r"|\s+(?:and a half|minutes?|mins?|days?|weeks?)\b"
    r"|\s+(?:onwards?|or (?:later|earlier|so|after|before|around then)|at the (?:latest|earliest)|instead of\b(?!.))",
    re.IGNORECASE,
)  # fmt: skip
_LEADING = re.compile(
    r"(?:\b(?:after|before|by|until|till?|between|around|(?<!how )(?<!what )about|approximately|approx\.?|roughly|circa|past|since|any ?time|any|some ?time"
    r"|early|late|mid|this|next|coming|following|every|later|not before|no later than|no earlier than|half(?: past)?|quarter (?:past|to)|(?<=the )day)"
    r"(?:\s+at)?(?:\s+the)?[\s]+)$",
    re.IGNORECASE,
)
_GLUE = re.compile(
    r"\s*,?\s*(?:(?:at|on|in|of|to|until|till?|through|and|or|after|before|by|around|about|approximately|between|from)\s+)?"
    r"(?:(?:the|around|about|like|any ?time|some ?time|say)\s+)*(?:(?:at|after|before|around|about|the)\s+)*[@\-–/,\s]*",
    re.IGNORECASE,
)
_EDGE = re.compile(
    r"(?:on|at|for|the|my|a(?! week| month| fortnight))\s+|in\s+(?:the\s+)?(?=(?:early|late)?\s*(?:morning|afternoon|evening|"
    + _MONTH
    + r"\b))|in the\s+",
    re.IGNORECASE,
)
_CHAT = re.compile(r"\b(?:good|have a(?: \w+)?|nice|great|lovely)\s*$", re.IGNORECASE)


def trim(text: str, start: int, end: int) -> Range:
    """Without leading prepositions and articles, blanks, and trailing punctuation (dots of "p.m." stay)."""
    while match := _EDGE.match(text, start, end):
        start = match.end()
    while start < end and text[start] in " ,.;:(\"'":
        start += 1
    while end > start and text[end - 1] in " ,;:!?)\"'/-":
        end -= 1
    if end > start and text[end - 1] == "." and not re.search(r"[ap]\.\s?m\.$", text[start:end], re.IGNORECASE):
        return trim(text, start, end - 1)
    return start, end


def grow(text: str, start: int, end: int) -> Range:
    """Takes in the words beside a span that belong to it."""
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    while match := _TRAILING.match(text, end):
        end = match.end()
    while match := _LEADING.search(text[:start]):
        if _CHAT.search(text[: match.start()]):
            break
        start = match.start()
    if re.search(r"\bfrom\s+$", text[:start], re.IGNORECASE) and re.search(r"\b(?:to|until|till)\b", text[start:end]):
        start = re.search(r"\bfrom\s+$", text[:start], re.IGNORECASE).start()  # type: ignore[union-attr]
    return start, end


def merge(text: str, ranges: list[Range]) -> list[Range]:
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and (start <= merged[-1][1] or _GLUE.fullmatch(text, merged[-1][1], start)):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def when_ranges(text: str, raw: list[Range], complete: bool = False) -> list[Range]:
    """The `when` spans of a text from a corpus's own spans; `complete` adds what its annotators certainly missed."""
    ranges = [trim(text, *r) for r in raw]
    ranges = [grow(text, *r) for r in ranges if r[0] < r[1]]
    if complete:
        for match in CERTAIN.finditer(text):
            if not any(s < match.end() and match.start() < e for s, e in ranges):
                ranges.append(grow(text, *trim(text, match.start(), match.end())))
    ranges = merge(text, ranges)
    ranges = merge(text, [grow(text, *r) for r in ranges])
    return [r for r in (trim(text, *r) for r in ranges) if r[0] < r[1]]
