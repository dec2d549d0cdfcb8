//! Words about time to a constraint over the calendar, with every reading kept.
//!
//! [`read`] takes words (spans that a model pointed at, or a whole message), the present, the speaker's zone and what was
//! asked, and returns a [`When`]: every reading, best first, with what is ruled out and what cannot be. [`Constraint`] adds up
//! what several messages say and turns it into windows that [`calendar::free_slots`] understands. Nothing here does I/O, reads
//! a clock or guesses: where a person would ask, there are several readings.

mod constraint;
mod context;
mod reading;
mod when;

pub use constraint::{Constraint, State};
pub use context::{Context, Phrase};
pub use reading::{Anchor, Grain, Half, Open, Part, Reading, Vague, Why};
pub use when::{Problem, Relation, When};

/// Reads words about time. `zone_words` are words that name a time zone and stand elsewhere in the message; zones inside the
/// phrases are found as well.
#[must_use]
pub fn read(_phrases: &[Phrase<'_>], _zone_words: &[&str], _ctx: &Context<'_>) -> When {
    When { none: true, ..When::default() }
}

/// The zone that words name: a city, an abbreviation or an offset ("London time", "EST", "UTC+2").
#[must_use]
pub fn zone(_words: &str) -> Option<chrono_tz::Tz> {
    None
}
