//! What a turn is decided from.

use calendar::{Busy, Profile, Window};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use protocol::{Appointment, AppointmentStatus, Interpretation};
use uuid::Uuid;

/// One message and its circumstances.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The message as it was sent.
    pub text: &'a str,
    /// What the interpreter saw in it.
    pub interpretation: &'a Interpretation,
    /// When it came.
    pub now: DateTime<Utc>,
    /// The zone of the person's device; the business's if it did not say.
    pub zone: Tz,
    /// The business.
    pub profile: &'a Profile,
    /// Who sent it.
    pub person: Uuid,
}

/// What the calendar holds as far as this turn may see it: nothing of other people but that a time is taken.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// What is taken within [`horizon`], of every resource and of this person.
    pub busy: Vec<Busy>,
    /// This person's own appointments, from a day ago on, in any order; cancelled ones are ignored.
    pub appointments: Vec<Appointment>,
}

impl View {
    /// The appointment, if it is this person's and takes place.
    pub(crate) fn booked(&self, id: Uuid) -> Option<&Appointment> {
        self.appointments.iter().find(|own| own.id == id && own.status == AppointmentStatus::Booked)
    }

    /// Their appointments that have not begun, in order.
    pub(crate) fn upcoming(&self, now: DateTime<Utc>) -> Vec<&Appointment> {
        let mut upcoming: Vec<_> = self
            .appointments
            .iter()
            .filter(|own| own.status == AppointmentStatus::Booked && own.start_time > now)
            .collect();
        upcoming.sort_by_key(|own| (own.start_time, own.id));
        upcoming
    }
}

/// The part of the calendar that a [`View`] must cover: from a day ago to the end of what may be booked.
#[must_use]
pub fn horizon(profile: &Profile, now: DateTime<Utc>) -> Window {
    let days = i64::from(profile.booking.horizon_days) + 2;
    Window::new(now - TimeDelta::days(1), now + TimeDelta::days(days))
}
