//! What was said, before anybody asks what day it is.

use chrono::Weekday;
use chrono_tz::Tz;

use crate::lex::Unit;
use crate::resolve::Holiday;
use crate::{Half, Part, Vague};

/// Morning or afternoon, as far as a clock time says it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Meridiem {
    Am,
    Pm,
    /// It reads only one way: "15:00", "noon".
    Certain,
    /// "at 3": the minute is that of the twelve-hour clock, below 720.
    Bare,
}

/// A time of day.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Clock {
    /// Minutes after midnight; on the twelve-hour clock if bare. 1440 is the midnight that ends the day.
    pub(crate) minute: u32,
    pub(crate) meridiem: Meridiem,
    /// "around 3", "3ish".
    pub(crate) approximate: bool,
    /// Written as on a 24-hour clock, "10:30": in the evening only if that is said.
    pub(crate) written: bool,
    /// Whole hours only: nothing was said about minutes.
    pub(crate) hour_only: bool,
}

/// What was said about the time of day.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TimeExpr {
    At(Clock),
    Between(Clock, Clock),
    After(Clock),
    Before(Clock),
    /// So many minutes from now.
    FromNow(i64),
    /// So many minutes later than what exists (or earlier).
    Shifted(i64),
    /// "same time".
    Same,
    /// "25:00".
    Impossible,
}

/// Which one of several.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Which {
    Bare,
    This,
    Next,
    Coming,
    AfterNext,
    Last,
}

/// A month.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum MonthExpr {
    /// The month that the context gives: "the 21st".
    Unsaid,
    Named {
        month: u32,
        year: Option<i32>,
        which: Which,
    },
    /// "next month" is 1.
    Offset(i32),
}

/// A part of a week, month or year.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Segment {
    Early,
    Mid,
    Late,
    /// From today on.
    Rest,
}

/// What was said about the day.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum DateExpr {
    /// "tomorrow" is 1.
    Relative(i64),
    Weekday {
        day: Weekday,
        which: Which,
    },
    /// "Wednesday next week" is 1.
    InWeek {
        day: Weekday,
        weeks: i64,
    },
    /// "3 Fridays from now".
    NthFromNow {
        day: Weekday,
        n: u32,
    },
    /// "the 21st", "21 March"; the last day of the month is 0.
    MonthDay {
        day: u32,
        month: MonthExpr,
    },
    /// "3/4", either way round; `dotted` is day first.
    Numeric {
        first: u32,
        second: u32,
        year: Option<i32>,
        dotted: bool,
        next: bool,
    },
    Ymd {
        year: i32,
        month: u32,
        day: u32,
    },
    /// "first Monday in December"; the last is -1.
    NthInMonth {
        n: i32,
        day: Weekday,
        month: MonthExpr,
    },
    Holiday {
        holiday: Holiday,
        year: Option<i32>,
        offset: i64,
    },
    /// "a week from Thursday", "three days after Easter". `business` counts Monday to Friday.
    Shift {
        amount: i64,
        unit: Unit,
        from: Box<DateExpr>,
    },
    /// The closest such weekdays to a day, best first.
    Nearest {
        n: u32,
        day: Weekday,
        to: Box<DateExpr>,
    },
    /// A weekday and a day or range in which it lies: "Tuesday the 19th".
    On {
        day: Weekday,
        of: Box<DateExpr>,
    },
    Week(i64),
    Weekend(Which),
    Workweek(i64),
    Month(MonthExpr),
    /// This year is 0.
    YearOffset(i32),
    WeekOf(Box<DateExpr>),
    /// The week of that number by ISO 8601, this year's or the next.
    WeekNumber(u32),
    NthWeek {
        n: i32,
        month: MonthExpr,
    },
    Segment {
        segment: Segment,
        of: Box<DateExpr>,
    },
    /// "the next 3 days".
    Coming {
        amount: i64,
        unit: Unit,
    },
    Between(Box<DateExpr>, Box<DateExpr>),
    After {
        day: Box<DateExpr>,
        included: bool,
    },
    Before {
        day: Box<DateExpr>,
        included: bool,
    },
    Workdays,
    Weekends,
    /// "same day", or so many days after what exists.
    FromExisting(i64),
    /// Cannot be, whatever the year: "2022-13-45".
    Impossible,
}

impl DateExpr {
    /// Whether it names a day rather than a range.
    pub(crate) const fn is_one_day(&self) -> bool {
        matches!(
            self,
            Self::Relative(_)
                | Self::Weekday { .. }
                | Self::InWeek { .. }
                | Self::MonthDay { .. }
                | Self::Numeric { .. }
                | Self::Ymd { .. }
                | Self::NthInMonth { .. }
                | Self::Holiday { .. }
                | Self::On { .. }
        )
    }
}

/// Everything that was said together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Said {
    pub(crate) date: Option<DateExpr>,
    pub(crate) time: Option<TimeExpr>,
    pub(crate) part: Option<Part>,
    pub(crate) half: Option<Half>,
    pub(crate) zone: Option<Tz>,
    pub(crate) vague: Option<Vague>,
    pub(crate) duration_minutes: Option<u32>,
    pub(crate) approximate: bool,
    /// Byte offsets of the words.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Said {
    pub(crate) fn is_empty(&self) -> bool {
        self.date.is_none()
            && self.time.is_none()
            && self.part.is_none()
            && self.vague.is_none()
            && self.zone.is_none()
            && self.duration_minutes.is_none()
    }

    /// Whether it says when, rather than how long or where.
    pub(crate) fn says_when(&self) -> bool {
        self.date.is_some() || self.time.is_some() || self.part.is_some() || self.vague.is_some()
    }
}

/// What stands between two things said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Joint {
    /// "at", "on the": holds together what it stands between.
    Glue,
    /// A comma.
    Comma,
    Or,
    And,
    /// "but", which ends a negation.
    But,
    /// "not", "can't": rules out what follows, up to a comma.
    Not,
    /// "except": rules out what follows, commas included.
    Except,
    /// "doesn't work": rules out what stands before.
    Fails,
    /// "no, sorry": withdraws what stands before.
    Withdrawn,
    /// Other words, or another phrase.
    Words,
    /// The end of a sentence.
    Stop,
}

/// A message as things said and what joins them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    Said(Said),
    Joint(Joint),
}
