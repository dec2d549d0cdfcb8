//! Events for the operator's webhook, written by the transaction that they tell of.
//!
//! Nothing is written unless [`Store::want_events`] was called: what is wanted stands in the database, so that every
//! process on it, a service or an operator's command, does the same.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::booking::Booking;
use crate::db::{Conn, Row};
use crate::values::{instant, json as json_param, text};
use crate::{Result, Store};

/// What happened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Event {
    Booked,
    Moved,
    Cancelled,
    ReminderDue,
}

impl Event {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Moved => "moved",
            Self::Cancelled => "cancelled",
            Self::ReminderDue => "reminder_due",
        }
    }
}

/// An event that waits for its delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitingEvent {
    /// The same at every try: the receiver tells repetitions by it.
    pub id: String,
    /// `booked`, `moved`, `cancelled` or `reminder_due`.
    pub event: String,
    /// The appointment as it was when the event happened, with its owner.
    pub payload: Value,
    /// When it happened, UTC.
    pub created_at: DateTime<Utc>,
    /// How often it was tried, this time included.
    pub tries: u32,
}

/// How many events there are, and what the latest failure was.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OutboxState {
    /// Waiting, due or not.
    pub waiting: u64,
    /// Given up.
    pub given_up: u64,
    /// Why the latest try of one that waits failed.
    pub last_error: Option<String>,
}

impl Store {
    /// From now on events are written, with reminders this long before appointments (zero: none); or none, and those that
    /// wait are dropped.
    ///
    /// # Errors
    /// What the database said.
    pub async fn want_events(&self, remind_before: Option<TimeDelta>) -> Result<()> {
        let mut conn = self.pools.write().await?;
        match remind_before {
            Some(before) => {
                let sql = "INSERT INTO outbox_policy (id, remind_minutes) VALUES (1, $1)
                           ON CONFLICT (id) DO UPDATE SET remind_minutes = excluded.remind_minutes";
                conn.execute(sql, &[before.num_minutes().max(0).into()]).await?;
            }
            None => {
                conn.execute("DELETE FROM outbox_policy", &[]).await?;
                conn.execute("DELETE FROM outbox WHERE next_try_at IS NOT NULL", &[]).await?;
            }
        }
        conn.commit().await
    }

    /// Takes events that are due, at most so many, and keeps them from others for `lease`: whoever takes them says how
    /// it went before that is over ([`Store::event_delivered`], [`Store::event_failed`]), or they are tried again.
    ///
    /// # Errors
    /// [`crate::StoreError::Retry`], or what the database said.
    pub async fn take_due_events(
        &self,
        at_most: u32,
        lease: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Vec<WaitingEvent>> {
        let sql = "SELECT id, event, payload, created_at, tries FROM outbox
                   WHERE next_try_at IS NOT NULL AND next_try_at <= $1 ORDER BY next_try_at, id LIMIT $2";
        let now_param = || instant("now", now);
        // Mostly there are none: look without a write transaction first.
        let mut reader = self.pools.read().await?;
        if reader.row(sql, &[now_param()?, 1_i64.into()]).await?.is_none() {
            return Ok(Vec::new());
        }
        drop(reader);
        let mut conn = self.pools.write().await?;
        let mut taken = Vec::new();
        for row in conn.rows(sql, &[now_param()?, i64::from(at_most).into()]).await? {
            let event = read(&row)?;
            let sql = "UPDATE outbox SET next_try_at = $2, tries = tries + 1
                       WHERE id = $1 AND next_try_at <= $3";
            let params = [text("id", event.id.clone())?, instant("next_try_at", now + lease)?, now_param()?];
            // Another process may have been quicker.
            if conn.execute(sql, &params).await? == 1 {
                taken.push(event);
            }
        }
        conn.commit().await?;
        Ok(taken)
    }

    /// The event has arrived.
    ///
    /// # Errors
    /// What the database said.
    pub async fn event_delivered(&self, id: &str, now: DateTime<Utc>) -> Result<()> {
        let sql = "UPDATE outbox SET delivered_at = $2, next_try_at = NULL, last_error = NULL WHERE id = $1";
        let mut conn = self.pools.write().await?;
        conn.execute(sql, &[text("id", id)?, instant("delivered_at", now)?]).await?;
        conn.commit().await
    }

    /// The event has not arrived; it is tried again at `next`, or given up.
    ///
    /// # Errors
    /// What the database said.
    pub async fn event_failed(&self, id: &str, why: &str, next: Option<DateTime<Utc>>) -> Result<()> {
        let mut conn = self.pools.write().await?;
        let (id, why) = (text("id", id)?, text("last_error", why.replace('\0', " "))?);
        match next {
            Some(next) => {
                let sql = "UPDATE outbox SET last_error = $2, next_try_at = $3 WHERE id = $1";
                conn.execute(sql, &[id, why, instant("next_try_at", next)?]).await?
            }
            None => {
                let sql = "UPDATE outbox SET last_error = $2, next_try_at = NULL WHERE id = $1";
                conn.execute(sql, &[id, why]).await?
            }
        };
        conn.commit().await
    }

    /// How the outbox stands.
    ///
    /// # Errors
    /// What the database said.
    pub async fn outbox_state(&self) -> Result<OutboxState> {
        let mut conn = self.pools.read().await?;
        let waiting = "SELECT COUNT(*) AS found FROM outbox WHERE next_try_at IS NOT NULL";
        let given_up =
            "SELECT COUNT(*) AS found FROM outbox WHERE next_try_at IS NULL AND delivered_at IS NULL";
        let latest = "SELECT last_error FROM outbox
                      WHERE last_error IS NOT NULL AND delivered_at IS NULL ORDER BY created_at DESC LIMIT 1";
        let (waiting, given_up) = (count(&mut conn, waiting).await?, count(&mut conn, given_up).await?);
        let last_error = conn.row(latest, &[]).await?.map(|row| row.get("last_error")).transpose()?;
        Ok(OutboxState { waiting, given_up, last_error })
    }

    /// Deletes events that are over (delivered or given up) and older than this; returns how many.
    ///
    /// # Errors
    /// [`crate::StoreError::OutOfRange`], or what the database said.
    pub async fn forget_events(&self, before: DateTime<Utc>) -> Result<u64> {
        let mut conn = self.pools.write().await?;
        let sql = "DELETE FROM outbox WHERE next_try_at IS NULL AND created_at < $1";
        let forgotten = conn.execute(sql, &[instant("before", before)?]).await?;
        conn.commit().await?;
        Ok(forgotten)
    }
}

/// Writes the event, if events are wanted, and sees to the appointment's reminder.
pub(crate) async fn tell(conn: &mut Conn, event: Event, booking: &Booking) -> Result<()> {
    let Some(policy) = conn.row("SELECT remind_minutes FROM outbox_policy", &[]).await? else {
        return Ok(());
    };
    let appointment = &booking.appointment;
    let now = booking.updated_at;
    let sql = "SELECT email FROM users WHERE id = $1";
    let email: Option<String> =
        conn.row(sql, &[booking.user_id.into()]).await?.map(|row| row.get("email")).transpose()?;
    let payload = json!({
        "appointment": appointment,
        "resource": booking.resource,
        "name": booking.name,
        "user_id": booking.user_id,
        "user_email": email,
    });
    write(conn, event, booking, &payload, now).await?;
    // A reminder tells of the appointment as it is now.
    let sql = "DELETE FROM outbox
               WHERE appointment_id = $1 AND event = 'reminder_due' AND next_try_at IS NOT NULL";
    conn.execute(sql, &[appointment.id.into()]).await?;
    let before = TimeDelta::minutes(policy.get("remind_minutes")?);
    let due = appointment.start_time - before;
    if event != Event::Cancelled && !before.is_zero() && due > now {
        write(conn, Event::ReminderDue, booking, &payload, due).await?;
    }
    Ok(())
}

async fn write(
    conn: &mut Conn,
    event: Event,
    booking: &Booking,
    payload: &Value,
    due: DateTime<Utc>,
) -> Result<()> {
    let (id, now) = (booking.appointment.id, booking.updated_at);
    let name = format!("{id}/{}/{}", event.as_str(), now.timestamp_micros());
    conn.execute(
        "INSERT INTO outbox (id, event, appointment_id, payload, created_at, next_try_at, tries)
         VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (id) DO NOTHING",
        &[
            text("id", name)?,
            text("event", event.as_str())?,
            id.into(),
            json_param("payload", payload)?,
            instant("created_at", now)?,
            instant("next_try_at", due)?,
        ],
    )
    .await
    .map(drop)
}

async fn count(conn: &mut Conn, sql: &'static str) -> Result<u64> {
    let found: i64 = conn.row(sql, &[]).await?.map_or(Ok(0), |row| row.get("found"))?;
    Ok(u64::try_from(found).unwrap_or(0))
}

fn read(row: &Row) -> Result<WaitingEvent> {
    let tries: i64 = row.get("tries")?;
    Ok(WaitingEvent {
        id: row.get("id")?,
        event: row.get("event")?,
        payload: row.json("payload")?,
        created_at: row.instant("created_at")?,
        tries: u32::try_from(tries).unwrap_or(u32::MAX).saturating_add(1),
    })
}
