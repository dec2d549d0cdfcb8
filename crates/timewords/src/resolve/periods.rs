//! Weeks, months and years, whole or in part.

use chrono::{NaiveDate, TimeDelta, Weekday};

use super::calendar_math::{add, monday_of, month_bounds, month_of, on_or_after};
use super::days::Days;
use crate::lex::Unit;
use crate::syntax::{MonthExpr, Segment, Which};
use crate::{Grain, Why};

pub(super) fn week(today: NaiveDate, weeks: i64) -> Option<Days> {
    let monday = add(monday_of(today), weeks, Unit::Week)?;
    Some(Days::range(monday, monday + TimeDelta::days(6), Grain::Week))
}

pub(super) fn weekend(which: Which, today: NaiveDate) -> Vec<Days> {
    let saturday = monday_of(today) + TimeDelta::days(5);
    let from = |date: NaiveDate| Days::range(date, date + TimeDelta::days(1), Grain::Week);
    let later = |weeks: i64| from(saturday + TimeDelta::days(7 * weeks));
    let ahead = today < saturday;
    match which {
        Which::Next if ahead => vec![later(0).because(Why::ThisOrNext), later(1).because(Why::ThisOrNext)],
        Which::Next => vec![later(1)],
        Which::AfterNext if ahead => {
            vec![later(1).because(Why::ThisOrNext), later(2).because(Why::ThisOrNext)]
        }
        Which::AfterNext => vec![later(2)],
        Which::Last => vec![later(-1)],
        Which::Bare | Which::This | Which::Coming => vec![later(0)],
    }
}

pub(super) fn whole_month(month: MonthExpr, today: NaiveDate) -> Option<Days> {
    let (mut year, month_number) = month_of(month, today)?;
    // A month without a year is the coming one, or the one that runs.
    if let MonthExpr::Named { year: None, which, .. } = month
        && which != Which::Last
        && month_bounds(year, month_number)?.1 < today
    {
        year += 1;
    }
    let (first, last) = month_bounds(year, month_number)?;
    Some(Days::range(first, last, Grain::Month))
}

pub(super) fn whole_year(year: i32) -> Option<Days> {
    Some(Days::range(
        NaiveDate::from_ymd_opt(year, 1, 1)?,
        NaiveDate::from_ymd_opt(year, 12, 31)?,
        Grain::Year,
    ))
}

/// The n-th Monday-to-Sunday week that has its Thursday in the month, as ISO counts weeks of a year.
pub(super) fn nth_week(n: i32, month: MonthExpr, today: NaiveDate) -> Option<Days> {
    let whole = whole_month(month, today)?;
    let (first, last) = whole.bounds()?;
    let monday = if n < 0 {
        monday_of(last)
    } else {
        let thursday = on_or_after(first, Weekday::Thu);
        add(monday_of(thursday), i64::from(n) - 1, Unit::Week)?
    };
    (monday <= last).then(|| Days::range(monday, monday + TimeDelta::days(6), Grain::Week))
}

/// The beginning, middle, end or rest of a week, month or year.
pub(super) fn cut(segment: Segment, whole: Days, today: NaiveDate) -> Option<Days> {
    let (first, last) = whole.bounds()?;
    let from = |skip: i64, length: i64| {
        let first = first + TimeDelta::days(skip);
        (first, (first + TimeDelta::days(length - 1)).min(last))
    };
    let length = (last - first).num_days() + 1;
    let (first, last) = match (segment, whole.grain) {
        (Segment::Rest, _) => (first.max(today), last),
        // Monday to Wednesday, Tuesday to Thursday, Thursday to Sunday.
        (Segment::Early, Grain::Week) => from(0, 3),
        (Segment::Mid, Grain::Week) => from(1, 3),
        (Segment::Late, Grain::Week) => from(3, 4),
        // The tens of a month, and thirds of what is longer.
        (Segment::Early, Grain::Month) => from(0, 10),
        (Segment::Mid, Grain::Month) => from(10, 10),
        (Segment::Late, Grain::Month) => from(20, 11),
        (Segment::Early, _) => from(0, length / 3),
        (Segment::Mid, _) => from(length / 3, length / 3),
        (Segment::Late, _) => from(length * 2 / 3, length),
    };
    Some(Days { first: Some(first), last: Some(last), ..whole })
}

/// "the next 3 days": from tomorrow on.
pub(super) fn coming(amount: i64, unit: Unit, today: NaiveDate) -> Option<Days> {
    let last = add(today, amount, unit)?;
    let grain = if matches!(unit, Unit::Month | Unit::Year) { Grain::Month } else { Grain::Week };
    let first = (today + TimeDelta::days(1)).min(last);
    Some(Days::range(first, last, grain))
}
