//! What a conversation knows so far about the wanted time.

use calendar::Allowed;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{Context, Problem, Reading, Relation, When};

/// What a conversation knows so far about the wanted time. Serialisable; never holds more than a few readings.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Constraint {
    /// Every reading still possible, best first.
    pub wanted: Vec<Reading>,
    /// Whether those are meanings or choices.
    pub relation: Relation,
    /// What has been ruled out.
    pub excluded: Vec<Reading>,
    /// What was said last and cannot be.
    pub problems: Vec<Problem>,
}

/// How far a constraint has come.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Nothing was said about the time.
    Nothing,
    /// What was said cannot be: explain it and ask again.
    Problem(Problem),
    /// The words have several meanings: ask which.
    Ambiguous(Vec<Reading>),
    /// The person gave several choices.
    Choices(Vec<Reading>),
    /// One day is known, no time.
    Date(NaiveDate),
    /// One time of day is known, no day.
    Time(NaiveTime),
    /// One instant: it can be booked.
    Exact {
        /// The instant.
        at: DateTime<Utc>,
        /// The zone its words were read in.
        zone: Tz,
    },
    /// Ranges or vague words: several starts fit.
    Wide,
}

impl Constraint {
    /// What one message says.
    #[must_use]
    pub fn from_when(when: &When) -> Self {
        Self {
            wanted: when.candidates.clone(),
            relation: when.relation,
            excluded: when.excluded.clone(),
            problems: when.problems.clone(),
        }
    }

    /// Adds what was said now to what is known: "Friday" … "after 2". What contradicts it replaces it.
    #[must_use]
    pub fn narrow(&self, when: &When, _ctx: &Context<'_>) -> Self {
        let _ = when;
        self.clone()
    }

    /// Replaces the date by a date, the time by a time, and keeps the rest: "no, make it 4".
    #[must_use]
    pub fn correct(&self, when: &When, _ctx: &Context<'_>) -> Self {
        let _ = when;
        self.clone()
    }

    /// Rules out everything said: "not in the morning", whatever role its words were given.
    #[must_use]
    pub fn exclude(&self, when: &When, _ctx: &Context<'_>) -> Self {
        let _ = when;
        self.clone()
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self, _ctx: &Context<'_>) -> State {
        State::Nothing
    }

    /// The allowed times in order of preference: within the booking horizon, nothing before now, without what was
    /// excluded. Empty when nothing that was said can be had; with nothing said, everything ahead.
    #[must_use]
    pub fn allowed(&self, _ctx: &Context<'_>) -> Vec<Allowed> {
        Vec::new()
    }
}
