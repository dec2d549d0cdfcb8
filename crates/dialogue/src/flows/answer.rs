//! An answer to the open question, with no intent of its own.

use protocol::SpanRole;
use timewords::Phrase;

use super::select::{Resolved, choose, resolve};
use super::tell::{How, tell};
use crate::heard::{Heard, person};
use crate::replies::Phrase as Say;
use crate::state::{About, Goal, Question};
use crate::turn::Turn;

/// The longest answer that is read as a whole when the interpreter pointed at nothing in it.
const SHORT_CHARS: usize = 40;

/// Takes the message as the answer to what was asked; with nothing asked, as the start of a booking.
pub(crate) fn answer(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    let Some(question) = turn.question.clone() else {
        return super::book::suppose(turn, heard);
    };
    let whole = Heard::whole(turn.ctx.input);
    let heard = if (nothing_pointed_at(heard) || says_half_of_day(turn, &question)) && short(turn) {
        supply(turn, &question, &whole)
    } else {
        heard.clone()
    };
    match question.about {
        About::Appointment | About::Cancelling(_) | About::CancellingAll => {
            which_appointment(turn, &heard, &question)
        }
        About::Booking(_) | About::Moving(..) if !heard.is_empty() => {
            turn.rule("answer.instead");
            change(turn, &heard, How::Correct);
        }
        About::Booking(_) | About::Moving(..) => super::digress::unclear(turn),
        _ => match resolve(turn, &heard) {
            Resolved::One(index) => choose_and_tell(turn, index, &heard),
            Resolved::Several(indices) if question.about == About::Start => {
                turn.rule("answer.several");
                let choices =
                    indices.iter().filter_map(|index| question.choices.get(*index).cloned()).collect();
                turn.ask(question.about, choices);
            }
            _ if question.about == About::Start && heard.says_when() => {
                turn.rule("answer.instead");
                change(turn, &heard, How::Correct);
            }
            _ if heard.is_empty() && !heard.options.is_empty() => {
                turn.rule("answer.no_such_choice");
                turn.say(Say::NoSuchChoice);
            }
            _ if heard.is_empty() => super::digress::unclear(turn),
            _ => {
                turn.rule("answer");
                // Asked which time they would like, they said one.
                if let Some(request) = turn.request.as_mut()
                    && question.about == About::Time
                    && request.goal == Goal::Book
                {
                    request.explicit |= request.asked_for;
                }
                change(turn, &heard, How::Narrow);
            }
        },
    }
}

fn nothing_pointed_at(heard: &Heard<'_>) -> bool {
    heard.is_empty() && heard.options.is_empty() && heard.durations.is_empty()
}

/// "am" is no time by itself, but it settles which of two was meant.
fn says_half_of_day(turn: &Turn<'_>, question: &Question) -> bool {
    let text = turn.ctx.input.text;
    question.about == About::MeantTime
        && half_of_day(text).is_some()
        && !text.contains(|c: char| c.is_ascii_digit())
}

fn short(turn: &Turn<'_>) -> bool {
    turn.ctx.input.text.chars().count() <= SHORT_CHARS && turn.ctx.input.interpretation.intents.is_empty()
}

/// Reads a short message whole as what was asked for.
fn supply<'h>(turn: &Turn<'_>, question: &Question, whole: &Heard<'h>) -> Heard<'h> {
    let text = whole.phrases.first().map_or("", |phrase| phrase.text);
    let profile = turn.ctx.input.profile;
    match question.about {
        About::Name => Heard { name: person(text).filter(|name| !name.contains('?')), ..Heard::default() },
        About::Service if profile.match_service(text).is_some() => {
            Heard { services: vec![text], ..Heard::default() }
        }
        About::Zone => Heard::of_zone(text),
        // "am", "pm please": which half of the day was meant.
        About::MeantTime if half_of_day(text).is_some() => Heard {
            phrases: half_of_day(text)
                .map(|text| Phrase { text, role: SpanRole::Wanted })
                .into_iter()
                .collect(),
            ..Heard::default()
        },
        About::Service => Heard::default(),
        _ => {
            let read = whole.when(&turn.ctx.time(turn.zone(), Some(question.about.asked()), None));
            if read.none { Heard::default() } else { whole.clone() }
        }
    }
}

/// The part of the day that "am" or "pm" stands for.
fn half_of_day(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase().replace('.', "");
    text.split(|c: char| !c.is_alphanumeric()).find_map(|word| match word {
        "am" => Some("before noon"),
        "pm" => Some("after noon"),
        _ => None,
    })
}

fn which_appointment(turn: &mut Turn<'_>, heard: &Heard<'_>, question: &Question) {
    match resolve(turn, heard) {
        Resolved::One(index) => choose(turn, index),
        Resolved::Several(indices) => {
            turn.rule("answer.several");
            let choices = indices.iter().filter_map(|index| question.choices.get(*index).cloned()).collect();
            turn.ask(question.about, choices);
        }
        // Asked whether to cancel one, they named another.
        Resolved::None
            if matches!(question.about, About::Cancelling(_) | About::CancellingAll) && !heard.is_empty() =>
        {
            super::cancel::begin(turn, heard);
        }
        Resolved::None if heard.is_empty() && heard.options.is_empty() => super::digress::unclear(turn),
        Resolved::None => {
            turn.rule("answer.no_such_choice");
            turn.say(Say::NoSuchChoice);
        }
    }
}

/// Takes the choice, and what else was said with it ("the haircut, tomorrow").
fn choose_and_tell(turn: &mut Turn<'_>, index: usize, heard: &Heard<'_>) {
    let is_service = turn.question.as_ref().is_some_and(|question| question.about == About::Service);
    choose(turn, index);
    let rest = Heard {
        services: Vec::new(),
        phrases: if is_service { heard.phrases.clone() } else { Vec::new() },
        ..heard.clone()
    };
    if !rest.is_empty() {
        change(turn, &rest, How::Narrow);
    }
}

fn change(turn: &mut Turn<'_>, heard: &Heard<'_>, how: How) {
    // An answer speaks of what is wanted, whatever role its words were given.
    let mut heard = heard.clone();
    for phrase in heard.phrases.iter_mut().filter(|phrase| phrase.role == SpanRole::Existing) {
        phrase.role = SpanRole::Wanted;
    }
    if let Some(mut request) = turn.request.take() {
        tell(turn, &mut request, &heard, how);
        turn.request = Some(request);
        turn.changed = true;
    }
}
