"""The network: a post-norm BERT encoder with three heads, in the layout that the exported file and the Rust side use."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labels import ASKED, ASKED_TOKENS, CLS, INTENTS, PAD, SEP, TAGS


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 30522
    positions: int = 512
    hidden: int = 384
    layers: int = 6
    heads: int = 12
    ffn: int = 1536
    eps: float = 1e-12


class Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.attn_out = nn.Linear(shape.hidden, shape.hidden)
        self.attn_norm = nn.LayerNorm(shape.hidden, eps=shape.eps)
        self.up = nn.Linear(shape.hidden, shape.ffn)
        self.down = nn.Linear(shape.ffn, shape.hidden)
        self.ffn_norm = nn.LayerNorm(shape.hidden, eps=shape.eps)

    def forward(self, x: Tensor, mask: Tensor, dropout: float) -> Tensor:
        batch, length, hidden = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, hidden // self.heads).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        attended = self.attn_out(attended.transpose(1, 2).reshape(batch, length, hidden))
        x = self.attn_norm(x + F.dropout(attended, dropout, self.training))
        fed = self.down(F.gelu(self.up(x)))
        return self.ffn_norm(x + F.dropout(fed, dropout, self.training))


# Output layers: drawn afresh, trained faster than the encoder, kept in full precision.
HEADS = ("intents.", "attend.", "evidence.", "tags.", "sentence.")

# The entries for what was asked start as the vectors of ordinary words of that meaning: as shipped they are all alike.
ASKED_WORDS = {
    "service": 2326,
    "date": 3058,
    "time": 2051,
    "timezone": 4224,
    "which": 2029,
    "confirm": 12210,
    "name": 2171,
}


class Understanding(nn.Module):
    """ids [batch, length], padded with PAD → intent logits, tag logits per token, sentence vector."""

    def __init__(self, shape: Shape = Shape(), dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.dropout = dropout
        self.word = nn.Embedding(shape.vocabulary, shape.hidden)
        self.position = nn.Embedding(shape.positions, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=shape.eps)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.intents = nn.Linear(shape.hidden, len(INTENTS))
        # Per intent: which tokens to look at, and what they say about it (label-wise attention, Mullenbach et al. 2018). One
        # request among several, or in the middle of much talk, is a few tokens' matter, not the whole message's.
        self.attend = nn.Linear(shape.hidden, len(INTENTS), bias=False)
        self.evidence = nn.Linear(shape.hidden, len(INTENTS), bias=False)
        self.tags = nn.Linear(shape.hidden, len(TAGS))
        self.sentence = nn.Linear(shape.hidden, shape.hidden)
        for head in (self.intents, self.tags, self.attend, self.evidence):
            nn.init.normal_(head.weight, std=0.02)
            if head.bias is not None:
                nn.init.zeros_(head.bias)
        nn.init.eye_(self.sentence.weight)
        nn.init.zeros_(self.sentence.bias)

    def encode(self, ids: Tensor) -> Tensor:
        positions = torch.arange(ids.shape[1], device=ids.device)
        x = self.norm(self.word(ids) + self.position(positions))
        x = F.dropout(x, self.dropout, self.training)
        mask = (ids != PAD)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask, self.dropout)
        return x

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = self.encode(ids)
        dropped = F.dropout(x, self.dropout, self.training)
        looked = self.attend(dropped).masked_fill((ids == PAD).unsqueeze(-1), -torch.inf).softmax(1)
        intents = self.intents(dropped[:, 0]) + (looked * self.evidence(dropped)).sum(1)
        return intents, self.tags(dropped), self.sentence(mean(x, ids))


def mean(states: Tensor, ids: Tensor) -> Tensor:
    """Mean over all tokens of the sequence ([CLS], asked token and [SEP] included), as MiniLM was trained."""
    real = (ids != PAD).unsqueeze(-1).to(states.dtype)
    return (states * real).sum(1) / real.sum(1)


def input_ids(text_ids: list[int], asked: str, limit: int = Shape.positions) -> list[int]:
    """[CLS] asked text [SEP]; text that does not fit is cut at the end."""
    return [CLS, ASKED_TOKENS[ASKED.index(asked)], *text_ids[: limit - 3], SEP]


def with_base(base: dict[str, Tensor], shape: Shape = Shape(), seed: int = 0) -> Understanding:
    """A network that starts from MiniLM's encoder, its heads drawn from `seed`."""
    torch.manual_seed(seed)
    net = Understanding(shape)
    missing, unexpected = net.load_state_dict(base, strict=False)
    if unexpected or not all(name.startswith(HEADS) for name in missing):
        raise ValueError(f"base weights do not fit: missing {missing}, unexpected {unexpected}")
    with torch.no_grad():
        for name, word in ASKED_WORDS.items():
            net.word.weight[ASKED_TOKENS[ASKED.index(name)]] = net.word.weight[word]
    return net
