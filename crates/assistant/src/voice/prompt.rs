//! What the chat model is told.

use std::fmt::Write as _;

use calendar::Profile;
use dialogue::Gap;

/// What it says when the facts have no answer.
pub(super) const NOT_KNOWN: &str = "I do not know.";

/// What every conversation with the model begins with: who it is, and all it may say about the business. Only that, so
/// that a model which keeps what it has read need not read it again.
#[must_use]
pub fn system_prompt(profile: &Profile) -> String {
    let mut prompt = format!(
        "You are the friendly automated assistant of {}. Answer in one or two short sentences. Never mention dates, \
         times, prices or appointments. When you are asked about the business, answer with one of these sentences, word \
         for word, or say \"{NOT_KNOWN}\"\n",
        profile.name
    );
    for fact in &profile.facts {
        // Writing to a String does not fail.
        let _ = writeln!(prompt, "- {}", fact.answer);
    }
    prompt
}

/// The person's message, and what is wanted.
pub(super) fn user_prompt(gap: Gap, message: &str) -> String {
    match gap {
        Gap::SmallTalk => message.to_owned(),
        Gap::NotKnown => format!("{message}\n(Answer with the sentence above that fits, or \"{NOT_KNOWN}\")"),
    }
}
