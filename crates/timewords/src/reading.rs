//! One meaning of words about time.

use chrono::{NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A part of the day. Where it begins and ends is [`Part::hours`].
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// 06:00 to 12:00.
    Morning,
    /// 12:00 to 18:00.
    Afternoon,
    /// 17:00 to 22:00.
    Evening,
    /// 20:00 to 06:00 of the next day.
    Night,
}

impl Part {
    /// Its wall-clock hours `from..to`, counted from the midnight that begins the day; `to` may pass 24.
    #[must_use]
    pub const fn hours(self) -> (u32, u32) {
        match self {
            Self::Morning => (6, 12),
            Self::Afternoon => (12, 18),
            Self::Evening => (17, 22),
            Self::Night => (20, 30),
        }
    }
}

/// Which side of a time or date is open.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Open {
    /// From the start on: "after 4pm" has only `time`, "from Friday on" only `date`.
    After,
    /// Up to the end: "before 4pm" has only `end_time`, "by Friday" only `end_date`.
    Before,
}

/// The finest thing that was said.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// "3:15".
    Minute,
    /// "at 3".
    Hour,
    /// "morning".
    Part,
    /// "Tuesday".
    Day,
    /// "next week", "this weekend".
    Week,
    /// "in March".
    Month,
    /// "next year".
    Year,
    /// "any time".
    #[default]
    None,
}

/// Words that say roughly when, without a date or a time.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Vague {
    /// "soon", "sometime".
    Soon,
    /// "as soon as possible", "first available", "earliest": the first free ones.
    First,
    /// "as late as possible", "last slot": the last free ones of the day.
    Last,
    /// "later", "later this week".
    Later,
    /// "earlier".
    Earlier,
    /// "any time", "whenever".
    Any,
}

/// Which half of a part of the day.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Half {
    /// "early afternoon".
    Early,
    /// "late afternoon".
    Late,
}

/// What the date was derived from, where another date would also fit the words. Lets a later turn read them again:
/// "Wednesday" inside "next week", "the 21st" inside "December"; and lets "not Thursday" mean every Thursday.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// A weekday alone.
    Weekday(Weekday),
    /// A day of the month alone.
    DayOfMonth(u32),
    /// Monday to Friday, of no particular week: "on a weekday".
    Workdays,
    /// Saturday or Sunday, of no particular week: "weekends".
    Weekends,
}

/// Why there is more than one reading.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// "next Tuesday" while this week's Tuesday still lies ahead.
    ThisOrNext,
    /// "03/04": day or month first.
    DayOrMonthFirst,
    /// A day of the year that is past this year.
    ThisYearOrNext,
    /// The weekday and the date that were said do not go together.
    WeekdayOrDate,
    /// An hour without am or pm, and opening hours do not settle it.
    MorningOrEvening,
}

/// One meaning of words about time: what was said, as dates and wall-clock times where the speaker is (or in
/// [`timezone`](Self::timezone), when one was said). What was not said is `None`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Reading {
    /// The day; the first of several; with [`Open::After`] and no time, where the open range begins.
    pub date: Option<NaiveDate>,
    /// The time it starts; the earliest start of a range.
    pub time: Option<NaiveTime>,
    /// The last day of several (inclusive); with [`Open::Before`] and no date, the latest day.
    pub end_date: Option<NaiveDate>,
    /// The time by which it must end.
    pub end_time: Option<NaiveTime>,
    /// The part of the day.
    pub part: Option<Part>,
    /// Which side is open, of the time if one was said, else of the date.
    pub open: Option<Open>,
    /// The zone that was said.
    pub timezone: Option<Tz>,
    /// The finest thing said.
    pub grain: Grain,
    /// "around 3", "3ish": never an answer, always a question.
    pub approximate: bool,
    /// An hour said without am or pm: opening hours chose; a part of the day said later may choose again.
    pub bare_hour: bool,
    /// The open side does not include the day said: "after Friday", "before Friday".
    pub boundary_excluded: bool,
    /// Words such as "soon".
    pub vague: Option<Vague>,
    /// "early" or "late" part of the day.
    pub half: Option<Half>,
    /// What the date was derived from.
    pub anchor: Option<Anchor>,
    /// How long, in minutes, if said ("3pm for an hour").
    pub duration_minutes: Option<u32>,
    /// Why this is one of several readings.
    pub why: Option<Why>,
}

impl Reading {
    /// Whether a day or a range of days was said.
    #[must_use]
    pub const fn has_date(&self) -> bool {
        self.date.is_some() || self.end_date.is_some() || self.anchor.is_some()
    }

    /// Whether a time, a range of times or a part of the day was said.
    #[must_use]
    pub const fn has_time(&self) -> bool {
        self.time.is_some() || self.end_time.is_some() || self.part.is_some()
    }

    /// Whether it is one day.
    #[must_use]
    pub fn is_one_day(&self) -> bool {
        self.date.is_some()
            && self.end_date.is_none_or(|end| Some(end) == self.date)
            && !(self.open.is_some() && self.time.is_none() && self.end_time.is_none())
    }

    /// Whether it is one time of day, said exactly.
    #[must_use]
    pub const fn is_one_time(&self) -> bool {
        self.time.is_some() && self.end_time.is_none() && self.open.is_none() && !self.approximate
    }

    /// Whether both mean the same times, however they were said.
    pub(crate) fn allows_the_same_as(&self, other: &Self) -> bool {
        let said = |reading: &Self| Self {
            grain: Grain::None,
            bare_hour: false,
            anchor: reading.anchor.filter(|_| reading.date.is_none()),
            duration_minutes: None,
            why: None,
            ..reading.clone()
        };
        said(self) == said(other)
    }

    /// Whether it is one day and one time of day: something that can be booked.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.is_one_day() && self.is_one_time()
    }
}
