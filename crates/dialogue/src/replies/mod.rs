//! What is said: facts go in, words of a [`language`] come out. All templates are here and nowhere else, one folder for each
//! language.

mod confirmation;
mod english;
mod language;
mod phrase;
mod quick;
mod voice;

pub use confirmation::{CommittedRow, Confirmation};
pub(crate) use confirmation::{label, slots};
pub(crate) use language::Quick;
pub(crate) use phrase::{DayWhy, Own, Phrase, Why};
pub(crate) use quick::{quick_replies, starts};
pub(crate) use voice::Voice;
