"""Makes the intents' confidences mean what they say, on messages from seeds that were never trained on."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from data import collate, encode
from export import Calibration
from labels import INTENTS, Message
from model import Understanding


@torch.inference_mode()
def _logits(
    net: Understanding, tokenizer: Tokenizer, messages: Sequence[Message]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    net.eval()
    intents, truth, tags, right = [], [], [], []
    examples = sorted(encode(messages, tokenizer), key=lambda e: len(e.ids))
    for at in range(0, len(examples), 64):
        batch = collate(examples[at : at + 64])
        intent_logits, tag_logits, _ = net(batch.ids)
        known = batch.known.bool()
        intents.append(intent_logits[known])
        truth.append(batch.intents[known])
        sure = batch.allowed.sum(-1) == 1
        tags.append(tag_logits[sure])
        right.append(batch.allowed[sure].float().argmax(-1))
    return torch.cat(intents), torch.cat(truth), torch.cat(tags), torch.cat(right)


def calibrate(net: Understanding, tokenizer: Tokenizer, messages: Sequence[Message]) -> Calibration:
    """One temperature for all intents, a small bias for each, one temperature for the tags."""
    logits, truth, tag_logits, tags = (t.clone() for t in _logits(net, tokenizer, messages))
    log_temperature = torch.zeros(1, requires_grad=True)
    bias = torch.zeros(len(INTENTS), requires_grad=True)
    tag_log_temperature = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([log_temperature, bias, tag_log_temperature], lr=0.3, max_iter=200)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = F.binary_cross_entropy_with_logits(logits / log_temperature.exp() + bias, truth, reduction="sum")
        # A few hundred messages hold an intent: its bias is kept near nought unless they all ask for it.
        loss = loss + 4.0 * (bias**2).sum()
        loss = loss + F.cross_entropy(tag_logits / tag_log_temperature.exp(), tags, reduction="mean") * len(logits)
        loss.backward()
        return loss

    optimiser.step(closure)
    return Calibration(
        temperature=[float(log_temperature.detach().exp())] * len(INTENTS),
        bias=bias.detach().tolist(),
        threshold=[0.5] * len(INTENTS),
        tag_temperature=float(tag_log_temperature.detach().exp()),
    )
