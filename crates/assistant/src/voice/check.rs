//! The check of what a chat model says, before anybody sees it.
//!
//! A model may be wrong about everything, so nothing it says is believed. A sentence passes if it is one of the
//! profile's facts, or if it claims nothing: no figure, no time, no money, no way to reach anybody, nothing about the
//! business, nothing done and nothing promised. Rather a harmless sentence too many is refused than a false one shown:
//! refusing costs nothing but variety, since there is always the deterministic answer.

use dialogue::Gap;
use serde::{Deserialize, Serialize};

use super::facts::{Facts, words};
use super::words::{AGREEMENT, COURTESY, ECHO, HARMLESS, OPENING_AGREEMENT, TOGETHER, WORDS};

/// The longest sentence that may pass, in characters.
const MAX_CHARS: usize = 240;

/// Why a sentence may not be said.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// A number, in figures or words.
    Figure,
    /// A date, a time, a part of the day or of the year.
    Time,
    /// Prices and payment.
    Money,
    /// A way to reach somebody, or a place.
    Contact,
    /// Something done to an appointment, or to anything else.
    Deed,
    /// What is free, and when it is open.
    Availability,
    /// Something about the business that is not among its facts.
    Business,
    /// Something that somebody will do.
    Promise,
    /// What the assistant is or is not.
    Person,
    /// Advice that is not ours to give.
    Advice,
    /// Other letters than English has, markup, or too long.
    Strange,
    /// Yes or no, or a mere echo: it would claim whatever the message does.
    Agreement,
    /// Not an answer from the facts, where only those will do.
    NotAFact,
    /// The model says that it does not know.
    NotKnown,
}

/// What a sentence that passed is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Passed {
    /// One of the facts.
    Fact,
    /// Claims nothing.
    Harmless,
}

/// Checks one sentence that would answer a message of this kind.
///
/// # Errors
/// [`Refusal`], the first that was found.
pub fn check(sentence: &str, gap: Gap, facts: &Facts) -> Result<Passed, Refusal> {
    let figures = sentence.chars().any(char::is_numeric);
    if sentence.chars().count() > MAX_CHARS {
        return Err(Refusal::Strange);
    }
    if facts.contain(sentence, figures) {
        return Ok(Passed::Fact);
    }
    let words = words(sentence);
    match gap {
        Gap::NotKnown if says_not_known(&words) => Err(Refusal::NotKnown),
        Gap::NotKnown
            if words.iter().all(|word| COURTESY.split_whitespace().any(|polite| polite == word)) =>
        {
            harmless(sentence, &words, facts)
        }
        Gap::NotKnown => Err(claim(sentence, &words, facts).unwrap_or(Refusal::NotAFact)),
        Gap::SmallTalk => harmless(sentence, &words, facts),
    }
}

fn harmless(sentence: &str, words: &[String], facts: &Facts) -> Result<Passed, Refusal> {
    claim(sentence, words, facts).map_or(Ok(Passed::Harmless), Err)
}

/// What the sentence claims, if anything.
fn claim(sentence: &str, words: &[String], facts: &Facts) -> Option<Refusal> {
    if sentence.chars().any(char::is_numeric) {
        return Some(Refusal::Figure);
    }
    if strange(sentence, words) {
        return Some(Refusal::Strange);
    }
    if sentence.contains(['$', '€', '£', '%']) {
        return Some(Refusal::Money);
    }
    let mut text = format!(" {} ", words.join(" "));
    for harmless in HARMLESS {
        text = text.replace(&format!(" {harmless} "), " , ");
    }
    let together = TOGETHER.iter().find(|(_, phrase)| text.contains(&format!(" {phrase} ")));
    if let Some((refusal, _)) = together {
        return Some(*refusal);
    }
    if agrees(sentence, words) {
        return Some(Refusal::Agreement);
    }
    // A word with marks in it counts as a whole, in its parts, and without the marks: "well-booked", "to-morrow".
    text.split_whitespace().find_map(|word| {
        let parts = word.split(|c: char| !c.is_alphabetic()).filter(|part| part.len() > 1);
        let bare: String = word.chars().filter(|c| c.is_alphabetic()).collect();
        // Of "I'm" and "don't" the parts mean nothing.
        let parts = parts.filter(|_| !word.contains('\''));
        std::iter::once(word)
            .chain([bare.as_str()])
            .chain(parts)
            .find_map(|form| refused(form).or_else(|| facts.name(form).then_some(Refusal::Business)))
    })
}

/// Whether it says yes or no, or repeats no more than who and whether.
fn agrees(sentence: &str, words: &[String]) -> bool {
    let among = |list: &str, word: &String| list.split_whitespace().any(|entry| entry == word);
    words.first().is_some_and(|word| among(OPENING_AGREEMENT, word))
        || words.iter().any(|word| among(AGREEMENT, word))
        || (!sentence.ends_with('?') && words.iter().all(|word| among(ECHO, word)))
}

/// Whether the message speaks of deeds, prices or what is free, or has figures in it: agreement with it, however it is put,
/// could be taken for a claim.
pub(super) fn speaks_of_business(message: &str) -> bool {
    let weighty = |word: &String| {
        word.split(|c: char| !c.is_alphabetic())
            .any(|part| matches!(refused(part), Some(Refusal::Deed | Refusal::Money | Refusal::Availability)))
    };
    message.chars().any(char::is_numeric) || words(message).iter().any(weighty)
}

fn refused(word: &str) -> Option<Refusal> {
    let is = |entry: &str| match entry.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => word == entry,
    };
    WORDS.iter().find(|(_, list)| list.split_whitespace().any(is)).map(|(refusal, _)| *refusal)
}

/// Nothing that is not plain English can be checked by lists of English words.
fn strange(sentence: &str, words: &[String]) -> bool {
    let odd = |c: char| !(c.is_ascii_alphabetic() || " .,!?'\"-’‘“”–—…$€£%".contains(c));
    // "t o m o r r o w", "a.t n.o.o.n", "w w w".
    let loose =
        words.iter().filter(|word| word.chars().count() == 1 && !matches!(word.as_str(), "a" | "i")).count();
    let pointed = words.iter().any(|word| word.contains(['.', ':', ';', ',', '!', '?', '"']));
    let shouted = sentence.chars().filter(char::is_ascii_uppercase).count() > 12;
    words.is_empty() || sentence.chars().any(odd) || loose > 0 || pointed || shouted
}

fn says_not_known(words: &[String]) -> bool {
    const WAYS: [&str; 8] = [
        " i do not know ",
        " i don't know ",
        " i'm not sure ",
        " i am not sure ",
        " not have ",
        " don't have ",
        " no information ",
        " unable to ",
    ];
    let text = format!(" {} ", words.join(" "));
    WAYS.iter().any(|way| text.contains(way))
}
