//! A turn of a conversation: one transaction with everything that it changes.

use calendar::{Busy, Window};
use chrono::{DateTime, TimeDelta, Utc};
use protocol::limits::HISTORY_MESSAGES;
use protocol::{ChatReply, MessageRole};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::booking::{self, Booking, NewAppointment, Place, Receipt, columns};
use crate::db::Conn;
use crate::values::{Param, instant, json as json_param, optional_text, text};
use crate::{Result, Store, StoreError, sessions, users};

/// A turn that has begun. Nothing of it is visible or lasts until [`Turn::commit`]; dropping it undoes everything.
///
/// Turns of one person wait for each other, so no model may run and no password be hashed while one is open.
#[derive(Debug)]
pub struct Turn {
    /// `None` once an error has ended the transaction.
    conn: Option<Conn>,
    user: Uuid,
    session: Uuid,
    now: DateTime<Utc>,
    state: Option<Value>,
    /// The history, to which this turn will add: its messages as they are written, since none is looked into.
    messages: Vec<Box<RawValue>>,
    version: u64,
}

/// What a turn leaves in the log.
#[derive(Clone, Debug)]
pub struct TurnRecord {
    /// The client's id of the message.
    pub message_id: Option<String>,
    /// What the person said.
    pub text: String,
    /// What they are answered.
    pub reply: ChatReply,
    /// Why, for the operator.
    pub trace: Value,
    /// From this turn on a person should look at the conversation.
    pub hand_off: bool,
    /// When the message came, UTC.
    pub ts: DateTime<Utc>,
    /// How long the answer took, in milliseconds; the answer's own time is `ts` plus this.
    pub latency_ms: u32,
}

impl Store {
    /// Begins a turn: waits for other turns of this person, makes the session if nobody used it yet and reads where
    /// it stands. `now` is when things happen in this turn, UTC.
    ///
    /// # Errors
    /// [`StoreError::NotYours`], [`StoreError::UnknownUser`], [`StoreError::Retry`], [`StoreError::OutOfRange`].
    pub async fn begin_turn(&self, user: Uuid, session: Uuid, now: DateTime<Utc>) -> Result<Turn> {
        const SELECT: &str = "SELECT user_id, messages, metadata, version FROM chat_sessions WHERE id = $1";
        let mut conn = self.pools.write().await?;
        users::lock(&mut conn, user).await?;
        let mut row = conn.locked_row(SELECT, &[session.into()]).await?;
        if row.is_none() {
            // Two may use a new session at once: the second waits here, and then finds the first one's row.
            conn.execute(
                "INSERT INTO chat_sessions (id, user_id, messages, metadata, version, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, 0, $5, $5) ON CONFLICT (id) DO NOTHING",
                &[
                    session.into(),
                    user.into(),
                    json_param("messages", &json!([]))?,
                    json_param("metadata", &json!({}))?,
                    instant("created_at", now)?,
                ],
            )
            .await?;
            row = conn.locked_row(SELECT, &[session.into()]).await?;
        }
        let row = row.ok_or(StoreError::NotFound)?;
        if row.id("user_id")? != user {
            return Err(StoreError::NotYours);
        }
        let (state, version) = (sessions::state(&row)?, sessions::count(&row, "version")?);
        let messages = row.json("messages")?;
        Ok(Turn { conn: Some(conn), user, session, now, state, messages, version })
    }
}

impl Turn {
    /// Where the conversation stands; `None` before its first turn.
    #[must_use]
    pub const fn state(&self) -> Option<&Value> {
        self.state.as_ref()
    }

    /// How many turns there were.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The reply that this message was given before, if it was sent before.
    ///
    /// # Errors
    /// [`StoreError::MessageIdReused`] if the same id stood for another text; [`StoreError::NulCharacter`].
    pub async fn answered(&mut self, message_id: &str, said: &str) -> Result<Option<ChatReply>> {
        let sql = "SELECT text, reply FROM chat_turns WHERE session_id = $1 AND message_id = $2";
        let params = [self.session.into(), text("message_id", message_id)?];
        let row = self.conn()?.row(sql, &params).await?;
        row.map_or(Ok(None), |row| sessions::answer(&row, said))
    }

    /// What is taken inside the window, of these resources and of the person, in order of its start. What reaches
    /// beyond the window is given as a whole.
    ///
    /// # Errors
    /// [`StoreError::NulCharacter`], or what the database said.
    pub async fn busy(&mut self, resources: &[String], window: Window) -> Result<Vec<Busy>> {
        let user = self.user;
        booking::busy(self.conn()?, resources, user, window).await
    }

    /// The person's booked appointments that end after `since`, in order of their start.
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`], or what the database said.
    pub async fn appointments(&mut self, since: DateTime<Utc>) -> Result<Vec<Booking>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM appointments
             WHERE user_id = $1 AND status = 'BOOKED' AND end_time > $2 ORDER BY start_time, id"
        );
        let params = [self.user.into(), instant("since", since)?];
        self.conn()?.rows(sql, &params).await?.iter().map(booking::read).collect()
    }

    /// Makes an appointment of the person.
    ///
    /// # Errors
    /// [`StoreError::SlotTaken`] and [`StoreError::Retry`]: the turn is over, begin another and decide afresh.
    /// [`StoreError::NulCharacter`], [`StoreError::OutOfRange`].
    pub async fn book(&mut self, new: &NewAppointment) -> Result<Receipt> {
        let (user, now) = (self.user, self.now);
        let result = booking::book(self.conn()?, user, new, now).await;
        self.or_over(result).await
    }

    /// Cancels an appointment of the person and frees its time. Cancelling again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (also if it is somebody else's), [`StoreError::Past`]; the turn is over after any.
    pub async fn cancel(&mut self, id: Uuid) -> Result<Receipt> {
        let (user, now) = (self.user, self.now);
        let result = booking::cancel(self.conn()?, Some(user), id, now).await;
        self.or_over(result).await
    }

    /// Moves an appointment of the person, and makes it one of this service; it keeps its id.
    ///
    /// # Errors
    /// As [`Turn::book`] and [`Turn::cancel`]; [`StoreError::Cancelled`]. The turn is over after any, and the
    /// appointment is where it was.
    pub async fn move_to(&mut self, id: Uuid, place: &Place, service_type: &str) -> Result<Receipt> {
        let (user, now) = (self.user, self.now);
        let result = booking::move_to(self.conn()?, user, id, place, service_type, now).await;
        self.or_over(result).await
    }

    /// Writes the log, the history and the new state, and makes the whole turn last.
    ///
    /// # Errors
    /// [`StoreError::NulCharacter`], [`StoreError::OutOfRange`], [`StoreError::Retry`]; nothing was done then.
    pub async fn commit(mut self, record: &TurnRecord, state: &Value) -> Result<()> {
        let reply =
            serde_json::to_value(&record.reply).map_err(|_| StoreError::Corrupt { column: "reply" })?;
        let seq = i64::try_from(self.version + 1).map_err(|_| StoreError::Corrupt { column: "version" })?;
        let (session, now) = (self.session, self.now);
        let mut messages = std::mem::take(&mut self.messages);
        let conn = self.conn()?;
        conn.execute(
            "INSERT INTO chat_turns (session_id, seq, message_id, text, reply, trace, latency_ms, ts)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                session.into(),
                seq.into(),
                optional_text("message_id", record.message_id.as_deref())?,
                text("message", &record.text)?,
                json_param("reply", &reply)?,
                json_param("trace", &record.trace)?,
                i64::from(record.latency_ms).into(),
                instant("ts", record.ts)?,
            ],
        )
        .await?;
        add_messages(&mut messages, record)?;
        let metadata = json!({ "slots": record.reply.extracted_slots, "state": state });
        if record.hand_off {
            let sql = "UPDATE chat_sessions SET handed_off_at = $2 WHERE id = $1";
            conn.execute(sql, &[session.into(), instant("handed_off_at", record.ts)?]).await?;
        }
        conn.execute(
            "UPDATE chat_sessions SET messages = $2, metadata = $3, version = $4, updated_at = $5 WHERE id = $1",
            &[
                session.into(),
                Param::RawJson(raw(&messages)?),
                json_param("metadata", &metadata)?,
                seq.into(),
                instant("updated_at", now)?,
            ],
        )
        .await?;
        self.conn.take().ok_or(StoreError::Over)?.commit().await
    }

    fn conn(&mut self) -> Result<&mut Conn> {
        self.conn.as_mut().ok_or(StoreError::Over)
    }

    /// After an error, half an appointment may be written: end the transaction, so that nobody can commit it, and so
    /// that its locks are free before the caller begins again.
    async fn or_over<T>(&mut self, result: Result<T>) -> Result<T> {
        if result.is_err()
            && let Some(conn) = self.conn.take()
        {
            // If even that fails, the connection is broken and the database rolls back by itself.
            drop(conn.rollback().await);
        }
        result
    }
}

/// Adds what was said and answered, and keeps the latest [`HISTORY_MESSAGES`].
fn add_messages(messages: &mut Vec<Box<RawValue>>, record: &TurnRecord) -> Result<()> {
    let answered = record.ts + TimeDelta::milliseconds(i64::from(record.latency_ms));
    let said = json!({ "role": MessageRole::User, "content": record.text, "ts": micros(record.ts) });
    messages.push(raw(&said)?);
    let reply = json!({
        "role": MessageRole::Assistant,
        "content": record.reply.reply,
        "ts": micros(answered),
        "latency_ms": record.latency_ms,
        "appointment_id": record.reply.appointment_id,
        "quick_replies": record.reply.quick_replies,
    });
    messages.push(raw(&reply)?);
    messages.drain(..messages.len().saturating_sub(HISTORY_MESSAGES));
    Ok(())
}

fn raw(messages: &impl Serialize) -> Result<Box<RawValue>> {
    to_raw_value(messages).map_err(|_| StoreError::Corrupt { column: "messages" })
}

/// The instant as precise as the other columns hold it.
fn micros(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.timestamp_micros()).unwrap_or(at)
}
