//! An end to an appointment.

use protocol::Intent;

use super::target;
use crate::acts::says_all;
use crate::heard::Heard;
use crate::outcome::Effect;
use crate::replies::Phrase;
use crate::state::{About, Choice, Deed, Goal, MAX_AT_ONCE, Request};
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
    if says_all(turn.ctx.input.text) {
        let mut ids = target::fitting(turn, heard, true);
        if ids.len() > 1 {
            ids.truncate(MAX_AT_ONCE);
            return turn.start(Request { among: ids, ..fresh(Goal::CancelAll, false) });
        }
    }
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

/// Asked which one, they said all of them.
pub(crate) fn all_offered(turn: &mut Turn<'_>) {
    let (Some(request), Some(question)) = (turn.request.as_mut(), turn.question.as_ref()) else { return };
    if let Goal::Move(_) = request.goal {
        // One at a time: which one first is asked again.
        return turn.rule("move.one_at_a_time");
    }
    let offered = question.choices.iter().filter_map(|choice| match choice {
        Choice::Appointment(id) => Some(*id),
        _ => None,
    });
    request.among = offered.collect();
    request.goal = Goal::CancelAll;
    turn.changed = true;
    turn.rule("cancel.all");
}

/// Asks which, names it and asks once, then cancels.
pub(crate) fn advance(turn: &mut Turn<'_>, request: &Request) {
    if request.goal == Goal::CancelAll {
        return advance_all(turn, request);
    }
    let Some(own) = target::settled(turn, request) else { return };
    if request.explicit {
        turn.rule("cancel.cancel");
        turn.act(Effect::Cancel { ids: vec![own.id] }, Deed::Cancelled, own.start_time);
    } else {
        turn.rule("cancel.confirm");
        turn.ask(About::Cancelling(own.id), Vec::new());
    }
}

/// Names all of them and asks once, then cancels them in one go.
fn advance_all(turn: &mut Turn<'_>, request: &Request) {
    let ctx = turn.ctx;
    let ahead: Vec<_> =
        ctx.view.upcoming(ctx.now()).into_iter().filter(|own| request.among.contains(&own.id)).collect();
    let Some(first) = ahead.first() else {
        turn.rule("target.gone");
        turn.say(Phrase::NoneBooked { matching: true });
        return turn.close();
    };
    let ids = ahead.iter().map(|own| own.id);
    if request.explicit {
        turn.rule("cancel.cancel_all");
        turn.act(Effect::Cancel { ids: ids.collect() }, Deed::Cancelled, first.start_time);
    } else {
        turn.rule("cancel.confirm_all");
        turn.ask(About::CancellingAll, ids.map(Choice::Appointment).collect());
    }
}
