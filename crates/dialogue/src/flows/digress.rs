//! What is not about a booking: answered, and the booking in progress is kept and taken up again.

use protocol::Intent;

use super::facts;
use crate::heard::Heard;
use crate::outcome::Gap;
use crate::replies::Phrase;
use crate::state::State;
use crate::turn::Turn;

/// Forgets everything said so far but that they know who they talk to.
pub(crate) fn start_over(turn: &mut Turn<'_>) {
    turn.rule("start_over");
    turn.intent = Some(Intent::StartOver);
    turn.close();
    turn.state = State { turns: turn.state.turns, wants_person: turn.state.wants_person, ..State::default() };
    turn.ctx.zone = turn.ctx.input.zone;
    turn.at_a_loss = true;
    turn.say(Phrase::StartedOver);
}

/// Drops what is in progress and what waits.
pub(crate) fn stop(turn: &mut Turn<'_>) {
    turn.rule("stop");
    let busy = turn.request.is_some() || !turn.state.waiting.is_empty();
    turn.close();
    turn.state.waiting.clear();
    turn.intent = Some(Intent::Stop);
    turn.say(if busy { Phrase::Dropped } else { Phrase::NothingToStop });
}

/// Not something that can be booked here.
pub(crate) fn not_ours(turn: &mut Turn<'_>) {
    turn.intent = Some(Intent::OutOfScope);
    // "What's the wireless password?" sounds like nothing of ours, and is in the profile.
    if let Some(fact) = facts::close(turn) {
        turn.rule("fact");
        return turn.say(fact);
    }
    turn.rule("out_of_scope");
    // It leads nowhere, like what is not understood: the third such message in a row ends with a person.
    turn.understood = false;
    let contact = turn.ctx.contact();
    turn.say(Phrase::NotOurs { turn: turn.state.turns, contact });
}

/// They want a person; the operator sees it in the session's state.
pub(crate) fn person(turn: &mut Turn<'_>) {
    turn.rule("handoff");
    turn.intent = Some(Intent::HumanHandoff);
    (turn.state.wants_person, turn.hand_off) = (true, true);
    turn.say(Phrase::Contact { line: turn.ctx.contact() });
}

/// Small talk.
pub(crate) fn chat(turn: &mut Turn<'_>) {
    turn.rule("digress.polite");
    turn.intent = Some(Intent::SmallTalk);
    turn.at_a_loss = true;
    let ours = Phrase::Chat { turn: turn.state.turns };
    turn.say_or_fill(Gap::SmallTalk, ours);
}

/// A question about the business.
pub(crate) fn business(turn: &mut Turn<'_>, heard: &Heard<'_>) {
    turn.rule("business_question");
    turn.intent = Some(Intent::BusinessQuestion);
    for phrase in facts::answer(turn, heard) {
        if matches!(phrase, Phrase::NotKnown { .. }) {
            turn.say_or_fill(Gap::NotKnown, phrase);
        } else {
            turn.say(phrase);
        }
    }
}

/// The message made no sense: the second time in a row with examples, from the third on with a person.
pub(crate) fn unclear(turn: &mut Turn<'_>) {
    if let Some(fact) = facts::known(turn) {
        turn.rule("fact");
        turn.intent = Some(Intent::BusinessQuestion);
        return turn.say(fact);
    }
    turn.rule("unclear");
    turn.understood = false;
    turn.at_a_loss = true;
    let contact = turn.ctx.contact();
    // From the third time on it takes a person.
    turn.hand_off |= turn.state.misunderstood >= 2;
    turn.say(match turn.state.misunderstood {
        0 => Phrase::Unclear { examples: false },
        1 => Phrase::Unclear { examples: true },
        _ => Phrase::UnclearAgain { contact },
    });
}

/// Addressed in another language.
pub(crate) fn foreign_language(turn: &mut Turn<'_>) {
    turn.rule("foreign_language");
    turn.understood = false;
    turn.at_a_loss = true;
    turn.say(Phrase::EnglishOnly);
}

/// Whether the message is in another language: another script, or its commonest words and none of English.
pub(crate) fn foreign(text: &str) -> bool {
    const OTHERS: [&str; 64] = [
        // German
        "ich",
        "und",
        "bitte",
        "einen",
        "möchte",
        "der",
        "die",
        "termin",
        "für",
        "guten",
        "haben",
        "sie",
        "auch",
        "meine",
        "ist",
        "nicht", // French
        "je",
        "bonjour",
        "vous",
        "voudrais",
        "pour",
        "une",
        "les",
        "merci",
        "est",
        "avez",
        "mon",
        "demain", // Spanish
        "hola",
        "quiero",
        "una",
        "cita",
        "por",
        "favor",
        "mañana",
        "para",
        "gracias",
        "me",
        "gustaría",
        "con",
        "sobre",
        "muy",
        "cosa",
        "puedo",
        "que", // Italian
        "ciao",
        "vorrei",
        "appuntamento",
        "domani",
        "sono",
        "buongiorno",
        "grazie",
        "un", // Polish, Portuguese, Turkish, Dutch
        "dzień",
        "proszę",
        "chciałbym",
        "quero",
        "marcar",
        "olá",
        "merhaba",
        "randevu",
        "graag",
        "een",
        "afspraak",
    ];
    const ENGLISH: [&str; 24] = [
        "i",
        "the",
        "you",
        "a",
        "is",
        "to",
        "can",
        "my",
        "please",
        "for",
        "at",
        "on",
        "and",
        "book",
        "appointment",
        "what",
        "do",
        "in",
        "it",
        "of",
        "yes",
        "no",
        "have",
        "are",
    ];
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let (all, other_script) =
        letters.fold((0, 0), |(all, other), c| (all + 1, other + usize::from(u32::from(c) > 0x24F)));
    let lower = text.to_lowercase();
    let count = |known: &[&str]| {
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| known.contains(word)).count()
    };
    (count(&OTHERS) >= 2 && count(&ENGLISH) == 0) || (all > 3 && other_script * 2 > all)
}
