//! `GET /api/appointments/{id}.ics`: one of the person's own for their calendar (RFC 5545).
//!
//! Out: 200 `text/calendar`, one event. Times are in UTC, which calendars show in their owner's zone whatever the
//! clocks do that day. The event keeps its UID when the appointment is moved or cancelled, with a higher SEQUENCE, so
//! that a calendar replaces it instead of adding another. Errors: 401, 404 (no such appointment of theirs), 405
//! (without the ending).

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use calendar::Profile;
use chrono::TimeDelta;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use protocol::AppointmentStatus;
use store::Booking;
use uuid::Uuid;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::Gateway;

const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// The file shares its route with the appointment, but not its methods.
pub(crate) async fn other_method(Path(name): Path<String>) -> Response {
    let allowed = if name.ends_with(".ics") { "GET,HEAD" } else { "DELETE" };
    ([(header::ALLOW, allowed)], ApiError::MethodNotAllowed).into_response()
}

#[utoipa::path(
    get,
    path = "/api/appointments/{id}.ics",
    operation_id = "appointmentFile",
    tag = "appointments",
    summary = "One of the person's own for their calendar (RFC 5545)",
    params(("id" = Uuid, Path, description = "The appointment")),
    responses(
        (status = 200, description = "One event", body = String, content_type = "text/calendar"),
        (status = 404, description = "No such appointment of theirs"),
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(crate) async fn handle(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    let Some(id) = name.strip_suffix(".ics") else {
        return Ok(other_method(Path(name)).await);
    };
    let nothing = || ApiError::NotFound("You have nothing of this name.");
    let id: Uuid = id.parse().map_err(|_| nothing())?;
    let booking = gateway.store.appointment_of(caller.user_id, id).await?.ok_or_else(nothing)?;
    let file_name = format!("attachment; filename=\"appointment-{id}.ics\"");
    let headers = [(header::CONTENT_TYPE, MEDIA_TYPE), (header::CONTENT_DISPOSITION, &file_name)];
    Ok((headers, of(&booking, &gateway.profile)).into_response())
}

/// The text of the file. It depends on the row alone: asked for again, it is the same.
fn of(booking: &Booking, profile: &Profile) -> String {
    let appointment = &booking.appointment;
    let mut event = Event::new();
    event
        .uid(&appointment.id.to_string())
        .starts(appointment.start_time)
        .ends(appointment.end_time)
        .created(appointment.created_at)
        .last_modified(booking.updated_at)
        // Without a METHOD this is the time of the latest change (3.8.7.2).
        .timestamp(booking.updated_at)
        .sequence(sequence(booking))
        .summary(&format!("{} – {}", profile.name, appointment.service_type))
        .status(match appointment.status {
            AppointmentStatus::Booked => EventStatus::Confirmed,
            AppointmentStatus::Cancelled => EventStatus::Cancelled,
        });
    if appointment.status == AppointmentStatus::Cancelled {
        event.append_property(Property::new("TRANSP", "TRANSPARENT"));
    }
    if let Some(contact) = &profile.contact {
        event.description(contact);
    }
    let mut file = Calendar::empty();
    file.append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//Frontdesk//Frontdesk//EN"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"));
    file.push(event.done());
    file.to_string()
}

/// Rises with every change (3.8.7.4): the seconds, rounded up, from the booking to its latest change.
fn sequence(booking: &Booking) -> u32 {
    let age = booking.updated_at - booking.appointment.created_at;
    let seconds = (age + TimeDelta::nanoseconds(999_999_999)).num_seconds();
    // RFC 5545 integers end at 2^31 - 1; that is 68 years.
    u32::try_from(seconds.clamp(0, i64::from(i32::MAX))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use calendar::Profile;
    use chrono::{DateTime, Utc};
    use protocol::{Appointment, AppointmentStatus};
    use store::Booking;
    use uuid::Uuid;

    use super::of;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn booking(start: &str, status: AppointmentStatus, updated: &str) -> Booking {
        let start_time = at(start);
        Booking {
            appointment: Appointment {
                id: Uuid::from_u128(7),
                start_time,
                end_time: start_time + chrono::TimeDelta::minutes(45),
                timezone: "Europe/Berlin".to_owned(),
                service_type: "check-up, long".to_owned(),
                status,
                created_at: at("2026-10-01T08:00:00Z"),
            },
            user_id: Uuid::nil(),
            resource: "front desk".to_owned(),
            name: None,
            updated_at: at(updated),
        }
    }

    #[test]
    fn an_event_says_what_the_row_says() {
        let profile = Profile {
            name: "Zahnärzte; Nord".to_owned(),
            contact: Some("Call 030 555 0100,\nor come by".to_owned()),
            ..Profile::default()
        };
        let row = booking("2026-10-24T22:30:00Z", AppointmentStatus::Booked, "2026-10-01T08:00:00Z");
        let expected = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Frontdesk//Frontdesk//EN\r\n\
             CALSCALE:GREGORIAN\r\nBEGIN:VEVENT\r\nCREATED:20261001T080000Z\r\n\
             DESCRIPTION:Call 030 555 0100\\,\\nor come by\r\n\
             DTEND:20261024T231500Z\r\nDTSTAMP:20261001T080000Z\r\nDTSTART:20261024T223000Z\r\n\
             LAST-MODIFIED:20261001T080000Z\r\nSEQUENCE:0\r\nSTATUS:CONFIRMED\r\n\
             SUMMARY:Zahnärzte\\; Nord – check-up\\, long\r\n\
             UID:00000000-0000-0000-0000-000000000007\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        assert_eq!(of(&row, &profile), expected);
    }

    #[test]
    fn a_change_replaces_what_was_there_before() {
        let line = |text: &str, name: &str| {
            text.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned)).unwrap()
        };
        let row =
            |status, updated| of(&booking("2026-10-24T22:30:00Z", status, updated), &Profile::default());
        let moved = row(AppointmentStatus::Booked, "2026-10-01T08:00:00.000001Z");
        let cancelled = row(AppointmentStatus::Cancelled, "2026-10-02T08:00:00Z");
        assert_eq!((line(&moved, "SEQUENCE:"), line(&cancelled, "SEQUENCE:")), ("1".into(), "86400".into()));
        assert_eq!(line(&moved, "UID:"), line(&cancelled, "UID:"));
        assert_eq!(line(&cancelled, "STATUS:"), "CANCELLED");
        assert_eq!(line(&cancelled, "TRANSP:"), "TRANSPARENT");
    }

    #[test]
    fn long_names_are_folded() {
        let profile = Profile { name: "Ä".repeat(100), ..Profile::default() };
        let row = booking("2026-10-24T22:30:00Z", AppointmentStatus::Booked, "2026-10-01T08:00:00Z");
        let text = of(&row, &profile);
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(text.replace("\r\n ", "").contains(&profile.name));
    }
}
