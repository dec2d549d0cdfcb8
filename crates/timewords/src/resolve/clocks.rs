//! From what was said about the time of day to wall-clock times. A bare hour is read inside opening hours.

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};

use crate::context::Context;
use crate::grammar::with_meridiem;
use crate::syntax::{Clock, Meridiem, TimeExpr};
use crate::{Grain, Open, Part, Why};

/// One meaning of what was said about the time of day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Times {
    /// The day, where the words give it: "in an hour".
    pub(super) date: Option<NaiveDate>,
    pub(super) time: Option<NaiveTime>,
    pub(super) end_time: Option<NaiveTime>,
    /// It ends on the day after it starts.
    pub(super) overnight: bool,
    pub(super) open: Option<Open>,
    pub(super) grain: Grain,
    pub(super) approximate: bool,
    pub(super) bare: bool,
    pub(super) why: Option<Why>,
}

/// Every meaning, best first.
pub(super) fn times(
    expr: TimeExpr,
    part: Option<Part>,
    date: Option<NaiveDate>,
    ctx: &Context<'_>,
) -> Vec<Times> {
    match expr {
        TimeExpr::At(clock) => point(clock, part, date, ctx, Edge::Start)
            .into_iter()
            .map(|(time, why)| Times { time: Some(time), ..from_clock(clock, why) })
            .collect(),
        TimeExpr::After(clock) => point(clock, part, date, ctx, Edge::Start)
            .into_iter()
            .map(|(time, why)| Times { time: Some(time), open: Some(Open::After), ..from_clock(clock, why) })
            .collect(),
        TimeExpr::Before(clock) => point(clock, part, date, ctx, Edge::End)
            .into_iter()
            .map(|(time, why)| Times {
                end_time: Some(time),
                open: Some(Open::Before),
                ..from_clock(clock, why)
            })
            .collect(),
        TimeExpr::Between(from, to) => range(from, to, part, date, ctx),
        TimeExpr::FromNow(minutes) => at(ctx.local_now().checked_add_signed(TimeDelta::minutes(minutes))),
        TimeExpr::Shifted(minutes) => {
            let from = ctx.existing_local().map_or_else(|| ctx.local_now(), |(start, _)| start);
            at(from.checked_add_signed(TimeDelta::minutes(minutes)))
        }
        TimeExpr::Same => match ctx.existing_local() {
            Some((start, _)) => {
                vec![Times { time: Some(start.time()), grain: Grain::Minute, ..Times::default() }]
            }
            None => vec![Times::default()],
        },
        TimeExpr::Impossible => Vec::new(),
    }
}

fn at(moment: Option<chrono::NaiveDateTime>) -> Vec<Times> {
    let moment = moment.and_then(|moment| moment.with_second(0)?.with_nanosecond(0));
    moment
        .map(|moment| Times {
            date: Some(moment.date()),
            time: Some(moment.time()),
            grain: Grain::Minute,
            ..Times::default()
        })
        .into_iter()
        .collect()
}

fn from_clock(clock: Clock, why: Option<Why>) -> Times {
    Times {
        grain: if clock.hour_only { Grain::Hour } else { Grain::Minute },
        approximate: clock.approximate,
        bare: clock.meridiem == Meridiem::Bare,
        why,
        ..Times::default()
    }
}

/// Whether a time begins or ends something: 17:00 can end a day that closes then, and not begin one.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Edge {
    Start,
    End,
}

/// What a clock time can mean. Opening hours decide a bare hour; if they do not, both are kept.
fn point(
    clock: Clock,
    part: Option<Part>,
    date: Option<NaiveDate>,
    ctx: &Context<'_>,
    edge: Edge,
) -> Vec<(NaiveTime, Option<Why>)> {
    if clock.meridiem != Meridiem::Bare {
        return vec![(wall(clock.minute), None)];
    }
    if let Some(meridiem) = part.map(|part| half_of(part, clock)) {
        return vec![(wall(with_meridiem(clock, meridiem).minute), None)];
    }
    if clock.written {
        return vec![(wall(as_written(clock)), None)];
    }
    let both = [clock.minute % 720, clock.minute % 720 + 720];
    let distance = both.map(|minute| from_opening(minute, edge, date, ctx));
    let why = Some(Why::MorningOrEvening);
    match distance {
        [0, 0] => both.map(|minute| (wall(minute), why)).to_vec(),
        [a, b] if a == 0 || (a <= NEARLY && b > NEARLY) => vec![(wall(both[0]), None)],
        [a, b] if b == 0 || (b <= NEARLY && a > NEARLY) => vec![(wall(both[1]), None)],
        [a, b] if a <= b => both.map(|minute| (wall(minute), why)).to_vec(),
        _ => both.map(|minute| (wall(minute), why)).into_iter().rev().collect(),
    }
}

/// "10:30" and "12:30" as a 24-hour clock shows them.
const fn as_written(clock: Clock) -> u32 {
    if clock.minute < 60 { clock.minute + 720 } else { clock.minute }
}

/// Minutes outside opening hours that still make one half of the day the likely one: "at 5" where 17:00 closes.
const NEARLY: u32 = 30;

/// How many minutes lie between a time and opening hours.
fn from_opening(minute: u32, edge: Edge, date: Option<NaiveDate>, ctx: &Context<'_>) -> u32 {
    let step = 15;
    let open = |minute: i64| {
        u32::try_from(minute).is_ok_and(|minute| minute < 1440 && ctx.is_open_at(date, wall(minute)))
    };
    let at = i64::from(minute) - i64::from(edge == Edge::End);
    if open(at) {
        return 0;
    }
    (1..=12u32)
        .map(|n| n * step)
        .find(|away| open(at - i64::from(*away)) || open(at + i64::from(*away)))
        .unwrap_or(u32::MAX)
}

/// The half of the day that "3 in the afternoon" or "8 in the evening" means.
fn half_of(part: Part, clock: Clock) -> Meridiem {
    let hour = clock.minute / 60 % 12;
    match part {
        Part::Morning => Meridiem::Am,
        Part::Afternoon => Meridiem::Pm,
        // Twelve in the evening and the small hours of the night belong to the next day.
        Part::Evening if hour == 0 => Meridiem::Am,
        Part::Evening => Meridiem::Pm,
        Part::Night if (1..6).contains(&hour) || hour == 0 => Meridiem::Am,
        Part::Night => Meridiem::Pm,
    }
}

fn range(
    from: Clock,
    to: Clock,
    part: Option<Part>,
    date: Option<NaiveDate>,
    ctx: &Context<'_>,
) -> Vec<Times> {
    let choices = |clock: Clock| match (clock.meridiem, part) {
        (Meridiem::Bare, None) if clock.written => vec![as_written(clock)],
        (Meridiem::Bare, None) => vec![clock.minute % 720, clock.minute % 720 + 720],
        (Meridiem::Bare, Some(part)) => vec![with_meridiem(clock, half_of(part, clock)).minute],
        _ => vec![clock.minute],
    };
    let mut ranges: Vec<(u32, u32, u32)> = Vec::new();
    for start in choices(from) {
        for end in choices(to) {
            // A bare end rolls over noon, not over midnight.
            let runs = start < end;
            let bare = from.meridiem == Meridiem::Bare || to.meridiem == Meridiem::Bare;
            if !runs && bare && part.is_none() {
                continue;
            }
            let outside = u32::from(from_opening(start, Edge::Start, date, ctx) > 0)
                + u32::from(from_opening(end, Edge::End, date, ctx) > 0);
            ranges.push((outside, start, end));
        }
    }
    // The one that opening hours hold; of several the shortest, which is how people say ranges.
    ranges.sort_by_key(|(outside, start, end)| (*outside, (1440 + end - start) % 1440));
    let best = ranges.first().copied();
    let tied = |(outside, start, end): &(u32, u32, u32)| {
        best.is_some_and(|(least, s, e)| {
            *outside == least && (1440 + end - start) % 1440 == (1440 + e - s) % 1440
        })
    };
    let kept: Vec<_> = ranges.iter().filter(|range| tied(range)).copied().collect();
    let why = (kept.len() > 1).then_some(Why::MorningOrEvening);
    let clock = from_clock(from, why);
    kept.into_iter()
        .map(|(_, start, end)| Times {
            time: Some(wall(start)),
            end_time: Some(wall(end)),
            overnight: end <= start,
            grain: clock.grain.min(from_clock(to, None).grain),
            approximate: from.approximate || to.approximate,
            bare: clock.bare && to.meridiem == Meridiem::Bare,
            ..clock
        })
        .collect()
}

/// The wall time at a minute of the day; the midnight that ends it is 00:00.
fn wall(minute: u32) -> NaiveTime {
    NaiveTime::from_num_seconds_from_midnight_opt(minute % 1440 * 60, 0).unwrap_or(NaiveTime::MIN)
}
