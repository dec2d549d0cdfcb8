//! What an appointment holds: cells of five minutes that the database lets nobody hold twice.
//!
//! A cell is five minutes of UTC counted from the Unix epoch, whatever the profile says, so that changing the profile
//! never changes what is already claimed. The holder is a resource, or a person under [`user_key`].

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{FreeSlot, Window};

/// How long a cell is, in minutes. Hours, starts, durations and buffers are multiples of it.
pub const CELL_MINUTES: i64 = 5;

/// What a person's own key begins with; no resource's name does.
pub(crate) const USER_PREFIX: &str = "user:";

const CELL_SECONDS: i64 = CELL_MINUTES * 60;

/// The key under which a person's own time is claimed, `user:<id>`.
#[must_use]
pub fn user_key(user: Uuid) -> String {
    format!("{USER_PREFIX}{user}")
}

/// The cell that the instant lies in; negative before 1970.
#[must_use]
pub fn cell_of(instant: DateTime<Utc>) -> i64 {
    instant.timestamp().div_euclid(CELL_SECONDS)
}

/// When the cell begins; `None` outside the years that chrono can hold.
#[must_use]
pub fn cell_start(cell: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(cell.checked_mul(CELL_SECONDS)?, 0)
}

/// Every cell that the window touches; none if it is empty.
#[must_use]
pub fn cells(window: Window) -> Range<i64> {
    let first = cell_of(window.start);
    if window.is_empty() {
        return first..first;
    }
    let last = cell_of(window.end);
    let past_end = if cell_start(last) == Some(window.end) { last } else { last + 1 };
    first..past_end
}

/// The cells that one holder needs for an appointment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claim {
    /// A resource's name or a person's [`user_key`].
    pub key: String,
    /// The cells held.
    pub cells: Range<i64>,
}

/// What an appointment in this slot claims: its resource until the buffer is over, the person until it ends.
#[must_use]
pub fn of_slot(slot: &FreeSlot, buffer: TimeDelta, person: Uuid) -> [Claim; 2] {
    let (held, own) = cells_of_appointment(slot.window(), buffer);
    [Claim { key: slot.resource.clone(), cells: held }, Claim { key: user_key(person), cells: own }]
}

/// The cells that an appointment needs of its resource, and of its person.
pub(crate) fn cells_of_appointment(appointment: Window, buffer: TimeDelta) -> (Range<i64>, Range<i64>) {
    let cleared = appointment.end.checked_add_signed(buffer).unwrap_or(appointment.end);
    (cells(Window::new(appointment.start, cleared)), cells(appointment))
}
