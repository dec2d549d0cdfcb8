//! What a person has booked.

use protocol::Intent;

use super::target;
use crate::heard::Heard;
use crate::replies::{Own, Phrase};
use crate::turn::Turn;

/// How many appointments one reply names.
const LISTED: usize = 5;

/// Says what they have booked: what fits their words, else everything that is coming up.
pub(crate) fn list(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    turn.rule("list");
    turn.intent = Some(Intent::ListBookings);
    let ctx = turn.ctx;
    let all = ctx.view.upcoming(ctx.now());
    if all.is_empty() {
        return turn.say(Phrase::NoneBooked { matching: false });
    }
    let mut fitting = target::fitting(turn, heard, true);
    if fitting.is_empty() {
        turn.say(Phrase::NoneBooked { matching: true });
        fitting = all.iter().map(|own| own.id).collect();
    }
    let next_only =
        ctx.input.text.to_lowercase().split_whitespace().any(|word| word == "next") && !heard.says_when();
    if next_only && !heard.says_existing() {
        fitting.truncate(1);
    }
    if let [only] = fitting.as_slice() {
        turn.about = Some(*only);
    }
    let more = fitting.len().saturating_sub(LISTED);
    let appointments: Vec<Own> =
        fitting.iter().take(LISTED).filter_map(|id| ctx.view.booked(*id)).map(|own| ctx.own(own)).collect();
    turn.say(Phrase::Upcoming { appointments, more });
}
