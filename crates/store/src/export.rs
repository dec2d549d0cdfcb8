//! Everything about one person, for them to take away.

use chrono::TimeDelta;
use protocol::{
    Account, AccountExport, ChatMessage, ChatReply, ExportedAppointment, ExportedSession, MessageRole,
};
use uuid::Uuid;

use crate::booking::{self, Booking, columns};
use crate::db::{Conn, Row};
use crate::{Result, Store, StoreError, users};

impl Store {
    /// All that is kept about a person, as it stands at one moment: no turn of theirs is half in it.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], [`StoreError::Retry`].
    pub async fn export_user(&self, user: Uuid) -> Result<AccountExport> {
        // The person's lock keeps their turns away while one table after the other is read.
        let mut conn = self.pools.write().await?;
        users::lock(&mut conn, user).await?;
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
    let sql =
        "SELECT id, created_at, updated_at FROM chat_sessions WHERE user_id = $1 ORDER BY created_at, id";
    let rows = conn.rows(sql, &[user.into()]).await?;
    let mut sessions = Vec::with_capacity(rows.len());
    for row in rows {
        let session_id = row.id("id")?;
        sessions.push(ExportedSession {
            session_id,
            created_at: row.instant("created_at")?,
            updated_at: row.instant("updated_at")?,
            messages: messages(conn, session_id).await?,
        });
    }
    Ok(sessions)
}

/// From the log: the history keeps the latest messages only.
async fn messages(conn: &mut Conn, session: Uuid) -> Result<Vec<ChatMessage>> {
    let sql = "SELECT text, reply, ts, latency_ms FROM chat_turns WHERE session_id = $1 ORDER BY seq";
    let rows = conn.rows(sql, &[session.into()]).await?;
    let turns: Vec<[ChatMessage; 2]> = rows.iter().map(said_and_answered).collect::<Result<_>>()?;
    Ok(turns.into_iter().flatten().collect())
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
