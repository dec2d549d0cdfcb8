//! Yes and no.

use super::select;
use super::target;
use super::tell::{How, decline, tell};
use crate::acts::Act;
use crate::heard::{Heard, fits};
use crate::replies::Phrase;
use crate::state::{About, Goal};
use crate::turn::Turn;

/// They said yes. It counts only for the one thing that was asked; with a time of its own, only if it is that time.
pub(crate) fn yes(turn: &mut Turn<'_>, heard: &Heard<'_>, all: &[Act]) {
    let Some(question) = turn.question.clone() else {
        turn.rule("yes.nothing_pending");
        if heard.is_empty() && turn.ctx.input.interpretation.intents.len() == 1 {
            turn.say(Phrase::NothingToConfirm);
            turn.at_a_loss = true;
        }
        return;
    };
    let new_wish = all.iter().any(|act| matches!(act, Act::Request(_) | Act::Pick | Act::Correct));
    match question.about {
        About::Booking(start) | About::Moving(_, start) => {
            if !new_wish && heard.says_when() && !says(turn, heard, start) {
                turn.rule("yes.but");
                return correct(turn, heard);
            }
            if all.contains(&Act::Correct) {
                // "yes, but make it 4": the correction is what counts.
                return;
            }
            turn.rule("yes.slot");
            let zone = turn.zone();
            if let Some(request) = turn.request.as_mut() {
                if let Goal::Browse = request.goal {
                    request.goal = Goal::Book;
                }
                request.wanted.choose(start, zone);
                request.explicit = true;
                if let (false, Some(name)) = (new_wish, &heard.name) {
                    request.wanted.name = Some(name.clone());
                }
                turn.changed = true;
            }
        }
        About::Cancelling(_) | About::CancellingAll => {
            turn.rule("yes.cancel");
            if let Some(request) = turn.request.as_mut() {
                request.explicit = true;
                turn.changed = true;
            }
        }
        // A yes to a choice of one is that one; to several it says nothing.
        _ if question.choices.len() == 1 && !heard.says_when() => select::choose(turn, 0),
        _ if !heard.is_empty() && !new_wish => super::answer::answer(turn, heard),
        _ => turn.rule("yes.which"),
    }
}

/// They said no: to an offer, it is not made again; to a deed, it is not done.
pub(crate) fn no(turn: &mut Turn<'_>) {
    let Some(question) = turn.question.clone() else {
        turn.rule("no.nothing_pending");
        match target::last(turn).and_then(|id| turn.ctx.view.booked(id)) {
            Some(own) if turn.ctx.input.interpretation.intents.len() == 1 => {
                turn.say(Phrase::ChangeOrCancel(turn.ctx.own(own)));
            }
            _ if turn.ctx.input.interpretation.intents.len() == 1 => {
                turn.say(Phrase::NothingToDecline);
                turn.say(Phrase::AnythingElse);
            }
            _ => {}
        }
        return;
    };
    match question.about {
        About::Moving(id, _) | About::Cancelling(id) => {
            turn.rule("no.kept");
            if let Some(own) = turn.ctx.view.booked(id) {
                turn.say(Phrase::Kept(turn.ctx.own(own)));
            }
            turn.close();
        }
        About::CancellingAll => {
            turn.rule("no.kept");
            turn.say(Phrase::KeptAll);
            turn.close();
        }
        About::Appointment => {
            turn.rule("no.none_of_them");
            turn.say(Phrase::Dropped);
            turn.close();
        }
        About::Booking(start) => match turn.request.as_mut() {
            Some(request) if request.goal == Goal::Book => {
                let excluded = std::mem::take(&mut request.wanted.when.excluded);
                request.wanted.when = timewords::Constraint { excluded, ..Default::default() };
                request.wanted.chosen = None;
                decline(&mut request.wanted, &[crate::state::Choice::Start(start)]);
                turn.changed = true;
                turn.rule("no.other_time");
                turn.say(Phrase::NothingToDecline);
            }
            _ => {
                turn.rule("no.not_wanted");
                turn.say(Phrase::NothingToDecline);
                turn.say(Phrase::AnythingElse);
                turn.close();
            }
        },
        _ => {
            turn.rule("no.none_of_those");
            if turn.ctx.input.interpretation.intents.len() == 1 {
                super::correct::others(turn);
            }
        }
    }
}

/// Whether the words mean this start.
fn says(turn: &mut Turn<'_>, heard: &Heard<'_>, start: chrono::DateTime<chrono::Utc>) -> bool {
    let zone = turn.zone();
    let when = heard.when(&turn.ctx.time(zone, Some(protocol::Asked::Confirm), None));
    let local = start.with_timezone(&zone).naive_local();
    let says = when.candidates.iter().any(|reading| fits(reading, local, false));
    turn.trace.read(when);
    says
}

/// Takes what was said for the start in question instead of agreeing to it.
fn correct(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    if let Some(mut request) = turn.request.take() {
        tell(turn, &mut request, heard, How::Correct);
        turn.request = Some(request);
        turn.changed = true;
    }
}
