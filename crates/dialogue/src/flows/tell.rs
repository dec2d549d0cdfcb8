//! Adds what a message says to what is known of a request.

use chrono::{DateTime, Utc};
use timewords::{Constraint, Vague, When};

use crate::heard::{Heard, exactly, minutes};
use crate::replies::{Phrase, starts};
use crate::state::{About, Choice, Goal, MAX_DECLINED, Request, Wanted};
use crate::turn::Turn;

/// How a message relates to what was said before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum How {
    /// It adds: "Friday" … "after 2".
    Narrow,
    /// It replaces: "no, make it 4".
    Correct,
}

/// Adds what was heard to the request.
pub(crate) fn tell(turn: &mut Turn<'_>, request: &mut Request, heard: &Heard<'_>, how: How) {
    service(turn, request, heard);
    zone(turn, &mut request.wanted, heard);
    if let Some(name) = &heard.name {
        request.wanted.name = Some(name.clone());
    }
    if heard.says_when() {
        when(turn, request, heard, how);
    }
    length(turn, request, heard);
    if let (Some((words, service)), Goal::Book | Goal::Browse) = (heard.taken_for.first(), request.goal) {
        turn.rule("service.meant");
        turn.say(Phrase::TakenFor {
            words: words.chars().take(40).collect(),
            service: turn.ctx.label(service),
        });
        // It was not said in so many words: named in a question before anything is booked.
        request.explicit = false;
    }
}

fn service(turn: &mut Turn<'_>, request: &mut Request, heard: &Heard<'_>) {
    let profile = turn.ctx.input.profile;
    match (heard.service(profile), heard.services.first()) {
        (Some(service), _) => {
            request.wanted.service = Some(service.name.clone());
            request.wanted.unknown_service = false;
        }
        // The interpreter may have overlooked the service; its name in the message is plain enough.
        (None, None)
            if request.wanted.service.is_none() && matches!(request.goal, Goal::Book | Goal::Browse) =>
        {
            let named = profile.match_service(turn.ctx.input.text).filter(|service| !service.default);
            request.wanted.service = named.map(|service| service.name.clone());
            request.wanted.unknown_service &= request.wanted.service.is_none();
        }
        // Where there is only one kind of appointment, everything is that.
        (None, Some(words))
            if !turn.ctx.one_service() && matches!(request.goal, Goal::Book | Goal::Browse) =>
        {
            turn.rule("service.unknown");
            turn.say(Phrase::UnknownService { words: words.chars().take(40).collect() });
            request.wanted.service = None;
            request.wanted.unknown_service = true;
        }
        _ => {}
    }
}

fn zone(turn: &mut Turn<'_>, wanted: &mut Wanted, heard: &Heard<'_>) {
    if let Some(words) = heard.unknown_zone() {
        turn.rule("zone.unknown");
        turn.say(Phrase::UnknownZone { words: words.chars().take(40).collect() });
    }
    if let Some(zone) = heard.zone() {
        turn.rule("zone.said");
        wanted.zone = Some(zone);
        if !heard.says_when() {
            turn.state.zone = Some(zone);
        }
    }
}

/// Appointments are as long as their service; says so when another length was asked for.
fn length(turn: &mut Turn<'_>, request: &Request, heard: &Heard<'_>) {
    let said = heard.durations.iter().find_map(|words| minutes(words));
    let service = super::service_for(&turn.ctx, request);
    if let (Some(said), Some(service)) = (said, service)
        && said != service.duration_minutes
    {
        let phrase = Phrase::FixedDuration {
            service: turn.ctx.label(&service.name),
            minutes: service.duration_minutes,
        };
        turn.rule("duration.fixed");
        turn.say(phrase);
    }
}

fn when(turn: &mut Turn<'_>, request: &mut Request, heard: &Heard<'_>, how: How) {
    let (base, how) = base(turn, request, how);
    let reference = reference(turn, request);
    let time = turn.ctx.time(
        turn.ctx.zone_of(&request.wanted),
        turn.question.as_ref().map(|question| question.about.asked()),
        reference,
    );
    let said = heard.when(&time);
    let direction = direction(&said);
    if let Some(direction) = direction {
        turn.rule("time.direction");
        shift(turn, request, direction, reference);
    } else {
        let wanted = &mut request.wanted;
        wanted.when = match how {
            How::Narrow => base.narrow(&said, &time),
            How::Correct => base.correct(&said, &time),
        };
        (wanted.chosen, wanted.after, wanted.before) = (None, None, None);
        // Day and time said in one breath, for something they asked to be booked, need no further yes.
        let exact = said.relation != timewords::Relation::Ambiguous
            && said.top().is_some_and(timewords::Reading::is_exact);
        request.explicit |= exact && request.goal == Goal::Book && request.asked_for;
        if how == How::Correct {
            wanted.declined.clear();
        }
    }
    turn.trace.read(said);
}

/// What the words add to: what was said before, or the start being spoken of.
fn base(turn: &Turn<'_>, request: &Request, how: How) -> (Constraint, How) {
    let zone = turn.ctx.zone_of(&request.wanted);
    let at = |start: DateTime<Utc>| exactly(start.with_timezone(&zone).naive_local());
    if let Some(About::Booking(start) | About::Moving(_, start)) =
        turn.question.as_ref().map(|open| open.about)
    {
        return (at(start), How::Correct);
    }
    // "Move it to Wednesday" keeps the hour, "to 4" keeps the day.
    if let Goal::Move(Some(id)) = request.goal
        && request.wanted.when.wanted.is_empty()
        && let Some(own) = turn.ctx.view.booked(id)
    {
        return (at(own.start_time), How::Correct);
    }
    (request.wanted.when.clone(), how)
}

/// The appointment or offer that "same time" and "an hour later" refer to.
fn reference(turn: &Turn<'_>, request: &Request) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    if let Goal::Move(Some(id)) = request.goal {
        return turn.ctx.view.booked(id).map(|own| (own.start_time, own.end_time));
    }
    let question = turn.question.as_ref()?;
    let start = match question.about {
        About::Booking(start) => Some(start),
        _ => request.wanted.chosen.or_else(|| starts(&question.choices).first().copied()),
    }?;
    let length = super::service_for(&turn.ctx, request).map(|service| service.duration())?;
    Some((start, start + length))
}

/// "anything later?": later than what was offered, with nothing else said.
fn direction(said: &When) -> Option<Vague> {
    let top = said.top()?;
    let bare = !top.has_date() && !top.has_time() && said.candidates.len() == 1;
    top.vague.filter(|vague| bare && matches!(vague, Vague::Later | Vague::Earlier))
}

fn shift(
    turn: &Turn<'_>,
    request: &mut Request,
    direction: Vague,
    reference: Option<(DateTime<Utc>, DateTime<Utc>)>,
) {
    let offered = turn.question.as_ref().map(|question| starts(&question.choices)).unwrap_or_default();
    let reference = reference.map(|(start, _)| start);
    match direction {
        Vague::Later => request.wanted.after = offered.iter().max().copied().or(reference),
        _ => request.wanted.before = offered.iter().min().copied().or(reference),
    }
    // What they look for now is no longer the start that was said, but its day.
    if matches!(request.goal, Goal::Move(_))
        && request.wanted.when.wanted.is_empty()
        && let Some(start) = reference
    {
        let zone = turn.ctx.zone_of(&request.wanted);
        request.wanted.when = exactly(start.with_timezone(&zone).naive_local());
    }
    loosen(&mut request.wanted);
}

/// Keeps the day of what was said and forgets the time.
pub(crate) fn loosen(wanted: &mut Wanted) {
    wanted.chosen = None;
    for reading in wanted.when.wanted.iter_mut().filter(|reading| reading.is_one_time()) {
        (reading.time, reading.approximate, reading.bare_hour) = (None, false, false);
        reading.grain = timewords::Grain::Day;
    }
    wanted.when.wanted.dedup();
    if wanted.when.wanted.iter().all(|reading| !reading.has_date() && !reading.has_time()) {
        wanted.when.wanted.clear();
    }
}

/// Remembers the starts as turned down.
pub(crate) fn decline(wanted: &mut Wanted, choices: &[Choice]) {
    wanted.declined.extend(starts(choices));
    wanted.declined.sort_unstable();
    wanted.declined.dedup();
    let excess = wanted.declined.len().saturating_sub(MAX_DECLINED);
    wanted.declined.drain(..excess);
}
