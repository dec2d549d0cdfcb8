//! Another time for an appointment.

use protocol::Intent;
use timewords::{Constraint, When};
use uuid::Uuid;

use super::target;
use super::tell::{How, tell};
use crate::find::{Found, Search};
use crate::heard::{Heard, exactly};
use crate::outcome::Effect;
use crate::replies::Phrase;
use crate::state::{About, Deed, Goal, Request};
use crate::turn::{Turn, fresh};

/// They asked for an appointment to be moved.
pub(crate) fn begin(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    turn.rule("move.begin");
    turn.intent = Some(Intent::Reschedule);
    let meant = target::meant(turn, heard, false);
    let goal = match meant.as_slice() {
        [] => return,
        [only] => Goal::Move(Some(*only)),
        _ => Goal::Move(None),
    };
    let mut request = Request { among: meant, ..fresh(goal, false) };
    // The service in "move my haircut" says which appointment, not what it shall become.
    let wish = Heard { services: Vec::new(), ..heard.clone() };
    // The question that is open is about something else.
    turn.question = None;
    tell(turn, &mut request, &wish, How::Narrow);
    turn.start(request);
}

/// It is known now which appointment: what was said of the new time is read in its light.
pub(crate) fn settle(turn: &Turn<'_>, request: &mut Request, id: Uuid) {
    request.goal = Goal::Move(Some(id));
    let Some(own) = turn.ctx.view.booked(id) else { return };
    let said = std::mem::take(&mut request.wanted.when);
    if said != Constraint::default() {
        let zone = turn.ctx.zone_of(&request.wanted);
        let time = turn.ctx.time(zone, None, Some((own.start_time, own.end_time)));
        let said = When {
            none: said.wanted.is_empty(),
            relation: said.relation,
            candidates: said.wanted,
            excluded: said.excluded,
            existing: Vec::new(),
            problems: said.problems,
        };
        let base = exactly(own.start_time.with_timezone(&zone).naive_local());
        request.wanted.when = base.correct(&said, &time);
    }
}

/// A correction of the appointment that was booked or moved last: moves it without asking again.
pub(crate) fn amend(turn: &mut Turn<'_>, id: Uuid, heard: &Heard<'_>) {
    turn.rule("move.amend");
    turn.intent = Some(Intent::Reschedule);
    let mut request = fresh(Goal::Move(Some(id)), true);
    request.wanted.zone = turn.state.last.map(|last| last.zone);
    tell(turn, &mut request, heard, How::Correct);
    if request.wanted.when.wanted.is_empty()
        && let Some(own) = turn.ctx.view.booked(id)
    {
        // "I meant a haircut": the same start, another service.
        let zone = turn.ctx.zone_of(&request.wanted);
        request.wanted.choose(own.start_time, zone);
    }
    turn.start(request);
}

/// Asks which and when, names both and asks once, then moves.
pub(crate) fn advance(turn: &mut Turn<'_>, request: &Request) {
    let Some(own) = target::settled(turn, request) else { return };
    let (ctx, id) = (turn.ctx, own.id);
    let Some(service) = super::service_for(&ctx, request) else { return turn.close() };
    let search =
        Search { ctx: &ctx, wanted: &request.wanted, service: &service, moving: Some(id), browsing: false };
    let finding = search.find();
    turn.rule(finding.rule);
    // Before anything is asked about the new time, they hear which appointment it is for.
    let begins = turn.question.as_ref().is_none_or(|question| question.about == About::Appointment);
    if let (true, Found::Ask(..)) = (begins, &finding.found) {
        turn.say(Phrase::ToMove(ctx.own(own)));
    }
    finding.remarks.into_iter().for_each(|remark| turn.say(remark));
    match finding.found {
        Found::Exact(slot) if slot.start == own.start_time && service.name == own.service_type => {
            turn.rule("move.already");
            turn.say(Phrase::AlreadyThen(ctx.own(own)));
            turn.close();
        }
        Found::Exact(slot) if request.explicit => {
            turn.rule("move.move");
            let start = slot.start;
            turn.act(Effect::Move { id, slot, service: service.name.clone() }, Deed::Moved, start);
        }
        Found::Exact(slot) | Found::Only(slot) => {
            turn.rule("move.confirm");
            turn.ask(About::Moving(id, slot.start), Vec::new());
        }
        Found::Ask(about, choices) => turn.ask(about, choices),
        Found::Nothing => {
            turn.rule("move.nothing_free");
            turn.say(Phrase::NothingFree { contact: ctx.contact() });
            turn.close();
        }
    }
}
