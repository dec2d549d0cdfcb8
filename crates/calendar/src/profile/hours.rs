//! Opening hours of a week.

use std::fmt;

use chrono::{NaiveTime, TimeDelta, Weekday};

/// Minutes of a day.
pub(super) const DAY_MINUTES: u16 = 24 * 60;

/// A stretch of wall time in which the business is open, `from..to`, in minutes after midnight.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct OpenPeriod {
    /// The first minute, a multiple of five.
    pub from_minute: u16,
    /// The minute after the last, a multiple of five, at most 1440 (midnight).
    pub to_minute: u16,
}

impl OpenPeriod {
    /// When it opens, as wall time.
    #[must_use]
    pub fn opens(&self) -> NaiveTime {
        // Adding to a NaiveTime goes round at midnight.
        NaiveTime::MIN + TimeDelta::minutes(i64::from(self.from_minute))
    }

    /// When it closes, as wall time; 00:00 is the midnight that ends the day.
    #[must_use]
    pub fn closes(&self) -> NaiveTime {
        NaiveTime::MIN + TimeDelta::minutes(i64::from(self.to_minute))
    }

    /// Whether the wall time lies inside.
    #[must_use]
    pub fn contains(&self, time: NaiveTime) -> bool {
        let since_midnight = time - NaiveTime::MIN;
        TimeDelta::minutes(i64::from(self.from_minute)) <= since_midnight
            && since_midnight < TimeDelta::minutes(i64::from(self.to_minute))
    }
}

/// As in a profile, `09:00-12:00`; midnight at the end is `24:00`.
impl fmt::Display for OpenPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from_minute, self.to_minute);
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

/// When the business is open on each day of the week, as wall time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WeeklyHours {
    /// Monday first; each day's periods in order, none overlapping another.
    days: [Vec<OpenPeriod>; 7],
}

impl WeeklyHours {
    /// Monday first. Each day's periods must be in order and apart, which the profile's reader makes sure of.
    pub(super) const fn new(days: [Vec<OpenPeriod>; 7]) -> Self {
        Self { days }
    }

    /// The periods of a day in order, none if it is closed.
    #[must_use]
    pub fn on(&self, day: Weekday) -> &[OpenPeriod] {
        self.days.get(day.num_days_from_monday() as usize).map_or(&[], Vec::as_slice)
    }
}

/// Monday to Friday, 09:00 to 17:00.
impl Default for WeeklyHours {
    fn default() -> Self {
        let office = vec![OpenPeriod { from_minute: 9 * 60, to_minute: 17 * 60 }];
        let [mon, tue, wed, thu, fri] = std::array::from_fn(|_| office.clone());
        Self::new([mon, tue, wed, thu, fri, Vec::new(), Vec::new()])
    }
}
