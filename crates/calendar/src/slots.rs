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
    let calendar = Calendar::of(request);
    let mut slots = Vec::new();
    for wanted in start_windows(allowed, service, bookable) {
        let reach = wanted.end.checked_add_signed(service.duration()).unwrap_or(wanted.end);
        for hours in open_windows(profile, Window::new(wanted.start, reach)) {
            let starts = starts_within(hours, service).and_then(|starts| starts.intersection(&wanted));
            for start in starts.into_iter().flat_map(|starts| grid(profile, starts)) {
                let Some(end) = start.checked_add_signed(service.duration()) else { continue };
                if let Some(resource) = calendar.free_resource(Window::new(start, end), service) {
                    slots.push(FreeSlot { start, end, resource: resource.to_owned() });
                }
            }
        }
    }
    slots
}

/// When an appointment may start to satisfy any of the `allowed` times, as windows in order and apart.
fn start_windows(allowed: &[Allowed], service: &Service, bookable: Window) -> Vec<Window> {
    let starts = allowed.iter().filter_map(|allowed| match *allowed {
        Allowed::At(start) => up_to(start, start),
        Allowed::Starting(window) => Some(window),
        Allowed::Within(window) => starts_within(window, service),
    });
    Window::union(starts.filter_map(|window| window.intersection(&bookable)).collect())
}

/// When an appointment may start to be over by the end of the window.
fn starts_within(window: Window, service: &Service) -> Option<Window> {
    up_to(window.start, window.end.checked_sub_signed(service.duration())?)
}

/// The window with `last` inside; the end of a window is not.
fn up_to(start: DateTime<Utc>, last: DateTime<Utc>) -> Option<Window> {
    Some(Window::new(start, last.checked_add_signed(TimeDelta::nanoseconds(1))?))
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

/// What is taken, as cells and not as instants, so that a slot is free exactly if its claims can be made.
struct Calendar<'a> {
    person: Taken,
    /// In the profile's order.
    resources: Vec<(&'a str, Taken)>,
}

impl<'a> Calendar<'a> {
    fn of(request: &Request<'a>) -> Self {
        let mut by_key: HashMap<&str, Vec<Range<i64>>> = HashMap::new();
        for busy in request.busy {
            let moved = request.moving.is_some() && busy.appointment == request.moving;
            if !moved && !busy.window.is_empty() {
                by_key.entry(&busy.key).or_default().push(claims::cells(busy.window));
            }
        }
        let mut taken = |key: &str| Taken::new(by_key.remove(key).unwrap_or_default());
        let person = taken(&claims::user_key(request.person));
        let resources = request.profile.booking.resources.iter();
        Self { person, resources: resources.map(|name| (name.as_str(), taken(name))).collect() }
    }

    /// The first resource that can take the appointment, if the person is free.
    fn free_resource(&self, appointment: Window, service: &Service) -> Option<&'a str> {
        let (held, own) = claims::cells_of_appointment(appointment, service.buffer());
        if self.person.meets(&own) {
            return None;
        }
        self.resources.iter().find(|(_, taken)| !taken.meets(&held)).map(|(name, _)| *name)
    }
}

/// The cells that one holder has, as ranges in order and apart.
struct Taken(Vec<Range<i64>>);

impl Taken {
    fn new(mut cells: Vec<Range<i64>>) -> Self {
        cells.sort_unstable_by_key(|range| range.start);
        cells.dedup_by(|next, kept| {
            let joined = next.start <= kept.end;
            if joined {
                kept.end = kept.end.max(next.end);
            }
            joined
        });
        Self(cells)
    }

    /// Whether any of the cells is taken.
    fn meets(&self, cells: &Range<i64>) -> bool {
        let not_over_yet = self.0.partition_point(|range| range.end <= cells.start);
        self.0.get(not_over_yet).is_some_and(|range| range.start < cells.end)
    }
}
