//! Holidays, fixed and moving.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

/// A day that has a name. Those that only some countries keep mean the country whose name for them it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Holiday {
    NewYear,
    MartinLutherKing,
    Valentine,
    StPatrick,
    /// Western Easter Sunday.
    Easter,
    MemorialDay,
    Pentecost,
    Independence,
    LaborDay,
    Halloween,
    Thanksgiving,
    Christmas,
}

impl Holiday {
    /// Its date in a year.
    pub(crate) fn in_year(self, year: i32) -> Option<NaiveDate> {
        let fixed = |month, day| NaiveDate::from_ymd_opt(year, month, day);
        let nth = |month, day, n| NaiveDate::from_weekday_of_month_opt(year, month, day, n);
        match self {
            Self::NewYear => fixed(1, 1),
            Self::MartinLutherKing => nth(1, Weekday::Mon, 3),
            Self::Valentine => fixed(2, 14),
            Self::StPatrick => fixed(3, 17),
            Self::Easter => easter(year),
            Self::MemorialDay => {
                let last = fixed(5, 31)?;
                Some(last - TimeDelta::days(i64::from(last.weekday().num_days_from_monday())))
            }
            Self::Pentecost => Some(easter(year)? + TimeDelta::days(49)),
            Self::Independence => fixed(7, 4),
            Self::LaborDay => nth(9, Weekday::Mon, 1),
            Self::Halloween => fixed(10, 31),
            Self::Thanksgiving => nth(11, Weekday::Thu, 4),
            Self::Christmas => fixed(12, 25),
        }
    }
}

/// Easter Sunday of the Gregorian calendar (the "anonymous" algorithm of Meeus, Astronomical Algorithms, ch. 8).
fn easter(year: i32) -> Option<NaiveDate> {
    let a = year % 19;
    let (b, c) = (year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let days = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(days / 31).ok()?, u32::try_from(days % 31 + 1).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_moves() {
        let dates = [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)];
        for (year, month, day) in dates {
            assert_eq!(easter(year), NaiveDate::from_ymd_opt(year, month, day));
        }
    }
}
