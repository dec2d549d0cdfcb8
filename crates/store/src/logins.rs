//! Who is logged in. A token outlives a logout; the row here does not.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::db::Conn;
use crate::values::instant;
use crate::{Result, Store, users};

/// A login to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewLogin {
    /// Made by the caller; its tokens name it.
    pub id: Uuid,
    /// Whose.
    pub user_id: Uuid,
    /// Now, UTC.
    pub created_at: DateTime<Utc>,
    /// When its token ends by itself, UTC.
    pub expires_at: DateTime<Utc>,
}

impl Store {
    /// Keeps a login, and forgets those of the person that have ended by themselves.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`](crate::StoreError::UnknownUser), or what the database said.
    pub async fn log_in(&self, login: &NewLogin) -> Result<()> {
        let mut conn = self.pools.write().await?;
        users::lock(&mut conn, login.user_id).await?;
        let (created_at, expires_at) = (login.created_at, login.expires_at);
        let over = [login.user_id.into(), instant("created_at", created_at)?];
        conn.execute("DELETE FROM logins WHERE user_id = $1 AND expires_at <= $2", &over).await?;
        conn.execute(
            "INSERT INTO logins (id, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
            &[
                login.id.into(),
                login.user_id.into(),
                instant("created_at", created_at)?,
                instant("expires_at", expires_at)?,
            ],
        )
        .await?;
        conn.commit().await
    }

    /// Whether this login of this person was not ended. When it ends by itself is for its token to say.
    ///
    /// # Errors
    /// What the database said.
    pub async fn is_logged_in(&self, user: Uuid, login: Uuid) -> Result<bool> {
        let sql = "SELECT id FROM logins WHERE id = $1 AND user_id = $2";
        Ok(self.pools.read().await?.row(sql, &[login.into(), user.into()]).await?.is_some())
    }

    /// Ends a login. One that is over already stays so.
    ///
    /// # Errors
    /// What the database said.
    pub async fn log_out(&self, user: Uuid, login: Uuid) -> Result<()> {
        let mut conn = self.pools.write().await?;
        let sql = "DELETE FROM logins WHERE id = $1 AND user_id = $2";
        conn.execute(sql, &[login.into(), user.into()]).await?;
        conn.commit().await
    }
}

/// Ends all logins of a person but one.
pub(crate) async fn end_others(conn: &mut Conn, user: Uuid, keep: Option<Uuid>) -> Result<()> {
    // No login has this id.
    let params = [user.into(), keep.unwrap_or(Uuid::nil()).into()];
    conn.execute("DELETE FROM logins WHERE user_id = $1 AND id <> $2", &params).await.map(drop)
}
