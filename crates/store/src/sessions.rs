//! Conversations outside a turn: what the model needs to know first, the history, the operator's log.

use chrono::{DateTime, Utc};
use protocol::{ChatReply, ExtractedSlots, SessionHistory};
use serde_json::Value;
use uuid::Uuid;

use crate::db::Row;
use crate::values::optional_text;
use crate::{Result, Store, StoreError};

/// What [`summary`] reads.
macro_rules! summaries {
    () => {
        "SELECT s.id, s.user_id, u.email, s.version, s.metadata, s.created_at, s.updated_at, s.handed_off_at
         FROM chat_sessions s JOIN users u ON u.id = s.user_id"
    };
}

/// A session as it stood before a turn; to be read again inside the turn's transaction.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Where the conversation stands; `None` before its first turn.
    pub state: Option<Value>,
    /// How many turns there were.
    pub version: u64,
    /// The reply that this message id was already given.
    pub answered: Option<ChatReply>,
}

/// A session in the operator's list.
#[derive(Clone, Debug)]
pub struct SessionSummary {
    /// Which.
    pub id: Uuid,
    /// Whose.
    pub user_id: Uuid,
    /// Their e-mail address.
    pub user_email: String,
    /// How many turns there were.
    pub turns: u64,
    /// What is known of the request.
    pub slots: Option<ExtractedSlots>,
    /// When it was used first, UTC.
    pub created_at: DateTime<Utc>,
    /// When it was used last, UTC.
    pub updated_at: DateTime<Utc>,
    /// When a person was asked for last, or the assistant gave up, UTC; `None` if never.
    pub handed_off_at: Option<DateTime<Utc>>,
}

/// One turn in the log.
#[derive(Clone, Debug)]
pub struct LoggedTurn {
    /// From 1, without gaps.
    pub seq: u64,
    /// The client's id of the message.
    pub message_id: Option<String>,
    /// What the person said.
    pub text: String,
    /// What they were answered.
    pub reply: ChatReply,
    /// Why.
    pub trace: Value,
    /// How long the answer took, in milliseconds.
    pub latency_ms: u64,
    /// When the message came, UTC.
    pub ts: DateTime<Utc>,
}

impl Store {
    /// Reads where a session stands and whether this message was answered before, without locking anything.
    /// A session that nobody used yet is empty. `message`: its id and its text.
    ///
    /// # Errors
    /// [`StoreError::NotYours`], [`StoreError::MessageIdReused`], [`StoreError::NulCharacter`].
    pub async fn session_snapshot(
        &self,
        user: Uuid,
        session: Uuid,
        message: Option<(&str, &str)>,
    ) -> Result<Snapshot> {
        let row = self
            .pools
            .read()
            .await?
            .row(
                "SELECT s.user_id, s.metadata, s.version, t.text, t.reply
                 FROM chat_sessions s LEFT JOIN chat_turns t ON t.session_id = s.id AND t.message_id = $2
                 WHERE s.id = $1",
                &[session.into(), optional_text("message_id", message.map(|(id, _)| id))?],
            )
            .await?;
        let Some(row) = row else { return Ok(Snapshot::default()) };
        if row.id("user_id")? != user {
            return Err(StoreError::NotYours);
        }
        Ok(Snapshot {
            state: state(&row)?,
            version: count(&row, "version")?,
            answered: answer(&row, message.map_or("", |(_, said)| said))?,
        })
    }

    /// Whose session it is; `None` if nobody used it yet.
    ///
    /// # Errors
    /// What the database said.
    pub async fn session_owner(&self, session: Uuid) -> Result<Option<Uuid>> {
        let sql = "SELECT user_id FROM chat_sessions WHERE id = $1";
        self.pools.read().await?.row(sql, &[session.into()]).await?.map(|row| row.id("user_id")).transpose()
    }

    /// The latest messages of a person's session, oldest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NotYours`].
    pub async fn history(&self, user: Uuid, session: Uuid) -> Result<SessionHistory> {
        let sql = "SELECT user_id, messages FROM chat_sessions WHERE id = $1";
        let row = self.pools.read().await?.row(sql, &[session.into()]).await?.ok_or(StoreError::NotFound)?;
        if row.id("user_id")? != user {
            return Err(StoreError::NotYours);
        }
        Ok(SessionHistory { session_id: session, messages: row.json("messages")? })
    }

    /// The sessions used last, latest first, for the operator.
    ///
    /// # Errors
    /// What the database said.
    pub async fn sessions(&self, limit: u32) -> Result<Vec<SessionSummary>> {
        let sql = concat!(summaries!(), " ORDER BY s.updated_at DESC, s.id LIMIT $1");
        let rows = self.pools.read().await?.rows(sql, &[i64::from(limit).into()]).await?;
        rows.iter().map(summary).collect()
    }

    /// The sessions that a person should look at, those handed off last first, for the operator.
    ///
    /// # Errors
    /// What the database said.
    pub async fn sessions_handed_off(&self, limit: u32) -> Result<Vec<SessionSummary>> {
        let sql = concat!(
            summaries!(),
            " WHERE s.handed_off_at IS NOT NULL ORDER BY s.handed_off_at DESC, s.id LIMIT $1"
        );
        let rows = self.pools.read().await?.rows(sql, &[i64::from(limit).into()]).await?;
        rows.iter().map(summary).collect()
    }

    /// One session, for the operator.
    ///
    /// # Errors
    /// What the database said.
    pub async fn session(&self, session: Uuid) -> Result<Option<SessionSummary>> {
        let sql = concat!(summaries!(), " WHERE s.id = $1");
        self.pools.read().await?.row(sql, &[session.into()]).await?.as_ref().map(summary).transpose()
    }

    /// All turns of a session, in order, for the operator.
    ///
    /// # Errors
    /// What the database said.
    pub async fn turns(&self, session: Uuid) -> Result<Vec<LoggedTurn>> {
        let sql = "SELECT seq, message_id, text, reply, trace, latency_ms, ts
                   FROM chat_turns WHERE session_id = $1 ORDER BY seq";
        let rows = self.pools.read().await?.rows(sql, &[session.into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(LoggedTurn {
                    seq: count(row, "seq")?,
                    message_id: row.get("message_id")?,
                    text: row.get("text")?,
                    reply: row.json("reply")?,
                    trace: row.json("trace")?,
                    latency_ms: count(row, "latency_ms")?,
                    ts: row.instant("ts")?,
                })
            })
            .collect()
    }
}

/// The state inside `metadata`.
pub(crate) fn state(row: &Row) -> Result<Option<Value>> {
    let mut metadata: Value = row.json("metadata")?;
    Ok(metadata.get_mut("state").map(Value::take).filter(|state| !state.is_null()))
}

/// The reply in a row of `chat_turns` (NULLs: there is none), if the text was the same.
pub(crate) fn answer(row: &Row, said: &str) -> Result<Option<ChatReply>> {
    match row.get::<Option<String>>("text")? {
        None => Ok(None),
        Some(text) if text == said => row.json("reply").map(Some),
        Some(_) => Err(StoreError::MessageIdReused),
    }
}

pub(crate) fn count(row: &Row, column: &'static str) -> Result<u64> {
    u64::try_from(row.get::<i64>(column)?).map_err(|_| StoreError::Corrupt { column })
}

fn summary(row: &Row) -> Result<SessionSummary> {
    let metadata: Value = row.json("metadata")?;
    let slots = metadata.get("slots").cloned().unwrap_or_default();
    Ok(SessionSummary {
        id: row.id("id")?,
        user_id: row.id("user_id")?,
        user_email: row.get("email")?,
        turns: count(row, "version")?,
        slots: serde_json::from_value(slots).map_err(|_| StoreError::Corrupt { column: "metadata" })?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
        handed_off_at: row.optional_instant("handed_off_at")?,
    })
}
