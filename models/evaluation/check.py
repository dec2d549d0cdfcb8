#!/usr/bin/env python3
"""Checks an annotated message file against the notation of ../LABELS.md and counts what it holds.

Usage: check.py [FILE]   (default: messages.txt next to this script). Exit status 1 if anything is wrong.
"""
import re
import sys
from collections import Counter
from pathlib import Path

INTENTS = set(
    "book reschedule cancel list_bookings check_availability affirm deny select_option request_alternatives correct "
    "greet thanks goodbye help business_question small_talk human_handoff out_of_scope stop start_over".split()
)
ASKED = set("- service date time timezone which confirm name".split())
SLOTS = {"when": "wanted", "when-": "excluded", "when=": "existing"} | {
    slot: "" for slot in ("service", "name", "timezone", "duration", "option")
}
# What never belongs to the start of a span ("a" and "an" do in a duration or "a week from today").
LEADING = {
    "when": r"(on|at|for|the|my|in the|in (?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december|spring|summer|autumn|fall|winter)\b|,)",
    "service": r"(a|an|the|my|for)",
    "option": r"(the|option|number)",
    "name": r"(for|the name)",
}
TOKEN = re.compile(r"\\(.)|\{([a-z]+[-=]?):((?:\\.|[^{}|\\])*)\}|([{}|\\])|([^{}|\\]+)", re.S)


def parse(text):
    """Returns the plain text, its spans as (slot key, words), and what is wrong with the notation."""
    plain, spans, faults = "", [], []
    for token in TOKEN.finditer(text):
        escaped, slot, words, stray, rest = token.groups()
        if slot is not None:
            words = re.sub(r"\\(.)", r"\1", words)
            plain += words
            spans.append((slot, words))
            if slot not in SLOTS:
                faults.append(f"unknown slot {slot!r}")
            if not words or words != words.strip():
                faults.append(f"empty span or space at its edge: {words!r}")
            if words and words[-1] in ",;:!?" or (words.endswith(".") and not re.search(r"\b\w\.$", words)):
                faults.append(f"punctuation at the end of a span: {words!r}")
            lead = LEADING.get(slot.rstrip("-="))
            if lead and re.match(lead + r"(\s|$)", words, re.I):
                faults.append(f"leading word inside a span: {words!r}")
        elif stray:
            faults.append(f"stray {stray!r}")
        else:
            plain += escaped or rest
    return plain, spans, faults


def main(path):
    faults, seen, count = [], {}, Counter()
    tables = {name: Counter() for name in ("intent", "asked", "slot", "role", "intents per message")}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#: "):
            count["groups"] += 1
        if not line.strip() or line.startswith("#"):
            continue
        parts = re.split(r"(?<!\\)\|", line, maxsplit=2)
        if len(parts) != 3:
            faults.append(f"{number}: not 'intents | asked | text'")
            continue
        intents, asked, text = (part.strip() for part in parts)
        names = [] if intents == "-" else intents.split(",")
        plain, spans, wrong = parse(text)
        wrong += [f"unknown intent {name!r}" for name in names if name not in INTENTS]
        if len(set(names)) != len(names):
            wrong.append("an intent stands twice")
        if asked not in ASKED:
            wrong.append(f"unknown asked {asked!r}")
        key = " ".join(plain.casefold().split())
        if not key:
            wrong.append("empty text")
        if key in seen:
            wrong.append(f"same text as line {seen[key]}")
        seen.setdefault(key, number)
        faults += [f"{number}: {fault}" for fault in wrong]

        count["messages"] += 1
        count["of 80 words and more"] += len(plain.split()) >= 80
        count["with excluded or existing times"] += any(SLOTS.get(slot) in ("excluded", "existing") for slot, _ in spans)
        tables["intent"].update(names or ["(none)"])
        tables["asked"][asked] += 1
        tables["intents per message"][str(len(names))] += 1
        tables["slot"].update(slot.rstrip("-=") for slot, _ in spans)
        tables["role"].update(SLOTS[slot] for slot, _ in spans if SLOTS.get(slot))

    for name, table in [("", count), *tables.items()]:
        print(f"{name or path.name}: " + ", ".join(f"{key} {n}" for key, n in sorted(table.items(), key=lambda i: -i[1])))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("messages.txt")))
