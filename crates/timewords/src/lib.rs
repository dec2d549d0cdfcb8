//! Words about time to a constraint over the calendar, with every reading kept.
//!
//! [`read`] takes words (spans that a model pointed at, or a whole message), the present, the speaker's zone and what was
//! asked, and returns a [`When`]: every reading, best first, with what is ruled out and what cannot be. [`Constraint`] adds up
//! what several messages say and turns it into windows that [`calendar::free_slots`] understands. Nothing here does I/O, reads
//! a clock or guesses: where a person would ask, there are several readings.

mod assemble;
mod combine;
mod constraint;
mod context;
mod grammar;
mod lex;
mod read;
mod reading;
mod resolve;
mod syntax;
mod when;
mod windows;
mod zone;

pub use constraint::{Constraint, State};
pub use context::{Context, Phrase};
pub use read::read;
pub use reading::{Anchor, Grain, Half, Open, Part, Reading, Vague, Why};
pub use when::{Problem, Relation, When};
pub use zone::zone;
