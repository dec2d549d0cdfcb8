//! The business: its hours, services, rules and what may be said about it.

mod check;
mod file;
mod hours;
mod parse;
mod service;

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

pub use hours::{OpenPeriod, WeeklyHours};
pub use parse::ProfileError;
pub use service::Service;

use crate::zone::date_in;
use crate::{Window, wall_windows};

/// A business, as its profile describes it. Its default is the one that the documentation states.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Profile {
    /// What the business is called.
    pub name: String,
    /// Where its clocks hang: opening hours, closed days and starts are wall time there.
    pub timezone: Tz,
    /// How to reach a human, as a sentence.
    pub contact: Option<String>,
    /// How dates and times are written and read.
    pub locale: Locale,
    /// Whether people may make accounts themselves.
    pub sign_up: bool,
    /// For how many days messages are kept; 0 keeps them.
    pub keep_messages_days: u32,
    /// Dates on which it is closed all day.
    pub closed: BTreeSet<NaiveDate>,
    /// When it is open.
    pub hours: WeeklyHours,
    /// What may be booked, and when.
    pub booking: BookingRules,
    /// What can be booked; at least one, at most one of them the default.
    pub services: Vec<Service>,
    /// What the assistant may say about the business.
    pub facts: Vec<Fact>,
    /// Where the operator's own programs hear of appointments; nowhere unless set.
    pub webhook: Option<Webhook>,
}

/// Where events about appointments are sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Webhook {
    /// `https://…`, or `http://…` on a network that is trusted.
    pub url: String,
    /// The environment variable with the secret that signs each event.
    pub secret_env: String,
    /// Minutes before an appointment at which its reminder is due; 0: no reminders.
    pub remind_minutes_before: u32,
}

/// The order of numeric dates and the style of the clock.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq)]
pub enum Locale {
    /// `en-GB`: day first, 24 hours.
    #[default]
    #[serde(rename = "en-GB")]
    EnGb,
    /// `en-US`: month first, am and pm.
    #[serde(rename = "en-US")]
    EnUs,
}

/// What may be booked, and when.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BookingRules {
    /// Minutes between possible starts, counted from midnight of the wall clock.
    pub start_every_minutes: u32,
    /// Minutes that must lie between booking and start.
    pub min_notice_minutes: u32,
    /// How many days after today (business's date) the last bookable day is.
    pub horizon_days: u32,
    /// What takes the appointments, each one at a time; at least one, in order of preference.
    pub resources: Vec<String>,
    /// Whether the person's name is asked for and kept with the appointment.
    pub ask_name: bool,
    /// How many appointments a person may have ahead of them.
    pub max_open_per_person: u32,
}

/// Something that the assistant may say about the business.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fact {
    /// Words and questions that it answers.
    pub about: Vec<String>,
    /// The answer, as it is said.
    pub answer: String,
}

impl Default for BookingRules {
    fn default() -> Self {
        Self {
            start_every_minutes: 60,
            min_notice_minutes: 0,
            horizon_days: 365,
            resources: vec!["front desk".to_owned()],
            ask_name: false,
            max_open_per_person: 5,
        }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            name: "Frontdesk".to_owned(),
            timezone: Tz::UTC,
            contact: None,
            locale: Locale::default(),
            sign_up: true,
            keep_messages_days: 0,
            closed: BTreeSet::new(),
            hours: WeeklyHours::default(),
            booking: BookingRules::default(),
            services: vec![Service::general()],
            facts: Vec::new(),
            webhook: None,
        }
    }
}

impl Profile {
    /// Reads a profile from TOML; what is left out has its documented default.
    ///
    /// # Errors
    /// If it is not TOML, a key is unknown or a value is not valid; the error names the key and its line.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        parse::profile(text)
    }

    /// The service of exactly this name.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The service that is meant when none is said: the one marked so, or the only one.
    #[must_use]
    pub fn default_service(&self) -> Option<&Service> {
        match self.services.as_slice() {
            [only] => Some(only),
            several => several.iter().find(|service| service.default),
        }
    }

    /// The service that a person's words name, by its name or a synonym.
    ///
    /// Whole words count, whatever their case, number or hyphens. Of several, the one named by most words is meant,
    /// then one named by its name, then one that is not the default (everybody says "appointment").
    #[must_use]
    pub fn match_service(&self, words: &str) -> Option<&Service> {
        service::best_match(&self.services, words)
    }

    /// The hours on a date of the business's calendar; none if it is closed.
    #[must_use]
    pub fn hours_on(&self, date: NaiveDate) -> &[OpenPeriod] {
        if self.closed.contains(&date) { &[] } else { self.hours.on(date.weekday()) }
    }

    /// When an appointment may start as far as notice and horizon go: from `now` plus the notice to the end of the
    /// last bookable day in the business's zone.
    #[must_use]
    pub fn bookable(&self, now: DateTime<Utc>) -> Window {
        let start = now.checked_add_signed(TimeDelta::minutes(self.booking.min_notice_minutes.into()));
        let midnight = |days_ahead: u32| {
            let date = date_in(self.timezone, now).checked_add_days(Days::new(days_ahead.into()))?;
            Some(date.and_time(NaiveTime::MIN))
        };
        let horizon = self.booking.horizon_days;
        // Two days, for a zone that moves over the date line leaves one out.
        let end = midnight(horizon.saturating_sub(1)).zip(midnight(horizon.saturating_add(1)));
        let end = end.and_then(|(from, to)| Some(wall_windows(self.timezone, from, to).last()?.end));
        Window::new(start.unwrap_or(now), end.unwrap_or(now))
    }
}
