//! From what was said to readings: dates and times, in the light of the context.

mod calendar_math;
mod clocks;
mod days;
mod holiday;
mod numeric;
mod periods;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

pub(crate) use calendar_math::on_or_after;
use clocks::Times;
use days::Days;
pub(crate) use holiday::Holiday;

use crate::context::Context;
use crate::lex::Unit;
use crate::syntax::{DateExpr, Said, TimeExpr};
use crate::{Grain, Open, Part, Problem, Reading};

/// No more readings of one thing are kept.
const MOST_READINGS: usize = 12;
/// So much of what was said is repeated in a problem.
const MOST_WORDS: usize = 60;

/// Every reading of one thing said, best first, and what about it cannot be.
pub(crate) fn resolve(said: &Said, text: &str, ctx: &Context<'_>) -> Result<Vec<Reading>, Problem> {
    // "tonight 9pm EST" is tonight where the speaker is; only the hour is elsewhere.
    let there = Context { zone: said.zone.unwrap_or(ctx.zone), ..*ctx };
    let words =
        || text.get(said.start..said.end).unwrap_or_default().chars().take(MOST_WORDS).collect::<String>();
    if let Some(reading) = hours_from_now(said, ctx) {
        return Ok(vec![reading]);
    }
    let days = match &said.date {
        Some(expr) => {
            days::days(expr, ctx).map_err(|days::Impossible| Problem::ImpossibleDate { words: words() })?
        }
        None => vec![Days::default()],
    };
    let mut readings = Vec::new();
    for day in &days {
        // Opening hours of a day help only where one day is meant.
        let date = day.first.filter(|_| day.last.is_none() && day.open.is_none());
        let times = match said.time {
            Some(expr) => clocks::times(expr, said.part, date, &there),
            None => vec![Times::default()],
        };
        if times.is_empty() {
            return Err(Problem::ImpossibleTime { words: words() });
        }
        readings.extend(times.iter().map(|time| combine(said, day, time, &there)));
    }
    readings.truncate(MOST_READINGS);
    Ok(readings)
}

/// "the next 3 hours".
fn hours_from_now(said: &Said, ctx: &Context<'_>) -> Option<Reading> {
    let Some(DateExpr::Coming { amount, unit: unit @ (Unit::Hour | Unit::Minute) }) = said.date else {
        return None;
    };
    let now = ctx.local_now();
    let minutes = if unit == Unit::Hour { amount.checked_mul(60)? } else { amount };
    let end = now.checked_add_signed(TimeDelta::try_minutes(minutes)?)?;
    Some(Reading {
        date: Some(now.date()),
        time: Some(to_minute(now.time())),
        end_date: (end.date() != now.date()).then_some(end.date()),
        end_time: Some(to_minute(end.time())),
        grain: Grain::Minute,
        ..Reading::default()
    })
}

fn to_minute(time: NaiveTime) -> NaiveTime {
    use chrono::Timelike;
    time.with_second(0).and_then(|time| time.with_nanosecond(0)).unwrap_or(time)
}

fn combine(said: &Said, day: &Days, time: &Times, ctx: &Context<'_>) -> Reading {
    let timed = time.time.is_some() || time.end_time.is_some();
    let open = if timed {
        time.open.or(day.open.filter(|_| time.open.is_none() && day.first.is_none()))
    } else {
        day.open
    };
    // An exact time says more than the part of the day it lies in.
    let part = said.part.filter(|_| !timed || time.open.is_some());
    let mut reading = Reading {
        date: day.first,
        time: time.time,
        end_date: day.last.filter(|last| day.open.is_some() || Some(*last) != day.first),
        end_time: time.end_time,
        part,
        open,
        timezone: said.zone,
        grain: if timed {
            time.grain
        } else if part.is_some() {
            Grain::Part
        } else {
            day.grain
        },
        approximate: said.approximate || time.approximate,
        bare_hour: time.bare && said.part.is_none(),
        boundary_excluded: day.boundary_excluded && !timed,
        vague: said.vague,
        half: said.half.filter(|_| part.is_some()),
        anchor: day.anchor,
        duration_minutes: said.duration_minutes,
        why: day.why.or(time.why),
    };
    // "by Friday at 3": the time ends the range as well.
    if reading.open == Some(Open::Before)
        && reading.date.is_none()
        && reading.end_date.is_some()
        && reading.end_time.is_none()
    {
        reading.end_time = reading.time.take();
    }
    if let Some(date) = time.date
        && (day.first.is_none() || matches!(said.time, Some(TimeExpr::FromNow(_))))
    {
        reading.date = Some(date);
        reading.end_date = None;
    }
    let small_hours = matches!(said.part, Some(Part::Night | Part::Evening))
        && time.bare
        && time.open.is_none()
        && time.time.is_some_and(|time| time < NaiveTime::from_hms_opt(6, 0, 0).unwrap_or_default());
    if small_hours && let Some(date) = reading.date.filter(|_| reading.end_date.is_none()) {
        reading.date = date.succ_opt();
    }
    if time.overnight && reading.date.is_some() && reading.end_date.is_none() {
        reading.end_date = reading.date.and_then(|date| date.succ_opt());
    }
    // "the 18th for three days"
    if let (Some(date), Some(minutes), None) = (reading.date, said.duration_minutes, reading.end_date)
        && minutes > 24 * 60
        && !timed
    {
        reading.end_date = date.checked_add_signed(TimeDelta::days(i64::from(minutes.div_ceil(24 * 60)) - 1));
    }
    roll(&mut reading, day, ctx);
    reading
}

/// The name of a day that is today means today only while there is still something left of it.
fn roll(reading: &mut Reading, day: &Days, ctx: &Context<'_>) {
    let (Some(unit), Some(date)) = (day.rolls, reading.date) else { return };
    let now = ctx.local_now();
    if date != now.date() {
        return;
    }
    let over = match (reading.time, reading.end_time, reading.part) {
        (_, Some(end), _) => date.and_time(end) <= now && end != NaiveTime::MIN,
        (Some(time), None, _) if reading.open.is_none() => date.and_time(time) <= now,
        (_, None, Some(part)) => {
            ends(date, part) <= now || ctx.last_start(date).is_none_or(|last| date.and_time(last) < now)
        }
        _ => ctx.last_start(date).is_none_or(|last| date.and_time(last) < now),
    };
    if over {
        reading.date = match unit {
            Unit::Week => date.checked_add_signed(TimeDelta::days(7)),
            _ => (1..=12).filter_map(|ahead| date.checked_add_months(chrono::Months::new(ahead))).find(
                |later| {
                    use chrono::Datelike;
                    later.day() == date.day()
                },
            ),
        };
    }
}

/// When a part of the day is over.
fn ends(date: NaiveDate, part: Part) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN) + TimeDelta::hours(i64::from(part.hours().1))
}
