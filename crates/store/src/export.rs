//! Everything about one person, for them to take away.

use chrono::TimeDelta;
use protocol::{
    Account, AccountExport, ChatMessage, ChatReply, ExportedAppointment, ExportedSession, ExportedTurn,
    MessageRole,
};
use serde_json::Value;
use uuid::Uuid;

use crate::booking::{self, Booking, columns};
use crate::db::{Conn, Row};
use crate::{Result, Store, StoreError};

impl Store {
    /// All that is kept about a person, as it stands at one moment: no turn of theirs is half in it.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], or what the database said.
    pub async fn export_user(&self, user: Uuid) -> Result<AccountExport> {
        let mut conn = self.pools.snapshot().await?;
        Ok(AccountExport {
            account: account(&mut conn, user).await?,
            appointments: appointments(&mut conn, user).await?,
            sessions: sessions(&mut conn, user).await?,
        })
    }
}

async fn account(conn: &mut Conn, user: Uuid) -> Result<Account> {
    let sql = "SELECT id, email, created_at FROM users WHERE id = $1";
    let row = conn.row(sql, &[user.into()]).await?.ok_or(StoreError::UnknownUser)?;
    Ok(Account { id: row.id("id")?, email: row.get("email")?, created_at: row.instant("created_at")? })
}

async fn appointments(conn: &mut Conn, user: Uuid) -> Result<Vec<ExportedAppointment>> {
    let sql = concat!("SELECT ", columns!(), " FROM appointments WHERE user_id = $1 ORDER BY start_time, id");
    let rows = conn.rows(sql, &[user.into()]).await?;
    rows.iter()
        .map(|row| {
            let Booking { appointment, resource, name, updated_at, user_id: _ } = booking::read(row)?;
            Ok(ExportedAppointment { appointment, resource, name, updated_at })
        })
        .collect()
}

async fn sessions(conn: &mut Conn, user: Uuid) -> Result<Vec<ExportedSession>> {
    let sql = "SELECT id, metadata, created_at, updated_at FROM chat_sessions WHERE user_id = $1 ORDER BY created_at, id";
    let rows = conn.rows(sql, &[user.into()]).await?;
    let mut sessions = Vec::with_capacity(rows.len());
    for row in rows {
        let session_id = row.id("id")?;
        let (messages, turns) = turns(conn, session_id).await?;
        sessions.push(ExportedSession {
            session_id,
            created_at: row.instant("created_at")?,
            updated_at: row.instant("updated_at")?,
            remembered: row.json("metadata")?,
            messages,
            turns,
        });
    }
    Ok(sessions)
}

/// From the log: the history keeps the latest messages only.
async fn turns(conn: &mut Conn, session: Uuid) -> Result<(Vec<ChatMessage>, Vec<ExportedTurn>)> {
    let sql = "SELECT message_id, text, reply, trace, ts, latency_ms FROM chat_turns WHERE session_id = $1 ORDER BY seq";
    let rows = conn.rows(sql, &[session.into()]).await?;
    let (mut messages, mut turns) = (Vec::with_capacity(2 * rows.len()), Vec::with_capacity(rows.len()));
    for row in &rows {
        messages.extend(said_and_answered(row)?);
        turns.push(understood(row)?);
    }
    Ok((messages, turns))
}

/// How the message was understood and answered, without what was seen of the calendar: that is other people's.
fn understood(row: &Row) -> Result<ExportedTurn> {
    let mut trace: Value = row.json("trace")?;
    if let Some(input) = trace.get_mut("input").and_then(Value::as_object_mut) {
        input.remove("calendar");
    }
    Ok(ExportedTurn { ts: row.instant("ts")?, message_id: row.get("message_id")?, trace })
}

fn said_and_answered(row: &Row) -> Result<[ChatMessage; 2]> {
    let ts = row.instant("ts")?;
    let answered = ts + TimeDelta::milliseconds(row.get("latency_ms")?);
    let reply: ChatReply = row.json("reply")?;
    Ok([
        ChatMessage {
            role: MessageRole::User,
            content: row.get("text")?,
            ts,
            appointment_id: None,
            quick_replies: None,
        },
        ChatMessage {
            role: MessageRole::Assistant,
            content: reply.reply,
            ts: answered,
            appointment_id: reply.appointment_id,
            quick_replies: reply.quick_replies,
        },
    ])
}
