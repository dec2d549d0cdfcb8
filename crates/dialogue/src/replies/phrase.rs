//! Everything that is said as a statement, by kind. The words are in [`super::english`].

use chrono::{DateTime, NaiveDate, Utc, Weekday};
use timewords::Problem;

/// A statement. None of them can say that something was booked, moved or cancelled just now: those words are the
/// [`super::Confirmation`]'s alone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Phrase {
    /// The first words of a conversation.
    Introduction {
        business: String,
    },
    Hello {
        turn: u32,
    },
    Welcome {
        turn: u32,
    },
    Goodbye {
        turn: u32,
    },
    Chat {
        turn: u32,
    },
    /// What can be asked for, with examples.
    Help,
    EnglishOnly,
    NotOurs {
        turn: u32,
        contact: Option<String>,
    },
    /// How to reach a human.
    Contact {
        line: Option<String>,
    },
    /// The business profile's own words.
    Fact(String),
    /// Words that somebody else found, and checked.
    InOtherWords(String),
    Price {
        service: String,
        price: String,
    },
    Duration {
        service: String,
        minutes: u32,
    },
    Services(Vec<String>),
    /// The hours of each day of the week; none where it is closed.
    Week(Vec<(Weekday, Option<String>)>),
    /// The hours of one day; none if it is closed.
    HoursOn {
        date: NaiveDate,
        hours: Option<String>,
    },
    /// The profile does not say.
    NotKnown {
        contact: Option<String>,
    },
    /// The message made no sense; from the second time in a row on with examples.
    Unclear {
        examples: bool,
    },
    /// The third time and after.
    UnclearAgain {
        contact: Option<String>,
    },
    NothingToConfirm,
    NothingToDecline,
    NothingToChoose,
    NothingToStop,
    Dropped,
    StartedOver,
    AnythingElse,
    /// Gives the word back to the person when nothing is in progress; the one phrase that is a question.
    HowCanIHelp,
    /// The answer to a question that offered choices matched none of them.
    NoSuchChoice,
    UnknownService {
        words: String,
    },
    /// Words that are no service's name, and the service they were taken to mean.
    TakenFor {
        words: String,
        service: String,
    },
    UnknownZone {
        words: String,
    },
    /// Their times are in the zone that they said from now on.
    ZoneNoted,
    FixedDuration {
        service: String,
        minutes: u32,
    },
    Upcoming {
        appointments: Vec<Own>,
        more: usize,
    },
    /// Those of their appointments that they asked about.
    Fitting {
        appointments: Vec<Own>,
        more: usize,
    },
    Next(Own),
    /// What is going to be moved, named before anything is asked.
    ToMove(Own),
    /// No appointment ahead, or none that fits the words.
    NoneBooked {
        matching: bool,
    },
    /// It has begun, so it can be neither moved nor cancelled.
    Begun(Own),
    Kept(Own),
    KeptAll,
    TooMany {
        max: u32,
    },
    /// It can be had; said when they only asked.
    Free {
        start: DateTime<Utc>,
    },
    /// Choices offered before that are no longer free.
    Gone {
        starts: Vec<DateTime<Utc>>,
    },
    Unavailable {
        at: DateTime<Utc>,
        why: Why,
    },
    /// Nothing is free on the day.
    FullDay {
        date: NaiveDate,
        why: DayWhy,
    },
    /// Nothing is free in what they asked for, which is more than a day or less.
    NoneFree,
    NoOthers,
    /// Nothing is free at all.
    NothingFree {
        contact: Option<String>,
    },
    /// The words name a time that cannot be.
    Impossible(Problem),
    AlreadyThen(Own),
    /// A wish that was not begun with because another is being done.
    Left(Own),
    ChangeOrCancel(Own),
}

/// One of the person's appointments, as it is named.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Own {
    /// "appointment", or the service.
    pub(crate) label: String,
    pub(crate) start: DateTime<Utc>,
}

/// Why a start cannot be booked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Why {
    Past,
    TooSoon {
        minutes: u32,
    },
    TooFar {
        days: u32,
    },
    /// On the list of closed days.
    ClosedDay,
    /// No hours on this day of the week.
    ClosedWeekday(Weekday),
    OutsideHours {
        hours: String,
    },
    EndsTooLate {
        minutes: u32,
        hours: String,
    },
    OffGrid {
        every_minutes: u32,
    },
    /// One of their own appointments is then.
    Own(Own),
    Taken,
}

/// Why a day has nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum DayWhy {
    Past,
    TooFar { days: u32 },
    ClosedDay,
    ClosedWeekday(Weekday),
    Full,
}
