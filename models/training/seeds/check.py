#!/usr/bin/env python3
"""Check the syntax of the seeds and count what they hold.

Seeds are lines `intents | asked | text` as models/LABELS.md describes, with three additions that the
generator multiplies:

* `{when:@day}` - the content of a span is one placeholder, filled by the generator or from lists/;
* `@prep` before a `when` placeholder - the preposition that suits the phrase ("on", "at", "in the", or none);
* `(a|b|)` outside spans - alternatives, an empty one meaning "nothing" (white space is then collapsed).

A backslash makes `{ } | \\ ( ) @` literal. "a" before a placeholder stands for "a" or "an".
"""

import collections
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
INTENTS = set(
    "book reschedule cancel list_bookings check_availability affirm deny select_option request_alternatives correct "
    "greet thanks goodbye help business_question small_talk human_handoff out_of_scope stop start_over".split()
)
ASKED = {"-", "service", "date", "time", "timezone", "which", "confirm", "name"}
PLACEHOLDERS = {
    "when": {"when", "day", "time", "part", "range", "vague", "alt", "bound", "hour"},
    "service": {"service"},
    "name": {"name"},
    "timezone": {"zone"},
    "duration": {"duration"},
    "option": {"option"},
}
# Tokens of a text; what matches none of them (a lone brace, bracket or bar) is an error.
TOKEN = re.compile(
    r"(?P<escape>\\[{}|\\()@])"
    r"|\{(?P<slot>[a-z]+)(?P<role>[-=]?):(?P<content>(?:[^{}|\\]|\\.)*)\}"
    r"|\((?P<choice>[^(){}]*\|[^(){}]*)\)"
    r"|(?P<prep>@prep(?= \{when[-=]?:@))"
    r"|(?P<plain>[^\\{}()|@])"
)
# Words LABELS.md keeps outside spans ("a week later" counts weeks: there the article is a number), and those that join
# two times of one role into one span.
LEADING = re.compile(r"(?i)(?:on|at|the|my|for|a(?! (?:week|day|month|year|fortnight|couple|few|little|bit|quarter))) ")
GLUE = re.compile(r"(?i)(?:[\s,]|\b(?:on|at|in|the|or|and)\b|@prep)*")


def check_text(text):
    """Yield what is wrong with one text."""
    position, last_when = 0, None
    while position < len(text):
        token = TOKEN.match(text, position)
        if token is None:
            yield f"cannot read {text[position:position + 12]!r}"
            return
        position = token.end()
        slot, role, content = token["slot"], token["role"], token["content"]
        if slot is None:
            continue
        if slot == "when":
            if last_when and last_when[0] == role and GLUE.fullmatch(text, last_when[1], token.start()):
                yield f"one run of time words in two spans: {token[0]}"
            last_when = (role, token.end())
        if slot not in PLACEHOLDERS:
            yield f"unknown slot {slot!r}"
        elif role and slot != "when":
            yield f"only `when` has a role: {token[0]}"
        elif content.startswith("@"):
            if content[1:] not in PLACEHOLDERS[slot]:
                yield f"unknown placeholder {token[0]}"
        elif not content or content != content.strip() or content[-1] in ",;!?":
            yield f"empty span, or blanks or punctuation at its edge: {token[0]}"
        elif slot in ("when", "service", "option") and LEADING.match(content):
            yield f"leading article or preposition inside the span: {token[0]}"


def check_line(line):
    """Return (intents, asked, text, list of faults) of one seed line."""
    fields = [field.strip() for field in line.split("|", 2)]
    if len(fields) != 3 or not fields[2]:
        return [], "", "", ["needs `intents | asked | text`"]
    intents = [] if fields[0] == "-" else fields[0].split(",")
    faults = [f"unknown intent {name!r}" for name in intents if name not in INTENTS]
    if len(set(intents)) != len(intents):
        faults.append("an intent is repeated")
    if fields[1] not in ASKED:
        faults.append(f"unknown asked {fields[1]!r}")
    return intents, fields[1], fields[2], faults + list(check_text(fields[2]))


def main():
    """Check every file; print the counts; return the exit status."""
    per_intent, per_asked, per_file, fillers = (collections.Counter() for _ in range(4))
    seen, faults = {}, []
    for path in sorted(HERE.glob("*.txt")):
        for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not raw.strip() or raw.startswith("#"):
                continue
            where = f"{path.name}:{number}"
            intents, asked, text, wrong = check_line(raw)
            if (asked, text.lower()) in seen:
                wrong.append(f"same message as {seen[asked, text.lower()]}")
            seen[asked, text.lower()] = where
            faults += [f"{where}: {fault}" for fault in wrong]
            per_intent.update(intents or ["(none)"])
            per_asked[asked] += 1
            per_file[path.name] += 1
            fillers.update(re.findall(r"\{([a-z]+[-=]?):", text))
    for path in sorted((HERE / "lists").glob("*.txt")):
        entries = [e for e in path.read_text(encoding="utf-8").splitlines() if e and not e.startswith("#")]
        per_file[f"lists/{path.name}"] = len(entries)
        faults += [f"lists/{path.name}: repeated {e!r}" for e, n in collections.Counter(entries).items() if n > 1]
    for title, counts in (("intent", per_intent), ("asked", per_asked), ("span", fillers), ("file", per_file)):
        print(f"per {title}:", ", ".join(f"{name} {count}" for name, count in counts.most_common()))
    print("seed lines:", sum(per_asked.values()), "faults:", len(faults))
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
