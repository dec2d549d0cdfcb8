"""The label set of the understanding model and the notation of seeds and evaluation set (see ../LABELS.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass

INTENTS = (
    "book", "reschedule", "cancel", "list_bookings", "check_availability", "affirm", "deny", "select_option",
    "request_alternatives", "correct", "greet", "thanks", "goodbye", "help", "business_question", "small_talk",
    "human_handoff", "out_of_scope", "stop", "start_over",
)  # fmt: skip
KINDS = (
    "when.wanted", "when.excluded", "when.existing", "service", "name", "timezone", "duration", "option",
)  # fmt: skip
TAGS = ("O", *(f"{prefix}-{kind}" for kind in KINDS for prefix in "BI"))
ASKED = ("none", "service", "date", "time", "timezone", "which", "confirm", "name")
# What was asked is told to the encoder by one of BERT's never-trained vocabulary entries, [unused0] upwards.
ASKED_TOKENS = tuple(range(1, 1 + len(ASKED)))
CLS, SEP, PAD = 101, 102, 0

ROLE_MARKS = {"": "when.wanted", "-": "when.excluded", "=": "when.existing"}
_OPEN = re.compile(r"\{(when[-=]?|service|name|timezone|duration|option):")


class NotationError(ValueError):
    """A line that does not follow the notation of LABELS.md."""


@dataclass(frozen=True, order=True)
class Span:
    """Half-open range of Unicode code points, and what the words are: one of KINDS, or `when` if the role is unknown."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Message:
    """One labelled message. `intents` or `spans` is None where the source does not say."""

    text: str
    asked: str = "none"
    intents: frozenset[str] | None = frozenset()
    spans: tuple[Span, ...] | None = ()
    group: str = ""
    # Kinds that the source does not annotate: a word outside its spans may still be one of these.
    unmarked: tuple[str, ...] = ()


def parse_marked(marked: str) -> tuple[str, tuple[Span, ...]]:
    """`for {when:Tuesday}` → the plain text and its spans."""
    plain: list[str] = []
    spans: list[Span] = []
    opened: tuple[int, str] | None = None
    i = 0
    while i < len(marked):
        c = marked[i]
        if c == "\\" and i + 1 < len(marked) and marked[i + 1] in "{}|\\":
            plain.append(marked[i + 1])
            i += 2
        elif c == "{":
            match = _OPEN.match(marked, i)
            if opened or not match:
                raise NotationError(f"bad span in {marked!r}")
            kind = match[1]
            kind = ROLE_MARKS[kind[4:]] if kind.startswith("when") else kind
            opened = (len(plain), kind)
            i = match.end()
        elif c == "}":
            if not opened or opened[0] == len(plain):
                raise NotationError(f"unbalanced or empty span in {marked!r}")
            spans.append(Span(opened[0], len(plain), opened[1]))
            opened = None
            i += 1
        else:
            plain.append(c)
            i += 1
    if opened:
        raise NotationError(f"unclosed span in {marked!r}")
    return "".join(plain), tuple(spans)


def split_line(line: str) -> tuple[frozenset[str], str, str]:
    """`intents | asked | text` → (intents, asked, still marked text)."""
    parts = re.split(r"(?<!\\)\|", line, maxsplit=2)
    if len(parts) != 3:
        raise NotationError(f"expected 'intents | asked | text': {line!r}")
    names = [name.strip() for name in parts[0].split(",")]
    intents = frozenset(name for name in names if name not in ("", "-"))
    asked = parts[1].strip()
    asked = "none" if asked == "-" else asked
    if unknown := intents - set(INTENTS):
        raise NotationError(f"unknown intents {sorted(unknown)}: {line!r}")
    if asked not in ASKED:
        raise NotationError(f"unknown asked {asked!r}: {line!r}")
    return intents, asked, parts[2].strip()


def show(message: Message) -> str:
    """The inverse of the notation, for people who look at data."""
    marks = {kind: f"when{mark}" for mark, kind in ROLE_MARKS.items()}
    out, at = [], 0
    for span in message.spans or ():
        out.append(message.text[at : span.start])
        out.append("{%s:%s}" % (marks.get(span.kind, span.kind), message.text[span.start : span.end]))
        at = span.end
    out.append(message.text[at:])
    intents = "?" if message.intents is None else ",".join(i for i in INTENTS if i in message.intents) or "-"
    return f"{intents} | {message.asked} | {''.join(out)}" + ("  (spans unknown)" if message.spans is None else "")
