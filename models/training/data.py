"""From messages to tensors: sampling an epoch, encoding, batching."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from corpora import Corpora, normal
from generate import Generator, Seed
from labels import INTENTS, KINDS, PAD, TAGS, Message, parse_marked, split_line
from model import input_ids
from noise import roughen

# Shares of an epoch. The own language is the bulk; the corpora bring real wording and the breadth of what is not ours.
SHARES = {
    "generated": 0.70, "restaurant8k": 0.13, "hwu64": 0.055, "clinc150": 0.055, "calendarskill": 0.018, "nlupp": 0.018, "snips": 0.010,
    "rasa": 0.010, "bipia": 0.004,
}  # fmt: skip
LONGEST = 192  # tokens in training; longer messages are cut, spans beyond are dropped


def evaluation_set(path: Path) -> list[Message]:
    """The hand-written evaluation set. Read to score, and to keep its messages out of the training data."""
    messages, group = [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#:"):
            group = line[2:].strip()
        elif line.strip() and not line.startswith("#"):
            intents, asked, marked = split_line(line)
            text, spans = parse_marked(marked)
            messages.append(Message(text, asked, intents, spans, group))
    return messages


class Avoid:
    """Recognises duplicates and near-duplicates of test messages (case, marks, digits and word order aside)."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.forms = {form for m in messages for form in self._forms(m.text)}

    @staticmethod
    def _forms(text: str) -> tuple[str, str]:
        plain = normal(text)
        return plain, " ".join(sorted(plain.split()))

    def __contains__(self, text: str) -> bool:
        # "yes please" or "3pm" is in any set: only messages of four words and more can give a test away.
        return len(text.split()) >= 4 and any(form in self.forms for form in self._forms(text))


def epoch(number: int, size: int, seed: int, seeds: list[Seed], corpora: Corpora, avoid: Avoid) -> list[Message]:
    """The messages of one epoch: always the same for the same arguments."""
    rng = Random(f"{seed}-{number}")
    messages: list[Message] = []
    for name, share in SHARES.items():
        wanted = round(size * share)
        if name == "generated":
            stream = iter(Generator([s for s in seeds if not s.held_out], rng))
            made: list[Message] = []
            while len(made) < wanted:
                message = next(stream)
                if message.text not in avoid:
                    made.append(message)
            messages += made
        else:
            source = corpora.train[name]
            # Every row comes once before any comes twice.
            order = Random(f"{seed}-{name}").sample(range(len(source)), len(source))
            for i in range(number * wanted, (number + 1) * wanted):
                message = source[order[i % len(order)]]
                if message.text not in avoid:
                    messages.append(roughen(message, rng) if rng.random() < 0.5 else message)
    rng.shuffle(messages)
    return messages


@dataclass
class Example:
    ids: list[int]
    allowed: list[int]
    """Per token, the set of right tags as a bit mask; all bits where the tag is not known."""
    intents: Tensor | None
    text: str


_ALL = (1 << len(TAGS)) - 1
_BIT = {tag: 1 << i for i, tag in enumerate(TAGS)}


def _bits(prefix: str, kind: str) -> int:
    kinds = [k for k in KINDS if k.startswith("when.")] if kind == "when" else [kind]
    return sum(_BIT[f"{prefix}-{k}"] for k in kinds)


def allowed_tags(message: Message, encoded: Encoding) -> list[int]:
    """The right tags of the text's own tokens."""
    if message.spans is None:
        return [_ALL] * len(encoded.ids)
    outside = _BIT["O"] | sum(_bits(p, k) for k in message.unmarked for p in "BI")
    tags = [outside] * len(encoded.ids)
    for span in message.spans:
        inside = [i for i, (start, end) in enumerate(encoded.offsets) if start < span.end and end > span.start]
        for rank, i in enumerate(inside):
            tags[i] = _bits("I" if rank else "B", span.kind)
    return tags


def encode(messages: Sequence[Message], tokenizer: Tokenizer, limit: int = LONGEST) -> list[Example]:
    examples = []
    for message, encoded in zip(
        messages, tokenizer.encode_batch([m.text for m in messages], add_special_tokens=False), strict=True
    ):
        ids = input_ids(encoded.ids, message.asked, limit)
        inner = allowed_tags(message, encoded)[: limit - 3]
        intents = None
        if message.intents is not None:
            intents = torch.tensor([float(name in message.intents) for name in INTENTS])
        examples.append(Example(ids, [_ALL, _ALL, *inner, _ALL], intents, message.text))
    return examples


@dataclass
class Batch:
    ids: Tensor
    allowed: Tensor
    """[batch, length, tags], True where the tag is right or may be."""
    intents: Tensor
    known: Tensor
    """[batch], whether the intents are known."""
    texts: list[str]


def collate(examples: Sequence[Example]) -> Batch:
    length = max(len(e.ids) for e in examples)
    ids = torch.full((len(examples), length), PAD)
    bits = torch.full((len(examples), length), _ALL, dtype=torch.long)
    intents = torch.zeros(len(examples), len(INTENTS))
    known = torch.zeros(len(examples))
    for row, example in enumerate(examples):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
        bits[row, : len(example.ids)] = torch.tensor(example.allowed)
        if example.intents is not None:
            intents[row] = example.intents
            known[row] = 1.0
    allowed = (bits.unsqueeze(-1) >> torch.arange(len(TAGS))) & 1
    return Batch(ids, allowed.bool(), intents, known, [e.text for e in examples])


def batches(examples: list[Example], size: int, rng: Random) -> Iterator[list[Example]]:
    """Shuffled batches of similar length: padding is wasted work."""
    order = rng.sample(examples, len(examples))
    chunk = size * 40
    groups = []
    for at in range(0, len(order), chunk):
        part = sorted(order[at : at + chunk], key=lambda e: len(e.ids))
        groups += [part[i : i + size] for i in range(0, len(part), size)]
    rng.shuffle(groups)
    yield from groups


def development_set(seeds: list[Seed], corpora: Corpora, avoid: Avoid, count: int = 1600) -> list[Message]:
    """Messages from seeds that are never trained on, with some of the corpora's own development rows."""
    rng = Random("development")
    stream = iter(Generator([s for s in seeds if s.held_out], rng))
    known = [m for m in corpora.dev if m.intents is not None]
    own = [replace(next(stream), group="held-out seeds") for _ in range(count)]
    return own + rng.sample(known, min(len(known), count // 8))
