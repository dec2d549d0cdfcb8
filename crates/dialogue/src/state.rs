//! What the conversation remembers between two messages.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use protocol::Asked;
use serde::{Deserialize, Serialize};
use timewords::Constraint;
use uuid::Uuid;

/// Raised when an older state can no longer be read.
const VERSION: u32 = 1;
/// The most bytes that a state takes as JSON.
pub const STATE_MAX_BYTES: usize = 16 * 1024;
/// The most choices that one question offers.
pub const MAX_CHOICES: usize = 8;
/// The most appointments that are cancelled by one yes.
pub(crate) const MAX_AT_ONCE: usize = 16;
/// The most requests that wait for their turn.
pub(crate) const MAX_WAITING: usize = 3;
/// The most starts remembered as turned down.
pub(crate) const MAX_DECLINED: usize = 24;
/// The most characters kept of a person's name.
pub(crate) const NAME_MAX_CHARS: usize = 80;

/// What the conversation remembers. At most one question is open, by construction.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct State {
    pub(crate) version: u32,
    /// Messages answered so far; varies the wording of small talk.
    pub turns: u32,
    /// Messages not understood in a row.
    pub misunderstood: u32,
    /// The person asked for a human; the operator should see the session.
    pub wants_person: bool,
    /// The zone the person said their times are in, for the whole conversation.
    pub zone: Option<Tz>,
    /// What is being done, and the question that is open about it.
    pub open: Option<Open>,
    /// Requests of the same message that wait for their turn.
    pub waiting: Vec<Request>,
    /// The appointment this conversation made, moved or cancelled last.
    pub last: Option<Last>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            version: VERSION,
            turns: 0,
            misunderstood: 0,
            wants_person: false,
            zone: None,
            open: None,
            waiting: Vec::new(),
            last: None,
        }
    }
}

impl State {
    /// The state as it was kept; a fresh one if there is none, or one that this version cannot read.
    #[must_use]
    pub fn restore(kept: &serde_json::Value) -> Self {
        Self::deserialize(kept).ok().filter(|state| state.version == VERSION).unwrap_or_default()
    }

    /// The state as it is to be kept, at most [`STATE_MAX_BYTES`] long as JSON text.
    ///
    /// Every part is bounded on its own; should they together still be too long, what is in progress is dropped.
    #[must_use]
    pub fn keep(&self) -> serde_json::Value {
        let fits = |state: &Self| {
            let value = serde_json::to_value(state).ok()?;
            (value.to_string().len() < STATE_MAX_BYTES).then_some(value)
        };
        let without = || Self { open: None, waiting: Vec::new(), ..self.clone() };
        fits(self).or_else(|| fits(&without())).unwrap_or_default()
    }
}

/// Which kind of answer the open question waits for; goes to the interpreter.
#[must_use]
pub fn asked(state: &State) -> Option<Asked> {
    state.open.as_ref().map(|open| open.question.about.asked())
}

/// A request in progress and the one open question about it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Open {
    /// What the person wants done.
    pub request: Request,
    /// What they were asked.
    pub question: Question,
}

/// Something the person wants done.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Request {
    /// What.
    pub goal: Goal,
    /// When and how.
    pub wanted: Wanted,
    /// The appointments that their words can mean, while it is not known which.
    pub among: Vec<Uuid>,
    /// They asked for it in so many words, rather than just saying a time.
    pub asked_for: bool,
    /// They said so themselves: without this, nothing happens before they have said yes to exactly that.
    pub explicit: bool,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// A new appointment.
    Book,
    /// To see what is free.
    Browse,
    /// Another time for an appointment; `None` until it is known which.
    Move(Option<Uuid>),
    /// An end to an appointment; `None` until it is known which.
    Cancel(Option<Uuid>),
    /// An end to several appointments: those that the request is `among`.
    CancelAll,
}

/// What is known so far of the wanted appointment.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Wanted {
    /// A service's name in the profile.
    pub service: Option<String>,
    /// They named a service that the profile does not have.
    pub unknown_service: bool,
    /// The words about time so far.
    pub when: Constraint,
    /// The start that the person chose among those offered; wins over `when`.
    pub chosen: Option<DateTime<Utc>>,
    /// They asked for something later than this start.
    pub after: Option<DateTime<Utc>>,
    /// They asked for something earlier than this start.
    pub before: Option<DateTime<Utc>>,
    /// The zone they said this one is in.
    pub zone: Option<Tz>,
    /// The name it is for.
    pub name: Option<String>,
    /// Starts offered and turned down.
    pub declined: Vec<DateTime<Utc>>,
}

/// The one open question.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Question {
    /// What it asks.
    pub about: About,
    /// What it offers, in the order of the reply.
    pub choices: Vec<Choice>,
}

/// What a question asks.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Which service.
    Service,
    /// Which day; the choices are days.
    Date,
    /// Which of the days that their words can mean.
    MeantDate,
    /// Which time; the choices are starts on one day.
    Time,
    /// Which of the times that their words can mean.
    MeantTime,
    /// Which time zone.
    Zone,
    /// The name for the booking, whose start is known.
    Name,
    /// Which of the starts offered.
    Start,
    /// Which of their appointments.
    Appointment,
    /// Yes or no to booking this start.
    Booking(DateTime<Utc>),
    /// Yes or no to moving this appointment to this start.
    Moving(Uuid, DateTime<Utc>),
    /// Yes or no to cancelling this appointment.
    Cancelling(Uuid),
    /// Yes or no to cancelling all of the appointments that are the choices.
    CancellingAll,
}

impl About {
    /// The kind of answer it waits for.
    #[must_use]
    pub const fn asked(self) -> Asked {
        match self {
            Self::Service => Asked::Service,
            Self::Date | Self::MeantDate => Asked::Date,
            Self::Time | Self::MeantTime => Asked::Time,
            Self::Zone => Asked::Timezone,
            Self::Name => Asked::Name,
            Self::Start | Self::Appointment => Asked::Which,
            Self::Booking(_) | Self::Moving(..) | Self::Cancelling(_) | Self::CancellingAll => Asked::Confirm,
        }
    }
}

/// One of the things a question offers.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// A service, by its name in the profile.
    Service(String),
    /// A day in the person's zone.
    Day(chrono::NaiveDate),
    /// A time of day in the person's zone.
    Time(chrono::NaiveTime),
    /// A start.
    Start(DateTime<Utc>),
    /// One of the person's appointments.
    Appointment(Uuid),
}

/// What was done last. Appointments of one person never overlap, so their start tells them apart.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Last {
    /// What was done.
    pub deed: Deed,
    /// The start of the appointment, after the deed.
    pub start: DateTime<Utc>,
    /// The zone it was spoken of in.
    pub zone: Tz,
}

/// A change to the calendar.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Made.
    Booked,
    /// Given another time.
    Moved,
    /// Called off.
    Cancelled,
}
