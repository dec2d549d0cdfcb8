"""Multiplies the hand-written seeds into training messages.

`python generate.py [COUNT] [SEED]` prints what it makes, in the notation of LABELS.md, for people to read.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from labels import ROLE_MARKS, Message, NotationError, Span, show, split_line
from noise import roughen
from phrases import Phrases

SEEDS = Path(__file__).parent / "seeds"
_TOKEN = re.compile(
    r"\\(?P<escape>[{}|\\()@])"
    r"|(?P<prep>@prep )(?=\{when[-=]?:@)"
    r"|\{(?P<slot>[a-z]+)(?P<role>[-=]?):(?P<content>(?:[^{}\\]|\\.)*)\}"
    r"|\((?P<choice>[^(){}|]*(?:\|[^(){}|]*)+)\)"
    r"|(?P<plain>[^\\{}()|@]+|[()@|])"
)
_GREETING = re.compile(
    r"^\W*(hi+|hello|hey+|hiya|good (morning|afternoon|evening|day))\b(?! (about|,? no)\b)", re.IGNORECASE
)
_THANKS = re.compile(r"(?<!no )(?<!no, )\b(thanks|thank you|thx|many thanks)( in advance)?\W*$", re.IGNORECASE)
# Requests that mean the same whatever the assistant had just asked.
_STEADY = frozenset(
    "book reschedule cancel list_bookings business_question human_handoff help small_talk greet goodbye out_of_scope".split()
)
_FIRST = frozenset(
    "book reschedule cancel list_bookings check_availability business_question small_talk greet thanks affirm out_of_scope".split()
)
_SECOND = frozenset(
    "book reschedule cancel list_bookings check_availability business_question goodbye thanks human_handoff small_talk out_of_scope help".split()
)
_OPENERS = (
    ("hi", "greet"), ("hello", "greet"), ("hey", "greet"), ("hi there", "greet"), ("good morning", "greet"), ("good afternoon", "greet"),
    ("hey there", "greet"), ("Hello!", "greet"), ("Good evening", "greet"), ("Hi!", "greet"), ("hallo", "greet"), ("thanks", "thanks"), ("thank you", "thanks"),
    ("um", None), ("so", None), ("sorry", None), ("well", None), ("hmm", None), ("please", None), ("oh", None), ("erm", None), ("excuse me", None), ("uh", None),
    ("sorry to bother you", None), ("quick one", None), ("dear team", "greet"), ("Dear Sir or Madam", "greet"), ("btw", None), ("listen", None),
)  # fmt: skip
_CLOSERS = (
    ("thanks", "thanks"), ("thank you", "thanks"), ("thanks a lot", "thanks"), ("thank you so much", "thanks"), ("cheers", "thanks"), ("thx", "thanks"),
    ("many thanks", "thanks"), ("thanks in advance", "thanks"), ("please", None), ("pls", None), ("bye", "goodbye"), ("if possible", None), ("if that's ok", None),
    ("if you can", None), ("kind regards", None), ("I hope that's ok", None), ("if that works", None), ("see you", "goodbye"),
)  # fmt: skip


@dataclass(frozen=True)
class Seed:
    intents: frozenset[str]
    asked: str
    marked: str
    group: str
    held_out: bool

    @property
    def slots(self) -> int:
        return self.marked.count(":@")


def bucket(text: str, buckets: int) -> int:
    """A stable number in [0, buckets) from the text without case and spacing."""
    normal = " ".join(text.casefold().split())
    return hashlib.sha256(normal.encode()).digest()[0] % buckets


def load_seeds(folder: Path = SEEDS) -> list[Seed]:
    """All seeds; one in sixteen (by hash) is held out to choose and calibrate the model on."""
    seeds = []
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                intents, asked, marked = split_line(line)
                seeds.append(Seed(intents, asked, marked, path.stem, bucket(line, 16) == 0))
    if not seeds:
        raise FileNotFoundError(f"no seeds in {folder}")
    return seeds


class Generator:
    """An endless, reproducible stream of messages."""

    def __init__(self, seeds: list[Seed], rng: Random, folder: Path = SEEDS) -> None:
        self.rng = rng
        self.seeds = seeds
        self.phrases = Phrases(rng)
        self.lists = {
            path.stem: [e for e in path.read_text(encoding="utf-8").splitlines() if e.strip() and not e.startswith("#")]
            for path in sorted((folder / "lists").glob("*.txt"))
        }
        sizes: dict[str, int] = {}
        for seed in seeds:
            sizes[seed.group] = sizes.get(seed.group, 0) + 1
        # A seed with placeholders gives many messages; a small group is not drowned by a large one.
        weights = [(1.0 + 0.8 * min(seed.slots, 3)) * sizes[seed.group] ** -0.25 for seed in seeds]
        # Nor is a rare intent by a common one ("-" stands for none).
        mass: dict[str, float] = {}
        for seed, weight in zip(seeds, weights, strict=True):
            for name in seed.intents or ("-",):
                mass[name] = mass.get(name, 0.0) + weight
        usual = sorted(mass.values())[len(mass) // 2]
        self.weights = [
            weight * max(min(2.5, max(0.7, (usual / mass[name]) ** 0.5)) for name in seed.intents or ("-",))
            for seed, weight in zip(seeds, weights, strict=True)
        ]
        plain = [(s, w) for s, w in zip(seeds, self.weights, strict=True)]
        self.first = [(s, w) for s, w in plain if s.intents and s.intents <= _FIRST]
        self.second = [(s, w) for s, w in plain if s.intents and s.intents <= _SECOND and s.asked == "none"]

    def __iter__(self) -> Iterator[Message]:
        while True:
            yield self.one()

    def one(self) -> Message:
        r = self.rng
        chance = r.random()
        if chance < 0.08 and self.first and self.second:
            message = self._joined()
        elif chance < 0.14 and "background" in self.lists:
            message = self._buried()
        else:
            message = self.expand(r.choices(self.seeds, self.weights)[0])
            message = self._framed(message)
        if message.asked == "none" and message.intents and message.intents <= _STEADY and r.random() < 0.25:
            # "I'd like Friday at 3" after an offer may be a choice, so `which` and `confirm` stay as written.
            message = replace(message, asked=r.choice(("service", "date", "time", "timezone", "name")))
        return roughen(message, r)

    def _joined(self) -> Message:
        """Two messages typed as one."""
        a, b = (self.expand(self.rng.choices(*zip(*pool, strict=True))[0]) for pool in (self.first, self.second))
        glue = self.rng.choice(
            (". ", ". ", "! ", "\n", ", and ", " and ", " also ", ". also ", ", also ", " - ", "... ", "; ")
        )
        head = a.text.rstrip("?!. ") if not glue.startswith("\n") else a.text
        if a.text.endswith("?") and glue[0] in ".!;":
            glue = "? "
        head_spans = tuple(s for s in a.spans or () if s.end <= len(head))
        shift = len(head) + len(glue)
        tail_spans = tuple(Span(s.start + shift, s.end + shift, s.kind) for s in b.spans or ())
        intents = (a.intents or frozenset()) | (b.intents or frozenset())
        return self._consistent(
            Message(head + glue + b.text, a.asked, intents, head_spans + tail_spans, f"{a.group}+{b.group}")
        )

    def _buried(self) -> Message:
        """A message in the middle of talk that asks for nothing; sometimes the talk alone."""
        r = self.rng
        talk = self.lists["background"]
        if r.random() < 0.12:
            text = r.choice((", ", ". ", " and ", "; ")).join(r.sample(talk, r.choice((1, 2, 2, 3))))
            return Message(text, "none", frozenset(), (), "background")
        inner = self._joined() if r.random() < 0.25 else self.expand(r.choices(*zip(*self.first, strict=True))[0])
        before = "".join(
            clause + r.choice((", ", ", ", ". ", " and ", " so ", ", so ", " but ", ", "))
            for clause in r.sample(talk, r.choice((0, 1, 1, 2, 3)))
        )
        after = "".join(
            r.choice((", ", ". ", " - ", ", and ")) + clause for clause in r.sample(talk, r.choice((0, 0, 1, 1, 2)))
        )
        core = inner.text.rstrip(".! ") if after else inner.text
        spans = tuple(
            Span(s.start + len(before), s.end + len(before), s.kind) for s in inner.spans or () if s.end <= len(core)
        )
        return replace(inner, text=before + core + after, spans=spans, group=f"{inner.group}+background")

    def _framed(self, message: Message) -> Message:
        """A greeting or a filler before, thanks or a plea after."""
        r = self.rng
        intents = message.intents or frozenset()
        if intents & {"greet", "thanks", "goodbye", "stop", "deny"} or len(message.text) > 160:
            return message
        if r.random() < 0.13:
            opener, intent = r.choice(_OPENERS)
            if intent or intents - {"affirm", "select_option"}:
                gap = r.choice((" ", ", ", ", ", "! " if intent else ", ", "\n" if intent else " "))
                gap = " " if opener[-1] in "!" else gap
                shift = len(opener) + len(gap)
                spans = tuple(Span(s.start + shift, s.end + shift, s.kind) for s in message.spans or ())
                message = replace(
                    message,
                    text=opener + gap + message.text,
                    spans=spans,
                    intents=intents | ({intent} if intent else set()),
                )
        intents = message.intents or frozenset()
        if r.random() < 0.10:
            closer, intent = r.choice(_CLOSERS)
            gap = r.choice((" ", ", ", ", ", ". " if intent else " "))
            text = message.text
            if text[-1] in ".!?" and not any(s.end == len(text) for s in message.spans or ()):
                gap = " "
            message = replace(message, text=text + gap + closer, intents=intents | ({intent} if intent else set()))
        return message

    def expand(self, seed: Seed) -> Message:
        """One reading of the seed with every placeholder filled."""
        r = self.rng
        text, spans, prep_wanted = "", [], False
        at = 0
        while at < len(seed.marked):
            token = _TOKEN.match(seed.marked, at)
            if not token:
                raise NotationError(f"cannot read {seed.marked!r} at {at}")
            at = token.end()
            if token["escape"]:
                text += token["escape"]
            elif token["prep"]:
                prep_wanted = True
            elif token["choice"] is not None:
                text += r.choice(token["choice"].split("|"))
            elif token["plain"]:
                text += token["plain"]
            else:
                slot, content = token["slot"], re.sub(r"\\(.)", r"\1", token["content"])
                before = ""
                if content.startswith("@"):
                    before, content = self._fill(slot, content[1:], prep_wanted, text, bool(token["role"]))
                prep_wanted = False
                if before and text and not text[-1].isspace():
                    before = " " + before
                text += before
                if text == "" and content[:1].islower() and r.random() < 0.4:
                    content = content[0].upper() + content[1:]
                kind = ROLE_MARKS[token["role"]] if slot == "when" else slot
                spans.append(Span(len(text), len(text) + len(content), kind))
                text += content
        return self._consistent(self._tidy(Message(text, seed.asked, seed.intents, tuple(spans), seed.group)))

    def _fill(self, slot: str, name: str, prep_wanted: bool, so_far: str, definite: bool) -> tuple[str, str]:
        """(words before the span, the span's words)."""
        r = self.rng
        if slot != "when":
            words = r.choice(self._entries(slot, name))
            if slot == "service" and words[:1].isupper() is False and r.random() < 0.05:
                words = words.title()
            return "", words
        prep, words = self.phrases.definite(name) if definite else self.phrases.draw(name)
        last = so_far.rstrip().rsplit(" ", 1)[-1].lower()
        if prep_wanted:
            slip = r.random()
            if slip < 0.08:
                prep = "" if prep != "the" else prep
            elif slip < 0.11:
                prep = r.choice(("on", "at", "in", "for"))
            elif prep == "" and slip < 0.20 and re.match(r"(this|next|coming|tomorrow)", words):
                prep = r.choice(("on", "for"))
            return (f"{prep} " if prep else ""), words
        if prep.endswith("the") and last not in (
            "the",
            "my",
            "your",
            "this",
            "that",
            "our",
            "his",
            "her",
            "next",
            "any",
            "a",
        ):
            return ("the " if r.random() < 0.9 else ""), words
        return "", words

    def _entries(self, slot: str, name: str) -> list[str]:
        for key in (name, f"{name}s", slot, f"{slot}s"):
            if key in self.lists:
                return self.lists[key]
        raise FileNotFoundError(f"seeds/lists has nothing for {{{slot}:@{name}}}")

    @staticmethod
    def _tidy(message: Message) -> Message:
        """Collapses the blanks that empty alternatives leave, and says "an" before a vowel."""
        cells: list[tuple[str, int | None]] = []
        labels: list[int | None] = [None] * len(message.text)
        for number, span in enumerate(message.spans or ()):
            labels[span.start : span.end] = [number] * (span.end - span.start)
        for c, label in zip(message.text, labels, strict=True):
            blank_before = not cells or cells[-1][0] == " "
            if c == " " and label is None and blank_before:
                continue
            if c in ",.?!" and label is None and cells and cells[-1] == (" ", None):
                cells.pop()
            cells.append((c, label))
        while cells and cells[-1] == (" ", None):
            cells.pop()
        text = "".join(c for c, _ in cells)
        for match in reversed(list(re.finditer(r"\b[Aa](?= [aeiou]\w)", text))):
            if cells[match.end() + 1][1] is not None and cells[match.start()][1] is None:
                cells.insert(match.end(), ("n", None))
        text = "".join(c for c, _ in cells)
        spans = []
        for number, span in enumerate(message.spans or ()):
            where = [i for i, (_, label) in enumerate(cells) if label == number]
            spans.append(Span(where[0], where[-1] + 1, span.kind))
        return replace(message, text=text, spans=tuple(spans))

    @staticmethod
    def _consistent(message: Message) -> Message:
        """A greeting or thanks that came in through an alternative is labelled too."""
        intents = message.intents or frozenset()
        if len(intents) < 3 and intents and not intents & {"greet", "out_of_scope"} and _GREETING.search(message.text):
            intents |= {"greet"}
        if intents and not intents & {"thanks", "deny", "out_of_scope"} and _THANKS.search(message.text):
            intents |= {"thanks"}
        return replace(message, intents=intents)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    stream = iter(Generator(load_seeds(), Random(seed)))
    for _ in range(count):
        print(show(next(stream)))


if __name__ == "__main__":
    main()
