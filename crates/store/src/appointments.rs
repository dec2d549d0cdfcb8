//! Appointments outside conversations: the owner's list, the operator's, booking and cancelling without a chat.

use calendar::{Busy, Window};
use chrono::{DateTime, Utc};
use protocol::AppointmentStatus;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::booking::{self, Booking, NewAppointment, Receipt, columns};
use crate::db::Row;
use crate::values::{Param, instant, text};
use crate::{ATTEMPTS, Result, Store, StoreError, normalise_email, users};

/// Which appointments the operator wants to see; everything `None`: all.
#[derive(Clone, Debug, Default)]
pub struct AppointmentFilter {
    /// Only those of the user with this e-mail address, in any spelling.
    pub user_email: Option<String>,
    /// Only those that start at or after this instant.
    pub from: Option<DateTime<Utc>>,
    /// Only those that start before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Only those with this status.
    pub status: Option<AppointmentStatus>,
}

/// An appointment in the operator's list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ListedBooking {
    /// The appointment.
    pub booking: Booking,
    /// Its owner's e-mail address.
    pub user_email: String,
}

const LISTED: &str = concat!(
    "SELECT ",
    columns!(),
    ", (SELECT email FROM users WHERE users.id = user_id) AS user_email FROM appointments"
);

fn listed(row: &Row) -> Result<ListedBooking> {
    Ok(ListedBooking { booking: booking::read(row)?, user_email: row.get("user_email")? })
}

impl Store {
    /// A person's appointments, booked and cancelled, in order of their start.
    ///
    /// # Errors
    /// What the database said.
    pub async fn appointments_of(&self, user: Uuid) -> Result<Vec<Booking>> {
        let sql =
            concat!("SELECT ", columns!(), " FROM appointments WHERE user_id = $1 ORDER BY start_time, id");
        self.pools.read().await?.rows(sql, &[user.into()]).await?.iter().map(booking::read).collect()
    }

    /// One appointment of a person; `None` also if it is somebody else's.
    ///
    /// # Errors
    /// What the database said.
    pub async fn appointment_of(&self, user: Uuid, id: Uuid) -> Result<Option<Booking>> {
        let sql = concat!("SELECT ", columns!(), " FROM appointments WHERE id = $1 AND user_id = $2");
        let row = self.pools.read().await?.row(sql, &[id.into(), user.into()]).await?;
        row.as_ref().map(booking::read).transpose()
    }

    /// The operator's list, in order of the start.
    ///
    /// # Errors
    /// [`StoreError::NulCharacter`], [`StoreError::OutOfRange`], or what the database said.
    pub async fn appointments(&self, filter: &AppointmentFilter) -> Result<Vec<ListedBooking>> {
        let mut sql = LISTED.to_owned();
        let mut params: Vec<Param<'_>> = Vec::new();
        let mut narrow = |condition: fn(usize) -> String, param| {
            params.push(param);
            sql.push_str(if params.len() == 1 { " WHERE " } else { " AND " });
            sql.push_str(&condition(params.len()));
        };
        if let Some(email) = &filter.user_email {
            let email = text("email", normalise_email(email))?;
            narrow(|n| format!("user_id = (SELECT users.id FROM users WHERE email = ${n})"), email);
        }
        if let Some(from) = filter.from {
            narrow(|n| format!("start_time >= ${n}"), instant("from", from)?);
        }
        if let Some(until) = filter.until {
            narrow(|n| format!("start_time < ${n}"), instant("until", until)?);
        }
        if let Some(status) = filter.status {
            narrow(|n| format!("status = ${n}"), text("status", status.as_str())?);
        }
        sql.push_str(" ORDER BY start_time, id");
        self.pools.read().await?.rows(AssertSqlSafe(sql), &params).await?.iter().map(listed).collect()
    }

    /// One appointment, for the operator.
    ///
    /// # Errors
    /// What the database said.
    pub async fn appointment(&self, id: Uuid) -> Result<Option<ListedBooking>> {
        let sql = format!("{LISTED} WHERE id = $1");
        self.pools.read().await?.row(AssertSqlSafe(sql), &[id.into()]).await?.as_ref().map(listed).transpose()
    }

    /// What is taken inside the window, of these resources and of a person, outside any transaction: good for finding
    /// a slot, which is then booked or not.
    ///
    /// # Errors
    /// [`StoreError::NulCharacter`], or what the database said.
    pub async fn busy(&self, resources: &[String], person: Uuid, window: Window) -> Result<Vec<Busy>> {
        booking::busy(&mut self.pools.read().await?, resources, person, window).await
    }

    /// Makes an appointment without a conversation, for the operator.
    ///
    /// # Errors
    /// [`StoreError::SlotTaken`], [`StoreError::UnknownUser`], [`StoreError::NulCharacter`],
    /// [`StoreError::OutOfRange`].
    pub async fn book(&self, user: Uuid, new: &NewAppointment, now: DateTime<Utc>) -> Result<Receipt> {
        for _ in 1..ATTEMPTS {
            match self.try_book(user, new, now).await {
                Err(StoreError::Retry) => {}
                done => return done,
            }
        }
        self.try_book(user, new, now).await
    }

    async fn try_book(&self, user: Uuid, new: &NewAppointment, now: DateTime<Utc>) -> Result<Receipt> {
        let mut conn = self.pools.write().await?;
        users::lock(&mut conn, user).await?;
        let receipt = booking::book(&mut conn, user, new, now).await?;
        conn.commit().await?;
        Ok(receipt)
    }

    /// Cancels an appointment and frees its time; of `owner` only, or of anybody for the operator (`None`).
    /// Cancelling again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (also if it is somebody else's); [`StoreError::Past`] if it began at or before `now`.
    pub async fn cancel(&self, owner: Option<Uuid>, id: Uuid, now: DateTime<Utc>) -> Result<Booking> {
        for _ in 1..ATTEMPTS {
            match self.try_cancel(owner, id, now).await {
                Err(StoreError::Retry) => {}
                done => return done,
            }
        }
        self.try_cancel(owner, id, now).await
    }

    async fn try_cancel(&self, owner: Option<Uuid>, id: Uuid, now: DateTime<Utc>) -> Result<Booking> {
        let mut conn = self.pools.write().await?;
        let receipt = booking::cancel(&mut conn, owner, id, now).await?;
        conn.commit().await?;
        Ok(receipt.booking().clone())
    }
}
