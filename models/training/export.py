"""Writes the one file that ships: Q8_0 weights, tokenizer, labels and calibration in a GGUF container."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from gguf.quants import dequantize, quantize
from tokenizers import Tokenizer

from labels import ASKED, ASKED_TOKENS, INTENTS, TAGS
from model import HEADS, Understanding, input_ids

ARCHITECTURE = "frontdesk-bert"
LICENCE = "Apache-2.0"
SNAPSHOT = (
    ("none", "no not tuesday, could you move my friday 10am to wednesday after 2?"),
    ("none", "I need a haircut on Friday at 3pm please"),
    ("date", "Tuesday"),
    ("which", "the second one"),
    ("confirm", "yes please 👍"),
    ("time", "half past two works for me"),
    ("none", "cancel my appointment tomorrow"),
    ("none", "book me a flight Friday 10am"),
    ("service", "deep tissue massage"),
    ("none", "what time do you close on sundays?"),
    ("name", "Zoë Müller-Lüdenscheidt"),
    ("timezone", "Berlin"),
    ("none", "   "),
)


@dataclass
class Calibration:
    """probability = sigmoid(logit / temperature + bias); an intent counts from its threshold on."""

    temperature: list[float] = field(default_factory=lambda: [1.0] * len(INTENTS))
    bias: list[float] = field(default_factory=lambda: [0.0] * len(INTENTS))
    threshold: list[float] = field(default_factory=lambda: [0.5] * len(INTENTS))
    tag_temperature: float = 1.0

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        temperature, bias = torch.tensor(self.temperature), torch.tensor(self.bias)
        return torch.sigmoid(logits / temperature + bias)


def tensors(net: Understanding) -> dict[str, tuple[np.ndarray, Type]]:
    """Name in the file → values and type. Matrices are row-major [out, in]."""
    state = {name: value.detach().float().cpu().numpy() for name, value in net.state_dict().items()}
    out = {
        "embeddings.word": (state["word.weight"], Type.Q8_0),
        "embeddings.position": (state["position.weight"], Type.F16),
        "embeddings.norm.weight": (state["norm.weight"], Type.F32),
        "embeddings.norm.bias": (state["norm.bias"], Type.F32),
    }
    for layer in range(net.shape.layers):
        for name in ("qkv", "attn_out", "attn_norm", "up", "down", "ffn_norm"):
            for part in ("weight", "bias"):
                value = state[f"layers.{layer}.{name}.{part}"]
                out[f"layer.{layer}.{name}.{part}"] = (value, Type.Q8_0 if value.ndim == 2 else Type.F32)
    for head in ("intents", "tags", "sentence"):
        for part in ("weight", "bias"):
            out[f"{head}.{part}"] = (state[f"{head}.{part}"], Type.F32)
    for name in ("attend.weight", "evidence.weight"):
        out[name] = (state[name], Type.F32)
    return out


def quantised(net: Understanding) -> Understanding:
    """The network with the values that the file will hold (dequantised), to score what really ships."""
    clone = copy.deepcopy(net).float().eval()
    for name, parameter in clone.named_parameters():
        values = parameter.detach().numpy()
        if name == "position.weight":
            values = values.astype(np.float16).astype(np.float32)
        elif values.ndim == 2 and not name.startswith(HEADS):
            values = dequantize(quantize(values, Type.Q8_0), Type.Q8_0)
        parameter.data = torch.from_numpy(np.ascontiguousarray(values))
    return clone


def write_gguf(path: Path, net: Understanding, tokenizer_json: str, calibration: Calibration, version: str) -> None:
    """`tokenizer_json` is the tokenizer's definition without truncation and padding."""
    shape = net.shape
    writer = gguf.GGUFWriter(str(path), ARCHITECTURE)
    writer.add_name("Frontdesk understanding")
    writer.add_license(LICENCE)
    writer.add_description("Intents and spans of appointment messages; fine-tuned from all-MiniLM-L6-v2")
    writer.add_string("frontdesk.version", version)
    numbers = {
        "hidden_size": shape.hidden,
        "layers": shape.layers,
        "heads": shape.heads,
        "ffn": shape.ffn,
        "max_positions": shape.positions,
    }
    for name, value in numbers.items():
        writer.add_uint32(f"frontdesk.{name}", value)
    writer.add_float32("frontdesk.norm_eps", shape.eps)
    writer.add_array("frontdesk.intents", list(INTENTS))
    writer.add_array("frontdesk.tags", list(TAGS))
    writer.add_array("frontdesk.asked", list(ASKED))
    writer.add_array("frontdesk.asked_tokens", list(ASKED_TOKENS))
    writer.add_array("frontdesk.intent_temperature", calibration.temperature)
    writer.add_array("frontdesk.intent_bias", calibration.bias)
    writer.add_array("frontdesk.intent_thresholds", calibration.threshold)
    writer.add_float32("frontdesk.tag_temperature", calibration.tag_temperature)
    writer.add_string("frontdesk.tokenizer", tokenizer_json)
    for name, (values, kind) in tensors(net).items():
        values = np.ascontiguousarray(values)
        if kind == Type.Q8_0:
            writer.add_tensor(name, quantize(values, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, values.astype(np.float16 if kind == Type.F16 else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@torch.inference_mode()
def write_snapshot(path: Path, net: Understanding, tokenizer: Tokenizer, calibration: Calibration) -> None:
    """What the quantised weights answer to a few texts: the Rust side must come close to it."""
    exact = quantised(net)
    rows = []
    for asked, text in SNAPSHOT:
        encoded = tokenizer.encode(text, add_special_tokens=False)
        ids = input_ids(encoded.ids, asked)
        intents, tags, sentence = exact(torch.tensor([ids]))
        unit = torch.nn.functional.normalize(sentence[0], dim=0)
        tag_probabilities = torch.softmax(tags[0] / calibration.tag_temperature, -1)
        rows.append(
            {
                "asked": asked,
                "text": text,
                "ids": ids,
                "offsets": [list(pair) for pair in encoded.offsets],
                "intent_logits": [round(v, 5) for v in intents[0].tolist()],
                "intents": [round(v, 6) for v in calibration.probabilities(intents[0]).tolist()],
                "tags": [TAGS[i] for i in tags[0].argmax(-1).tolist()],
                "tag_confidence": [round(v, 6) for v in tag_probabilities.max(-1).values.tolist()],
                "sentence_head": [round(v, 6) for v in unit[:16].tolist()],
            }
        )
    note = (
        "intents: probabilities in the file's order; tags and tag_confidence: one per id; offsets: Unicode code points "
        "of the text's own tokens; sentence_head: the first 16 of 384 values of the unit sentence vector"
    )
    lines = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(f'{{\n  "note": {json.dumps(note)},\n  "rows": [\n{lines}\n  ]\n}}\n', encoding="utf-8")
