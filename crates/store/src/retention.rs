//! What is not kept for ever.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::values::{instant, json};
use crate::{Result, Store};

/// What was forgotten.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Forgotten {
    /// Conversations that were over.
    pub sessions: u64,
    /// Turns of conversations that go on.
    pub turns: u64,
}

impl Store {
    /// Deletes messages from before an instant: whole conversations that nobody has used since, and the old turns of
    /// others. Appointments stay.
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`], [`StoreError::Retry`], or what the database said.
    pub async fn forget_messages(&self, before: DateTime<Utc>) -> Result<Forgotten> {
        let mut conn = self.pools.write().await?;
        let sql = "DELETE FROM chat_sessions WHERE updated_at < $1";
        let mut forgotten =
            Forgotten { sessions: conn.execute(sql, &[instant("before", before)?]).await?, turns: 0 };
        conn.commit().await?;
        let sql = "SELECT id FROM chat_sessions WHERE created_at < $1";
        let older = self.pools.read().await?.rows(sql, &[instant("before", before)?]).await?;
        // One transaction for each, so that nobody waits long.
        for row in older {
            forgotten.turns += self.forget_turns(row.id("id")?, before).await?;
        }
        Ok(forgotten)
    }

    async fn forget_turns(&self, session: Uuid, before: DateTime<Utc>) -> Result<u64> {
        let mut conn = self.pools.write().await?;
        let sql = "SELECT messages FROM chat_sessions WHERE id = $1";
        let Some(row) = conn.locked_row(sql, &[session.into()]).await? else { return Ok(0) };
        let sql = "DELETE FROM chat_turns WHERE session_id = $1 AND ts < $2";
        let turns = conn.execute(sql, &[session.into(), instant("before", before)?]).await?;
        let mut messages: Vec<Value> = row.json("messages")?;
        let count = messages.len();
        messages.retain(|message| {
            let ts = message.get("ts").and_then(Value::as_str).unwrap_or_default();
            ts.parse::<DateTime<Utc>>().is_ok_and(|ts| ts >= before)
        });
        if messages.len() < count {
            let messages = Value::Array(messages);
            let sql = "UPDATE chat_sessions SET messages = $2 WHERE id = $1";
            conn.execute(sql, &[session.into(), json("messages", &messages)?]).await?;
        }
        conn.commit().await?;
        Ok(turns)
    }
}
