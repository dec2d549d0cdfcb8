"""Public corpora mapped onto the labels of LABELS.md.

What a corpus does not say is left unknown (`intents` or `spans` None, `unmarked`, role-less `when`), never guessed: the loss
skips it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from generate import bucket
from labels import KINDS, Message, Span
from timespans import when_ranges

Row = dict
OTHERS = ("service", "duration", "option", "name", "timezone")


def rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _when(text: str, spans: list[Row], slots: set[str], role: str, complete: bool = False) -> list[Span]:
    raw = [(s["start"], s["end"]) for s in spans if s["slot"] in slots]
    return [Span(start, end, role) for start, end in when_ranges(text, raw, complete)]


def _without_overlaps(spans: list[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


# --- restaurant8k -------------------------------------------------------------------------------------------------------

_EXISTING = re.compile(
    r"\b(?:my|our|the|this) (?:\w+ )?(?:booking|reservation|table|lunch|dinner)(?: (?:is|was|for))|\bhave (?:a|my|our|got a) .{0,25}(?:booking|reservation|booked|reserved)"
    r"|(?<!can i get )\bbooked\b|\bhave asked\b|\bi am booked|\bcancel\b|\bmade a (?:booking|reservation)|\breservation (?:listed|made)\b|\blate for\b|\barrive\b",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\b(?:i|we)(?:'d| would| want| need|'ll| will)? ?(?:like|want|need|have|prefer|require)\b.*\b(?:book|table|reserv\w+|booking)"
    r"|\b(?:can|could|may) (?:i|we|you)\b.{0,30}\b(?:book|reserve|make a|have a table|get a)|^(?:please )?(?:book|reserve)\b|\btable for\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\b(?:change|move|switch|reschedule|resched|push|postpone|shift)\b", re.IGNORECASE)
_MOVED = re.compile(
    r"\b(?:change|move|switch|reschedule|push|postpone)\w* (?:the )?(?:my|our|the|this)? ?(?:date|time|day|booking|bookings|reservation|table|lunch|dinner)\b",
    re.IGNORECASE,
)
_NOT_TIME = re.compile(
    r"\b(?:people|person|number|name|adults?|kids?|guests?|inside|outside|smok\w+|size|party|more|less|\d of us)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|instead of|rather than|except)\s+(?:for |on |at |the )*$", re.IGNORECASE)
_BARE = re.compile(
    r"(?:\s|,|\.|!|it's|its|it is|at|on|the|for|please|pls|yes|around|in|i think|that's|would be|say|let's say)*",
    re.IGNORECASE,
)


def _restaurant_role(text: str, start: int) -> str:
    if _NOT.search(text[:start]):
        return "when.excluded"
    if _CHANGE.search(text) or re.search(r"\bno\b|\bnot\b|actually|instead", text, re.IGNORECASE):
        return "when"
    if _EXISTING.search(text):
        return "when" if _NEW.search(text) and not re.search(r"cancel", text, re.IGNORECASE) else "when.existing"
    return "when.wanted"


def _restaurant_intents(text: str, asked: str, spans: tuple[Span, ...]) -> frozenset[str] | None:
    lower = text.lower()
    if asked in ("date", "time") and len(spans) == 1 and not re.match(r"\s*(yes|no)\b", lower):
        rest = text[: spans[0].start], text[spans[0].end :]
        if all(_BARE.fullmatch(part) for part in rest):
            return frozenset()
    if (
        re.search(r"\b(thank|hello|hi|hey|good (morning|evening|afternoon)|no|yes|actually|mean)\b", lower)
        or "?" in text[:-1]
    ):
        return None
    if re.search(r"\bcancel\b", lower) and not _CHANGE.search(text) and "cancellation" not in lower:
        return frozenset({"cancel"})
    if _MOVED.search(text):
        return None if _NOT_TIME.search(text) else frozenset({"reschedule"})
    if _NEW.search(text) and not _EXISTING.search(text) and not re.search(r"available|free\b|do you have", lower):
        return frozenset({"book"})
    return None


def restaurant8k(folder: Path) -> Iterator[Message]:
    for row in rows(folder / "restaurant8k_train.jsonl"):
        text = row["text"]
        asked = next((s for s in row["requested_slots"] if s in ("date", "time", "first_name", "last_name")), "none")
        asked = "name" if asked.endswith("name") else asked
        found = _when(text, row["spans"], {"date", "time"}, "when", complete=True)
        spans = [Span(s.start, s.end, _restaurant_role(text, s.start)) for s in found]
        for name in sorted((s for s in row["spans"] if s["slot"].endswith("name")), key=lambda s: s["start"]):
            start, end = name["start"], name["start"] + len(name["text"].rstrip(" .,!?\"'"))
            if spans and spans[-1].kind == "name" and text[spans[-1].end : start].strip() == "":
                spans[-1] = Span(spans[-1].start, end, "name")
            else:
                spans.append(Span(start, end, "name"))
        kept = _without_overlaps(spans)
        when = tuple(s for s in kept if s.kind.startswith("when"))
        yield Message(
            text, asked, _restaurant_intents(text, asked, when), kept, "restaurant8k", ("service", "duration", "option")
        )


# --- nlu++ --------------------------------------------------------------------------------------------------------------

_NLUPP_ONE = {
    "thank": "thanks",
    "greet": "greet",
    "end_call": "goodbye",
    "handoff": "human_handoff",
    "affirm": "affirm",
    "deny": "deny",
}


# A hotel's guests ask it what ours ask us.
_HOUSE = frozenset(
    "parking pets wifi gym swimming_pool accesibility check_in check_out restaurant spa room_ammenities".split()
)
_ASKING = frozenset("request_info how_much when how how_long".split())


def nlupp(path: Path) -> Iterator[Message]:
    for row in rows(path):
        text, names = row["text"], set(row["intents"] or ())
        intents = None
        if names and names <= set(_NLUPP_ONE):
            intents = frozenset(_NLUPP_ONE[name] for name in names)
        elif row["domain"] == "hotels" and names & _HOUSE and names & _ASKING and names <= _HOUSE | _ASKING:
            intents = frozenset({"business_question"})
        slots = {"date", "date_period", "date_from", "date_to", "time", "time_from", "time_to"}
        spans = _when(text, row["spans"], slots, "when")
        spans += [Span(s["start"], s["end"], "name") for s in row["spans"] if s["slot"] == "person_name"]
        yield Message(text, "none", intents, _without_overlaps(spans), "nlupp", ("service", "duration", "option"))


# --- calendar skill -----------------------------------------------------------------------------------------------------

_SKILL = {
    "CreateCalendarEntry": "book", "ChangeCalendarEntry": "reschedule", "DeleteCalendarEntry": "cancel",
    "FindCalendarEntry": "list_bookings", "FindCalendarWhen": "list_bookings", "CheckAvailability": "check_availability",
    "Escalate": "human_handoff", "Help": "help",
}  # fmt: skip
# Entries of a private calendar ("add gym to my calendar") are not appointments with us.
_APPOINTMENT = re.compile(
    r"\b(?:appointments?|appt|meetings?|bookings?|book|reservations?|visit|schedule[ds]?)\b", re.IGNORECASE
)
_SKILL_ROLES = {
    "FindCalendarEntry": "when.existing",
    "FindCalendarWhen": "when.existing",
    "DeleteCalendarEntry": "when.existing",
}


def calendarskill(folder: Path) -> Iterator[Message]:
    for row in rows(folder / "intents_calendarskill.jsonl"):
        text, name = row["text"], row["intent"]
        if name not in _SKILL or " ' " in text or any(s["slot"] == "MeetingRoom" for s in row["spans"]):
            continue
        if name == "ChangeCalendarEntry":
            spans = _when(text, row["spans"], {"FromDate", "FromTime"}, "when.existing")
            spans += _when(text, row["spans"], {"ToDate", "ToTime"}, "when.wanted")
        else:
            role = _SKILL_ROLES.get(name, "when.wanted")
            spans = _when(text, row["spans"], {"FromDate", "FromTime", "ToDate", "ToTime"}, role)
        spans += [Span(s["start"], s["end"], "duration") for s in row["spans"] if s["slot"] == "Duration"]
        sure = name in ("Escalate", "Help", "CheckAvailability") or _APPOINTMENT.search(text)
        intents = frozenset({_SKILL[name]}) if sure else None
        yield Message(text, "none", intents, _without_overlaps(spans), "calendarskill", ("service", "name", "option"))


# --- hwu64 and slurp (one label set) ----------------------------------------------------------------------------------------

_FOREIGN = (
    "alarm", "audio", "cooking", "email", "iot", "lists", "music", "news", "play", "qa", "recommendation", "social", "takeaway",
    "transport", "weather",
)  # fmt: skip
_ENTRY = re.compile(r"\b(?:appointments?|meetings?|bookings?)\b", re.IGNORECASE)


def _assistant_intents(name: str, text: str) -> frozenset[str] | None:
    """A home assistant's requests: most are not ours; its calendar is only where the words are about appointments."""
    domain = name.split("_")[0]
    lower = text.lower()
    if domain in _FOREIGN and name not in ("music_likeness", "music_dislikeness"):
        return frozenset({"out_of_scope"})
    if name == "general_joke":
        return frozenset({"small_talk"})
    if name in ("general_affirm", "general_negate") and len(lower.split()) <= 6:
        return frozenset({"affirm" if name == "general_affirm" else "deny"})
    if name.startswith("calendar") and re.search(r"\bremind|\breminder|\bnotify|\balert", lower):
        return frozenset({"out_of_scope"}) if name == "calendar_set" else None
    if name == "calendar_query" and _ENTRY.search(text):
        return frozenset({"list_bookings"})
    if name == "calendar_remove" and _ENTRY.search(text):
        return frozenset({"cancel"})
    if name == "calendar_set" and re.search(
        r"\b(?:book|schedule|set up|arrange|make)\b.*\b(?:appointment|meeting)", lower
    ):
        return frozenset({"book"})
    return None


def _assistant(row: Row, group: str) -> Message:
    text = row["text"]
    intents = _assistant_intents(row["intent"], text)
    role = "when.wanted" if intents in (frozenset({"out_of_scope"}), frozenset({"book"})) else "when"
    role = "when.existing" if intents in (frozenset({"list_bookings"}), frozenset({"cancel"})) else role
    spans = _when(text, row["spans"], {"date", "time", "timeofday"}, role)
    spans += [Span(s["start"], s["end"], "timezone") for s in row["spans"] if s["slot"] == "time_zone"]
    return Message(
        text, "none", intents, _without_overlaps(spans), group, ("service", "duration", "option", "name", "timezone")
    )


def hwu64(folder: Path, unseen: set[str]) -> Iterator[Message]:
    for row in rows(folder / "intents_hwu64_train.jsonl"):
        if normal(row["text"]) not in unseen:
            yield _assistant(row, "hwu64")


def slurp(folder: Path) -> Iterator[Message]:
    """The corpus that is never trained on."""
    for row in rows(folder / "intents_slurp_dev.jsonl"):
        yield _assistant(row, "slurp")


# --- clinc150 -----------------------------------------------------------------------------------------------------------

_CLINC_OURS = {
    "greeting": None, "thank_you": "thanks", "goodbye": "goodbye", "yes": "affirm", "no": "deny", "cancel_reservation": "cancel",
    "confirm_reservation": "list_bookings", "what_can_i_ask_you": "help", "are_you_a_bot": "small_talk",
    "who_made_you": "small_talk", "what_is_your_name": "small_talk", "how_old_are_you": "small_talk",
    "where_are_you_from": "small_talk", "what_are_your_hobbies": "small_talk", "do_you_have_pets": "small_talk",
    "tell_joke": "small_talk", "meaning_of_life": "small_talk", "who_do_you_work_for": "small_talk",
}  # fmt: skip
# Neither clearly ours nor clearly not: a front desk may be a garage or a restaurant, and hear of times and names.
_CLINC_UNCLEAR = frozenset(
    "maybe repeat cancel schedule_maintenance oil_change_when oil_change_how last_maintenance accept_reservations how_busy date time timezone"
    " user_name change_user_name change_ai_name calendar calendar_update meeting_schedule schedule_meeting restaurant_reservation fun_fact"
    " make_call vaccines tire_change directions share_location current_location order_status reset_settings change_language text"
    " application_status pto_request pto_request_status order change_accent change_speed whisper_mode change_volume expiration_date".split()
)


def clinc150(path: Path) -> Iterator[Message]:
    for row in rows(path):
        name, text = row["intent"], row["text"]
        if name in _CLINC_UNCLEAR:
            continue
        if name == "greeting":
            chat = re.search(r"\b(?:how|what'?s|are you|you|going|up)\b", text.lower())
            intents = None if chat else frozenset({"greet"})
        else:
            intents = frozenset({_CLINC_OURS.get(name, "out_of_scope")})
        if intents:
            yield Message(text, "none", intents, None, "clinc150")


# --- snips, rasa, bipia -----------------------------------------------------------------------------------------------------

_ELSEWHERE = {"restaurant_name", "state", "city", "country", "cuisine", "restaurant_type", "served_dish", "poi", "sort"}


def snips(folder: Path) -> Iterator[Message]:
    for row in rows(folder / "intents_snips_train.jsonl"):
        text = row["text"]
        place = sum(s["slot"] in _ELSEWHERE for s in row["spans"])
        intents = frozenset({"out_of_scope"}) if place >= 2 else None
        spans = _when(text, row["spans"], {"timeRange"}, "when.wanted")
        yield Message(text, "none", intents, tuple(spans), "snips", ("service", "name", "option"))


_RASA = {
    "affirm": "affirm", "deny": "deny", "greet": "greet", "goodbye": "goodbye", "thank": "thanks", "thankyou": "thanks", "help": "help",
    "human_handoff": "human_handoff", "bot_challenge": "small_talk", "check_human": "small_talk", "check_balance": "out_of_scope",
    "transfer_money": "out_of_scope", "pay_cc": "out_of_scope", "out_of_scope": "out_of_scope", "search_transactions": "out_of_scope",
    "check_earnings": "out_of_scope", "password_reset": "out_of_scope", "problem_email": "out_of_scope",
}  # fmt: skip


def rasa(folder: Path) -> Iterator[Message]:
    for row in rows(folder / "intents_rasa_apache.jsonl"):
        name = row["intent"]
        text = re.sub(r"\[([^\]]*)\](\([^)]*\)|\{[^}]*\})", r"\1", row["text"])
        mixed = (
            name in ("affirm", "deny", "greet", "thank", "thankyou", "goodbye", "human_handoff")
            and len(text.split()) > 6
        )
        if name in _RASA and not mixed and "," not in text:
            yield Message(text, "none", frozenset({_RASA[name]}), None, "rasa")


def bipia(folder: Path) -> Iterator[Message]:
    for row in rows(folder / "injection_bipia_train.jsonl"):
        yield Message(row["text"], "none", frozenset({"out_of_scope"}), (), "bipia", KINDS)


# --- together -------------------------------------------------------------------------------------------------------------


def normal(text: str) -> str:
    """What two messages must not share to count as different: words without case, marks and numbers' shape."""
    return " ".join(re.findall(r"\w+", re.sub(r"\d+", "0", text.casefold())))


def is_held_out(text: str) -> bool:
    """The tenth of restaurant8k that is never trained on: SHA-256 of the casefolded, blank-normalised text, first byte % 10 == 0."""
    return bucket(text, 10) == 0


@dataclass(frozen=True)
class Corpora:
    train: dict[str, list[Message]]
    dev: list[Message]
    restaurant: list[Message]
    slurp: list[Message]


def load(folder: Path, avoid: set[str]) -> Corpora:
    """`avoid`: normal forms of the own evaluation set. Duplicates of any test set leave the training data."""
    restaurants = list(restaurant8k(folder))
    held_out = [m for m in restaurants if is_held_out(m.text)]
    # Numbers are folded by `normal`, so a held-out row is avoided by its exact words; templates shared by both parts stay.
    exact = {" ".join(m.text.casefold().split()) for m in held_out}
    unseen = list(slurp(folder))
    unseen_forms = {normal(m.text) for m in unseen}
    sources: dict[str, Callable[[], Iterator[Message]]] = {
        "restaurant8k": lambda: (m for m in restaurants if " ".join(m.text.casefold().split()) not in exact),
        "nlupp": lambda: nlupp(folder / "intents_nlupp_train.jsonl"),
        "calendarskill": lambda: calendarskill(folder),
        "hwu64": lambda: hwu64(folder, unseen_forms),
        "clinc150": lambda: clinc150(folder / "intents_clinc150_train.jsonl"),
        "snips": lambda: snips(folder),
        "rasa": lambda: rasa(folder),
        "bipia": lambda: bipia(folder),
    }
    forbidden = avoid | unseen_forms
    train = {
        # A bare "3pm" or "yes" is in every set of short messages; only texts of four words and more can be leaked.
        name: [m for m in source() if m.text.strip() and (normal(m.text) not in forbidden or len(m.text.split()) < 4)]
        for name, source in sources.items()
    }
    dev = [*clinc150(folder / "intents_clinc150_dev.jsonl"), *nlupp(folder / "intents_nlupp_dev.jsonl")]
    return Corpora(train, dev, held_out, unseen)
