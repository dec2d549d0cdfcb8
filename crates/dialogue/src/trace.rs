//! Why a turn was decided as it was; kept with the turn, shown by `frontdesk sessions show --trace`.

use serde::Serialize;
use timewords::{Reading, When};

use crate::outcome::Effect;
use crate::state::{About, Goal, Request, State};

/// Why a turn was decided as it was, besides what went into it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Trace {
    /// Each way in which the words about time were read.
    pub when: Vec<When>,
    /// Every rule that fired, in order.
    pub rules: Vec<&'static str>,
    /// What is remembered differently after the turn, in words.
    pub changed: Vec<String>,
    /// The change to the calendar, if one was decided.
    pub effect: Option<Effect>,
}

impl Trace {
    /// Keeps a reading, once.
    pub(crate) fn read(&mut self, when: When) {
        self.when.retain(|known| *known != when);
        self.when.push(when);
    }
}

/// What the turn changed of what is remembered, in words for the operator.
pub(crate) fn changes(before: &State, after: &State) -> Vec<String> {
    let mut changes = Vec::new();
    let mut tell = |what: &str, before: Option<String>, after: Option<String>| match (before, after) {
        (before, after) if before == after => {}
        (_, Some(after)) => changes.push(format!("{what}: {after}")),
        (Some(before), None) => changes.push(format!("{what}: no longer {before}")),
        (None, None) => {}
    };
    let (old, new) = (before.open.as_ref(), after.open.as_ref());
    let of = |told: fn(&Request) -> Option<String>| {
        (old.and_then(|open| told(&open.request)), new.and_then(|open| told(&open.request)))
    };
    let (was, is) = of(|request| Some(goal(request)));
    tell("request", was, is);
    let (was, is) = of(|request| request.wanted.service.clone());
    tell("service", was, is);
    let (was, is) = of(|request| when(&request.wanted.when.wanted));
    tell("time", was, is);
    let (was, is) = of(|request| when(&request.wanted.when.excluded));
    tell("ruled out", was, is);
    let (was, is) = of(|request| request.wanted.chosen.map(|start| start.to_rfc3339()));
    tell("chosen", was, is);
    let (was, is) = of(|request| request.wanted.zone.map(|zone| zone.to_string()));
    tell("zone of the request", was, is);
    let (was, is) = of(|request| request.wanted.name.as_ref().map(|_| "given".to_owned()));
    tell("name", was, is);
    let (was, is) = of(|request| {
        (!request.wanted.declined.is_empty()).then(|| request.wanted.declined.len().to_string())
    });
    tell("offers turned down", was, is);
    let asks = |open: Option<&crate::state::Open>| {
        open.map(|open| question(open.question.about, open.question.choices.len()))
    };
    tell("question", asks(old), asks(new));
    let waiting = |state: &State| {
        (!state.waiting.is_empty()).then(|| state.waiting.iter().map(goal).collect::<Vec<_>>().join(", "))
    };
    tell("waiting", waiting(before), waiting(after));
    tell("zone", before.zone.map(|zone| zone.to_string()), after.zone.map(|zone| zone.to_string()));
    let deed = |state: &State| {
        state.last.map(|last| format!("{:?} {}", last.deed, last.start.to_rfc3339()).to_lowercase())
    };
    tell("last deed", deed(before), deed(after));
    let failed = |state: &State| (state.misunderstood > 0).then(|| state.misunderstood.to_string());
    tell("not understood in a row", failed(before), failed(after));
    let person = |state: &State| state.wants_person.then(|| "asked for".to_owned());
    tell("person", person(before), person(after));
    changes
}

fn goal(request: &Request) -> String {
    match request.goal {
        Goal::Book => "book".to_owned(),
        Goal::Browse => "see what is free".to_owned(),
        Goal::Move(which) => {
            format!("move {}", which.map_or_else(|| "one of several".to_owned(), |id| id.to_string()))
        }
        Goal::Cancel(which) => {
            format!("cancel {}", which.map_or_else(|| "one of several".to_owned(), |id| id.to_string()))
        }
        Goal::CancelAll => format!("cancel {} appointments", request.among.len()),
    }
}

fn question(about: About, choices: usize) -> String {
    let what = match about {
        About::Service => "which service",
        About::Date => "which day",
        About::MeantDate => "which of the days meant",
        About::Time => "which time",
        About::MeantTime => "which of the times meant",
        About::Zone => "which time zone",
        About::Name => "which name",
        About::Start => "which of the starts",
        About::Appointment => "which appointment",
        About::Booking(start) => return format!("book {}?", start.to_rfc3339()),
        About::Moving(_, start) => return format!("move to {}?", start.to_rfc3339()),
        About::Cancelling(id) => return format!("cancel {id}?"),
        About::CancellingAll => "cancel all of these",
    };
    if choices == 0 { what.to_owned() } else { format!("{what}, of {choices}") }
}

/// The readings as the contract's fields.
fn when(readings: &[Reading]) -> Option<String> {
    let one = |reading: &Reading| {
        let side = |from: Option<String>, to: Option<String>| match (from, to) {
            (Some(from), Some(to)) => Some(format!("{from}..{to}")),
            (from, to) => from.or(to.map(|to| format!("..{to}"))),
        };
        let clock = |time: chrono::NaiveTime| time.format("%H:%M").to_string();
        let open = reading.open.map(|open| format!("{open:?}").to_lowercase());
        let day =
            side(reading.date.map(|date| date.to_string()), reading.end_date.map(|date| date.to_string()));
        let time = side(reading.time.map(clock), reading.end_time.map(clock));
        let part = reading.part.map(|part| format!("{part:?}").to_lowercase());
        let vague = reading.vague.map(|vague| format!("{vague:?}").to_lowercase());
        [open, day, time, part, vague].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let all: Vec<String> = readings.iter().map(one).filter(|text| !text.is_empty()).collect();
    (!all.is_empty()).then(|| all.join(" | "))
}
