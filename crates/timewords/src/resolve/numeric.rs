//! Dates in figures: whether the day or the month comes first.

use calendar::Locale;
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use super::days::Days;
use crate::Why;
use crate::context::Context;

/// Every meaning, best first; `None` if there is no such date.
pub(super) fn dates(
    first: u32,
    second: u32,
    year: Option<i32>,
    dotted: bool,
    next: bool,
    ctx: &Context<'_>,
) -> Option<Vec<Days>> {
    let today = ctx.today();
    let day_first = coming(second, first, year, today);
    let month_first = coming(first, second, year, today);
    let custom = custom_of(ctx.zone);
    let prefers_month = custom.unwrap_or(ctx.profile.locale == Locale::EnUs);
    let settled = custom.is_some() || dotted || first == second;
    let (preferred, other) =
        if prefers_month && !dotted { (month_first, day_first) } else { (day_first, month_first) };
    let chosen = match (preferred, other) {
        // Both are possible and nothing settles it. An order that only fits the past is not meant.
        (Some(a), Some(b)) if !settled => {
            let a_ahead = a.this.is_none_or(|date| date >= today);
            let b_ahead = b.this.is_none_or(|date| date >= today);
            if year.is_some() && a_ahead != b_ahead {
                if a_ahead { a } else { b }
            } else {
                let both = [a.date(today)?, b.date(today)?];
                return Some(
                    both.map(|date| Days { why: Some(Why::DayOrMonthFirst), ..Days::day(date) }).to_vec(),
                );
            }
        }
        (Some(a), _) => a,
        (None, Some(b)) => b,
        (None, None) => return None,
    };
    let meanings = match (chosen.this, chosen.next) {
        (Some(this), Some(next_year)) if this < today && !next => {
            [next_year, this].map(|date| Days { why: Some(Why::ThisYearOrNext), ..Days::day(date) }).to_vec()
        }
        _ => vec![Days::day(chosen.date(today)?)],
    };
    Some(meanings)
}

/// A day and month: with a year just that, else this year's and the next.
#[derive(Clone, Copy)]
struct Found {
    this: Option<NaiveDate>,
    next: Option<NaiveDate>,
}

impl Found {
    /// The one that lies ahead, if any does.
    fn date(self, today: NaiveDate) -> Option<NaiveDate> {
        self.this.filter(|date| *date >= today).or(self.next).or(self.this)
    }
}

fn coming(month: u32, day: u32, year: Option<i32>, today: NaiveDate) -> Option<Found> {
    let in_year = |year| NaiveDate::from_ymd_opt(year, month, day);
    let found = match year {
        Some(year) => Found { this: in_year(year), next: None },
        None => Found {
            this: in_year(today.year()),
            next: (1..=8).find_map(|ahead| in_year(today.year() + ahead)),
        },
    };
    (found.this.is_some() || found.next.is_some()).then_some(found)
}

/// Whether people in the zone write the month first, where it is known; `None` where both are usual or the zone is no place.
fn custom_of(zone: Tz) -> Option<bool> {
    const MONTH_FIRST: &[&str] = &[
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Los_Angeles",
        "America/Phoenix",
        "America/Anchorage",
        "America/Detroit",
        "America/Boise",
        "America/Juneau",
        "America/Nome",
        "America/Adak",
        "America/Menominee",
        "Pacific/Honolulu",
        "Pacific/Guam",
    ];
    let name = zone.name();
    let month_first = MONTH_FIRST.contains(&name)
        || ["US/", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/"]
            .iter()
            .any(|area| name.starts_with(area));
    if month_first {
        return Some(true);
    }
    let day_first =
        ["Europe/", "Africa/", "Australia/", "GB", "NZ"].iter().any(|area| name.starts_with(area));
    day_first.then_some(false)
}
