//! Counting days, weeks and months.

use chrono::{Datelike, Months, NaiveDate, TimeDelta, Weekday};

use crate::lex::Unit;
use crate::syntax::MonthExpr;

/// Further away than this nothing is booked, and no sum overflows.
const MOST_DAYS: i64 = 200 * 366;

/// So many units later, or earlier; `None` when too far away.
pub(super) fn add(date: NaiveDate, amount: i64, unit: Unit) -> Option<NaiveDate> {
    let months = |months: i64| {
        let count = Months::new(u32::try_from(months.checked_abs()?).ok()?);
        if months < 0 { date.checked_sub_months(count) } else { date.checked_add_months(count) }
    };
    let days = |days: i64| {
        (days.abs() <= MOST_DAYS).then(|| date.checked_add_signed(TimeDelta::days(days))).flatten()
    };
    match unit {
        Unit::Day => days(amount),
        Unit::Week => days(amount.checked_mul(7)?),
        Unit::Fortnight => days(amount.checked_mul(14)?),
        Unit::Month => (amount.abs() <= 2400).then(|| months(amount)).flatten(),
        Unit::Year => (amount.abs() <= 200).then(|| months(amount * 12)).flatten(),
        Unit::Workday => {
            let mut left = (amount.abs() <= 1000).then_some(amount.abs())?;
            let step = TimeDelta::days(amount.signum());
            let mut at = date;
            while left > 0 {
                at = at.checked_add_signed(step)?;
                left -= i64::from(!matches!(at.weekday(), Weekday::Sat | Weekday::Sun));
            }
            Some(at)
        }
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Decade => Some(date),
    }
}

/// The Monday of the date's week.
pub(super) fn monday_of(date: NaiveDate) -> NaiveDate {
    date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()))
}

/// The first such weekday, the date itself included.
pub(crate) fn on_or_after(date: NaiveDate, day: Weekday) -> NaiveDate {
    let ahead = (7 + day.num_days_from_monday() - date.weekday().num_days_from_monday()) % 7;
    date + TimeDelta::days(i64::from(ahead))
}

/// First and last day of a month.
pub(super) fn month_bounds(year: i32, month: u32) -> Option<(NaiveDate, NaiveDate)> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some((first, first.checked_add_months(Months::new(1))? - TimeDelta::days(1)))
}

/// Year and month so many months after today's.
pub(super) fn monthly(today: NaiveDate, ahead: i32) -> Option<(i32, u32)> {
    let months =
        today.year().checked_mul(12)?.checked_add(i32::try_from(today.month0()).ok()?)?.checked_add(ahead)?;
    Some((months.div_euclid(12), u32::try_from(months.rem_euclid(12)).ok()? + 1))
}

/// Year and month that an expression names; this year's if it names none.
pub(super) fn month_of(month: MonthExpr, today: NaiveDate) -> Option<(i32, u32)> {
    match month {
        MonthExpr::Unsaid => Some((today.year(), today.month())),
        MonthExpr::Named { month, year, .. } => Some((year.unwrap_or(today.year()), month)),
        MonthExpr::Offset(ahead) => monthly(today, ahead),
    }
}

/// The n-th such weekday of a month; the last is -1.
pub(super) fn nth_weekday(year: i32, month: u32, day: Weekday, n: i32) -> Option<NaiveDate> {
    let (first, last) = month_bounds(year, month)?;
    let date = if n < 0 {
        on_or_after(last - TimeDelta::days(6), day)
    } else {
        on_or_after(first, day) + TimeDelta::days(7 * i64::from(n - 1))
    };
    (n != 0 && date <= last).then_some(date)
}

/// This year's date, and the first of a later year (29 February may have to wait for a leap year).
pub(super) fn yearly(
    today: NaiveDate,
    in_year: impl Fn(i32) -> Option<NaiveDate>,
) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let year = today.year();
    (in_year(year), (1..=8).find_map(|ahead| in_year(year + ahead)))
}
