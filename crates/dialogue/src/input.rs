//! What a turn is decided from.

use calendar::{Busy, Profile, Window};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use protocol::{Appointment, AppointmentStatus, Interpretation};
use uuid::Uuid;

use crate::meaning::Meaning;
use crate::outcome::Words;

/// One message and its circumstances.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The message as it was sent.
    pub text: &'a str,
    /// What the interpreter saw in it.
    pub interpretation: &'a Interpretation,
    /// What it comes close to in meaning.
    pub meaning: &'a Meaning,
    /// When it came.
    pub now: DateTime<Utc>,
    /// The zone of the person's device; the business's if it did not say.
    pub zone: Tz,
    /// The business.
    pub profile: &'a Profile,
    /// Who sent it.
    pub person: Uuid,
    /// Words for what this turn may have none of its own for.
    pub words: Option<&'a Words>,
}

/// What the calendar holds as far as this turn has looked: nothing of other people but that a time is taken.
///
/// Begins with nothing seen; a turn that needs to see more says so ([`Unseen`]).
#[derive(Clone, Debug, Default)]
pub struct View {
    /// What is taken in the stretches seen, of every resource and of this person.
    pub busy: Vec<Busy>,
    /// This person's own appointments, from a day ago on, in any order; cancelled ones are ignored.
    pub appointments: Vec<Appointment>,
    /// The stretches of time that `busy` tells of, in order and apart.
    pub seen: Vec<Window>,
}

/// The turn cannot be decided before this stretch of the calendar is seen as well: add it to the [`View`] and decide again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Unseen(pub Window);

impl View {
    /// Adds what is taken in a stretch of time.
    pub fn see(&mut self, window: Window, busy: Vec<Busy>) {
        // What reaches over an edge comes with both of its sides.
        self.busy.extend(
            busy.into_iter().filter(|busy| !self.seen.iter().any(|seen| seen.overlaps(&busy.window))),
        );
        self.seen.push(window);
        self.seen = Window::union(std::mem::take(&mut self.seen));
    }

    /// Whether all of it was seen.
    pub(crate) fn has_seen(&self, window: Window) -> bool {
        window.is_empty() || self.seen.iter().any(|seen| seen.covers(&window))
    }

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
