//! Whether the calendar is what its appointments say: every booked one holds its claims, and nothing else holds any.

use std::collections::HashMap;

use calendar::{Window, claims};
use protocol::AppointmentStatus;
use uuid::Uuid;

use crate::appointments::{AppointmentFilter, ListedBooking};
use crate::db::{Conn, Row};
use crate::{Result, Store};

/// An appointment whose claims are not what they should be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Disagreement {
    /// Which.
    pub appointment: Uuid,
    /// What is wrong.
    pub fault: Fault,
}

/// How claims and an appointment can disagree.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// It is cancelled, and holds time all the same.
    HoldsThoughCancelled,
    /// It does not hold its time of the resource as a whole, or more than one stretch of it.
    Resource,
    /// It does not hold its time of the person as a whole, or more than one stretch of it.
    Person,
    /// It holds something that is neither its resource nor its person.
    Stranger,
}

/// A stretch that an appointment holds under one key.
struct Held {
    key: String,
    first: i64,
    past: i64,
    /// No cell of it is missing.
    whole: bool,
}

impl Store {
    /// Compares all appointments with all claims. Reads both tables as a whole: for checks, not for every day. What is
    /// booked or cancelled meanwhile may be reported wrongly.
    ///
    /// # Errors
    /// What the database said.
    pub async fn disagreements(&self) -> Result<Vec<Disagreement>> {
        let mut held = held(&mut self.pools.read().await?).await?;
        let appointments = self.appointments(&AppointmentFilter::default()).await?;
        let found = appointments.iter().filter_map(|listed| {
            let appointment = listed.booking.appointment.id;
            let fault = fault(listed, &held.remove(&appointment).unwrap_or_default())?;
            Some(Disagreement { appointment, fault })
        });
        // Claims of appointments that do not exist are left over only if foreign keys were off: none may be.
        let mut found: Vec<_> = found.collect();
        found
            .extend(held.into_keys().map(|appointment| Disagreement { appointment, fault: Fault::Stranger }));
        Ok(found)
    }
}

async fn held(conn: &mut Conn) -> Result<HashMap<Uuid, Vec<Held>>> {
    let sql = "SELECT appointment_id, resource, first_cell, past_cell, COUNT(*) AS cells
               FROM booking_claims WHERE appointment_id IS NOT NULL
               GROUP BY appointment_id, resource, first_cell, past_cell";
    let mut held: HashMap<Uuid, Vec<Held>> = HashMap::new();
    for row in conn.rows(sql, &[]).await? {
        held.entry(row.id("appointment_id")?).or_default().push(stretch(&row)?);
    }
    Ok(held)
}

fn stretch(row: &Row) -> Result<Held> {
    let (first, past): (i64, i64) = (row.get("first_cell")?, row.get("past_cell")?);
    // The schema lets no cell lie outside and none be there twice, so that their number tells.
    let cells: i64 = row.get("cells")?;
    Ok(Held { key: row.get("resource")?, first, past, whole: cells == past - first })
}

fn fault(listed: &ListedBooking, held: &[Held]) -> Option<Fault> {
    let booking = &listed.booking;
    if booking.appointment.status == AppointmentStatus::Cancelled {
        return (!held.is_empty()).then_some(Fault::HoldsThoughCancelled);
    }
    let cells = claims::cells(Window::new(booking.appointment.start_time, booking.appointment.end_time));
    let person = claims::user_key(booking.user_id);
    if held.iter().any(|held| held.key != booking.resource && held.key != person) {
        return Some(Fault::Stranger);
    }
    let only = |key: &str| {
        let mut of_key = held.iter().filter(|held| held.key == key);
        of_key.next().filter(|held| held.whole && held.first == cells.start && of_key.next().is_none())
    };
    // How long the resource is held after the end depends on what the profile said when it was booked.
    if only(&booking.resource).is_none_or(|held| held.past < cells.end) {
        return Some(Fault::Resource);
    }
    only(&person).is_none_or(|held| held.past != cells.end).then_some(Fault::Person)
}
