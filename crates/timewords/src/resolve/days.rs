//! From what was said about the day to dates.

use chrono::{Datelike, Months, NaiveDate, TimeDelta, Weekday};

use super::calendar_math::{
    add, monday_of, month_bounds, month_of, monthly, nth_weekday, on_or_after, yearly,
};
use super::numeric;
use super::periods::{coming, cut, nth_week, week, weekend, whole_month, whole_year};
use crate::context::Context;
use crate::lex::Unit;
use crate::syntax::{DateExpr, MonthExpr, Segment, Which};
use crate::{Anchor, Grain, Open, Why};

/// One meaning of what was said about the day.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Days {
    pub(crate) first: Option<NaiveDate>,
    /// The last day, if there are several or the range is open.
    pub(crate) last: Option<NaiveDate>,
    pub(crate) open: Option<Open>,
    pub(crate) boundary_excluded: bool,
    pub(crate) grain: Grain,
    pub(crate) anchor: Option<Anchor>,
    pub(crate) why: Option<Why>,
    /// Only the name of the day was said: today may mean a week or a month from today.
    pub(crate) rolls: Option<Unit>,
}

impl Days {
    pub(crate) fn day(date: NaiveDate) -> Self {
        Self { first: Some(date), grain: Grain::Day, ..Self::default() }
    }

    pub(super) fn range(first: NaiveDate, last: NaiveDate, grain: Grain) -> Self {
        Self { first: Some(first), last: Some(last), grain, ..Self::default() }
    }

    fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor: Some(anchor), ..self }
    }

    pub(super) fn because(self, why: Why) -> Self {
        Self { why: Some(why), ..self }
    }

    /// First and last day, where both are known.
    pub(super) fn bounds(&self) -> Option<(NaiveDate, NaiveDate)> {
        Some((self.first?, self.last.or(self.first)?))
    }
}

/// No calendar has such a day.
pub(crate) struct Impossible;

type Meanings = Result<Vec<Days>, Impossible>;

fn one(days: Option<Days>) -> Meanings {
    days.map(|days| vec![days]).ok_or(Impossible)
}

/// Every meaning, best first; never empty.
pub(crate) fn days(expr: &DateExpr, ctx: &Context<'_>) -> Meanings {
    let today = ctx.today();
    match expr {
        DateExpr::Relative(days) => one(add(today, *days, Unit::Day).map(Days::day)),
        DateExpr::Weekday { day, which } => Ok(weekday(*day, *which, today)),
        DateExpr::InWeek { day, weeks } => one(in_week(monday_of(today), *day, *weeks)),
        DateExpr::NthFromNow { day, n } => {
            let first = on_or_after(today + TimeDelta::days(1), *day);
            one(add(first, i64::from(*n) - 1, Unit::Week).map(Days::day))
        }
        DateExpr::MonthDay { day, month } => month_day(*day, *month, today),
        DateExpr::Numeric { first, second, year, dotted, next } => {
            numeric::dates(*first, *second, *year, *dotted, *next, ctx).ok_or(Impossible)
        }
        DateExpr::Ymd { year, month, day } => {
            one(NaiveDate::from_ymd_opt(*year, *month, *day).map(Days::day))
        }
        DateExpr::NthInMonth { n, day, month } => match month {
            MonthExpr::Named { month, year: None, which } => {
                let found = yearly(today, |year| nth_weekday(year, *month, *day, *n));
                this_or_next_year(found, *which, today)
            }
            month => one(month_of(*month, today)
                .and_then(|(year, month)| nth_weekday(year, month, *day, *n))
                .map(Days::day)),
        },
        DateExpr::Holiday { holiday, year, offset } => {
            let in_year = |year| add(holiday.in_year(year)?, *offset, Unit::Day);
            let date = match year {
                Some(year) => in_year(*year),
                None => {
                    (-1..=2).filter_map(|ahead| in_year(today.year() + ahead)).find(|date| *date >= today)
                }
            };
            one(date.map(Days::day))
        }
        DateExpr::Shift { amount, unit, from } => {
            // "a week from Thursday" counts from the coming Thursday.
            let from = match from.as_ref() {
                DateExpr::Weekday { day, which: Which::Bare } => {
                    vec![Days::day(on_or_after(today + TimeDelta::days(1), *day))]
                }
                from => days(from, ctx)?,
            };
            let shifted = from.into_iter().filter_map(|from| {
                let date = add(from.first?, *amount, *unit)?;
                Some(Days {
                    first: Some(date),
                    last: None,
                    grain: Grain::Day,
                    anchor: None,
                    rolls: None,
                    ..from
                })
            });
            some(shifted.collect())
        }
        DateExpr::Nearest { n, day, to } => {
            let to = days(to, ctx)?.into_iter().find_map(|days| days.first).ok_or(Impossible)?;
            let mut around: Vec<NaiveDate> =
                (-2..=2).filter_map(|weeks| add(on_or_after(to, *day), weeks, Unit::Week)).collect();
            around.sort_by_key(|date| (*date - to).num_days().abs());
            one(around.get(n.saturating_sub(1) as usize).map(|date| Days::day(*date)))
        }
        DateExpr::On { day, of } => on(*day, of, ctx),
        DateExpr::Week(weeks) => one(week(today, *weeks)),
        DateExpr::Workweek(weeks) => {
            one(week(today, *weeks)
                .map(|week| Days { last: week.first.map(|d| d + TimeDelta::days(4)), ..week }))
        }
        DateExpr::Weekend(which) => Ok(weekend(*which, today)),
        DateExpr::Month(month) => one(whole_month(*month, today)),
        DateExpr::YearOffset(years) => one(whole_year(today.year() + years)),
        DateExpr::WeekOf(day) => {
            let week_of = |monday: NaiveDate, why| Days {
                why,
                ..Days::range(monday, monday + TimeDelta::days(6), Grain::Week)
            };
            let weeks = days(day, ctx)?
                .into_iter()
                .filter_map(|found| Some((found.first?, found.why)))
                .flat_map(|(date, why)| {
                    let monday = monday_of(date);
                    // To some a Sunday ends the week, to others it begins one.
                    let next = (date.weekday() == Weekday::Sun)
                        .then(|| week_of(monday + TimeDelta::days(7), Some(Why::ThisOrNext)));
                    let why = why.or(next.is_some().then_some(Why::ThisOrNext));
                    std::iter::once(week_of(monday, why)).chain(next)
                });
            some(weeks.collect())
        }
        DateExpr::WeekNumber(number) => {
            let monday = |year| NaiveDate::from_isoywd_opt(year, *number, Weekday::Mon);
            let year = today.iso_week().year();
            let ahead = (0..=1)
                .filter_map(|later| monday(year + later))
                .find(|monday| *monday + TimeDelta::days(6) >= today);
            one(ahead.map(|monday| Days::range(monday, monday + TimeDelta::days(6), Grain::Week)))
        }
        DateExpr::NthWeek { n, month } => one(nth_week(*n, *month, today)),
        DateExpr::Segment { segment, of } => {
            let segments = days(of, ctx)?.into_iter().filter_map(|whole| cut(*segment, whole, today));
            some(segments.collect())
        }
        DateExpr::Coming { amount, unit } => one(coming(*amount, *unit, today)),
        DateExpr::Between(from, to) => between(from, to, ctx),
        // "before the end of December" is up to its end, "after the beginning of March" from its beginning on.
        DateExpr::Before { day, included: false }
            if matches!(**day, DateExpr::Segment { segment: Segment::Late, .. }) =>
        {
            Ok(open(days(day, ctx)?, Open::Before, true))
        }
        DateExpr::After { day, included: false }
            if matches!(**day, DateExpr::Segment { segment: Segment::Early, .. }) =>
        {
            Ok(open(days(day, ctx)?, Open::After, true))
        }
        DateExpr::After { day, included } => Ok(open(days(day, ctx)?, Open::After, *included)),
        DateExpr::Before { day, included } => Ok(open(days(day, ctx)?, Open::Before, *included)),
        DateExpr::Workdays => {
            Ok(vec![Days { grain: Grain::Day, ..Days::default() }.anchored(Anchor::Workdays)])
        }
        DateExpr::Weekends => {
            Ok(vec![Days { grain: Grain::Day, ..Days::default() }.anchored(Anchor::Weekends)])
        }
        DateExpr::FromExisting(days) => {
            let from = ctx.existing_local().map_or(today, |(start, _)| start.date());
            one(add(from, *days, Unit::Day).map(Days::day))
        }
        DateExpr::Impossible => Err(Impossible),
    }
}

fn some(meanings: Vec<Days>) -> Meanings {
    if meanings.is_empty() { Err(Impossible) } else { Ok(meanings) }
}

fn weekday(day: Weekday, which: Which, today: NaiveDate) -> Vec<Days> {
    let week = TimeDelta::days(7);
    let coming = on_or_after(today, day);
    let ahead = on_or_after(today + TimeDelta::days(1), day);
    let this_weeks = monday_of(today) + TimeDelta::days(i64::from(day.num_days_from_monday()));
    let next_weeks = this_weeks + week;
    let named = |date| Days::day(date).anchored(Anchor::Weekday(day));
    let either = |a, b| vec![named(a).because(Why::ThisOrNext), named(b).because(Why::ThisOrNext)];
    match which {
        Which::Bare => vec![Days { rolls: Some(Unit::Week), ..named(coming) }],
        Which::This => vec![Days { rolls: Some(Unit::Week), anchor: None, ..named(coming) }],
        Which::Coming => vec![Days { anchor: None, ..named(ahead) }],
        Which::Next if this_weeks > today => either(this_weeks, next_weeks),
        Which::Next => vec![Days { anchor: None, ..named(next_weeks) }],
        Which::AfterNext if this_weeks > today => either(next_weeks, next_weeks + week),
        Which::AfterNext => vec![Days { anchor: None, ..named(next_weeks + week) }],
        Which::Last => {
            vec![Days { anchor: None, ..named(ahead - week) }]
                .into_iter()
                .map(|days| {
                    if days.first == Some(today) { Days { first: Some(today - week), ..days } } else { days }
                })
                .collect()
        }
    }
}

fn in_week(monday: NaiveDate, day: Weekday, weeks: i64) -> Option<Days> {
    let date = add(monday, weeks, Unit::Week)? + TimeDelta::days(i64::from(day.num_days_from_monday()));
    Some(Days::day(date))
}

fn month_day(day: u32, month: MonthExpr, today: NaiveDate) -> Meanings {
    match month {
        MonthExpr::Unsaid => {
            // The coming one; a month that has no such day is passed over.
            let months = (0..=12).filter_map(|ahead| monthly(today, ahead));
            let found =
                months.filter_map(|(year, month)| day_in(year, month, day)).find(|date| *date >= today);
            let days = found.map(|date| Days {
                rolls: Some(Unit::Month),
                ..Days::day(date).anchored(Anchor::DayOfMonth(day))
            });
            one(days)
        }
        MonthExpr::Named { month, year: None, which } => {
            this_or_next_year(yearly(today, |year| day_in(year, month, day)), which, today)
        }
        month => {
            one(month_of(month, today).and_then(|(year, month)| day_in(year, month, day)).map(Days::day))
        }
    }
}

/// A day of a month; 0 is its last.
fn day_in(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    if day == 0 {
        month_bounds(year, month).map(|(_, last)| last)
    } else {
        NaiveDate::from_ymd_opt(year, month, day)
    }
}

/// This year's day and the next one. A day that is past this year is asked about, not rolled forward silently.
fn this_or_next_year(
    found: (Option<NaiveDate>, Option<NaiveDate>),
    which: Which,
    today: NaiveDate,
) -> Meanings {
    match found {
        (Some(this), _) if this >= today && which != Which::Last => Ok(vec![Days::day(this)]),
        (Some(this), _) if which == Which::Last => Ok(vec![Days::day(this)]),
        (Some(this), Some(next)) if which == Which::Bare => Ok(vec![
            Days::day(next).because(Why::ThisYearOrNext),
            Days::day(this).because(Why::ThisYearOrNext),
        ]),
        (_, next) => one(next.map(Days::day)),
    }
}

fn between(from: &DateExpr, to: &DateExpr, ctx: &Context<'_>) -> Meanings {
    let (starts, ends) = (days(from, ctx)?, days(to, ctx)?);
    let mut ranges = Vec::new();
    for start in &starts {
        let Some(first) = start.first else { continue };
        // The first end that does not lie before the start; the name of a day rolls on.
        let end = ends.iter().filter_map(|end| {
            let mut last = end.last.or(end.first)?;
            if last < first {
                last = match (end.rolls, end.anchor) {
                    (Some(Unit::Week), Some(Anchor::Weekday(day))) => on_or_after(first, day),
                    (Some(Unit::Week), _) => on_or_after(first, last.weekday()),
                    (Some(Unit::Month), _) => last.checked_add_months(Months::new(1))?,
                    _ => last,
                };
            }
            // Days of one year: "20 December to 5 January".
            if last < first
                && matches!(
                    to,
                    DateExpr::MonthDay { month: MonthExpr::Named { year: None, .. }, .. }
                        | DateExpr::Numeric { year: None, .. }
                )
            {
                last = last.checked_add_months(Months::new(12))?;
            }
            (last >= first).then_some((end.why, last))
        });
        let ends: Vec<_> = end.collect();
        let asked = |why: Option<Why>| matches!(why, Some(Why::ThisOrNext));
        for (why, last) in &ends {
            let grain = if first == *last { Grain::Day } else { Grain::Week };
            ranges.push(Days { why: start.why.or(*why), ..Days::range(first, *last, grain) });
            // Both ends of a range have the same order and year: only a week is asked about twice.
            if !asked(*why) {
                break;
            }
        }
    }
    some(ranges)
}

fn open(days: Vec<Days>, side: Open, included: bool) -> Vec<Days> {
    let opened = days.into_iter().map(|day| {
        let (first, last) = match (side, included) {
            (Open::After, true) => (day.first, None),
            (Open::After, false) => (day.last.or(day.first), None),
            (Open::Before, true) => (None, day.last.or(day.first)),
            (Open::Before, false) => (None, day.first),
        };
        Days { first, last, open: Some(side), boundary_excluded: !included, anchor: None, rolls: None, ..day }
    });
    opened.collect()
}

/// A weekday that goes with another day or with a range.
fn on(day: Weekday, of: &DateExpr, ctx: &Context<'_>) -> Meanings {
    let today = ctx.today();
    let found = days(of, ctx)?;
    // Several readings of the day: the weekday settles which.
    let (settled, rest): (Vec<Days>, Vec<Days>) = found
        .into_iter()
        .partition(|days| days.last.is_none() && days.first.is_some_and(|date| date.weekday() == day));
    if !settled.is_empty() {
        return Ok(settled
            .into_iter()
            .take(1)
            .map(|days| Days { why: None, anchor: None, ..days })
            .collect());
    }
    let best = rest.into_iter().next().ok_or(Impossible)?;
    let (first, last) = best.bounds().ok_or(Impossible)?;
    if last > first {
        let from = if last >= today { first.max(today) } else { first };
        let all =
            std::iter::successors(Some(on_or_after(from, day)), |date| Some(*date + TimeDelta::days(7)));
        return some(all.take_while(|date| *date <= last).take(5).map(Days::day).collect());
    }
    match of {
        // "Monday the 21st": the next month in which that is so.
        DateExpr::MonthDay { day: number, month: MonthExpr::Unsaid } => {
            let months = (0..=12).filter_map(|ahead| monthly(today, ahead));
            let mut dates = months.filter_map(|(year, month)| NaiveDate::from_ymd_opt(year, month, *number));
            match dates.find(|date| *date >= today && date.weekday() == day) {
                // Months away, one of the two is more likely a slip.
                Some(date) if (date - today).num_days() > 45 => {
                    let meant = Days::day(date).because(Why::WeekdayOrDate);
                    Ok(std::iter::once(meant).chain(at_odds(first, day)).collect())
                }
                Some(date) => Ok(vec![Days::day(date)]),
                None => Ok(at_odds(first, day)),
            }
        }
        DateExpr::Shift { unit: Unit::Week, .. } => one(in_week(monday_of(first), day, 0)),
        DateExpr::Shift { unit: Unit::Month | Unit::Year, .. } => {
            Ok(vec![Days::day(on_or_after(first, day))])
        }
        // They contradict each other: the date as said, or that weekday next to it.
        _ => Ok(at_odds(first, day)),
    }
}

/// The date as said, and that weekday next to it.
fn at_odds(date: NaiveDate, day: Weekday) -> Vec<Days> {
    let nearest = on_or_after(date - TimeDelta::days(3), day);
    [date, nearest].map(|date| Days::day(date).because(Why::WeekdayOrDate)).to_vec()
}
