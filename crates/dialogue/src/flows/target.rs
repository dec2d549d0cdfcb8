//! Which of the person's appointments their words mean.

use chrono::{DateTime, Utc};
use protocol::Appointment;
use timewords::Reading;
use uuid::Uuid;

use crate::heard::{Heard, fits};
use crate::replies::Phrase;
use crate::state::{About, Choice, Deed, Goal, MAX_CHOICES, Request};
use crate::turn::Turn;

/// The appointments ahead that fit what was said, in order. `any_role`: words about time that are not said of an
/// existing booking count as well.
pub(crate) fn fitting(turn: &mut Turn<'_>, heard: &Heard<'_>, any_role: bool) -> Vec<Uuid> {
    let readings = readings(turn, heard, any_role);
    let ctx = turn.ctx;
    let ahead = ctx.view.upcoming(ctx.now());
    let service = heard.service(ctx.input.profile).map(|service| service.name.as_str());
    let by_service = |own: &&&Appointment| service.is_none_or(|service| own.service_type == service);
    let of = |loosely: bool| -> Vec<Uuid> {
        let by_time = |own: &&&Appointment| fits_any(turn, &readings, own.start_time, loosely);
        ahead.iter().filter(by_service).filter(by_time).map(|own| own.id).collect()
    };
    let mut fitting = of(false);
    if fitting.is_empty() {
        // "my Friday appointment" may be a later Friday than the next.
        fitting = of(true);
    }
    match super::select::position(heard, &fitting.iter().map(|_| None).collect::<Vec<_>>()) {
        Some(index) => fitting.get(index).copied().into_iter().collect(),
        None => fitting,
    }
}

/// The appointments meant by someone who wants one changed; says why if there are none.
pub(crate) fn meant(turn: &mut Turn<'_>, heard: &Heard<'_>, any_role: bool) -> Vec<Uuid> {
    let ctx = turn.ctx;
    let named = heard.says_existing()
        || !heard.services.is_empty()
        || !heard.options.is_empty()
        || (any_role && heard.says_when());
    if !named && let Some(id) = spoken_of(turn) {
        return vec![id];
    }
    let mut meant = fitting(turn, heard, any_role);
    if meant.is_empty() {
        let readings = readings(turn, heard, any_role);
        let begun = ctx.view.appointments.iter().filter(|own| own.start_time <= ctx.now()).find(|own| {
            !readings.is_empty()
                && ctx.view.booked(own.id).is_some()
                && fits_any(turn, &readings, own.start_time, false)
        });
        let ahead = ctx.view.upcoming(ctx.now());
        match begun {
            Some(own) => turn.say(Phrase::Begun(ctx.own(own))),
            None => turn.say(Phrase::NoneBooked { matching: !ahead.is_empty() }),
        }
        if begun.is_none() {
            meant = ahead.iter().map(|own| own.id).collect();
            // Only one is left, but it is not what they said: naming it in a question is safe.
        }
    }
    meant.truncate(MAX_CHOICES);
    meant
}

/// The appointment that a request to move or cancel one is about; asks which, or ends the request, if there is none or it has
/// begun.
pub(crate) fn settled<'a>(turn: &mut Turn<'a>, request: &Request) -> Option<&'a Appointment> {
    let (Goal::Cancel(id) | Goal::Move(id)) = request.goal else { return None };
    let Some(id) = id else {
        turn.rule("target.which");
        turn.ask(About::Appointment, request.among.iter().copied().map(Choice::Appointment).collect());
        return None;
    };
    let ctx = turn.ctx;
    let Some(own) = ctx.view.booked(id) else {
        turn.rule("target.gone");
        turn.say(Phrase::NoneBooked { matching: true });
        turn.close();
        return None;
    };
    turn.about = Some(id);
    if own.start_time <= ctx.now() {
        turn.rule("target.begun");
        turn.say(Phrase::Begun(ctx.own(own)));
        turn.close();
        return None;
    }
    Some(own)
}

/// The appointment that the conversation is about: one being changed, or "it" after one was booked or moved.
fn spoken_of(turn: &Turn<'_>) -> Option<Uuid> {
    if let Some(Goal::Cancel(Some(id)) | Goal::Move(Some(id))) = turn.request.as_ref().map(|open| open.goal) {
        return Some(id);
    }
    says_it(turn).then(|| last(turn)).flatten()
}

/// Whether the message says "it" or "that": what the conversation is about.
pub(crate) fn says_it(turn: &Turn<'_>) -> bool {
    let text = turn.ctx.input.text.to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "it" | "that" | "this"))
}

/// The appointment that this conversation booked or moved last, if it is still ahead.
pub(crate) fn last(turn: &Turn<'_>) -> Option<Uuid> {
    let last = turn.state.last.filter(|last| last.deed != Deed::Cancelled)?;
    let ahead = turn.ctx.view.upcoming(turn.ctx.now());
    ahead.into_iter().find(|own| own.start_time == last.start).map(|own| own.id)
}

fn readings(turn: &mut Turn<'_>, heard: &Heard<'_>, any_role: bool) -> Vec<Reading> {
    if heard.phrases.is_empty() {
        return Vec::new();
    }
    let time = turn.ctx.time(heard.zone().unwrap_or(turn.ctx.zone), None, None);
    let when = heard.when(&time);
    let mut readings = when.existing.clone();
    if any_role && readings.is_empty() {
        readings = when.candidates.clone();
    }
    turn.trace.read(when);
    joined(readings)
}

/// "my 3pm on" … "Thursday": a day and a time said apart belong together.
fn joined(readings: Vec<Reading>) -> Vec<Reading> {
    let (days, times): (Vec<_>, Vec<_>) = readings.iter().partition(|reading| reading.has_date());
    if days.is_empty() || times.is_empty() || days.iter().any(|day| day.has_time()) {
        return readings;
    }
    let join = |day: &Reading, time: &Reading| Reading {
        date: day.date,
        end_date: day.end_date,
        anchor: day.anchor,
        ..time.clone()
    };
    days.iter().flat_map(|day| times.iter().map(move |time| join(day, time))).collect()
}

fn fits_any(turn: &Turn<'_>, readings: &[Reading], start: DateTime<Utc>, loosely: bool) -> bool {
    readings.is_empty()
        || readings.iter().any(|reading| {
            let zone = reading.timezone.unwrap_or(turn.ctx.zone);
            fits(reading, start.with_timezone(&zone).naive_local(), loosely)
        })
}
