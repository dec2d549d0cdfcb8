//! What operators did that others may ask about.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::db::{Conn, Row};
use crate::values::{instant, json, text};
use crate::{Result, Store};

/// A deed to be noted.
#[derive(Clone, Debug)]
pub struct NewAuditEntry {
    /// Made by the caller.
    pub id: Uuid,
    /// Now, UTC.
    pub ts: DateTime<Utc>,
    /// Who did it, as the operating system calls them.
    pub actor: String,
    /// What, such as `appointment.forced`.
    pub action: &'static str,
    /// To what: an id.
    pub subject: String,
    /// What else is worth knowing, an object; no personal data.
    pub detail: Value,
}

/// A deed that was noted.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// When, UTC.
    pub ts: DateTime<Utc>,
    /// Who did it.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What else is worth knowing.
    pub detail: Value,
}

impl Store {
    /// Notes a deed that is no transaction's.
    ///
    /// # Errors
    /// [`crate::StoreError::NulCharacter`], or what the database said.
    pub async fn note(&self, entry: &NewAuditEntry) -> Result<()> {
        let mut conn = self.pools.write().await?;
        add(&mut conn, entry).await?;
        conn.commit().await
    }

    /// The latest deeds, the latest first.
    ///
    /// # Errors
    /// What the database said.
    pub async fn audit(&self, at_most: u32) -> Result<Vec<AuditEntry>> {
        let sql = "SELECT ts, actor, action, subject, detail FROM audit ORDER BY ts DESC, id LIMIT $1";
        self.pools.read().await?.rows(sql, &[i64::from(at_most).into()]).await?.iter().map(read).collect()
    }
}

/// Notes a deed in the transaction that does it.
pub(crate) async fn add(conn: &mut Conn, entry: &NewAuditEntry) -> Result<()> {
    conn.execute(
        "INSERT INTO audit (id, ts, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            entry.id.into(),
            instant("ts", entry.ts)?,
            text("actor", &entry.actor)?,
            text("action", entry.action)?,
            text("subject", &entry.subject)?,
            json("detail", &entry.detail)?,
        ],
    )
    .await
    .map(drop)
}

fn read(row: &Row) -> Result<AuditEntry> {
    Ok(AuditEntry {
        ts: row.instant("ts")?,
        actor: row.get("actor")?,
        action: row.get("action")?,
        subject: row.get("subject")?,
        detail: row.json("detail")?,
    })
}
