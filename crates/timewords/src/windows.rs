//! Readings as windows of instants.

use calendar::{Allowed, Window};
use chrono::{
    DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday,
};
use chrono_tz::Tz;

use crate::{Anchor, Context, Half, Open, Part, Reading, Vague};

/// What a wall time is as an instant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Instant {
    At(DateTime<Utc>),
    /// The clocks are put back over it.
    Twice(DateTime<Utc>, DateTime<Utc>),
    /// The clocks are put forward over it.
    Skipped,
}

/// A wall time as an instant.
pub(crate) fn instant(date: NaiveDate, time: NaiveTime, zone: Tz) -> Instant {
    match date.and_time(time).and_local_timezone(zone) {
        MappedLocalTime::Single(at) => Instant::At(at.to_utc()),
        MappedLocalTime::Ambiguous(first, second) => Instant::Twice(first.to_utc(), second.to_utc()),
        MappedLocalTime::None => Instant::Skipped,
    }
}

/// The first instant at which the wall clock shows this time or, in a gap, a later one.
fn from_wall(wall: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let hours = (0..=48).map(|quarters| wall + TimeDelta::minutes(15 * quarters));
    hours.filter_map(|wall| wall.and_local_timezone(zone).earliest()).next().map(|at| at.to_utc())
}

/// The last instant before which the wall clock shows this time: the later one, where it is shown twice.
fn to_wall(wall: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    wall.and_local_timezone(zone).latest().map(|at| at.to_utc()).or_else(|| from_wall(wall, zone))
}

/// From now to the last day that can be booked, where the business is.
pub(crate) fn horizon(ctx: &Context<'_>) -> Window {
    let zone = ctx.profile.timezone;
    let days = i64::from(ctx.profile.booking.horizon_days.min(3660)) + 1;
    let last = ctx.now.with_timezone(&zone).date_naive() + TimeDelta::days(days);
    let end = from_wall(last.and_time(NaiveTime::MIN), zone).unwrap_or(ctx.now);
    Window::new(ctx.now, end.max(ctx.now))
}

/// Whether all of a reading lies before now.
pub(crate) fn is_past(reading: &Reading, ctx: &Context<'_>) -> bool {
    let Some((_, last)) = days(reading, horizon(ctx), ctx) else { return false };
    let zone = reading.timezone.unwrap_or(ctx.zone);
    match hours(reading, last, zone) {
        Some(Hours::At(instants)) => instants.iter().all(|at| *at <= ctx.now),
        Some(Hours::Starting(window) | Hours::Within(window)) => window.end <= ctx.now,
        None => false,
    }
}

/// The times that a reading allows, in order of preference, from now on.
pub(crate) fn of(reading: &Reading, ahead: Window, ctx: &Context<'_>) -> Vec<Allowed> {
    let zone = reading.timezone.unwrap_or(ctx.zone);
    let mut allowed = Vec::new();
    let cut = |window: Window| window.intersection(&ahead);
    for day in each_day(reading, ahead, ctx) {
        match hours(reading, day, zone) {
            Some(Hours::At(instants)) => {
                let ahead = instants.into_iter().filter(|at| ahead.contains(*at)).map(Allowed::At);
                if reading.approximate {
                    let around = ahead.clone().collect::<Vec<_>>();
                    allowed.extend(ahead);
                    allowed.extend(around.iter().filter_map(|at| {
                        match at {
                            Allowed::At(at) => {
                                cut(Window::new(*at - APPROXIMATE, *at + APPROXIMATE + TimeDelta::minutes(1)))
                                    .map(Allowed::Starting)
                            }
                            _ => None,
                        }
                    }));
                } else {
                    allowed.extend(ahead);
                }
            }
            Some(Hours::Starting(window)) => allowed.extend(cut(window).map(Allowed::Starting)),
            Some(Hours::Within(window)) => allowed.extend(cut(window).map(Allowed::Within)),
            None => {}
        }
    }
    join(allowed)
}

/// "around 3" reaches an hour to either side.
const APPROXIMATE: TimeDelta = TimeDelta::hours(1);

/// What a reading rules out: starts inside these windows. Without a day, on every day; a weekday alone, on every such day.
pub(crate) fn holes(reading: &Reading, ahead: Window, ctx: &Context<'_>) -> Vec<Window> {
    let weekly = match reading.anchor {
        Some(anchor @ (Anchor::Weekday(_) | Anchor::Workdays | Anchor::Weekends)) => {
            Reading { date: None, end_date: None, anchor: Some(anchor), ..reading.clone() }
        }
        _ => reading.clone(),
    };
    let zone = reading.timezone.unwrap_or(ctx.zone);
    let windows = each_day(&weekly, ahead, ctx).into_iter().flat_map(|day| match hours(&weekly, day, zone) {
        Some(Hours::At(instants)) => {
            // "not at 3" rules out that start only.
            instants.into_iter().map(|at| Window::new(at, at + TimeDelta::minutes(1))).collect()
        }
        Some(Hours::Starting(window) | Hours::Within(window)) => vec![window],
        None => Vec::new(),
    });
    Window::union(windows.filter_map(|window| window.intersection(&ahead)).collect())
}

/// An allowed time without the holes.
pub(crate) fn subtract(allowed: Allowed, holes: &[Window]) -> Vec<Allowed> {
    match allowed {
        Allowed::At(at) => {
            if holes.iter().any(|hole| hole.contains(at)) {
                Vec::new()
            } else {
                vec![allowed]
            }
        }
        Allowed::Starting(window) => without(window, holes).into_iter().map(Allowed::Starting).collect(),
        Allowed::Within(window) => without(window, holes).into_iter().map(Allowed::Within).collect(),
    }
}

fn without(window: Window, holes: &[Window]) -> Vec<Window> {
    let mut pieces = Vec::new();
    let mut from = window.start;
    for hole in holes.iter().filter(|hole| hole.overlaps(&window)) {
        pieces.push(Window::new(from, hole.start));
        from = from.max(hole.end);
    }
    pieces.push(Window::new(from, window.end));
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Touching windows of one kind as one, as long as they follow each other.
fn join(allowed: Vec<Allowed>) -> Vec<Allowed> {
    let mut joined: Vec<Allowed> = Vec::new();
    for next in allowed {
        if let (Some(Allowed::Starting(last)), Allowed::Starting(window)) = (joined.last_mut(), next)
            && last.end == window.start
        {
            last.end = window.end;
            continue;
        }
        joined.push(next);
    }
    joined
}

/// The first and last day that a reading allows.
fn days(reading: &Reading, ahead: Window, ctx: &Context<'_>) -> Option<(NaiveDate, NaiveDate)> {
    let zone = reading.timezone.unwrap_or(ctx.zone);
    let first = ahead.start.with_timezone(&zone).date_naive();
    let far = ahead.end.with_timezone(&zone).date_naive();
    let excluded = TimeDelta::days(i64::from(reading.boundary_excluded));
    let timed = reading.has_time();
    Some(match (reading.date, reading.end_date) {
        // Over midnight it is one night, not two days.
        (Some(from), Some(to))
            if reading.end_time.zip(reading.time).is_some_and(|(end, start)| end <= start) =>
        {
            (from, to.pred_opt()?.max(from))
        }
        (Some(from), Some(to)) => (from, to),
        (Some(from), None) if reading.open == Some(Open::After) && !timed => (from + excluded, far),
        (Some(day), None) => (day, day),
        (None, Some(to)) => (first, to - excluded),
        (None, None) => (first, far),
    })
}

fn each_day(reading: &Reading, ahead: Window, ctx: &Context<'_>) -> Vec<NaiveDate> {
    let Some((first, last)) = days(reading, ahead, ctx) else { return Vec::new() };
    let zone = reading.timezone.unwrap_or(ctx.zone);
    // A night begins the day before.
    let today = ahead.start.with_timezone(&zone).date_naive() - TimeDelta::days(1);
    let far = ahead.end.with_timezone(&zone).date_naive();
    let fits = |date: &NaiveDate| match (reading.anchor, reading.date.is_none()) {
        (Some(Anchor::Weekday(day)), true) => date.weekday() == day,
        (Some(Anchor::DayOfMonth(day)), true) => date.day() == day,
        (Some(Anchor::Workdays), _) => !matches!(date.weekday(), Weekday::Sat | Weekday::Sun),
        (Some(Anchor::Weekends), _) => matches!(date.weekday(), Weekday::Sat | Weekday::Sun),
        _ => true,
    };
    first.max(today).iter_days().take_while(|date| *date <= last.min(far)).filter(fits).collect()
}

/// The hours that a reading allows on one day.
enum Hours {
    At(Vec<DateTime<Utc>>),
    Starting(Window),
    Within(Window),
}

fn hours(reading: &Reading, date: NaiveDate, zone: Tz) -> Option<Hours> {
    let midnight = date.and_time(NaiveTime::MIN);
    let window = |from: NaiveDateTime, to: NaiveDateTime| {
        Some(Window::new(from_wall(from, zone)?, to_wall(to, zone)?))
    };
    let day_end = midnight + TimeDelta::days(1);
    let (part_from, part_to) = match reading.part {
        Some(part) => part_hours(part, reading.half, midnight),
        None => (midnight, day_end),
    };
    // "by Friday at 3" ends on the last day only.
    let ends_here = reading.date.is_some() || reading.end_date.is_none_or(|last| last == date);
    match (reading.time, reading.end_time.filter(|_| ends_here)) {
        (Some(from), Some(to)) => {
            let end = if to <= from { day_end } else { midnight };
            window(date.and_time(from), end.date().and_time(to)).map(Hours::Within)
        }
        (Some(from), None) if reading.open == Some(Open::After) => {
            let start = date.and_time(from).max(part_from);
            let end = if reading.part.is_some() { part_to.max(start) } else { day_end };
            window(start, end).map(Hours::Starting)
        }
        (Some(at), None) => match instant(date, at, zone) {
            Instant::At(at) => Some(Hours::At(vec![at])),
            Instant::Twice(first, second) => Some(Hours::At(vec![first, second])),
            Instant::Skipped => None,
        },
        (None, Some(to)) => {
            let end = if to == NaiveTime::MIN { day_end } else { date.and_time(to) };
            window(part_from, end).map(Hours::Within)
        }
        (None, None) => {
            let (from, to) = match reading.vague {
                Some(Vague::Last) if reading.part.is_none() => (midnight + TimeDelta::hours(12), day_end),
                _ => (part_from, part_to),
            };
            window(from, to).map(Hours::Starting)
        }
    }
}

/// A part of the day, or its half, as wall times.
fn part_hours(part: Part, half: Option<Half>, midnight: NaiveDateTime) -> (NaiveDateTime, NaiveDateTime) {
    let (from, to) = part.hours();
    let (from, to) = (i64::from(from) * 60, i64::from(to) * 60);
    let middle = i64::midpoint(from, to);
    let (from, to) = match half {
        Some(Half::Early) => (from, middle),
        Some(Half::Late) => (middle, to),
        None => (from, to),
    };
    (midnight + TimeDelta::minutes(from), midnight + TimeDelta::minutes(to))
}
