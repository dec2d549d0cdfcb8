//! What a conversation knows so far about the wanted time.

use calendar::{Allowed, Window};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::combine::{correction, narrowed};
use crate::windows::{self, Instant};
use crate::{Context, Problem, Reading, Relation, Vague, When, Why};

/// No more readings are kept from turn to turn.
const MOST_READINGS: usize = 24;

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
    pub fn narrow(&self, when: &When, ctx: &Context<'_>) -> Self {
        if when.candidates.is_empty() {
            return self.with(None, when);
        }
        let fitting = pairs(&self.wanted, &when.candidates, |known, new| narrowed(known, new, ctx));
        if fitting.is_empty() {
            return self.correct(when, ctx);
        }
        self.with(Some(fitting), when)
    }

    /// Replaces the date by a date, the time by a time, and keeps the rest: "no, make it 4".
    #[must_use]
    pub fn correct(&self, when: &When, ctx: &Context<'_>) -> Self {
        if when.candidates.is_empty() {
            return self.with(None, when);
        }
        // What is wanted now is no longer ruled out.
        let mut kept = self.clone();
        kept.excluded.retain(|out| {
            !when
                .candidates
                .iter()
                .any(|new| out.date == new.date && out.time == new.time && out.part == new.part)
        });
        let corrected = pairs(&self.wanted, &when.candidates, |known, new| Some(correction(known, new, ctx)));
        kept.with(Some(if corrected.is_empty() { when.candidates.clone() } else { corrected }), when)
    }

    /// Rules out everything said: "not in the morning", whatever role its words were given.
    #[must_use]
    pub fn exclude(&self, when: &When, _ctx: &Context<'_>) -> Self {
        let mut kept = self.clone();
        let said = when.candidates.iter().chain(&when.excluded).chain(&when.existing);
        kept.excluded.extend(said.filter(|reading| reading.has_date() || reading.has_time()).cloned());
        kept.drop_excluded();
        kept
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self, ctx: &Context<'_>) -> State {
        if let Some(problem) = self.problems.first()
            && self.wanted.iter().all(|reading| windows::is_past(reading, ctx))
        {
            return State::Problem(problem.clone());
        }
        let open: Vec<&Reading> = self.wanted.iter().filter(|reading| !self.is_excluded(reading)).collect();
        match open.as_slice() {
            [] => State::Nothing,
            [only] => single(only, self, ctx),
            several => {
                let several: Vec<Reading> = several.iter().map(|reading| (*reading).clone()).collect();
                if self.relation == Relation::Alternatives {
                    State::Choices(several)
                } else {
                    State::Ambiguous(several)
                }
            }
        }
    }

    /// The allowed times in order of preference: within the booking horizon, nothing before now, without what was
    /// excluded. Empty when nothing that was said can be had; with nothing said, everything ahead.
    #[must_use]
    pub fn allowed(&self, ctx: &Context<'_>) -> Vec<Allowed> {
        let ahead = windows::horizon(ctx);
        let everything = [Reading::default()];
        let wanted = if self.wanted.is_empty() && self.problems.is_empty() {
            &everything[..]
        } else {
            &self.wanted[..]
        };
        let holes = self.excluded.iter().flat_map(|reading| windows::holes(reading, ahead, ctx));
        let holes = Window::union(holes.collect());
        let mut allowed: Vec<Allowed> = Vec::new();
        for reading in wanted {
            for part in windows::of(reading, ahead, ctx) {
                for piece in windows::subtract(part, &holes) {
                    if !allowed.contains(&piece) {
                        allowed.push(piece);
                    }
                }
            }
        }
        allowed
    }

    fn is_excluded(&self, reading: &Reading) -> bool {
        let same =
            |out: &&Reading| out.date == reading.date && out.time == reading.time && out.part == reading.part;
        self.excluded
            .iter()
            .any(|out| same(&out) && out.end_date == reading.end_date && out.end_time == reading.end_time)
    }

    /// This with other readings and what else the message says.
    fn with(&self, wanted: Option<Vec<Reading>>, when: &When) -> Self {
        let mut next = self.clone();
        if let Some(wanted) = wanted {
            next.relation = match wanted.len() {
                0 | 1 => Relation::Single,
                _ if when.relation == Relation::Alternatives
                    || (when.relation == Relation::Single && self.relation == Relation::Alternatives) =>
                {
                    Relation::Alternatives
                }
                _ => Relation::Ambiguous,
            };
            next.wanted = wanted;
        }
        next.excluded.extend(when.excluded.iter().cloned());
        next.problems.clone_from(&when.problems);
        next.excluded.dedup();
        next.wanted.truncate(MOST_READINGS);
        let surplus = next.excluded.len().saturating_sub(MOST_READINGS);
        next.excluded.drain(..surplus);
        next
    }

    /// What is ruled out is no longer wanted, and only so much is remembered.
    fn drop_excluded(&mut self) {
        self.excluded.dedup();
        let surplus = self.excluded.len().saturating_sub(MOST_READINGS);
        self.excluded.drain(..surplus);
        let wanted = std::mem::take(&mut self.wanted);
        self.wanted = wanted.into_iter().filter(|reading| !self.is_excluded(reading)).collect();
        if self.wanted.len() < 2 {
            self.relation = Relation::Single;
        }
    }
}

/// Every known reading with every new one, as far as they go together.
fn pairs(
    known: &[Reading],
    new: &[Reading],
    join: impl Fn(&Reading, &Reading) -> Option<Reading>,
) -> Vec<Reading> {
    let nothing = [Reading::default()];
    let known = if known.is_empty() { &nothing[..] } else { known };
    let mut joined: Vec<Reading> = Vec::new();
    for new in new {
        for known in known {
            if let Some(reading) = join(known, new)
                && !joined.contains(&reading)
            {
                joined.push(reading);
            }
        }
    }
    // One reading is no longer one of several.
    if let [only] = joined.as_mut_slice() {
        only.why = None;
    }
    joined
}

fn single(reading: &Reading, constraint: &Constraint, ctx: &Context<'_>) -> State {
    if let (true, Some(date), Some(time)) = (reading.is_exact(), reading.date, reading.time) {
        let zone = reading.timezone.unwrap_or(ctx.zone);
        return match windows::instant(date, time, zone) {
            Instant::Skipped => State::Problem(Problem::Skipped { date, time, zone }),
            Instant::At(at) | Instant::Twice(at, _) if at <= ctx.now => {
                State::Problem(Problem::Past { date, time: Some(time) })
            }
            Instant::At(at) => State::Exact { at, zone },
            // The clock shows it twice: the calendar offers both.
            Instant::Twice(..) => State::Wide,
        };
    }
    let plain = reading.vague.is_none() && constraint.problems.is_empty();
    match (reading.date, reading.time) {
        (Some(date), None) if reading.is_one_day() && !reading.has_time() && plain => State::Date(date),
        (None, Some(time)) if !reading.has_date() && reading.is_one_time() => State::Time(time),
        _ if !reading.has_date()
            && !reading.has_time()
            && matches!(reading.vague, None | Some(Vague::Any)) =>
        {
            State::Nothing
        }
        _ => State::Wide,
    }
}

impl Why {
    /// Whether the choice is between days rather than hours.
    #[must_use]
    pub const fn is_about_the_day(self) -> bool {
        !matches!(self, Self::MorningOrEvening)
    }
}
