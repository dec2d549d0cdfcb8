//! What the flows look at: the message's circumstances and the calendar.

use std::borrow::Cow;

use calendar::{Allowed, FreeSlot, OpenPeriod, Service};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use protocol::{Appointment, Asked};
use uuid::Uuid;

use crate::input::{Input, View};
use crate::replies::{Own, Voice, label, list};
use crate::state::Wanted;

/// One turn's circumstances; nothing in it changes while the turn is decided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ctx<'a> {
    pub(crate) input: &'a Input<'a>,
    pub(crate) view: &'a View,
    /// The zone the person said for the whole conversation, else their device's.
    pub(crate) zone: Tz,
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
        label(service, self.one_service())
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
            .map(|period| match period.to_minute {
                1440.. => format!("{} to midnight", voice.clock(period.opens())),
                _ => format!("{} to {}", voice.clock(period.opens()), voice.clock(period.closes())),
            })
            .collect();
        (!periods.is_empty()).then(|| format!("{}{}", list(&periods, ", ", "and"), voice.business_note()))
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
        calendar::free_slots(&request, allowed)
    }
}
