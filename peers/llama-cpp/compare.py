"""Times llama.cpp on the same weights, beside our own figures.

    cargo run --release --package generate --example chat -- FILE | tee ours.txt
    python peers/llama-cpp/compare.py FILE ours.txt

One thread, as ours; prompts of the same length, and as many tokens made behind as many known ones. Which tokens are read makes
no difference to the time, so nothing is sampled here: our own making includes that and the text.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import llama_cpp
from llama_cpp import Llama

RUNS = 5
#: Tokens of a conversation before an answer.
KNOWN = 48


def ours(path: Path) -> tuple[float, int, float, int]:
    """Tokens a second read, in prompts of how many; tokens a second made, in answers of how many."""
    pattern = r"reads (\d+) tokens/s in prompts of (\d+), makes (\d+) tokens/s in answers of (\d+)"
    found = re.search(pattern, path.read_text())
    if found is None:
        sys.exit(f"{path} is not what the example prints")
    read, prompt, made, answer = map(int, found.groups())
    return read, prompt, made, answer


def rate(count: int, work: list[list[int]], model: Llama, known: list[int]) -> float:
    """Tokens a second, of the best run."""
    best = float("inf")
    for _ in range(RUNS):
        model.reset()
        if known:
            model.eval(known)
        begun = time.perf_counter()
        for tokens in work:
            model.eval(tokens)
        best = min(best, time.perf_counter() - begun)
    return count / best


def main() -> None:
    weights, bench = Path(sys.argv[1]), Path(sys.argv[2])
    read, prompt, made, answer = ours(bench)
    model = Llama(str(weights), n_ctx=2048, n_batch=512, n_threads=1, n_threads_batch=1, verbose=False)
    # Words of the vocabulary, none of them special.
    tokens = [1000 + 7 * i % 30000 for i in range(max(prompt, KNOWN, answer))]
    theirs_read = rate(prompt, [tokens[:prompt]], model, [])
    theirs_made = rate(answer, [[token] for token in tokens[:answer]], model, tokens[:KNOWN])
    print(f"\nllama.cpp (llama-cpp-python {llama_cpp.__version__}), one thread, and ours, best of {RUNS}:\n")
    print("| | tokens | llama.cpp tokens/s | our tokens/s | ours / llama.cpp |")
    print("|---|---:|---:|---:|---:|")
    print(f"| read a prompt | {prompt} | {theirs_read:.0f} | {read} | {read / theirs_read:.2f} |")
    print(f"| make an answer | {answer} | {theirs_made:.0f} | {made} | {made / theirs_made:.2f} |")


if __name__ == "__main__":
    main()
