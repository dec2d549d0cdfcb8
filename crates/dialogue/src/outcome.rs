//! What a turn decides.

use calendar::FreeSlot;
use chrono_tz::Tz;
use protocol::ExtractedSlots;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Confirmation, State, Trace};

/// What a turn decides.
#[derive(Debug)]
pub struct Outcome {
    /// The state to keep, in the same transaction as the effect.
    pub state: State,
    /// What to say or do.
    pub decision: Decision,
    /// They asked for a person, or could not be understood again and again: the operator should see the session.
    pub hand_off: bool,
    /// Why.
    pub trace: Trace,
    /// What this turn had no words of its own for, if nothing else was wanted.
    pub gap: Option<Gap>,
}

/// What a turn has no words of its own for: somebody else may have better ones ([`Words`]).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// Small talk.
    SmallTalk,
    /// A question about the business that its profile does not answer.
    NotKnown,
}

/// Somebody else's words for a gap. They are said as they are: whoever hands them in has checked them, and keeps them, so
/// that the turn can be decided again.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Words {
    /// What they were found for; a turn without this gap does not say them.
    pub gap: Gap,
    /// One sentence or more.
    pub text: String,
}

/// What to say or do.
#[derive(Debug)]
pub enum Decision {
    /// Nothing changes in the calendar.
    Say(Reply),
    /// Change the calendar, then render the reply from the row that was written.
    Do {
        /// The change.
        effect: Effect,
        /// What to say once it is made, of the rows in the order of the effect; nothing may be said of it before.
        then: Confirmation,
    },
}

/// A change to the calendar, for the person of the turn.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Book.
    Book {
        /// Where and when.
        slot: FreeSlot,
        /// The service's name in the profile.
        service: String,
        /// The person's zone.
        timezone: Tz,
        /// Who it is for, if they were asked or said so.
        name: Option<String>,
    },
    /// Cancel all of these, or none.
    Cancel {
        /// Which; at least one.
        ids: Vec<Uuid>,
    },
    /// Free what it holds and take this instead, or change nothing.
    Move {
        /// Which.
        id: Uuid,
        /// Where and when.
        slot: FreeSlot,
        /// The service's name in the profile.
        service: String,
    },
}

/// What is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The words.
    pub text: String,
    /// Each a valid next message.
    pub quick_replies: Vec<String>,
    /// What is known so far.
    pub slots: ExtractedSlots,
    /// The appointment that this turn made, changed or spoke of.
    pub appointment_id: Option<Uuid>,
}
