//! What the flows look at: the message's circumstances and the calendar.

use std::borrow::Cow;
use std::cell::Cell;

use calendar::{Allowed, FreeSlot, OpenPeriod, Service, Window};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use protocol::{Appointment, Asked};
use uuid::Uuid;

use crate::input::{Input, View};
use crate::replies::{Own, Voice, label};
use crate::state::Wanted;

/// One turn's circumstances; nothing in it changes while the turn is decided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ctx<'a> {
    pub(crate) input: &'a Input<'a>,
    pub(crate) view: &'a View,
    /// The zone the person said for the whole conversation, else their device's.
    pub(crate) zone: Tz,
    /// The first stretch of the calendar that was looked for and not seen; whatever is decided then does not count.
    pub(crate) unseen: &'a Cell<Option<Window>>,
}

impl Ctx<'_> {
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.input.now
    }

    /// The zone that a request is spoken of in.
    pub(crate) fn zone_of(&self, wanted: &Wanted) -> Tz {
        wanted.zone.unwrap_or(self.zone)
    }

    pub(crate) fn voice(&self, zone: Tz) -> Voice {
        Voice::new(self.input.profile, zone, self.now())
    }

    /// What words about time are read in the light of; `existing` is the appointment or offer they may refer to.
    pub(crate) fn time(
        &self,
        zone: Tz,
        asked: Option<Asked>,
        existing: Option<(DateTime<Utc>, DateTime<Utc>)>,
    ) -> timewords::Context<'_> {
        timewords::Context { now: self.now(), zone, profile: self.input.profile, asked, existing }
    }

    pub(crate) fn one_service(&self) -> bool {
        self.input.profile.services.len() == 1
    }

    pub(crate) fn label(&self, service: &str) -> String {
        label(service, self.one_service(), &self.voice(self.zone))
    }

    pub(crate) fn own(&self, appointment: &Appointment) -> Own {
        Own { label: self.label(&appointment.service_type), start: appointment.start_time }
    }

    pub(crate) fn contact(&self) -> Option<String> {
        self.input.profile.contact.clone()
    }

    /// The service of an appointment; if the profile has dropped it, one of the same length takes its place.
    pub(crate) fn service_of(&self, appointment: &Appointment) -> Cow<'_, Service> {
        match self.input.profile.service(&appointment.service_type) {
            Some(service) => Cow::Borrowed(service),
            None => Cow::Owned(Service {
                name: appointment.service_type.clone(),
                duration_minutes: u32::try_from(
                    (appointment.end_time - appointment.start_time).num_minutes(),
                )
                .unwrap_or_default(),
                buffer_minutes: 0,
                default: false,
                synonyms: Vec::new(),
                price: None,
            }),
        }
    }

    /// The hours as said to the person: "09:00 to 12:00 and 13:00 to 17:00"; none if there are none. They are the
    /// business's wall time, which is named where the person has another.
    pub(crate) fn hours(&self, periods: &[OpenPeriod], voice: &Voice) -> Option<String> {
        let periods: Vec<_> = periods
            .iter()
            .map(|period| {
                let to = (period.to_minute < 1440).then(|| voice.clock(period.closes()));
                (voice.clock(period.opens()), to)
            })
            .collect();
        let said = || format!("{}{}", voice.language.hours(&periods), voice.business_note());
        (!periods.is_empty()).then(said)
    }

    /// What is free for the service in the allowed times; what the moved appointment holds counts as free.
    pub(crate) fn free(&self, service: &Service, moving: Option<Uuid>, allowed: &[Allowed]) -> Vec<FreeSlot> {
        let request = calendar::Request {
            profile: self.input.profile,
            service,
            person: self.input.person,
            busy: &self.view.busy,
            moving,
            now: self.now(),
        };
        let Some(needed) = self.needed(service, allowed) else { return Vec::new() };
        if !self.view.has_seen(needed) {
            self.unseen.set(self.unseen.get().or(Some(needed)));
            return Vec::new();
        }
        calendar::free_slots(&request, allowed)
    }

    /// The days of UTC that an appointment in the allowed times could touch; none if nothing of them can be booked.
    fn needed(&self, service: &Service, allowed: &[Allowed]) -> Option<Window> {
        let bookable = self.input.profile.bookable(self.now());
        let windows = allowed.iter().filter_map(|part| match *part {
            Allowed::At(at) => bookable.contains(at).then_some(Window::new(at, at)),
            Allowed::Starting(window) | Allowed::Within(window) => window.intersection(&bookable),
        });
        let hull = windows.reduce(|a, b| Window::new(a.start.min(b.start), a.end.max(b.end)))?;
        let end = hull.end.checked_add_signed(service.duration() + service.buffer())?;
        // Whole days, so that the choices of one question are seen together.
        let midnight = |at: DateTime<Utc>| at.date_naive().and_time(NaiveTime::MIN).and_utc();
        Some(Window::new(midnight(hull.start), midnight(end).checked_add_signed(TimeDelta::days(1))?))
    }
}
