//! What is said: facts go in, English comes out. All templates are here and nowhere else.

mod ask;
mod confirmation;
mod english;
mod phrase;
mod voice;

pub(crate) use ask::{ask, quick_replies, starts};
pub use confirmation::{CommittedRow, Confirmation};
pub(crate) use confirmation::{label, slots};
pub(crate) use english::say;
pub(crate) use phrase::{DayWhy, Own, Phrase, Why};
pub(crate) use voice::{Voice, list};
