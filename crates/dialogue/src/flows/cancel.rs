//! An end to an appointment.

use protocol::Intent;

use super::target;
use crate::heard::Heard;
use crate::outcome::Effect;
use crate::replies::Phrase;
use crate::state::{About, Choice, Deed, Goal, Request};
use crate::turn::{Turn, fresh};

/// They asked for an appointment to be cancelled.
pub(crate) fn begin(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    turn.intent = Some(Intent::Cancel);
    let booking = turn.request.as_ref().is_some_and(|open| matches!(open.goal, Goal::Book | Goal::Browse));
    let named = heard.says_existing() || heard.says_when() || !heard.services.is_empty();
    if booking
        && !turn.changed
        && !named
        && (target::says_it(turn) || turn.ctx.view.upcoming(turn.ctx.now()).is_empty())
    {
        // "Cancel that" in the middle of a booking means the booking.
        return super::digress::stop(turn);
    }
    turn.rule("cancel.begin");
    let meant = target::meant(turn, heard, true);
    // "yes, cancel the Friday one", asked about just that one.
    let says = &turn.ctx.input.interpretation;
    let agrees = says.has(Intent::Affirm) && !says.has(Intent::Deny);
    if let ([only], Some(About::Cancelling(id))) =
        (meant.as_slice(), turn.question.as_ref().map(|open| open.about))
        && agrees
        && *only == id
        && let Some(request) = turn.request.as_mut()
    {
        request.explicit = true;
        turn.changed = true;
        return;
    }
    let goal = match meant.as_slice() {
        [] => return,
        [only] => Goal::Cancel(Some(*only)),
        _ => Goal::Cancel(None),
    };
    turn.start(Request { among: meant, ..fresh(goal, false) });
}

/// Asks which, names it and asks once, then cancels.
pub(crate) fn advance(turn: &mut Turn<'_>, request: &Request) {
    let Goal::Cancel(Some(id)) = request.goal else {
        turn.rule("cancel.which");
        return turn
            .ask(About::Appointment, request.among.iter().copied().map(Choice::Appointment).collect());
    };
    let ctx = turn.ctx;
    let Some(own) = ctx.view.booked(id) else {
        turn.rule("cancel.gone");
        turn.say(Phrase::NoneBooked { matching: true });
        return turn.close();
    };
    turn.about = Some(id);
    if own.start_time <= ctx.now() {
        turn.rule("cancel.begun");
        turn.say(Phrase::Begun(ctx.own(own)));
        turn.close();
    } else if request.explicit {
        turn.rule("cancel.cancel");
        turn.act(Effect::Cancel { id }, Deed::Cancelled, own.start_time);
    } else {
        turn.rule("cancel.confirm");
        turn.ask(About::Cancelling(id), Vec::new());
    }
}
