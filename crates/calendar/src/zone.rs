//! Where a zone's offset from UTC changes.

use chrono::{DateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::Window;

/// A stretch in which a zone keeps one offset: inside it, wall time and instants correspond one to one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OffsetRun {
    pub(crate) window: Window,
    /// Wall time minus UTC.
    pub(crate) offset: TimeDelta,
}

/// No zone has changed its offset twice within this time and come back to the same one.
const STEP: TimeDelta = TimeDelta::hours(24);

/// The window cut where the zone's offset changes, in order.
pub(crate) fn offset_runs(zone: Tz, window: Window) -> Vec<OffsetRun> {
    let mut runs = Vec::new();
    let mut start = window.start;
    let mut at = start;
    while start < window.end {
        let offset = offset_at(zone, start);
        let end = loop {
            let next = at.checked_add_signed(STEP).unwrap_or(window.end).min(window.end);
            if offset_at(zone, next) != offset {
                break change_between(zone, at, next);
            }
            at = next;
            if at >= window.end {
                break window.end;
            }
        };
        runs.push(OffsetRun { window: Window::new(start, end.min(window.end)), offset });
        start = end;
        at = end;
    }
    runs
}

/// The first instant with another offset than `before` has, given that `after` has another.
fn change_between(zone: Tz, before: DateTime<Utc>, after: DateTime<Utc>) -> DateTime<Utc> {
    let offset = offset_at(zone, before);
    // Zones change at whole seconds.
    let (mut same, mut other) = (before.timestamp(), after.timestamp());
    while other - same > 1 {
        let middle = i64::midpoint(same, other);
        match DateTime::from_timestamp(middle, 0) {
            Some(instant) if offset_at(zone, instant) != offset => other = middle,
            _ => same = middle,
        }
    }
    DateTime::from_timestamp(other, 0).unwrap_or(after)
}

/// Wall time minus UTC at the instant.
fn offset_at(zone: Tz, instant: DateTime<Utc>) -> TimeDelta {
    let offset = zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
    TimeDelta::seconds(i64::from(offset.local_minus_utc()))
}
