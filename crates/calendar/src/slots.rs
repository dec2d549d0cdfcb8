//! Free slots.

use std::collections::HashMap;
use std::ops::Range;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::zone::offset_runs;
use crate::{Profile, Service, Window, claims, open_windows};

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
    let Request { profile, service, .. } = *request;
    let bookable = profile.bookable(request.now);
    let taken = Taken::of(request);
    let mut slots = Vec::new();
    for wanted in start_windows(allowed, service, bookable) {
        let reach = wanted.end.checked_add_signed(service.duration()).unwrap_or(wanted.end);
        let open = open_windows(profile, Window::new(wanted.start, reach));
        for start in grid(profile, wanted) {
            let Some(end) = start.checked_add_signed(service.duration()) else { continue };
            let appointment = Window::new(start, end);
            let not_closed_yet = open.partition_point(|hours| hours.end <= start);
            if !open.get(not_closed_yet).is_some_and(|hours| hours.covers(&appointment)) {
                continue;
            }
            if let Some(resource) = taken.free_resource(profile, service, appointment) {
                slots.push(FreeSlot { start, end, resource: resource.to_owned() });
            }
        }
    }
    slots
}

/// When an appointment may start to satisfy any of the `allowed` times, as windows in order and apart.
fn start_windows(allowed: &[Allowed], service: &Service, bookable: Window) -> Vec<Window> {
    let up_to = |start, last: DateTime<Utc>| {
        // The end of a window is exclusive, the last start is not.
        Some(Window::new(start, last.checked_add_signed(TimeDelta::nanoseconds(1))?))
    };
    let starts = allowed.iter().filter_map(|allowed| match *allowed {
        Allowed::At(start) => up_to(start, start),
        Allowed::Starting(window) => Some(window),
        Allowed::Within(window) => up_to(window.start, window.end.checked_sub_signed(service.duration())?),
    });
    Window::union(starts.filter_map(|window| window.intersection(&bookable)).collect())
}

/// Every possible start in the window as far as the wall clock goes, in order.
fn grid(profile: &Profile, window: Window) -> impl Iterator<Item = DateTime<Utc>> {
    let step = profile.booking.start_every_minutes.max(1);
    offset_runs(profile.timezone, window).into_iter().flat_map(move |run| {
        run.dates().flat_map(move |date| {
            let midnight = run.instant(date.and_time(NaiveTime::MIN));
            let minutes = (0..MINUTES_OF_DAY).step_by(step as usize);
            minutes
                .filter_map(move |minute| midnight?.checked_add_signed(TimeDelta::minutes(minute)))
                .filter(move |start| run.window.contains(*start))
        })
    })
}

const MINUTES_OF_DAY: i64 = 24 * 60;

/// What is taken, by holder, as cells in order and apart: a slot is free exactly if its claims can be made.
struct Taken<'a> {
    by_key: HashMap<&'a str, Vec<Range<i64>>>,
    person: String,
}

impl<'a> Taken<'a> {
    fn of(request: &Request<'a>) -> Self {
        let mut by_key: HashMap<&str, Vec<Range<i64>>> = HashMap::new();
        for busy in request.busy {
            let moved = request.moving.is_some() && busy.appointment == request.moving;
            if !moved && !busy.window.is_empty() {
                by_key.entry(busy.key.as_str()).or_default().push(claims::cells(busy.window));
            }
        }
        for cells in by_key.values_mut() {
            cells.sort_unstable_by_key(|range| range.start);
            cells.dedup_by(|next, kept| {
                let joined = next.start <= kept.end;
                if joined {
                    kept.end = kept.end.max(next.end);
                }
                joined
            });
        }
        Self { by_key, person: claims::user_key(request.person) }
    }

    /// The first resource that can take the appointment, if the person is free.
    fn free_resource<'p>(
        &self,
        profile: &'p Profile,
        service: &Service,
        appointment: Window,
    ) -> Option<&'p str> {
        let (held, own) = claims::cells_of_appointment(appointment, service.buffer());
        if !self.is_free(&self.person, &own) {
            return None;
        }
        profile.booking.resources.iter().map(String::as_str).find(|resource| self.is_free(resource, &held))
    }

    fn is_free(&self, key: &str, cells: &Range<i64>) -> bool {
        let Some(taken) = self.by_key.get(key) else { return true };
        let not_over_yet = taken.partition_point(|range| range.end <= cells.start);
        taken.get(not_over_yet).is_none_or(|range| cells.end <= range.start)
    }
}
