//! The pure turn function: state, interpretation and a view of the calendar to a new state, a reply and at most one
//! change to the calendar.
//!
//! Nothing here does I/O, reads a clock or draws random numbers, so a conversation can be replayed from its log. An
//! [`Interpretation`](protocol::Interpretation) becomes a list of acts (`acts`); each act is dealt with by a small flow
//! (`flows`), which may change the request in progress; then that request goes on to one question or one deed. All
//! words are in `replies`.
//!
//! A caller loads the state ([`State::restore`]), asks the interpreter with [`asked`], calls [`turn`] and loads what it has not
//! [`Unseen`] of the calendar until it can decide, makes the [`Effect`] and has its [`Confirmation`] render the row that was written, and keeps the state
//! ([`State::keep`]), all in one transaction. If the effect meets a conflict, it begins again with a fresh view.

mod acts;
mod counter;
mod ctx;
mod find;
mod flows;
mod heard;
mod input;
mod meaning;
mod outcome;
mod replies;
mod state;
mod trace;
mod turn;
mod why;

pub use counter::{Refusal, place};
pub use input::{Input, Unseen, View};
pub use meaning::{Meaning, Subject};
pub use outcome::{Decision, Effect, Gap, Outcome, Reply, Words};
pub use replies::{CommittedRow, Confirmation};
pub use state::{
    About, Choice, Deed, Goal, Last, MAX_CHOICES, Open, Question, Request, STATE_MAX_BYTES, State, Wanted,
    asked,
};
pub use trace::Trace;
pub use turn::{gap, turn};
