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
    // What "the Friday one" is said of in "what have I booked, and cancel the Friday one" is the other request.
    let alone = !ctx.input.interpretation.intents.iter().any(|scored| {
        matches!(scored.name, Intent::Cancel | Intent::Reschedule | Intent::Book | Intent::CheckAvailability)
    });
    let mut fitting: Vec<_> = all.iter().map(|own| own.id).collect();
    if alone {
        let said = target::fitting(turn, heard, true);
        if said.is_empty() {
            turn.say(Phrase::NoneBooked { matching: true });
        } else {
            fitting = said;
        }
    }
    let next = ctx.input.text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "next");
    if next && !heard.says_when() && !heard.says_existing() {
        fitting.truncate(1);
    }
    if let [only] = fitting.as_slice() {
        turn.about = Some(*only);
    }
    let more = fitting.len().saturating_sub(LISTED);
    let appointments: Vec<Own> =
        fitting.iter().take(LISTED).filter_map(|id| ctx.view.booked(*id)).map(|own| ctx.own(own)).collect();
    turn.say(match appointments.as_slice() {
        _ if fitting.len() == all.len() => Phrase::Upcoming { appointments, more },
        [own] if next => Phrase::Next(own.clone()),
        _ => Phrase::Fitting { appointments, more },
    });
}
