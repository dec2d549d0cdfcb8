//! Free slots.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Profile, Service, Window};

/// A part of the wanted time.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowed {
    /// The appointment starts at this very instant.
    At(DateTime<Utc>),
    /// The appointment starts inside the window.
    Starting(Window),
    /// The whole appointment, without its buffer, lies inside the window.
    Within(Window),
}

/// Time that a resource or a person no longer has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Busy {
    /// A resource's name, or a person's key ([`crate::claims::user_key`]).
    pub key: String,
    /// The time as claimed: with the buffer for a resource, without for a person.
    pub window: Window,
    /// The appointment that claims it; `None` for what the operator blocked.
    pub appointment: Option<Uuid>,
}

/// A place for an appointment.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct FreeSlot {
    /// When the appointment would start, UTC.
    pub start: DateTime<Utc>,
    /// When it would end (exclusive), UTC, without the buffer.
    pub end: DateTime<Utc>,
    /// What it would take, by the name in the profile.
    pub resource: String,
}

impl FreeSlot {
    /// The time of the appointment, without the buffer.
    #[must_use]
    pub const fn window(&self) -> Window {
        Window::new(self.start, self.end)
    }
}

/// Who wants what, and what is already taken.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The business.
    pub profile: &'a Profile,
    /// What is to be booked.
    pub service: &'a Service,
    /// Who the appointment is for; their own appointments may not overlap.
    pub person: Uuid,
    /// What is taken, of the resources and of the person, wherever it touches the wanted time; in any order.
    pub busy: &'a [Busy],
    /// The appointment that is being moved: what it holds counts as free.
    pub moving: Option<Uuid>,
    /// The present.
    pub now: DateTime<Utc>,
}

/// The free slots in any of the `allowed` times, in order of their start: one for each start, on the first free
/// resource in the profile's order.
///
/// A slot starts on the wall-clock grid of the profile, not before the minimum notice and not past the horizon, lies
/// inside opening hours (the buffer may pass closing) and overlaps nothing that its resource or the person has.
#[must_use]
pub fn free_slots(request: &Request<'_>, allowed: &[Allowed]) -> Vec<FreeSlot> {
    let _ = (request, allowed);
    Vec::new()
}
