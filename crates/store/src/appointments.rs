//! Appointments outside conversations: the owner's list, the operator's, booking and cancelling without a chat.

use chrono::{DateTime, Utc};
use protocol::AppointmentStatus;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::booking::{self, Booking, NewAppointment, Receipt};
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

impl Store {
    /// A person's appointments, booked and cancelled, in order of their start.
    ///
    /// # Errors
    /// What the database said.
    pub async fn appointments_of(&self, user: Uuid) -> Result<Vec<Booking>> {
        let sql = "SELECT * FROM appointments WHERE user_id = $1 ORDER BY start_time, id";
        self.pools.read().await?.rows(sql, &[user.into()]).await?.iter().map(booking::read).collect()
    }

    /// One appointment of a person; `None` also if it is somebody else's.
    ///
    /// # Errors
    /// What the database said.
    pub async fn appointment_of(&self, user: Uuid, id: Uuid) -> Result<Option<Booking>> {
        let sql = "SELECT * FROM appointments WHERE id = $1 AND user_id = $2";
        let row = self.pools.read().await?.row(sql, &[id.into(), user.into()]).await?;
        row.as_ref().map(booking::read).transpose()
    }

    /// The operator's list, in order of the start.
    ///
    /// # Errors
    /// [`StoreError::NulCharacter`], [`StoreError::OutOfRange`], or what the database said.
    pub async fn appointments(&self, filter: &AppointmentFilter) -> Result<Vec<ListedBooking>> {
        let mut conditions = Vec::new();
        let mut params: Vec<Param<'_>> = Vec::new();
        let mut add = |condition: &str, param| {
            params.push(param);
            conditions.push(format!("{condition} ${}", params.len()));
        };
        if let Some(email) = &filter.user_email {
            add("u.email =", text("email", normalise_email(email))?);
        }
        if let Some(from) = filter.from {
            add("a.start_time >=", instant("from", from)?);
        }
        if let Some(until) = filter.until {
            add("a.start_time <", instant("until", until)?);
        }
        if let Some(status) = filter.status {
            add("a.status =", text("status", status.as_str())?);
        }
        let wanted =
            if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
        let sql = format!(
            "SELECT a.*, u.email FROM appointments a JOIN users u ON u.id = a.user_id {wanted}
             ORDER BY a.start_time, a.id"
        );
        let rows = self.pools.read().await?.rows(AssertSqlSafe(sql), &params).await?;
        rows.iter()
            .map(|row| Ok(ListedBooking { booking: booking::read(row)?, user_email: row.get("email")? }))
            .collect()
    }

    /// One appointment, for the operator.
    ///
    /// # Errors
    /// What the database said.
    pub async fn appointment(&self, id: Uuid) -> Result<Option<ListedBooking>> {
        let sql = "SELECT a.*, u.email FROM appointments a JOIN users u ON u.id = a.user_id WHERE a.id = $1";
        let row = self.pools.read().await?.row(sql, &[id.into()]).await?;
        row.as_ref()
            .map(|row| Ok(ListedBooking { booking: booking::read(row)?, user_email: row.get("email")? }))
            .transpose()
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
