"""Prepares, trains, calibrates, exports and scores the understanding model by one command.

    python models/training/train.py --data FOLDER_OF_THE_PUBLIC_CORPORA

Stopped, it goes on where its last checkpoint was written when started again with the same arguments.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import math
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor
from tqdm import tqdm

import base
import corpora as public
from calibrate import calibrate
from data import LONGEST, Avoid, Batch, batches, collate, development_set, encode, epoch, evaluation_set
from export import LICENCE, Calibration, quantised, write_gguf, write_snapshot
from generate import Seed, load_seeds
from labels import CLS, SEP, Message
from model import HEADS, Understanding, mean, with_base
from score import answers, corpus_scores, own_scores, per_group, per_intent

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent
TEACHER_SHARE = 4  # every fourth text also learns the original sentence vector


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public corpora (see README.md)")
    parser.add_argument("--out", type=Path, default=HERE / "out", help="checkpoints, caches, logs")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--epoch-size", type=int, default=22_000, help="messages per epoch")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-4, help="peak learning rate of the encoder")
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1, help="more only pays on idle cores")
    parser.add_argument(
        "--bf16", action="store_true", help="faster where the CPU has AVX512-BF16 or AMX, far slower elsewhere"
    )
    parser.add_argument("--checkpoint-every", type=int, default=150, help="steps")
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument(
        "--publish", action="store_true", help="write models/understanding.gguf, manifest.toml and snapshot.json"
    )
    parser.add_argument("--score-only", action="store_true", help="calibrate, export and score the last checkpoint")
    parser.add_argument(
        "--with", dest="others", type=Path, nargs="+", default=[], metavar="CHECKPOINT",
        help="checkpoints of other runs from the same start: what ships is the mean of all",
    )  # fmt: skip
    return parser.parse_args()


class Teacher:
    """The original model's sentence vectors, computed once per text and kept on disk."""

    def __init__(self, folder: Path, tokenizer: Tokenizer, cache: Path) -> None:
        self.net = with_base(base.weights(folder)).eval()
        self.tokenizer = tokenizer
        self.path = cache / "teacher.pt"
        self.vectors: dict[str, Tensor] = torch.load(self.path) if self.path.exists() else {}

    @staticmethod
    def chosen(text: str) -> bool:
        return bool(text.strip()) and public.bucket(text, TEACHER_SHARE) == 0

    @torch.inference_mode()
    def prepare(self, texts: list[str]) -> None:
        missing = sorted({t for t in texts if self.chosen(t) and t not in self.vectors}, key=len)
        if not missing:
            return
        for at in tqdm(range(0, len(missing), 64), desc="sentence vectors", mininterval=5):
            chunk = missing[at : at + 64]
            encoded = [
                [CLS, *e.ids[: LONGEST - 2], SEP] for e in self.tokenizer.encode_batch(chunk, add_special_tokens=False)
            ]
            ids = torch.zeros(len(chunk), max(map(len, encoded)), dtype=torch.long)
            for row, own in enumerate(encoded):
                ids[row, : len(own)] = torch.tensor(own)
            unit = F.normalize(mean(self.net.encode(ids), ids), dim=-1).half()
            self.vectors |= {text: unit[row].clone() for row, text in enumerate(chunk)}
        torch.save(self.vectors, self.path)


def loss_of(net: Understanding, batch: Batch, teacher: Teacher, bf16: bool) -> tuple[Tensor, dict[str, float]]:
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        intents, tags, sentence = net(batch.ids)
    per_row = F.binary_cross_entropy_with_logits(intents.float(), batch.intents, reduction="none").sum(-1)
    intent_loss = (per_row * batch.known).sum() / batch.known.sum().clamp(min=1)
    # Probability of all tags that may be right: an unknown role or kind costs nothing.
    log_all = torch.logsumexp(tags.float(), -1)
    log_right = torch.logsumexp(tags.float().masked_fill(~batch.allowed, -torch.inf), -1)
    counted = ~batch.allowed.all(-1)
    tag_loss = ((log_all - log_right) * counted).sum() / counted.sum().clamp(min=1)
    taught = [i for i, text in enumerate(batch.texts) if text in teacher.vectors]
    sentence_loss = torch.zeros(())
    if taught:
        target = torch.stack([teacher.vectors[batch.texts[i]] for i in taught]).float()
        sentence_loss = (1 - F.cosine_similarity(sentence[taught].float(), target)).mean()
    loss = intent_loss + 4.0 * tag_loss + sentence_loss
    return loss, {"intents": intent_loss.item(), "tags": tag_loss.item(), "sentence": sentence_loss.item()}


def optimiser_of(net: Understanding, rate: float, head_rate: float) -> torch.optim.Optimizer:
    # The words' vectors stay as they are: they know more words than the training data has.
    net.word.weight.requires_grad_(False)
    heads, plain, decayed = [], [], []
    for name, parameter in net.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith(HEADS):
            heads.append(parameter)
        else:
            (decayed if parameter.ndim == 2 else plain).append(parameter)
    groups = [
        {"params": decayed, "lr": rate, "weight_decay": 0.01},
        {"params": plain, "lr": rate, "weight_decay": 0.0},
        {"params": heads, "lr": head_rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6)


def slope(step: int, total: int) -> float:
    """Share of the peak rate: a short rise, then a cosine down to a twentieth."""
    warm = max(1, total // 16)
    if step < warm:
        return (step + 1) / warm
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, total - warm)))


def save(path: Path, content: dict) -> None:
    """Atomic: a stop in the middle leaves the old checkpoint."""
    partial = path.with_suffix(".partial")
    torch.save(content, partial)
    os.replace(partial, path)


@dataclass
class Setup:
    """Everything that training and scoring work with."""

    args: argparse.Namespace
    net: Understanding
    folder: Path
    tokenizer: Tokenizer
    tokenizer_json: str
    seeds: list[Seed]
    corpora: public.Corpora
    avoid: Avoid
    development: list[Message]
    evaluation: list[Message]

    @property
    def checkpoint(self) -> Path:
        return self.args.out / "checkpoint.pt"


def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    cache = args.out / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    folder = base.fetch(cache)
    tokenizer, tokenizer_json = base.tokenizer(folder)

    evaluation = evaluation_set(MODELS / "evaluation" / "messages.txt")
    avoid = Avoid(evaluation)
    seeds = load_seeds()
    corpora = public.load(args.data, avoid.forms)
    development = development_set(seeds, corpora, avoid)
    held = sum(s.held_out for s in seeds)
    print(
        f"{len(seeds)} seeds ({held} held out); corpora: "
        + ", ".join(f"{k} {len(v)}" for k, v in corpora.train.items())
    )

    net = with_base(base.weights(folder), seed=args.seed)
    setup = Setup(args, net, folder, tokenizer, tokenizer_json, seeds, corpora, avoid, development, evaluation)
    if not args.score_only:
        train(setup)
    net.load_state_dict(soup([setup.checkpoint, *args.others]))
    finish(setup)


def soup(checkpoints: list[Path]) -> dict[str, Tensor]:
    """The mean of the runs' weights: better than each of them at the price of one (Wortsman et al. 2022, "Model soups")."""
    states = [torch.load(path)["average"] for path in checkpoints]
    return {name: sum(state[name] for state in states) / len(states) for name in states[0]}


class Average:
    """The exponential moving mean of the weights along the way: steadier than the last ones, and what ships."""

    DECAY = 0.998  # about the last 500 steps

    def __init__(self, net: Understanding) -> None:
        self.net = copy.deepcopy(net).eval().requires_grad_(False)
        self.steps = 0

    @torch.no_grad()
    def update(self, net: Understanding) -> None:
        self.steps += 1
        # In the beginning the mean is of what there is.
        decay = min(self.DECAY, (1 + self.steps) / (10 + self.steps))
        pairs = [(own, new) for own, new in zip(self.net.parameters(), net.parameters(), strict=True) if new.requires_grad]
        torch._foreach_lerp_([own for own, _ in pairs], [new for _, new in pairs], 1 - decay)


def train(setup: Setup) -> None:
    args, net, tokenizer, checkpoint = setup.args, setup.net, setup.tokenizer, setup.checkpoint
    plan = {k: getattr(args, k) for k in ("epoch_size", "batch", "rate", "head_rate", "seed")}
    teacher = Teacher(setup.folder, tokenizer, args.out / "cache")
    optimiser = optimiser_of(net, args.rate, args.head_rate)
    peaks = [group["lr"] for group in optimiser.param_groups]
    average = Average(net)
    done = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        # The number of epochs may be changed on the way: only the schedule of the learning rate follows it.
        if {k: saved["plan"].get(k) for k in plan} == plan:
            net.load_state_dict(saved["model"])
            optimiser.load_state_dict(saved["optimiser"])
            average.net.load_state_dict(saved["average"])
            torch.set_rng_state(saved["random"])
            done = average.steps = saved["step"]
            print(f"going on after step {done}")
    step, started = 0, time.monotonic()
    for number in range(args.epochs):
        messages = epoch(number, args.epoch_size, args.seed, setup.seeds, setup.corpora, setup.avoid)
        todo = list(batches(encode(messages, tokenizer), args.batch, Random(f"{args.seed}-{number}")))
        total = len(todo) * args.epochs
        if step + len(todo) <= done:
            step += len(todo)
            continue
        teacher.prepare([m.text for m in messages])
        net.train()
        seen: dict[str, float] = {}
        progress = tqdm(todo, desc=f"epoch {number + 1}/{args.epochs}", mininterval=10)
        for examples in progress:
            step += 1
            if step <= done:
                continue
            for group, peak in zip(optimiser.param_groups, peaks, strict=True):
                group["lr"] = peak * slope(step, total)
            loss, parts = loss_of(net, collate(examples), teacher, args.bf16)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            average.update(net)
            seen = {k: 0.98 * seen.get(k, v) + 0.02 * v for k, v in parts.items()}
            progress.set_postfix({k: f"{v:.3f}" for k, v in seen.items()}, refresh=False)
            if step % args.checkpoint_every == 0 or step == total:
                state = {"model": net.state_dict(), "average": average.net.state_dict(), "step": step, "plan": plan}
                state |= {"optimiser": optimiser.state_dict(), "random": torch.get_rng_state()}
                save(checkpoint, state)
        scores = own_scores(setup.development, answers(average.net, tokenizer, setup.development, Calibration()))
        minutes = (time.monotonic() - started) / 60
        print(
            f"epoch {number + 1}: {minutes:.1f} min; development: "
            + "; ".join(f"{k} {v:.4f}" for k, v in scores.items()),
            flush=True,
        )


def finish(setup: Setup) -> None:
    """Calibrates what ships (the quantised weights), writes the files and prints the scores."""
    args, net, tokenizer, evaluation = setup.args, setup.net, setup.tokenizer, setup.evaluation
    shipped = quantised(net)
    calibration = calibrate(shipped, tokenizer, setup.development)
    target = MODELS if args.publish else args.out
    file = target / "understanding.gguf"
    write_gguf(file, net, setup.tokenizer_json, calibration, args.version)
    write_snapshot(target / "snapshot.json", net, tokenizer, calibration)
    report: dict[str, dict] = {}
    sets = {"own evaluation set": evaluation, "held-out seeds and development rows": setup.development}
    for name, messages in sets.items():
        plain = own_scores(messages, answers(net, tokenizer, messages, calibration))
        found = answers(shipped, tokenizer, messages, calibration)
        report[name] = {k: (plain[k], v) for k, v in own_scores(messages, found).items()}
        if messages is evaluation:
            intents, groups = per_intent(messages, found), per_group(messages, found)
    for name, messages in {
        "restaurant8k, held-out tenth": setup.corpora.restaurant,
        "slurp, never trained on": setup.corpora.slurp,
    }.items():
        plain = corpus_scores(messages, answers(net, tokenizer, messages, calibration))
        found = answers(shipped, tokenizer, messages, calibration)
        report[name] = {k: (plain[k], v) for k, v in corpus_scores(messages, found).items()}
    for name, scores in report.items():
        print(f"\n{name}\n{'':34}  float   Q8_0")
        for key, (plain_value, quantised_value) in scores.items():
            print(f"  {key:32} {plain_value:.4f}  {quantised_value:.4f}")
    print(
        "\nper intent (own evaluation set, Q8_0): " + ", ".join(f"{k} {f:.3f} ({n})" for k, (f, n) in intents.items())
    )
    print("\nper group (own evaluation set, Q8_0)")
    for name, scores in groups.items():
        print(
            f"  {name:40} "
            + "  ".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in scores.items())
        )
    content = {"scores": report, "intents": intents, "groups": groups, "calibration": asdict(calibration)}
    (args.out / "scores.json").write_text(json.dumps(content, indent=2))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest = (
        "# The weights that ship with the program. A file is trusted only if its SHA-256 is this one.\n\n"
        f'[[model]]\nname    = "understanding"\nfile    = "understanding.gguf"\nversion = "{args.version}"\n'
        f'sha256  = "{digest}"\nsize    = {file.stat().st_size}\nlicence = "{LICENCE}"\n'
        'origin  = "models/training; fine-tuned from sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)"\n'
    )
    (target / "manifest.toml").write_text(manifest)
    print(f"\nwrote {file} ({file.stat().st_size} bytes, sha256 {digest})")


if __name__ == "__main__":
    main()
