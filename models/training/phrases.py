"""Words about time, as people write them: the generator's own grammar for the `when` placeholders of the seeds.

Every method of `Phrases` returns (preposition, words): the words are what the span covers (LABELS.md), the preposition is
what an `@prep` before the placeholder turns into.
"""

from __future__ import annotations

import re
from random import Random

Phrase = tuple[str, str]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT_DAYS = (
    ("Mon",), ("Tue", "Tues"), ("Wed", "Weds"), ("Thu", "Thur", "Thurs"), ("Fri",), ("Sat",), ("Sun",),
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")
NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
LATE_ORDINALS = (
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth", "twenty first", "twenty-second", "twenty third", "twenty-fourth", "twenty fifth",
    "twenty-sixth", "twenty seventh", "twenty-eighth", "twenty ninth", "thirtieth", "thirty-first",
)  # fmt: skip
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
HOLIDAYS = (
    ("on", "Christmas Eve"), ("on", "New Year's Eve"), ("on", "Boxing Day"), ("on", "Good Friday"),
    ("on", "Easter Monday"), ("on", "Valentine's Day"), ("on", "Black Friday"), ("on", "Mother's Day"),
    ("on", "Labor Day"), ("at", "Easter"), ("over", "Christmas"), ("on", "Christmas Day"), ("on", "New Year's Day"),
    ("on", "Thanksgiving"), ("", "after Whitsun"), ("on", "Halloween"), ("", "before Christmas"), ("", "after New Year"),
)  # fmt: skip
TODAYS = ("today", "today", "tomorrow", "tomorrow", "tomorrow", "tonight", "tmrw", "tmr", "2moro", "tomoz", "tdy")
_INDEFINITE = re.compile(
    r"\b(earlier|later|in (a|about|around|roughly|two|three|four|five|six|seven|eight|nine|ten|\d+) \w+|from (now|today|tomorrow)"
    r"|around|about|approx|roughly|(?<!quarter )after(?! tomorrow| next)|before|by|from|until|bang|just|shortly|a bit|a little"
    r"|close to|towards)\b"
)


def ordinal(n: int) -> str:
    suffix = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


class Phrases:
    """All choices are drawn from `rng`."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def draw(self, kind: str) -> Phrase:
        return getattr(self, kind)()

    # --- clock times ------------------------------------------------------------------------------------------------

    def _hour(self) -> int:
        """24-hour clock; most appointments are by day."""
        if self.rng.random() < 0.85:
            return self.rng.choice((8, 9, 9, 10, 10, 11, 11, 12, 13, 13, 14, 14, 15, 15, 16, 16, 17, 18))
        return self.rng.randrange(24)

    def clock(self, hour: int | None = None) -> str:
        r = self.rng
        hour = self._hour() if hour is None else hour
        twelve = hour % 12 or 12
        minute = r.choice((0, 0, 0, 0, 0, 30, 30, 15, 45, r.randrange(0, 60, 5), r.randrange(60)))
        half = "am" if hour < 12 else "pm"
        half = r.choice((half, half, half, half.upper(), f"{half[0]}.m.", f"{half[0]}.{half[1]}", half[0]))
        gap = r.choice(("", "", " "))
        if minute == 0:
            return r.choice(
                (
                    f"{twelve}{gap}{half}", f"{twelve}{gap}{half}", f"{twelve}{gap}{half}", f"{twelve}", f"{twelve}",
                    f"{twelve}", f"{twelve}:00", f"{hour:02}:00", f"{twelve} o'clock", f"{twelve} oclock",
                    f"{NUMBERS[twelve]} o'clock", f"{NUMBERS[twelve]}", f"{NUMBERS[twelve]}", f"{hour}h", f"{hour}:00",
                    f"{NUMBERS[twelve]} {half}", f"{hour:02}00", f"{twelve}.00", f"{twelve}:00{gap}{half}",
                    f"{twelve} {self._of_day(hour)}", f"{NUMBERS[twelve]} {self._of_day(hour)}", f"{twelve} sharp",
                    f"{twelve}{gap}{half} sharp", f"{hour:02}h00", f"{hour} hours", f"{twelve}ish", f"{twelve}-ish",
                    f"{twelve}{gap}{half}ish", f"{twelve} ish", f"{hour} hrs",
                )
            )  # fmt: skip
        if minute in (15, 30, 45) and r.random() < 0.4:
            following = (hour + 1) % 12 or 12
            past, to = r.choice((("past", "to"), ("past", "to"), ("after", "of"), ("past", "till")))
            name = {15: f"quarter {past}", 30: r.choice(("half past", "half past", "half")), 45: f"quarter {to}"}[
                minute
            ]
            number = following if minute == 45 else twelve
            number = r.choice((str(number), NUMBERS[number], NUMBERS[number]))
            return f"{name} {number}{r.choice(('', '', '', ' ' + half, ' ' + self._of_day(hour)))}"
        if minute % 5 == 0 and r.random() < 0.15:
            if minute < 30:
                return f"{r.choice((str(minute), {5: 'five', 10: 'ten', 20: 'twenty'}.get(minute, str(minute))))} past {r.choice((str(twelve), NUMBERS[twelve]))}"
            following = (hour + 1) % 12 or 12
            left = 60 - minute
            return f"{r.choice((str(left), {5: 'five', 10: 'ten', 20: 'twenty', 25: 'twenty-five'}.get(left, str(left))))} to {r.choice((str(following), NUMBERS[following]))}"
        if minute == 30 and r.random() < 0.2:
            return f"{NUMBERS[twelve]} thirty{r.choice(('', '', ' ' + half))}"
        return r.choice(
            (
                f"{twelve}:{minute:02}{gap}{half}", f"{twelve}:{minute:02}{gap}{half}", f"{twelve}:{minute:02}",
                f"{hour}:{minute:02}", f"{hour:02}:{minute:02}", f"{twelve}.{minute:02}", f"{hour}.{minute:02}",
                f"{twelve}.{minute:02}{gap}{half}", f"{hour}h{minute:02}", f"{hour:02}{minute:02}",
                f"{twelve}{minute:02}{half}", f"{twelve} {minute:02}", f"{twelve}:{minute:02} {self._of_day(hour)}",
                f"{hour:02}:{minute:02}h",
            )
        )  # fmt: skip

    def hour(self) -> Phrase:
        """An hour with nothing about it that says so: what follows "make it"."""
        r = self.rng
        n = r.randint(1, 12)
        word = NUMBERS[n]
        return "at", r.choice(
            (
                *(str(n),) * 9, *(word,) * 4, f"{n}:30", f"{n}.30", f"{n}30", f"{n} 30", f"{n}:15", f"half {n}", f"half {word}", f"half past {word}",
                f"{word} thirty", f"quarter to {n}", f"quarter past {word}", str(n + 12 if n < 8 else n), f"{n}ish",
            )
        )  # fmt: skip

    @staticmethod
    def _of_day(hour: int) -> str:
        if hour < 12:
            return "in the morning"
        if hour < 18:
            return "in the afternoon"
        return "in the evening" if hour < 21 else "at night"

    def time(self) -> Phrase:
        r = self.rng
        chance = r.random()
        if chance < 0.80:
            return "at", self.clock()
        if chance < 0.86:
            return "at", r.choice(("noon", "midday", "12 noon", "noon", "midnight", "lunchtime", "noonish", "twelve noon"))
        if chance < 0.89:
            near = ("bang on", "just after", "just before", "shortly after", "shortly before", "a bit after", "a little before", "close to", "towards")
            return "", f"{r.choice(near)} {self.clock()}"
        if chance < 0.95:
            return r.choice(
                ("", "", "at")
            ), f"{r.choice(('around', 'around', 'about', 'approx', 'roughly'))} {self.clock()}"
        return "", f"{r.choice(('after', 'before', 'by', 'from', 'until'))} {self.clock()}"

    # --- days -------------------------------------------------------------------------------------------------------

    def weekday(self, plain: bool = False) -> str:
        r = self.rng
        n = r.choice((0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 6))
        name = r.choice((WEEKDAYS[n],) * 3 + (r.choice(SHORT_DAYS[n]),))
        name = r.choice((name, name, name.lower()))
        if plain:
            return name
        return (
            f"{r.choice(('this', 'next', 'next', 'this coming', 'nxt', 'coming', 'following', 'this', 'next'))} {name}"
        )

    def _count(self, low: int = 2, high: int = 10) -> str:
        n = self.rng.randint(low, high)
        return self.rng.choice((str(n), NUMBERS[n]))

    def month_day(self) -> Phrase:
        r = self.rng
        d, m = r.randint(1, 31 if r.random() < 0.3 else 28), r.randrange(12)
        month = r.choice((MONTHS[m], MONTHS[m], SHORT_MONTHS[m], SHORT_MONTHS[m].lower(), MONTHS[m].lower()))
        year = r.choice(("2026", "2027", "2027", "26"))
        full = "20" + year[-2:]
        day = r.choice((str(d), ordinal(d), ordinal(d)))
        word = (*ORDINALS, *LATE_ORDINALS)[d - 1] if d <= 10 or r.random() < 0.6 else ordinal(d)
        sep = r.choice(("/", "/", ".", "-"))
        tail = r.choice(("", "", "", "", f" {full}", f", {full}"))
        weekday = self.weekday(plain=True)
        return r.choice(
            (
                ("on the", ordinal(d)), ("on the", ordinal(d)), ("on the", ordinal(d)), ("on", f"{day} {month}{tail}"),
                ("on", f"{month} {day}{tail}"), ("on", f"{month} {day}"), ("on the", f"{ordinal(d)} of {month}{tail}"),
                ("on the", f"{ordinal(d)} of {month}"), ("on the", f"{word} of {month}"), ("on", f"{month} the {ordinal(d)}"),
                ("on", f"{d}{sep}{m + 1}"), ("on", f"{d:02}{sep}{m + 1:02}"), ("on", f"{m + 1}/{d}"),
                ("on", f"{d:02}{sep}{m + 1:02}{sep}{full}"), ("on", f"{m + 1:02}/{d:02}/{full}"), ("on", f"{d}.{m + 1}."),
                ("on", f"{full}-{m + 1:02}-{d:02}"), ("on", f"{full}-{m + 1:02}-{d:02}"), ("on", f"{d}{sep}{m + 1}{sep}{year}"),
                ("on", f"{weekday} the {ordinal(d)}"), ("on", f"{weekday} the {ordinal(d)}"), ("on", f"{weekday} {day} {month}"),
                ("on", f"{weekday}, {month} {day}{tail}"), ("on", f"{weekday} {month} {day}"), ("on", f"{d}{month[:3]}"),
                ("on", f"{weekday} the {ordinal(d)} of {month}"), ("on", f"{weekday}, {d}{sep}{m + 1}"),
                ("on the", f"{ordinal(d)} of {r.choice(('this', 'next'))} month"), ("on the", word),
                ("on", f"{SHORT_MONTHS[m]}. {day}"), ("on", f"{day} {SHORT_MONTHS[m]}."), ("on", f"{month} {word}"), ("on", f"{full}/{m + 1:02}/{d:02}"),
                ("on", f"{weekday} {d}/{m + 1}"), ("on the", f"{ordinal(d)} {month}"), ("on", f"{weekday} the {word}"), ("on the", f"{ordinal(d)} ({weekday})"),
            )
        )  # fmt: skip

    def relative_day(self) -> Phrase:
        r = self.rng
        unit = r.choice(("days", "days", "weeks", "months"))
        day = r.choice((self.weekday(plain=True), self.weekday(plain=True), self.weekday(), "today", "tomorrow"))
        return r.choice(
            (
                ("", f"in {self._count()} {unit}"), ("", f"in {self._count()} {unit}"), ("", "in a week"),
                ("", "in a fortnight"), ("", f"in {r.choice(('a couple of', 'a few'))} {unit}"), ("", "in a month"),
                ("", f"{self._count()} {unit} from {r.choice(('now', 'today', 'tomorrow'))}"), ("", f"a week from {day}"),
                ("", f"a week from {day}"), ("", f"a week on {self.weekday(plain=True)}"), ("", f"{self._count()} weeks from {day}"),
                ("", f"{self.weekday(plain=True)} week"), ("", f"{self.weekday(plain=True)} in {self._count(2, 4)} weeks"),
                ("", f"a week {day}" if day in ("today", "tomorrow") else "a week later"), ("on", f"{self.weekday(plain=True)} after next"),
                ("", "a week later"), ("the", "day after tomorrow"), ("the", "day after tomorrow"), ("the", "day after"),
                ("the", "next day"), ("the", "following day"), ("the", "day before"), ("", "a day later"), ("", "a day earlier"),
                ("the", f"{self.weekday(plain=True)} after"), ("the", f"{self.weekday(plain=True)} before Christmas"),
                ("", f"{self.weekday(plain=True)} next week"), ("", f"{self.weekday(plain=True)} of next week"),
                ("the", f"week after {day if ' ' not in day else 'next'}"), ("the", "week after next"),
                ("", f"{self.weekday(plain=True)} this week"), ("", f"next week {self.weekday(plain=True)}"),
                ("", f"in {r.choice(('about', 'around', 'roughly'))} {self._count()} {unit}"), ("", f"in {r.choice(('a week', 'a month', 'a fortnight'))} or so"),
                ("", f"{r.choice(('tomorrow', 'today'))} week"), ("", f"a fortnight {r.choice(('from today', 'from now', 'on Monday'))}"), ("", f"{self.weekday(plain=True)} fortnight"),
                ("", f"{self._count(2, 6)} {unit} {r.choice(('later', 'earlier'))}"), ("the", "week after"), ("", "a fortnight later"),
            )
        )  # fmt: skip

    def calendar_day(self) -> Phrase:
        r = self.rng
        month = r.choice((*MONTHS, "month", "next month"))
        the_month = f"the {month}" if month == "month" else month
        link = "of" if month in ("month", "next month") else r.choice(("in", "of"))
        return r.choice(
            (
                ("on the", f"{r.choice(('first', 'second', 'third', 'last', '1st', '2nd'))} {self.weekday(plain=True)} {link} {the_month}"),
                ("on the", f"{r.choice(('first', 'last'))} {r.choice(('day', 'working day', 'weekend'))} of {the_month}"),
                ("at the", f"end of {r.choice(('the month', 'the week', 'next week', 'November', 'the year', 'next month'))}"),
                ("at the", f"{r.choice(('beginning', 'start'))} of {r.choice(('the month', 'next week', 'next month', 'December', 'March'))}"),
                ("in", f"mid {r.choice(MONTHS)}"), ("in", f"mid-{r.choice(MONTHS)}"), ("in", f"early {r.choice(MONTHS)}"),
                ("in", f"late {r.choice(MONTHS)}"), *r.sample(HOLIDAYS, 2),
            )
        )  # fmt: skip

    def day(self) -> Phrase:
        r = self.rng
        chance = r.random()
        if chance < 0.36:
            return "on", self.weekday(plain=True)
        if chance < 0.48:
            return "", self.weekday()
        if chance < 0.62:
            return "", r.choice(TODAYS)
        if chance < 0.84:
            return self.month_day()
        return self.relative_day() if chance < 0.94 else self.calendar_day()

    # --- parts of the day -------------------------------------------------------------------------------------------

    def part_alone(self) -> Phrase:
        r = self.rng
        part = r.choice(("morning", "morning", "afternoon", "afternoon", "evening"))
        return r.choice(
            (
                ("in the", part), ("in the", part), ("in the", part), ("", f"this {part}"), ("in the", f"{r.choice(('early', 'late'))} {part}"),
                ("in the", f"{r.choice(('early', 'late'))} {part}"), ("at", "night"), ("at", r.choice(("lunchtime", "lunch time", "noon"))),
                ("", "tonight"), ("", "first thing in the morning"), ("", "first thing"), ("", "late in the day"), ("in the", "mid-morning"),
                ("", r.choice(("after lunch", "before lunch", "after work", "before work", "after school"))), ("at the", "end of the day"),
                ("in the", r.choice(("mornings", "afternoons", "evenings"))), ("", f"early in the {part}"), ("", f"late in the {part}"),
                ("over", "lunch"), ("", "late morning"), ("", "early afternoon"), ("", "mid afternoon"), ("in the", "arvo"), ("in the", "AM"),
                ("", f"around {r.choice(('lunchtime', 'lunch', 'noon', 'midday', 'teatime'))}"), ("", f"{r.choice(('right', 'straight', 'just', 'shortly', 'some time', 'sometime'))} after {r.choice(('lunch', 'work', 'school', 'breakfast'))}"),
                ("", f"{r.choice(('towards', 'just before'))} {r.choice(('noon', 'lunch', 'closing time'))}"), ("", f"towards the {r.choice(('evening', 'end of the day'))}"), ("", "mid to late afternoon"),
                ("", "last thing"), ("", r.choice(("early-ish", "late-ish", "earlyish", "latish"))), ("", "last slot of the day"), ("", f"sometime in the {part}"), ("at", "close of business"),
            )
        )  # fmt: skip

    def part(self) -> Phrase:
        r = self.rng
        part = r.choice(
            ("morning", "morning", "afternoon", "afternoon", "evening", "night", "early morning", "late afternoon")
        )
        chance = r.random()
        if chance < 0.5:
            return self.part_alone()
        if chance < 0.75:
            prep, day = self.day()
            return (prep, f"{day} {part}") if prep in ("", "on") else (prep, f"{day} in the {part}")
        if chance < 0.85:
            return r.choice((("", f"tomorrow {part}"), ("", f"{self.weekday()} {part}")))
        prep, day = self.day()
        glue = f"on {'the ' if prep == 'on the' else ''}{day}" if prep.startswith("on") else day
        return r.choice((("in the", f"{part} {glue}"), (prep, f"{day}, {part}"), (prep, f"{day} in the {part}")))

    # --- ranges, alternatives, vague words ----------------------------------------------------------------------------

    def _two(self) -> tuple[str, str]:
        early = self.rng.choice((8, 9, 10, 11, 12, 13, 14, 15, 16))
        late = early + self.rng.choice((1, 2, 2, 3, 4))
        if self.rng.random() < 0.6:
            first, second = str(early % 12 or 12), str(late % 12 or 12)
            half = self.rng.choice(("", "", "am" if late < 12 else "pm", " am" if late < 12 else " pm"))
            return first, second + half
        return self.clock(early), self.clock(late)

    def time_range(self) -> Phrase:
        r = self.rng
        a, b = self._two()
        c = r.choice((self.clock(), self.clock(), "noon", "lunch", "work", "midday"))
        return r.choice(
            (
                ("", f"between {a} and {b}"), ("", f"between {a} and {b}"), ("", f"from {a} to {b}"), ("", f"from {a} till {b}"),
                ("", f"{a}-{b}"), ("", f"{a} - {b}"), ("", f"{a} to {b}"), ("", f"{a} until {b}"), ("", f"{a}–{b}"),
                ("", f"after {c}"), ("", f"after {c}"), ("", f"after {c}"), ("", f"before {c}"), ("", f"before {c}"), ("", f"by {c}"),
                ("", f"until {c}"), ("", f"any time after {c}"), ("", f"anytime before {c}"), ("", f"from {c} on"), ("", f"from {c} onwards"),
                ("", f"{self.clock()} or later"), ("", f"{self.clock()} at the latest"), ("", f"{self.clock()} at the earliest"),
                ("", f"past {self.clock()}"), ("", f"no later than {c}"), ("", f"no earlier than {c}"), ("", f"til {c}"),
                ("", f"any time between {a} and {b}"), ("", f"earlier than {self.clock()}"), ("", f"later than {self.clock()}"),
            )
        )  # fmt: skip

    def bound(self) -> Phrase:
        """What is ruled out on one side: "not before 10" is `not` and a span."""
        r = self.rng
        side = r.choice(("before", "before", "after", "after", "past", "earlier than", "later than"))
        return "", f"{side} {r.choice((self.clock(), self.clock(), self.clock(), 'noon'))}"

    def day_range(self) -> Phrase:
        r = self.rng
        a, b = self.weekday(plain=True), self.weekday(plain=True)
        d = r.randint(1, 22)
        month = r.choice(MONTHS)
        return r.choice(
            (
                ("", "this week"), ("", "next week"), ("", "next week"), ("", "this weekend"), ("at the", "weekend"), ("", "next month"),
                ("", "this month"), ("", f"later {r.choice(('this week', 'today', 'this month', 'next week'))}"), ("", "early next week"),
                ("", f"{r.choice(('sometime', 'some time', 'any time', 'anytime', 'any day'))} {r.choice(('next week', 'this week', 'next month', 'tomorrow', 'today'))}"),
                ("", f"{a} to {b}"), ("", f"from {a} to {b}"), ("", f"between {a} and {b}"), ("", f"{a}-{b}"), ("", f"{a} through {b}"),
                ("", f"after {a}"), ("", f"before {a}"), ("", f"by {a}"), ("", f"until {a}"), ("", f"before the {ordinal(d)}"), ("", f"after the {ordinal(d)}"),
                ("", f"between the {ordinal(d)} and the {ordinal(d + r.randint(1, 6))}"), ("in", month), ("in", f"{month} or {r.choice(MONTHS)}"),
                ("", f"from the {ordinal(d)} to the {ordinal(d + 4)}"), ("the", f"week of the {ordinal(d)}"), ("the", f"week of {month} {d}"),
                ("", f"in the next {r.choice(('few', 'couple of', 'two', '3'))} {r.choice(('days', 'weeks'))}"), ("the", "rest of the week"),
                ("", f"within {r.choice(('a week', 'two weeks', 'the next 10 days', 'the month'))}"), ("on", r.choice(("weekdays", "weekends", "Saturdays"))),
                ("the", "week after next"), ("the", "following week"), ("", f"{d}-{d + 4} {month}"), ("at the", "end of the week"), ("in the", r.choice(("spring", "summer", "autumn", "winter", "new year"))),
                ("", f"from {a} on"), ("", f"{a} onwards"), ("", f"any {a}"), ("", f"any {r.choice(('weekday', 'weekday evening', 'afternoon', 'morning', 'evening'))}"),
                ("", f"{r.choice(('late', 'end of', 'middle of'))} next week"),
                ("", f"{r.choice(('early', 'late', 'mid', 'midweek', 'start of', 'beginning of', 'towards the end of', 'first half of', 'second half of'))} {r.choice(('next week', 'this week'))}"),
                ("", r.choice(("midweek", "mid week", "towards the end of the week", "early in the week", "late in the week"))), ("", f"{r.choice(('before', 'after'))} the {r.choice(('weekend', 'holidays', 'end of the month', 'school holidays'))}"),
                ("over the", "weekend"), ("", f"{r.choice(('some', 'one'))} {r.choice(('day', 'evening', 'morning', 'afternoon'))} {r.choice(('next week', 'this week'))}"), ("at", f"some point {r.choice(('next week', 'this week', 'this month'))}"),
                ("", f"later on {r.choice(('this week', 'this month', 'today'))}"), ("", f"{r.choice(('sometime', 'some time'))} {r.choice(('after', 'before', 'around'))} the {ordinal(d)}"), ("", f"week commencing {d} {month}"),
                ("the", f"weekend of the {ordinal(d)}"), ("", "this week or next"), ("", "within the next fortnight"), ("", f"around the {ordinal(d)}"),
            )
        )  # fmt: skip

    def range(self) -> Phrase:
        r = self.rng
        chance = r.random()
        if chance < 0.4:
            return self.time_range()
        if chance < 0.7:
            return self.day_range()
        prep, day = self.day()
        _, times = self.time_range()
        if chance < 0.9:
            return prep, f"{day}{r.choice((' ', ' ', ', '))}{times}"
        return r.choice((("", f"{times} {self._after(prep, day)}"), ("", f"{self.day_range()[1]} {times}")))

    def vague(self) -> Phrase:
        r = self.rng
        return r.choice(
            (
                ("", "any time"), ("", "anytime"), ("", "any day"), ("", "as soon as possible"), ("", "asap"), ("", "ASAP"), ("", "first available"),
                ("", "soon"), ("", "whenever"), ("", "later"), ("", "earlier"), ("", "sooner"), ("", "sometime next week"), ("", "later today"),
                ("", "later in the week"), ("", "earlier in the week"), ("at the", "same time"), ("", "same time"), ("the", "same day"), ("", "an hour later"),
                ("", "an hour earlier"), ("", "half an hour later"), ("", f"{self._count(2, 5)} hours later"), ("", f"{r.choice(('15', '20', '30', '45'))} minutes {r.choice(('later', 'earlier'))}"),
                ("the", "next available"), ("", "as early as possible"), ("", "as late as possible"), ("", "soonest"), ("the", "earliest possible"), ("", "a bit later"),
                ("", "a bit earlier"), ("", "a little later"), ("", "right away"), ("", "now"), ("", "these days"), ("", "one of these days"), ("", "in the near future"),
                ("", "whenever possible"), ("", "any day next week"), ("", "anytime soon"), ("at", "any time"), ("the", "same time next week"), ("", "same time tomorrow"),
                ("", "straight away"), ("", "immediately"), ("", "later that day"), ("", "some other day"), ("", "some other time"), ("at the", f"same time on {self.weekday(True)}"),
                ("", "in the coming days"), ("", r.choice(("soonish", "fairly soon", "quite soon", "pretty soon"))), ("the", r.choice(("sooner the better", "earlier the better", "later the better"))),
                ("at your", "earliest convenience"), ("at your", "earliest"), ("", r.choice(("any time at all", "any old time", "whatever day", "whatever time", "any hour"))), ("the", r.choice(("next opening", "first opening", "first slot", "soonest"))),
                ("", r.choice(("as soon as you can", "as early as you can", "as soon as humanly possible", "as late as you can"))), ("", f"{r.choice(('slightly', 'somewhat', 'a little bit', 'a tad', 'much'))} {r.choice(('later', 'earlier', 'sooner'))}"),
                ("at the", "first opportunity"), ("", "within the week"), ("", "sometime soon"), ("", "some time or other"), ("", "later that week"), ("", "sometime"), ("", f"in {r.choice(('an hour', 'half an hour', 'two hours', '2 hours', '30 minutes', 'an hour or so'))}"),
            )
        )  # fmt: skip

    def alt(self) -> Phrase:
        r = self.rng
        prep, first = self.day()
        second_prep, second = self.day()
        second = self._the(second_prep, second)
        a, b = self._two()
        wa, wb, wc = (self.weekday(plain=True) for _ in range(3))
        return r.choice(
            (
                ("on", f"{wa} or {wb}"), ("on", f"{wa} or {wb}"), ("on", f"{wa} or {wb} at {self.clock()}"), (prep, f"{first} or {second}"),
                ("on", f"{wa}, {wb} or {wc}"), ("at", f"{a} or {b}"), ("at", f"{a} or {b}"), (prep, f"{first} at {a} or {b}"), ("", "tomorrow or the day after"),
                ("on", f"{wa} at {self.clock()} or {wb} at {self.clock()}"), (prep, f"{first} {self.clock()} or {second} {self.clock()}"), ("on", f"{wa} {r.choice(('or', '/', 'and'))} {wb}"),
                ("on", f"{wa} {r.choice(('morning', 'afternoon'))} or {wb} {r.choice(('morning', 'afternoon', 'evening'))}"), ("at", f"{self.clock()}, {self.clock()} or {self.clock()}"),
                ("on the", f"{ordinal(r.randint(1, 15))} or {r.choice(('', 'the '))}{ordinal(r.randint(16, 30))}"), ("", "today or tomorrow"), ("in the", "morning or afternoon"),
                ("", "next week or the week after"), ("at", f"{self.clock()} or even {self.clock()}"),
                ("on", f"{r.randint(1, 14)}/{a if a.isdigit() and int(a) < 13 else 12} or {r.randint(15, 28)}/12"), ("on", f"{wa} am or {wb} pm"), ("on", f"{wa} to {wb} or {wc}"),
                ("at", f"{self.clock()}, {self.clock()}, {self.clock()}"), ("on", f"{wa}, {wb}"), ("", "this week or next"), ("", f"{self.clock()} {wa} or {self.clock()} {wb}"),
            )
        )  # fmt: skip

    # --- everything -------------------------------------------------------------------------------------------------

    @staticmethod
    def _the(prep: str, words: str) -> str:
        return f"the {words}" if prep.endswith("the") else words

    def _after(self, prep: str, day: str) -> str:
        """The day after a time: "3pm on the 21st", "3pm tomorrow"."""
        if prep in ("on", "on the", "in", "at the", "over"):
            with_prep = f"{prep} {day}"
            return self.rng.choice((with_prep, with_prep, day)) if prep == "on" else with_prep
        return self._the(prep, day)

    def day_and_time(self) -> Phrase:
        r = self.rng
        prep, day = self.day()
        time_prep, time = self.time()
        if r.random() < 0.04:
            iso = f"{r.choice(('2026', '2027'))}-{r.randint(1, 12):02}-{r.randint(1, 28):02}"
            return "on", f"{iso}{r.choice((' ', 'T', ' at ', ', '))}{r.randint(8, 18):02}:{r.choice(('00', '30', '15'))}"
        at = r.choice((" at ", " at ", " ", ", ", " @ ")) if time_prep == "at" else r.choice((" ", " ", ", "))
        if r.random() < 0.72:
            return prep, f"{day}{at}{time}"
        return time_prep, f"{time} {self._after(prep, day)}"

    def definite(self, kind: str) -> Phrase:
        """What can name an appointment or be ruled out: nobody cancels "as soon as possible" or "around 3"."""
        while True:
            drawn = (
                self.rng.choices(("day_and_time", "day", "time", "part", "range"), (36, 30, 20, 10, 4))[0]
                if kind == "when"
                else kind
            )
            phrase = self.draw(drawn)
            if drawn in ("range", "vague", "alt", "bound") or not _INDEFINITE.search(phrase[1]):
                return phrase

    def when(self) -> Phrase:
        chance = self.rng.random()
        for limit, kind in (
            (0.36, "day_and_time"), (0.56, "day"), (0.70, "time"), (0.80, "part"), (0.84, "alt"), (0.95, "range"), (1.1, "vague"),
        ):  # fmt: skip
            if chance < limit:
                return self.draw(kind)
        raise AssertionError("unreachable")
