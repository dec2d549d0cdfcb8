//! Making, cancelling and moving appointments, each inside a transaction of the caller.

use calendar::claims::{Claim, of_slot, user_key};
use calendar::{Busy, FreeSlot, Window, claims};
use chrono::{DateTime, TimeDelta, Utc};
use protocol::{Appointment, AppointmentStatus};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::db::{Conn, Row};
use crate::outbox::{self, Event};
use crate::values::{Param, instant, optional_text, text};
use crate::{Clash, Result, StoreError, blocks};

/// What [`read`] reads. Named one by one: where a newer program adds a column, `*` would break PostgreSQL's prepared
/// statements in the programs that still run.
macro_rules! columns {
    () => {
        "id, user_id, start_time, end_time, service_type, status, timezone, resource, name, created_at, updated_at"
    };
}
pub(crate) use columns;

/// An appointment as it is stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Booking {
    /// What its owner sees of it.
    pub appointment: Appointment,
    /// Whose it is.
    pub user_id: Uuid,
    /// What it takes, by the name in the profile.
    pub resource: String,
    /// The name it was made in, where the business asks for one.
    pub name: Option<String>,
    /// When it was made, moved or cancelled last, UTC.
    pub updated_at: DateTime<Utc>,
}

/// A place in the calendar, with what it claims.
#[derive(Clone, Debug)]
pub struct Place {
    /// Time and resource.
    pub slot: FreeSlot,
    /// How long the resource is held after the end.
    pub buffer: TimeDelta,
}

/// An appointment to be made.
#[derive(Clone, Debug)]
pub struct NewAppointment {
    /// Made by the caller.
    pub id: Uuid,
    /// Where in the calendar.
    pub place: Place,
    /// The service's name in the profile.
    pub service_type: String,
    /// The IANA zone of the person.
    pub timezone: String,
    /// The name it is made in, where the business asks for one.
    pub name: Option<String>,
}

/// The proof that an appointment stands in the database as it says: its row as the transaction that made, cancelled
/// or moved it wrote it. Only the store makes one. It counts once that transaction is committed.
#[derive(Clone, Debug)]
pub struct Receipt {
    booking: Booking,
}

impl Receipt {
    /// The row that was written.
    #[must_use]
    pub const fn booking(&self) -> &Booking {
        &self.booking
    }
}

/// Makes the appointment and takes its claims. After [`StoreError::SlotTaken`] the transaction must be rolled back.
pub(crate) async fn book(
    conn: &mut Conn,
    user: Uuid,
    new: &NewAppointment,
    now: DateTime<Utc>,
) -> Result<Receipt> {
    let slot = &new.place.slot;
    let row = conn
        .row(
            concat!(
                "INSERT INTO appointments (",
                columns!(),
                ")
                 VALUES ($1, $2, $3, $4, $5, 'BOOKED', $6, $7, $8, $9, $9) RETURNING ",
                columns!()
            ),
            &[
                new.id.into(),
                user.into(),
                instant("start_time", slot.start)?,
                instant("end_time", slot.end)?,
                text("service_type", &new.service_type)?,
                text("timezone", &new.timezone)?,
                text("resource", &slot.resource)?,
                optional_text("name", new.name.as_deref())?,
                instant("created_at", now)?,
            ],
        )
        .await?
        .ok_or(StoreError::NotFound)?;
    let receipt = Receipt { booking: read(&row)? };
    take_claims(conn, new.id, user, &new.place).await?;
    outbox::tell(conn, Event::Booked, &receipt.booking).await?;
    Ok(receipt)
}

/// Cancels the appointment and frees its claims. Cancelling again changes nothing. `owner`: only if it is theirs.
pub(crate) async fn cancel(
    conn: &mut Conn,
    owner: Option<Uuid>,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Receipt> {
    let booking = locked(conn, owner, id).await?;
    if booking.appointment.status == AppointmentStatus::Cancelled {
        return Ok(Receipt { booking });
    }
    refuse_past(&booking, now)?;
    let freed = free_claims(conn, id).await?;
    blocks::fill(conn, &freed).await?;
    let row = conn
        .row(
            concat!(
                "UPDATE appointments SET status = 'CANCELLED', updated_at = $2 WHERE id = $1 RETURNING ",
                columns!()
            ),
            &[id.into(), instant("updated_at", now)?],
        )
        .await?
        .ok_or(StoreError::NotFound)?;
    let receipt = Receipt { booking: read(&row)? };
    outbox::tell(conn, Event::Cancelled, &receipt.booking).await?;
    Ok(receipt)
}

/// Moves the appointment: frees its claims and takes others. After [`StoreError::SlotTaken`] the transaction must be
/// rolled back.
pub(crate) async fn move_to(
    conn: &mut Conn,
    owner: Uuid,
    id: Uuid,
    place: &Place,
    service_type: &str,
    now: DateTime<Utc>,
) -> Result<Receipt> {
    let booking = locked(conn, Some(owner), id).await?;
    if booking.appointment.status == AppointmentStatus::Cancelled {
        return Err(StoreError::Cancelled);
    }
    refuse_past(&booking, now)?;
    let freed = free_claims(conn, id).await?;
    let row = conn
        .row(
            concat!(
                "UPDATE appointments
                 SET start_time = $2, end_time = $3, resource = $4, service_type = $5, updated_at = $6
                 WHERE id = $1 RETURNING ",
                columns!()
            ),
            &[
                id.into(),
                instant("start_time", place.slot.start)?,
                instant("end_time", place.slot.end)?,
                text("resource", &place.slot.resource)?,
                text("service_type", service_type)?,
                instant("updated_at", now)?,
            ],
        )
        .await?
        .ok_or(StoreError::NotFound)?;
    take_claims(conn, id, owner, place).await?;
    // Only now: an appointment inside a block may keep a part of its time.
    blocks::fill(conn, &freed).await?;
    let receipt = Receipt { booking: read(&row)? };
    outbox::tell(conn, Event::Moved, &receipt.booking).await?;
    Ok(receipt)
}

/// What is claimed inside the window, of these resources and of the person; each claim as a whole.
pub(crate) async fn busy(
    conn: &mut Conn,
    resources: &[String],
    person: Uuid,
    window: Window,
) -> Result<Vec<Busy>> {
    let cells = claims::cells(window);
    let mut params =
        vec![Param::Integer(cells.start), Param::Integer(cells.end), text("user", user_key(person))?];
    for resource in resources {
        params.push(text("resource", resource)?);
    }
    let keys: Vec<String> = (3..=params.len()).map(|number| format!("${number}")).collect();
    let keys = keys.join(", ");
    // Claims that begin inside the window (asked for by `first_cell`, which leads to the index of first cells), and
    // those that reach into it from before.
    let sql = format!(
        "SELECT resource, first_cell, past_cell, appointment_id FROM booking_claims
         WHERE resource IN ({keys}) AND cell = first_cell AND first_cell >= $1 AND first_cell < $2
         UNION ALL
         SELECT resource, first_cell, past_cell, appointment_id FROM booking_claims
         WHERE resource IN ({keys}) AND cell = $1 AND first_cell < $1 AND $1 < $2
         ORDER BY first_cell, resource"
    );
    let rows = conn.rows(AssertSqlSafe(sql), &params).await?;
    let edge = |row: &Row, column| claims::cell_start(row.get(column)?).ok_or(StoreError::Corrupt { column });
    rows.iter()
        .map(|row| {
            Ok(Busy {
                key: row.get("resource")?,
                window: Window::new(edge(row, "first_cell")?, edge(row, "past_cell")?),
                appointment: row.optional_id("appointment_id")?,
            })
        })
        .collect()
}

/// Takes all cells by one statement, in order, so that two who want the same cells wait and do not deadlock.
///
/// A cell that somebody holds is left out rather than reported, because an error would not say whose it was: what is
/// missing afterwards does. If its holder's transaction is still open, the statement waits for how that ends.
async fn take_claims(conn: &mut Conn, appointment: Uuid, person: Uuid, place: &Place) -> Result<()> {
    let [held, own] = of_slot(&place.slot, place.buffer, person);
    let wanted = count(&held) + count(&own);
    let taken = conn
        .execute(
            "WITH RECURSIVE wanted (resource, cell, first_cell, past_cell) AS (
                 SELECT $2, $3, $3, $4
                 UNION ALL SELECT $5, $6, $6, $7
                 UNION ALL SELECT resource, cell + 1, first_cell, past_cell FROM wanted WHERE cell + 1 < past_cell
             )
             INSERT INTO booking_claims (resource, cell, first_cell, past_cell, appointment_id)
             SELECT resource, cell, first_cell, past_cell, $1 FROM wanted WHERE cell < past_cell
             ORDER BY resource, cell
             ON CONFLICT (resource, cell) DO NOTHING",
            &[
                appointment.into(),
                text("resource", held.key)?,
                held.cells.start.into(),
                held.cells.end.into(),
                text("user", own.key.as_str())?,
                own.cells.start.into(),
                own.cells.end.into(),
            ],
        )
        .await?;
    if taken == wanted {
        return Ok(());
    }
    let sql = "SELECT COUNT(*) AS taken FROM booking_claims WHERE resource = $1 AND appointment_id = $2";
    let params = [text("user", own.key.as_str())?, appointment.into()];
    let of_person: i64 = conn.row(sql, &params).await?.map_or(Ok(0), |row| row.get("taken"))?;
    let complete = u64::try_from(of_person).is_ok_and(|taken| taken == count(&own));
    Err(StoreError::SlotTaken(if complete { Clash::Resource } else { Clash::Person }))
}

fn count(claim: &Claim) -> u64 {
    u64::try_from(claim.cells.end - claim.cells.start).unwrap_or(0)
}

/// Gives up what the appointment holds; returns the claims as they were.
async fn free_claims(conn: &mut Conn, appointment: Uuid) -> Result<Vec<Claim>> {
    let sql = "DELETE FROM booking_claims WHERE appointment_id = $1
               RETURNING resource, cell, first_cell, past_cell";
    let mut freed = Vec::new();
    for row in conn.rows(sql, &[appointment.into()]).await? {
        let (cell, cells): (i64, _) = (row.get("cell")?, row.get("first_cell")?..row.get("past_cell")?);
        if cell == cells.start {
            freed.push(Claim { key: row.get("resource")?, cells });
        }
    }
    Ok(freed)
}

/// What all appointments of a person hold.
pub(crate) async fn claims_of(conn: &mut Conn, person: Uuid) -> Result<Vec<Claim>> {
    let sql = "SELECT resource, first_cell, past_cell FROM booking_claims
               WHERE cell = first_cell AND appointment_id IN (SELECT id FROM appointments WHERE user_id = $1)";
    let claim = |row: &Row| {
        Ok(Claim { key: row.get("resource")?, cells: row.get("first_cell")?..row.get("past_cell")? })
    };
    conn.rows(sql, &[person.into()]).await?.iter().map(claim).collect()
}

async fn locked(conn: &mut Conn, owner: Option<Uuid>, id: Uuid) -> Result<Booking> {
    let sql = concat!("SELECT ", columns!(), " FROM appointments WHERE id = $1");
    let row = conn.locked_row(sql, &[id.into()]).await?;
    let booking = row.as_ref().map(read).transpose()?.ok_or(StoreError::NotFound)?;
    // Another person's appointment is as good as none: its existence is nobody's business.
    if owner.is_some_and(|owner| owner != booking.user_id) {
        return Err(StoreError::NotFound);
    }
    Ok(booking)
}

fn refuse_past(booking: &Booking, now: DateTime<Utc>) -> Result<()> {
    if booking.appointment.start_time <= now { Err(StoreError::Past) } else { Ok(()) }
}

/// Reads a row with the [`columns`].
pub(crate) fn read(row: &Row) -> Result<Booking> {
    let status: String = row.get("status")?;
    Ok(Booking {
        appointment: Appointment {
            id: row.id("id")?,
            start_time: row.instant("start_time")?,
            end_time: row.instant("end_time")?,
            timezone: row.get("timezone")?,
            service_type: row.get("service_type")?,
            status: status.parse().map_err(|()| StoreError::Corrupt { column: "status" })?,
            created_at: row.instant("created_at")?,
        },
        user_id: row.id("user_id")?,
        resource: row.get("resource")?,
        name: row.get("name")?,
        updated_at: row.instant("updated_at")?,
    })
}
