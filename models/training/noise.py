"""What keyboards, hurry and habit do to a message. Labels stay on the words they belong to.

A message is handled as a list of cells (character, label), label being the number of the span or None, so that any edit of
characters keeps the spans right.
"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from labels import Message, Span

Cells = list[tuple[str, int | None]]

NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl", "p": "ol",
    "a": "qsz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb", "h": "gjyn", "j": "hkum", "k": "jlim", "l": "kop",
    "z": "xas", "x": "zcsd", "c": "xvdf", "v": "cbfg", "b": "vngh", "n": "bmhj", "m": "njk",
}  # fmt: skip
SHORTHAND = {
    "you": ("u",), "your": ("ur",), "are": ("r",), "please": ("pls", "plz", "plse"), "appointment": ("appt", "apt", "appointmnt", "apointment", "appt."),
    "thanks": ("thx", "thnx", "tnx"), "thank you": ("ty", "thank u"), "tomorrow": ("tmrw", "tmr", "tomorow", "tommorow", "2moro", "tomorrw", "tommorrow"),
    "tonight": ("tonite", "2nite"), "today": ("2day", "tdy"), "okay": ("ok", "k"), "want to": ("wanna",), "going to": ("gonna",), "got to": ("gotta",),
    "because": ("cos", "bc"), "minutes": ("mins", "min"), "hours": ("hrs",), "hour": ("hr",), "next": ("nxt",), "week": ("wk",), "afternoon": ("aft", "arvo", "afternon"),
    "morning": ("morn", "mornin", "mornign"), "evening": ("eve", "evenin"), "available": ("avail", "availible", "avaliable"), "reschedule": ("resched", "reshedule", "re-schedule"),
    "something": ("smth", "sth"), "someone": ("sb",), "really": ("rly",), "i would like": ("i'd like", "id like"), "what is": ("what's", "whats"),
    "wednesday": ("wensday", "wednsday", "wedneday", "weds"), "tuesday": ("tuesdy", "teusday", "tues"), "thursday": ("thurs", "thrusday", "thursdy"),
    "saturday": ("saterday", "satuday"), "monday": ("mondy", "modnay"), "friday": ("firday", "frday"), "february": ("febuary",), "cancel": ("cancle", "cancell"),
    "could": ("cud",), "would": ("wud",), "can you": ("can u",), "to": ("too",), "before": ("b4",), "people": ("ppl",), "about": ("abt",), "message": ("msg",),
    "booking": ("bookin", "bkng"), "schedule": ("shedule", "schedual"), "see you": ("cya", "see u"), "do not": ("dont",), "what": ("wat",), "with": ("w/",),
    "possible": ("poss", "posible"), "haircut": ("hair cut", "haircutt"), "massage": ("masage", "massge"), "definitely": ("definately",),
}  # fmt: skip
EMOJI = (
    "🙂",
    "😊",
    "👍",
    "🙏",
    "😅",
    "😂",
    "🎉",
    "❤️",
    "💇",
    "💅",
    "😬",
    "✂️",
    "🦷",
    ":)",
    ":-)",
    ":D",
    "xx",
    ";)",
    "😭",
    "🤔",
    "📅",
)
_SHORTHAND = re.compile(
    r"\b(" + "|".join(sorted(map(re.escape, SHORTHAND), key=len, reverse=True)) + r")\b", re.IGNORECASE
)


def cells_of(message: Message) -> Cells:
    labels: list[int | None] = [None] * len(message.text)
    for number, span in enumerate(message.spans or ()):
        labels[span.start : span.end] = [number] * (span.end - span.start)
    return list(zip(message.text, labels, strict=True))


def message_of(cells: Cells, source: Message) -> Message:
    text = "".join(c for c, _ in cells)
    if source.spans is None:
        return replace(source, text=text)
    spans = []
    for number, span in enumerate(source.spans):
        where = [i for i, (_, label) in enumerate(cells) if label == number]
        if where:
            spans.append(Span(where[0], where[-1] + 1, span.kind))
    return replace(source, text=text, spans=tuple(spans))


def typo(cells: Cells, rng: Random) -> None:
    """One slip in one word of at least four letters."""
    text = "".join(c for c, _ in cells)
    words = [m for m in re.finditer(r"[A-Za-z]{4,}", text)]
    if not words:
        return
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    c, label = cells[at]
    kind = rng.random()
    if kind < 0.3:
        if at + 1 < word.end() and cells[at + 1][1] == label:
            cells[at], cells[at + 1] = cells[at + 1], cells[at]
    elif kind < 0.55:
        del cells[at]
    elif kind < 0.75:
        cells.insert(at, (c, label))
    else:
        near = rng.choice(NEIGHBOURS.get(c.lower(), c))
        cells[at] = (near.upper() if c.isupper() else near, label)


def shorten(cells: Cells, rng: Random, rate: float) -> Cells:
    """Common short forms and misspellings of whole words."""
    text = "".join(c for c, _ in cells)
    out: Cells = []
    at = 0
    for match in _SHORTHAND.finditer(text):
        labels = {label for _, label in cells[match.start() : match.end()]}
        if len(labels) > 1 or rng.random() > rate:
            continue
        out += cells[at : match.start()]
        short = rng.choice(SHORTHAND[match[0].lower()])
        out += [(c, labels.copy().pop()) for c in short]
        at = match.end()
    return out + cells[at:]


def recase(cells: Cells, rng: Random) -> Cells:
    chance = rng.random()
    if chance < 0.82:
        return [(c.lower(), label) if len(c.lower()) == 1 else (c, label) for c, label in cells]
    if chance < 0.92:
        return [(c.upper(), label) if len(c.upper()) == 1 else (c, label) for c, label in cells]
    return [(c.upper() if i == 0 and len(c.upper()) == 1 else c, label) for i, (c, label) in enumerate(cells)]


def unpunctuate(cells: Cells, rng: Random) -> Cells:
    """Drops marks at the end, or everywhere outside numbers and abbreviations."""
    everywhere = rng.random() < 0.45
    end = len(cells)
    while end and cells[end - 1][0] in "?!. " and cells[end - 1][1] is None:
        end -= 1
    cells = cells[:end]
    if not everywhere:
        return cells
    drop = ",?!'’" if rng.random() < 0.7 else ",?!"
    return [(c, label) for c, label in cells if c not in drop]


def decorate(cells: Cells, rng: Random) -> Cells:
    """Emoji, many marks, doubled blanks."""
    chance = rng.random()
    if chance < 0.5:
        mark = rng.choice(EMOJI) * rng.choice((1, 1, 1, 2))
        tail: Cells = [(c, None) for c in rng.choice((" ", " ", "")) + mark]
        return cells + tail if rng.random() < 0.85 else [*tail, (" ", None), *cells]
    if chance < 0.8:
        return cells + [(c, None) for c in rng.choice(("!", "!!", "...", "??", ".", "!!!", " ?", "?!", " .", "…"))]
    gaps = [i for i, (c, _) in enumerate(cells) if c == " "]
    if gaps:
        at = rng.choice(gaps)
        cells = [*cells[:at], cells[at], *cells[at:]]
    return cells


def roughen(message: Message, rng: Random) -> Message:
    """The message as a hurried person might type it; often unchanged."""
    if rng.random() < 0.30 or (message.spans is None and rng.random() < 0.5):
        return message
    cells = cells_of(message)
    if rng.random() < 0.30:
        cells = shorten(cells, rng, 0.5)
    if rng.random() < 0.42:
        cells = unpunctuate(cells, rng)
    if rng.random() < 0.22:
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            typo(cells, rng)
    if rng.random() < 0.12:
        cells = decorate(cells, rng)
    if rng.random() < 0.42:
        cells = recase(cells, rng)
    rough = message_of(cells, message)
    return rough if rough.text.strip() and len(rough.spans or ()) == len(message.spans or ()) else message
