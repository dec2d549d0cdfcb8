//! What a message says besides its intents: the words that the interpreter pointed at, read where reading is plain.

use calendar::{Profile, Service};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};
use chrono_tz::Tz;
use protocol::{Slot, SpanRole};
use timewords::{Anchor, Context, Open, Phrase, Reading, When};

use crate::input::Input;
use crate::state::{About, NAME_MAX_CHARS, Question, Wanted};

/// The details of one message, or of the part of it that one request is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard<'a> {
    pub(crate) phrases: Vec<Phrase<'a>>,
    pub(crate) zone_words: Vec<&'a str>,
    pub(crate) services: Vec<&'a str>,
    /// Words that name no service, with the one they mean, which stands in `services` instead of them.
    pub(crate) taken_for: Vec<(&'a str, &'a str)>,
    pub(crate) name: Option<String>,
    pub(crate) durations: Vec<&'a str>,
    pub(crate) options: Vec<&'a str>,
}

impl<'a> Heard<'a> {
    /// `question` tells numbers that are positions from numbers that are times.
    pub(crate) fn of(input: &Input<'a>, question: Option<&Question>) -> Self {
        let mut heard = Self::default();
        for span in &input.interpretation.spans {
            let text = span.text.as_str();
            match span.slot {
                Slot::When if is_position(text, question) => heard.options.push(text),
                Slot::Option if is_time(text, question) => {
                    heard.phrases.push(Phrase { text, role: SpanRole::Wanted });
                }
                Slot::When => {
                    heard.phrases.push(Phrase { text, role: span.role.unwrap_or(SpanRole::Wanted) });
                }
                Slot::Service => heard.services.push(match input.meaning.service(text) {
                    Some(meant) => {
                        heard.taken_for.push((text, meant));
                        meant
                    }
                    None => text,
                }),
                Slot::Name => heard.name = person(text),
                Slot::Timezone => heard.zone_words.push(text),
                Slot::Duration => heard.durations.push(text),
                Slot::Option => heard.options.push(text),
            }
        }
        heard
    }

    /// The whole message read as words about time; for short answers that the interpreter saw nothing in.
    pub(crate) fn whole(input: &Input<'a>) -> Self {
        Self { phrases: vec![Phrase { text: input.text, role: SpanRole::Wanted }], ..Self::default() }
    }

    /// The whole message read as words for a zone, if they name one.
    pub(crate) fn of_zone(text: &'a str) -> Self {
        let zone_words = timewords::zone(text).map(|_| text).into_iter().collect();
        Self { zone_words, ..Self::default() }
    }

    pub(crate) fn says_when(&self) -> bool {
        self.phrases.iter().any(|phrase| phrase.role != SpanRole::Existing)
    }

    pub(crate) fn says_existing(&self) -> bool {
        self.phrases.iter().any(|phrase| phrase.role == SpanRole::Existing)
    }

    /// Whether it says anything that a booking could use.
    pub(crate) fn is_empty(&self) -> bool {
        self.phrases.is_empty()
            && self.services.is_empty()
            && self.zone_words.is_empty()
            && self.name.is_none()
    }

    pub(crate) fn when(&self, time: &Context<'_>) -> When {
        timewords::read(&self.phrases, &self.zone_words, time)
    }

    /// The zone that was said, if its words name one.
    pub(crate) fn zone(&self) -> Option<Tz> {
        self.zone_words.iter().find_map(|words| timewords::zone(words))
    }

    /// The words for a zone that name none.
    pub(crate) fn unknown_zone(&self) -> Option<&'a str> {
        self.zone_words.iter().copied().find(|words| timewords::zone(words).is_none())
    }

    pub(crate) fn service<'p>(&self, profile: &'p Profile) -> Option<&'p Service> {
        self.services.iter().find_map(|words| profile.match_service(words))
    }
}

/// Whether words taken for a time are a position among the times offered: "the second".
fn is_position(words: &str, question: Option<&Question>) -> bool {
    let offered = question.is_some_and(|question| {
        matches!(question.about, About::Time | About::MeantTime | About::Start | About::Appointment)
            && !question.choices.is_empty()
    });
    offered
        && matches!(
            words.to_lowercase().trim_end_matches(" one"),
            "first" | "second" | "third" | "fourth" | "last" | "latter" | "former"
        )
}

/// Whether words taken for a position are a time: a number that is no position among what was offered.
fn is_time(words: &str, question: Option<&Question>) -> bool {
    const NUMBERS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let words = words.to_lowercase();
    let number = words.parse::<usize>().ok();
    let number = number.or_else(|| NUMBERS.iter().position(|name| *name == words).map(|index| index + 1));
    let offered = question
        .filter(|question| matches!(question.about, About::Start | About::Appointment | About::Service))
        .map_or(0, |question| question.choices.len());
    match number {
        Some(number) => !(1..=offered).contains(&number),
        None => words.starts_with(|c: char| c.is_ascii_digit()) && words.ends_with(['m', '0', '5']),
    }
}

/// A name as it is kept: at most [`NAME_MAX_CHARS`] characters, without line breaks.
pub(crate) fn person(words: &str) -> Option<String> {
    let name: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_MAX_CHARS).collect();
    (!name.is_empty()).then_some(name)
}

/// Whether the wall time fits what was said. A bare weekday fits every such day if `loosely`.
pub(crate) fn fits(reading: &Reading, at: NaiveDateTime, loosely: bool) -> bool {
    fits_date(reading, at.date(), loosely) && fits_time(reading, at.time())
}

fn fits_date(reading: &Reading, date: NaiveDate, loosely: bool) -> bool {
    if loosely {
        match reading.anchor {
            Some(Anchor::Weekday(day)) => return date.weekday() == day,
            Some(Anchor::DayOfMonth(day)) => return date.day() == day,
            _ => {}
        }
    }
    // The open side belongs to the time if one was said.
    let open = if reading.time.is_none() && reading.end_time.is_none() { reading.open } else { None };
    match (reading.date, reading.end_date) {
        (None, None) => true,
        (Some(from), None) if open == Some(Open::After) => from <= date,
        (Some(day), None) if open == Some(Open::Before) => date <= day,
        (Some(day), None) => day == date,
        (None, Some(to)) => date <= to,
        (Some(from), Some(to)) => from <= date && date <= to,
    }
}

fn fits_time(reading: &Reading, time: NaiveTime) -> bool {
    let near = |said: NaiveTime| (time - said).abs() <= TimeDelta::hours(1);
    let clock = match (reading.time, reading.end_time) {
        (None, None) => true,
        (Some(said), None) if reading.open == Some(Open::After) => said <= time,
        (Some(said), None) if reading.approximate => near(said),
        (Some(said), None) => said == time,
        (None, Some(end)) => time < end,
        (Some(from), Some(end)) => from <= time && time < end,
    };
    let part = reading.part.filter(|_| reading.time.is_none()).is_none_or(|part| {
        let (from, to) = part.hours();
        let hour = time.hour();
        (from..to).contains(&hour) || (from..to).contains(&(hour + 24))
    });
    clock && part
}

/// Minutes, if the words are a plain length of time ("30 minutes", "an hour and a half", "2 hrs").
pub(crate) fn minutes(words: &str) -> Option<u32> {
    let words = words.to_lowercase().replace('-', " ");
    let mut total = 0;
    let mut number = None;
    let mut unit = 0;
    for word in words.split_whitespace() {
        let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (amount, rest) = word.split_at(digits);
        number = amount.parse::<u32>().ok().or_else(|| spelled(word)).or(number);
        let rest = if digits == 0 { word } else { rest };
        if word == "half" {
            total += if unit == 60 || number.is_none() { 30 } else { 0 };
            number = None;
        } else if rest.starts_with('h') && rest != "half" {
            // "half an hour": the half is counted already.
            if total != 30 || unit != 0 {
                total += number.unwrap_or(1).checked_mul(60)?;
            }
            (number, unit) = (None, 60);
        } else if rest.starts_with("min") || rest == "m" {
            total += number.unwrap_or(1);
            (number, unit) = (None, 1);
        }
    }
    (unit != 0 && total > 0).then_some(total)
}

fn spelled(word: &str) -> Option<u32> {
    const WORDS: [(&str, u32); 14] = [
        ("a", 1),
        ("an", 1),
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("ten", 10),
        ("fifteen", 15),
        ("twenty", 20),
        ("thirty", 30),
        ("forty", 40),
        ("sixty", 60),
        ("ninety", 90),
    ];
    WORDS.iter().find_map(|(name, value)| (*name == word).then_some(*value))
}

/// A constraint of exactly this wall time.
pub(crate) fn exactly(at: NaiveDateTime) -> timewords::Constraint {
    let reading = Reading {
        date: Some(at.date()),
        time: Some(at.time()),
        grain: timewords::Grain::Minute,
        ..Reading::default()
    };
    timewords::Constraint { wanted: vec![reading], ..timewords::Constraint::default() }
}

impl Wanted {
    /// Takes a start as the wish, in the zone that is spoken in; what was ruled out before stays so.
    pub(crate) fn choose(&mut self, start: chrono::DateTime<chrono::Utc>, zone: Tz) {
        let excluded = std::mem::take(&mut self.when.excluded);
        self.when = timewords::Constraint { excluded, ..exactly(start.with_timezone(&zone).naive_local()) };
        self.chosen = Some(start);
    }
}
