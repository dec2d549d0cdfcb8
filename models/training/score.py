"""What the model answers, and how right it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from data import collate, encode
from export import Calibration
from labels import INTENTS, TAGS, Message, Span
from model import Understanding


@dataclass
class Answer:
    probabilities: torch.Tensor
    intents: frozenset[str]
    spans: tuple[Span, ...]


_KIND = tuple(tag[2:] for tag in TAGS)
# I-x may only follow B-x or I-x.
_FORBIDDEN = np.array(
    [
        [tag[0] == "I" and kind != _KIND[before] for tag, kind in zip(TAGS, _KIND, strict=True)]
        for before in range(len(TAGS))
    ]
)
_NO_START = np.array([tag[0] == "I" for tag in TAGS])


# A token that continues a word goes on with the tag of the token before: no span begins or ends inside a word.
_TORN = np.array([[a[2:] != b[2:] or b[0] == "B" for b in TAGS] for a in TAGS])


def joined(text: str, offsets: Sequence[tuple[int, int]]) -> list[bool]:
    """Whether each token continues the word of the token before it."""
    out = [False] * len(offsets)
    for i in range(1, len(offsets)):
        end, start = offsets[i - 1][1], offsets[i][0]
        out[i] = start == end and 0 < start < len(text) and text[start - 1].isalpha() and text[start].isalpha()
    return out


def best_tags(scores: np.ndarray, continues: Sequence[bool]) -> list[int]:
    """The most probable well-formed sequence of tags (Viterbi, as the Rust side does it). `scores` is [tokens, tags]."""
    if not len(scores):
        return []
    best = np.where(_NO_START, -np.inf, scores[0])
    back = []
    for row, goes_on in zip(scores[1:], continues[1:], strict=False):
        reach = np.where(_TORN if goes_on else _FORBIDDEN, -np.inf, best[:, None])
        back.append(reach.argmax(0))
        best = reach.max(0) + row
    path = [int(best.argmax())]
    for came_from in reversed(back):
        path.append(int(came_from[path[-1]]))
    return path[::-1]


def decode(tags: Sequence[int], offsets: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    """Spans from a well-formed sequence of tags."""
    spans: list[Span] = []
    for tag, (start, end) in zip(tags, offsets, strict=False):
        if TAGS[tag][0] == "B":
            spans.append(Span(start, end, _KIND[tag]))
        elif TAGS[tag][0] == "I":
            spans[-1] = Span(spans[-1].start, end, _KIND[tag])
    return tuple(spans)


@torch.inference_mode()
def answers(
    net: Understanding, tokenizer: Tokenizer, messages: Sequence[Message], calibration: Calibration
) -> list[Answer]:
    net.eval()
    examples = encode(messages, tokenizer, net.shape.positions)
    offsets = [e.offsets for e in tokenizer.encode_batch([m.text for m in messages], add_special_tokens=False)]
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].ids))
    found: dict[int, Answer] = {}
    thresholds = torch.tensor(calibration.threshold)
    for at in range(0, len(order), 64):
        chunk = order[at : at + 64]
        intents, tags, _ = net(collate([examples[i] for i in chunk]).ids)
        scores = tags.float().numpy()
        probabilities = calibration.probabilities(intents.float())
        for row, i in enumerate(chunk):
            names = frozenset(name for name, on in zip(INTENTS, probabilities[row] >= thresholds, strict=True) if on)
            inner = best_tags(scores[row][2 : len(examples[i].ids) - 1], joined(messages[i].text, offsets[i]))
            found[i] = Answer(probabilities[row], names, decode(inner, offsets[i]))
    return [found[i] for i in range(len(messages))]


def f1(pairs: Iterable[tuple[set, set]]) -> float:
    """Micro F1 over (expected, found) sets; 1 when there is nothing to find and nothing was found."""
    right = wrong = missed = 0
    for expected, found in pairs:
        right += len(expected & found)
        wrong += len(found - expected)
        missed += len(expected - found)
    return 1.0 if right + wrong + missed == 0 else 2 * right / (2 * right + wrong + missed)


def calibration_error(probabilities: torch.Tensor, truth: torch.Tensor, bins: int = 15) -> float:
    """Expected calibration error over all (message, intent) decisions: confidence in the decision made against its accuracy."""
    confidence = torch.maximum(probabilities, 1 - probabilities).flatten()
    right = ((probabilities >= 0.5) == (truth >= 0.5)).float().flatten()
    bucket = ((confidence - 0.5) * 2 * bins).long().clamp(0, bins - 1)
    error = 0.0
    for b in range(bins):
        inside = bucket == b
        if inside.any():
            error += inside.float().mean().item() * abs(confidence[inside].mean().item() - right[inside].mean().item())
    return error


def reported_error(probabilities: torch.Tensor, truth: torch.Tensor, bins: int = 10) -> float:
    """The same over intents worth a mention (probability of at least 0.05): the sea of certain zeros hides nothing."""
    p, t = probabilities.flatten(), truth.flatten()
    p, t = p[p >= 0.05], t[p >= 0.05]
    if not len(p):
        return 0.0
    bucket = (p * bins).long().clamp(0, bins - 1)
    error = 0.0
    for b in range(bins):
        inside = bucket == b
        if inside.any():
            error += inside.float().mean().item() * abs(p[inside].mean().item() - t[inside].mean().item())
    return error


def _whens(spans: Iterable[Span], roles: bool) -> set:
    return {(s.start, s.end, s.kind if roles else "when") for s in spans if s.kind.startswith("when")}


def _when_pairs(messages: Sequence[Message], found: Sequence[Answer], roles: bool) -> Iterable[tuple[set, set]]:
    return ((_whens(m.spans or (), roles), _whens(a.spans, roles)) for m, a in zip(messages, found, strict=True))


def own_scores(messages: Sequence[Message], found: Sequence[Answer]) -> dict[str, float]:
    """Scores of a fully labelled set."""
    both = list(zip(messages, found, strict=True))
    matched = agreed = 0
    for m, a in both:
        roles = {(s.start, s.end): s.kind for s in a.spans if s.kind.startswith("when")}
        for s in m.spans or ():
            if s.kind.startswith("when") and (s.start, s.end) in roles:
                matched += 1
                agreed += roles[s.start, s.end] == s.kind
    truth = torch.tensor([[float(n in (m.intents or ())) for n in INTENTS] for m in messages])
    probabilities = torch.stack([a.probabilities for a in found])
    foreign = [a for m, a in both if m.intents and "out_of_scope" in m.intents]
    wanted = [
        a
        for m, a in both
        if m.intents
        and "out_of_scope" not in m.intents
        and m.intents & {"book", "reschedule", "cancel", "check_availability"}
    ]
    scores = {
        "intents exact": sum(a.intents == m.intents for m, a in both) / len(both),
        "intents F1": f1((set(m.intents or ()), set(a.intents)) for m, a in both),
        "when F1 (span)": f1(_when_pairs(messages, found, False)),
        "when F1 (span and role)": f1(_when_pairs(messages, found, True)),
        "when roles (of exact spans)": agreed / max(1, matched),
        "other spans F1": f1(
            (
                {(s.start, s.end, s.kind) for s in m.spans or () if not s.kind.startswith("when")},
                {(s.start, s.end, s.kind) for s in a.spans if not s.kind.startswith("when")},
            )
            for m, a in both
        ),
        "everything exact": sum(a.intents == m.intents and set(a.spans) == set(m.spans or ()) for m, a in both)
        / len(both),
        "out of scope recall": sum("out_of_scope" in a.intents for a in foreign) / max(1, len(foreign)),
        "bookings refused": sum("out_of_scope" in a.intents for a in wanted) / max(1, len(wanted)),
        "calibration error": calibration_error(probabilities, truth),
        "calibration error (reported)": reported_error(probabilities, truth),
    }
    return scores


def per_intent(messages: Sequence[Message], found: Sequence[Answer]) -> dict[str, tuple[float, int]]:
    """Intent → (F1, how often it occurs)."""
    both = list(zip(messages, found, strict=True))
    return {
        name: (
            f1(({name} & set(m.intents or ()), {name} & set(a.intents)) for m, a in both),
            sum(name in (m.intents or ()) for m, _ in both),
        )
        for name in INTENTS
    }


def per_group(messages: Sequence[Message], found: Sequence[Answer]) -> dict[str, dict[str, float]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for i, m in enumerate(messages):
        groups[m.group].append(i)
    return {
        name: {
            "messages": len(where),
            "intents exact": sum(found[i].intents == messages[i].intents for i in where) / len(where),
            "when F1 (span and role)": f1(_when_pairs([messages[i] for i in where], [found[i] for i in where], True)),
        }
        for name, where in groups.items()
    }


def corpus_scores(messages: Sequence[Message], found: Sequence[Answer]) -> dict[str, float]:
    """Scores of a corpus that annotates only a part: whatever it says, and nothing else."""
    marked = [i for i, m in enumerate(messages) if m.spans is not None]
    known = [i for i, m in enumerate(messages) if m.intents is not None]
    foreign = [i for i in known if "out_of_scope" in (messages[i].intents or ())]
    scores = {"when F1 (span)": f1(_when_pairs([messages[i] for i in marked], [found[i] for i in marked], False))}
    if known:
        scores["intents exact (where mapped)"] = sum(found[i].intents == messages[i].intents for i in known) / len(
            known
        )
    if foreign:
        scores["out of scope recall"] = sum("out_of_scope" in found[i].intents for i in foreign) / len(foreign)
    return scores
