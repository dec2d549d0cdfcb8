//! Appointments as their owners see them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whether an appointment takes place.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum AppointmentStatus {
    /// It takes place and holds its claims.
    Booked,
    /// It was called off; it stays in the list and holds nothing.
    Cancelled,
}

impl AppointmentStatus {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "BOOKED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl std::str::FromStr for AppointmentStatus {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "BOOKED" => Ok(Self::Booked),
            "CANCELLED" => Ok(Self::Cancelled),
            _ => Err(()),
        }
    }
}

/// One appointment.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Appointment {
    /// Stays the same when the appointment is moved.
    pub id: Uuid,
    /// First instant, UTC.
    pub start_time: DateTime<Utc>,
    /// The instant it ends (exclusive), UTC, without the service's buffer.
    pub end_time: DateTime<Utc>,
    /// The IANA zone of the person when they booked.
    pub timezone: String,
    /// The name of the service in the business profile.
    pub service_type: String,
    /// Whether it takes place.
    pub status: AppointmentStatus,
    /// When it was booked, UTC.
    pub created_at: DateTime<Utc>,
}

/// A person's appointments, in order of their start.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppointmentList {
    /// Booked and cancelled ones.
    pub appointments: Vec<Appointment>,
}
