//! Changing one's mind: corrections, and other choices than those offered.

use super::select::{Resolved, choose, resolve};
use super::target;
use super::tell::{How, decline, loosen, tell};
use crate::heard::Heard;
use crate::replies::Phrase;
use crate::state::{About, Goal};
use crate::turn::Turn;

/// "No, make it 4": changes the request in progress, or the appointment that was just made.
pub(crate) fn correct(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    match turn.request.as_ref().map(|request| request.goal) {
        Some(Goal::Cancel(_) | Goal::CancelAll) => return super::cancel::begin(turn, heard),
        Some(_) if heard.is_empty() && heard.options.is_empty() => return others(turn),
        Some(_) => {
            turn.rule("correct");
            return match resolve(turn, heard) {
                // "No, I meant the 1st of December": one of the choices after all.
                Resolved::One(index) => choose(turn, index),
                _ => change(turn, heard),
            };
        }
        None => {}
    }
    match target::last(turn) {
        Some(id) if !heard.is_empty() => super::reschedule::amend(turn, id, heard),
        Some(id) => {
            turn.rule("correct.what");
            if let Some(own) = turn.ctx.view.booked(id) {
                turn.say(Phrase::ChangeOrCancel(turn.ctx.own(own)));
            }
        }
        None => super::book::suppose(turn, heard),
    }
}

/// "Anything later?", "what about Friday?": looks elsewhere; what is found is asked about before it is booked.
pub(crate) fn alternatives(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    if !matches!(
        turn.request.as_ref().map(|request| request.goal),
        Some(Goal::Book | Goal::Browse | Goal::Move(_))
    ) {
        return super::availability::begin(turn, heard);
    }
    if heard.is_empty() { others(turn) } else { instead(turn, heard) }
}

/// Another time than those offered; whatever it comes to is asked about before it is booked.
pub(crate) fn instead(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    turn.rule("alternatives.instead");
    change(turn, heard);
    if let Some(request) = turn.request.as_mut()
        && request.goal == Goal::Book
    {
        request.explicit = false;
    }
}

/// They picked something that was not offered: said with day and time it is what they want, else it is asked about.
pub(crate) fn pick_another(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    turn.rule("select.another");
    if let Some(request) = turn.request.as_mut()
        && request.goal == Goal::Book
    {
        request.explicit = false;
    }
    change(turn, heard);
}

/// Other choices than those offered, nothing else said.
pub(crate) fn others(turn: &mut Turn<'_>) {
    turn.rule("alternatives.others");
    let Some(question) = turn.question.clone() else { return };
    let another_day = turn
        .ctx
        .input
        .text
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "day" | "days"));
    let Some(request) = turn.request.as_mut() else { return };
    let wanted = &mut request.wanted;
    match question.about {
        About::Booking(start) | About::Moving(_, start) => {
            decline(wanted, &[crate::state::Choice::Start(start)]);
        }
        _ => decline(wanted, &question.choices),
    }
    loosen(wanted);
    if another_day || question.about == About::Date {
        let excluded = std::mem::take(&mut wanted.when.wanted);
        let ruled_out = excluded.into_iter().filter(|reading| reading.is_one_day());
        wanted.when.excluded.extend(ruled_out.take(4));
        wanted.when.relation = timewords::Relation::Single;
    }
    turn.changed = true;
}

fn change(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    if let Some(mut request) = turn.request.take() {
        tell(turn, &mut request, heard, How::Correct);
        turn.request = Some(request);
        turn.changed = true;
    }
}
