//! Two readings of different turns as one.

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike};

use crate::resolve::on_or_after;
use crate::{Anchor, Context, Grain, Open, Part, Reading, Vague};

/// What is known with what was said now added; `None` if they contradict each other.
pub(crate) fn narrowed(known: &Reading, new: &Reading, ctx: &Context<'_>) -> Option<Reading> {
    let mut both = rest(known, new);
    date(&mut both, known, new, ctx)?;
    if time(&mut both, known, new).is_none() {
        // Said anew together with its day, "next week at 3" … "Tuesday at 10": the day still lies in the days known.
        (new.has_date() && new.has_time()).then_some(())?;
        copy_time(&mut both, new);
        both.open = new.open;
    }
    regrain(&mut both);
    Some(both)
}

/// What is known, with the date and the time that were said now in place of those before.
pub(crate) fn correction(known: &Reading, new: &Reading, ctx: &Context<'_>) -> Reading {
    let mut both = rest(known, new);
    let with_date = if new.has_date() { new } else { known };
    copy_date(&mut both, with_date);
    // A day of a known week stays in that week: "next week Monday … no, Tuesday" is decided by the name of the day alone.
    let with_time = if new.has_time() { new } else { known };
    copy_time(&mut both, with_time);
    both.open = if both.has_time() { with_time.open } else { with_date.open };
    // "no, make it 4" said of an afternoon stays in the afternoon.
    if new.bare_hour
        && let (Some(time), Some(part)) = (new.time, half_known(known))
        && new.time.is_some()
    {
        both.time = Some(in_part(time, part, both.date, ctx));
        both.why = known.why.filter(|why| why.is_about_the_day());
    }
    if new.has_date() || new.has_time() {
        both.vague = new.vague;
    }
    regrain(&mut both);
    both
}

/// What is neither date nor time.
fn rest(known: &Reading, new: &Reading) -> Reading {
    Reading {
        timezone: new.timezone.or(known.timezone),
        vague: match (known.vague, new.vague) {
            (some, None) => some.filter(|_| !new.has_time() && !new.has_date() || some == Some(Vague::First)),
            (_, some) => some,
        },
        duration_minutes: new.duration_minutes.or(known.duration_minutes),
        why: new.why.or(known.why),
        ..Reading::default()
    }
}

fn copy_date(to: &mut Reading, from: &Reading) {
    to.date = from.date;
    to.end_date = from.end_date;
    to.anchor = from.anchor;
    to.boundary_excluded = from.boundary_excluded;
}

fn copy_time(to: &mut Reading, from: &Reading) {
    to.time = from.time;
    to.end_time = from.end_time;
    to.part = from.part;
    to.half = from.half;
    to.approximate = from.approximate;
    to.bare_hour = from.bare_hour;
}

fn regrain(reading: &mut Reading) {
    reading.grain = match (reading.time.or(reading.end_time), reading.part, reading.date.or(reading.end_date))
    {
        (Some(time), ..) if time.minute() != 0 => Grain::Minute,
        (Some(_), ..) => Grain::Hour,
        (None, Some(_), _) => Grain::Part,
        (None, None, Some(_)) if reading.is_one_day() => Grain::Day,
        (None, None, Some(_)) => Grain::Week,
        (None, None, None) => Grain::None,
    };
}

/// The days of both.
fn date(both: &mut Reading, known: &Reading, new: &Reading, ctx: &Context<'_>) -> Option<()> {
    if !new.has_date() {
        copy_date(both, known);
        if !new.has_time() || (known.open.is_some() && !known.has_time()) {
            both.open = known.open.filter(|_| !new.has_time());
        }
        return Some(());
    }
    if !known.has_date() {
        copy_date(both, new);
        both.open = new.open.filter(|_| !new.has_time());
        return Some(());
    }
    let (first, last) = bounds(known, ctx);
    match new.anchor {
        // "next week" … "Wednesday"
        Some(Anchor::Weekday(day)) => {
            let date = on_or_after(first.max(ctx.today()), day);
            let date = if date <= last { date } else { on_or_after(first, day) };
            (date <= last).then_some(())?;
            both.date = Some(date);
            both.anchor = new.anchor;
            return Some(());
        }
        // "December" … "the 21st"
        Some(Anchor::DayOfMonth(day)) => {
            let date = first
                .iter_days()
                .take(400)
                .take_while(|date| *date <= last)
                .find(|date| date.day() == day)?;
            both.date = Some(date);
            both.anchor = new.anchor;
            return Some(());
        }
        // "next week" … "on a weekday"
        Some(Anchor::Workdays | Anchor::Weekends) => {
            copy_date(both, known);
            both.anchor = new.anchor;
            return Some(());
        }
        None => {}
    }
    let (new_first, new_last) = bounds(new, ctx);
    let (from, to) = (first.max(new_first), last.min(new_last));
    (from <= to).then_some(())?;
    both.date = Some(from);
    both.end_date = (to != from).then_some(to);
    if new.open.is_some() && known.open == new.open && !new.has_time() {
        copy_date(both, new);
        both.open = new.open;
    }
    Some(())
}

/// First and last day; open sides reach as far as anybody books.
fn bounds(reading: &Reading, ctx: &Context<'_>) -> (NaiveDate, NaiveDate) {
    let far = ctx.today() + TimeDelta::days(i64::from(ctx.profile.booking.horizon_days) + 1);
    let excluded = TimeDelta::days(i64::from(reading.boundary_excluded));
    match (reading.date, reading.end_date) {
        (Some(first), Some(last)) => (first, last),
        (Some(first), None) if reading.open == Some(Open::After) && !reading.has_time() => {
            (first + excluded, far)
        }
        (Some(day), None) => (day, day),
        (None, Some(last)) => (ctx.today(), last - excluded),
        (None, None) => (ctx.today(), far),
    }
}

/// The times of both.
fn time(both: &mut Reading, known: &Reading, new: &Reading) -> Option<()> {
    if !new.has_time() {
        copy_time(both, known);
        both.open = known.open.filter(|_| known.has_time()).or(both.open);
        return Some(());
    }
    if !known.has_time() {
        copy_time(both, new);
        both.open = new.open;
        return Some(());
    }
    // "afternoon" … "3": the hour inside the part of the day.
    if let (Some(part), Some(time), None) = (known.part, new.time, new.end_time)
        && new.open.is_none()
    {
        let time = if new.bare_hour { within(time, part)? } else { time };
        covers(known, time).then_some(())?;
        copy_time(both, new);
        both.time = Some(time);
        both.why = both.why.filter(|why| why.is_about_the_day());
        both.bare_hour = false;
        return Some(());
    }
    // "3" … "in the afternoon"
    if let (Some(part), Some(time)) = (new.part, known.time)
        && new.time.is_none()
        && new.end_time.is_none()
    {
        let time = if known.bare_hour { within(time, part)? } else { time };
        covers(new, time).then_some(())?;
        copy_time(both, known);
        both.time = Some(time);
        both.open = known.open;
        both.why = both.why.filter(|why| why.is_about_the_day());
        both.bare_hour = false;
        return Some(());
    }
    let ((a_from, a_to), (b_from, b_to)) = (minutes(known), minutes(new));
    if new.is_one_time() {
        let minute = b_from;
        (a_from <= minute && (minute < a_to || known.time == new.time)).then_some(())?;
        copy_time(both, new);
        return Some(());
    }
    if known.is_one_time() {
        (b_from <= a_from && a_from < b_to).then_some(())?;
        copy_time(both, known);
        return Some(());
    }
    let (from, to) = (a_from.max(b_from), a_to.min(b_to));
    (from < to).then_some(())?;
    if new.part.is_some() && known.part.is_some() {
        copy_time(both, if (b_from, b_to) == (from, to) { new } else { known });
        return Some(());
    }
    both.time = (from > 0).then(|| clock(from));
    both.end_time = (to < 1440).then(|| clock(to));
    both.open = match (both.time, both.end_time) {
        (Some(_), None) => Some(Open::After),
        (None, Some(_)) => Some(Open::Before),
        _ => None,
    };
    both.approximate = known.approximate || new.approximate;
    Some(())
}

/// The minutes of the day that a reading allows, `from..to`.
fn minutes(reading: &Reading) -> (u32, u32) {
    let minute = |time: NaiveTime| time.num_seconds_from_midnight() / 60;
    let (mut from, mut to) =
        reading.part.map_or((0, 1440), |part| (part.hours().0 * 60, (part.hours().1 * 60).min(1440)));
    if let Some(time) = reading.time {
        from = from.max(minute(time));
        if reading.end_time.is_none() && reading.open != Some(Open::After) {
            to = minute(time) + 1;
        }
    }
    if let Some(end) = reading.end_time {
        to = to.min(if minute(end) == 0 { 1440 } else { minute(end) });
    }
    (from, to)
}

fn covers(reading: &Reading, time: NaiveTime) -> bool {
    let (from, to) = minutes(&Reading {
        time: reading.time,
        end_time: reading.end_time,
        part: reading.part,
        open: reading.open,
        ..Reading::default()
    });
    let minute = time.num_seconds_from_midnight() / 60;
    // The night goes on after midnight.
    (from..to).contains(&minute) || (reading.part == Some(Part::Night) && minute < 360)
}

fn clock(minute: u32) -> NaiveTime {
    NaiveTime::from_num_seconds_from_midnight_opt(minute % 1440 * 60, 0).unwrap_or(NaiveTime::MIN)
}

/// A bare hour in a part of the day, if it has one of its two meanings there.
fn within(time: NaiveTime, part: Part) -> Option<NaiveTime> {
    let minute = time.num_seconds_from_midnight() / 60 % 720;
    let (from, to) = (part.hours().0 * 60, part.hours().1 * 60);
    [minute, minute + 720].into_iter().find(|minute| (from..to).contains(minute)).map(clock)
}

/// The half of the day that is known, where the hour was.
fn half_known(known: &Reading) -> Option<Part> {
    known.part.or_else(|| {
        let hour = known.time.filter(|_| !known.bare_hour)?.hour();
        Some(if hour < 12 { Part::Morning } else { Part::Afternoon })
    })
}

/// A bare hour with opening hours first and the known half of the day second.
fn in_part(time: NaiveTime, part: Part, date: Option<NaiveDate>, ctx: &Context<'_>) -> NaiveTime {
    if ctx.is_open_at(date, time) {
        return time;
    }
    within(time, part).unwrap_or(time)
}
