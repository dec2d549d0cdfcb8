//! Wall time and instants.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::Window;

/// Every instant at which the zone's clocks show a time in `from..to`: nothing for times that a change of the clocks
/// leaves out, two windows (or one longer) for times that they show twice.
#[must_use]
pub fn wall_windows(zone: Tz, from: NaiveDateTime, to: NaiveDateTime) -> Vec<Window> {
    // No zone is more than a day away from UTC.
    let start = from.checked_sub_signed(TimeDelta::days(1)).unwrap_or(NaiveDateTime::MIN);
    let end = to.checked_add_signed(TimeDelta::days(1)).unwrap_or(NaiveDateTime::MAX);
    let runs = offset_runs(zone, Window::new(start.and_utc(), end.and_utc()));
    Window::union(runs.iter().filter_map(|run| run.instants(from, to)).collect())
}

/// A stretch in which a zone keeps one offset: inside it, wall time and instants correspond one to one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OffsetRun {
    pub(crate) window: Window,
    /// Wall time minus UTC.
    offset: TimeDelta,
}

impl OffsetRun {
    /// The instants of this run at which clocks show a time in `from..to`.
    pub(crate) fn instants(&self, from: NaiveDateTime, to: NaiveDateTime) -> Option<Window> {
        Window::new(self.instant(from)?, self.instant(to)?).intersection(&self.window)
    }

    /// When clocks with this run's offset show that time, be it inside the run or not.
    pub(crate) fn instant(&self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        Some(wall.checked_sub_signed(self.offset)?.and_utc())
    }

    /// Every date that clocks show in this run, in order.
    pub(crate) fn dates(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let date =
            |instant: DateTime<Utc>| instant.naive_utc().checked_add_signed(self.offset).map(|at| at.date());
        let last = date(self.window.end);
        let first = date(self.window.start);
        first.into_iter().flat_map(|first| first.iter_days()).take_while(move |date| Some(*date) <= last)
    }
}

/// The date that clocks in the zone show.
pub(crate) fn date_in(zone: Tz, instant: DateTime<Utc>) -> NaiveDate {
    let utc = instant.naive_utc();
    utc.checked_add_signed(offset_at(zone, instant)).unwrap_or(utc).date()
}

/// No zone goes to another offset and back within this time.
const STEP: TimeDelta = TimeDelta::days(1);

/// The window, cut where the zone's offset changes, in order.
pub(crate) fn offset_runs(zone: Tz, window: Window) -> Vec<OffsetRun> {
    let mut runs = Vec::new();
    let mut start = window.start;
    while start < window.end {
        let offset = offset_at(zone, start);
        let end = run_end(zone, offset, Window::new(start, window.end));
        runs.push(OffsetRun { window: Window::new(start, end), offset });
        start = end;
    }
    runs
}

/// The first instant of the window at which the offset is another than the one it begins with, or its end.
fn run_end(zone: Tz, offset: TimeDelta, window: Window) -> DateTime<Utc> {
    let mut same = window.start;
    while same < window.end {
        let next = same.checked_add_signed(STEP).map_or(window.end, |next| next.min(window.end));
        if offset_at(zone, next) != offset {
            return change_between(zone, offset, same, next);
        }
        same = next;
    }
    window.end
}

/// When the offset changes, given that it is `offset` at `same` and another at `other`.
fn change_between(zone: Tz, offset: TimeDelta, same: DateTime<Utc>, other: DateTime<Utc>) -> DateTime<Utc> {
    // Zones change at whole seconds.
    let (mut low, mut high) = (same.timestamp(), other.timestamp());
    while high - low > 1 {
        let middle = i64::midpoint(low, high);
        match DateTime::from_timestamp(middle, 0) {
            Some(instant) if offset_at(zone, instant) != offset => high = middle,
            _ => low = middle,
        }
    }
    DateTime::from_timestamp(high, 0).unwrap_or(other)
}

/// Wall time minus UTC at the instant.
fn offset_at(zone: Tz, instant: DateTime<Utc>) -> TimeDelta {
    let offset = zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
    TimeDelta::seconds(i64::from(offset.local_minus_utc()))
}
