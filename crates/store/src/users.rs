//! Accounts.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::db::{Conn, Row};
use crate::values::{instant, text};
use crate::{Result, Store, StoreError, blocks, booking, logins, normalise_email};

/// An account.
#[derive(Clone, Eq, PartialEq)]
pub struct User {
    /// Who.
    pub id: Uuid,
    /// As [`normalise_email`] gives it.
    pub email: String,
    /// A PHC string; never to be shown.
    pub password_hash: String,
    /// When the account was made, UTC.
    pub created_at: DateTime<Utc>,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A hash must not reach a log by way of `{:?}`.
        f.debug_struct("User").field("id", &self.id).field("email", &self.email).finish_non_exhaustive()
    }
}

/// An account to be made.
#[derive(Clone, Copy)]
pub struct NewUser<'a> {
    /// Made by the caller.
    pub id: Uuid,
    /// In any spelling; stored normalised.
    pub email: &'a str,
    /// A PHC string.
    pub password_hash: &'a str,
    /// Now, UTC.
    pub created_at: DateTime<Utc>,
}

impl Store {
    /// Makes an account.
    ///
    /// # Errors
    /// [`StoreError::EmailTaken`], also if two do so at once; [`StoreError::NulCharacter`].
    pub async fn create_user(&self, user: &NewUser<'_>) -> Result<User> {
        let mut conn = self.pools.write().await?;
        let row = conn
            .row(
                "INSERT INTO users (id, email, password_hash, created_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (email) DO NOTHING
                 RETURNING id, email, password_hash, created_at",
                &[
                    user.id.into(),
                    text("email", normalise_email(user.email))?,
                    text("password_hash", user.password_hash)?,
                    instant("created_at", user.created_at)?,
                ],
            )
            .await?
            .ok_or(StoreError::EmailTaken)?;
        let user = read(&row)?;
        conn.commit().await?;
        Ok(user)
    }

    /// The account with this e-mail address, in any spelling.
    ///
    /// # Errors
    /// [`StoreError::NulCharacter`], or what the database said.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        let email = text("email", normalise_email(email))?;
        let sql = "SELECT id, email, password_hash, created_at FROM users WHERE email = $1";
        self.pools.read().await?.row(sql, &[email]).await?.as_ref().map(read).transpose()
    }

    /// The account with this id.
    ///
    /// # Errors
    /// What the database said.
    pub async fn user_by_id(&self, id: Uuid) -> Result<Option<User>> {
        let sql = "SELECT id, email, password_hash, created_at FROM users WHERE id = $1";
        self.pools.read().await?.row(sql, &[id.into()]).await?.as_ref().map(read).transpose()
    }

    /// All accounts, by e-mail address.
    ///
    /// # Errors
    /// What the database said.
    pub async fn users(&self) -> Result<Vec<User>> {
        let sql = "SELECT id, email, password_hash, created_at FROM users ORDER BY email";
        self.pools.read().await?.rows(sql, &[]).await?.iter().map(read).collect()
    }

    /// Replaces the hash of a password and ends all logins but the one named, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], [`StoreError::NulCharacter`].
    pub async fn set_password_hash(&self, id: Uuid, password_hash: &str, keep: Option<Uuid>) -> Result<()> {
        let mut conn = self.pools.write().await?;
        let params = [id.into(), text("password_hash", password_hash)?];
        let changed = conn.execute("UPDATE users SET password_hash = $2 WHERE id = $1", &params).await?;
        if changed == 0 {
            return Err(StoreError::UnknownUser);
        }
        logins::end_others(&mut conn, id, keep).await?;
        conn.commit().await
    }

    /// Deletes an account with all its conversations and appointments; the times of these are free again. Waits for
    /// turns of the person that have begun; later ones find no such user.
    ///
    /// # Errors
    /// [`StoreError::UnknownUser`], [`StoreError::Retry`].
    pub async fn delete_user(&self, id: Uuid) -> Result<()> {
        let mut conn = self.pools.write().await?;
        lock(&mut conn, id).await?;
        let held = booking::claims_of(&mut conn, id).await?;
        conn.execute("DELETE FROM users WHERE id = $1", &[id.into()]).await?;
        blocks::fill(&mut conn, &held).await?;
        conn.commit().await
    }
}

/// Waits until nobody else changes this user's data and keeps it so until the transaction is over. Always the first
/// lock of a transaction, so that no two wait for each other.
pub(crate) async fn lock(conn: &mut Conn, user: Uuid) -> Result<()> {
    let found = conn.locked_row("SELECT id FROM users WHERE id = $1", &[user.into()]).await?;
    found.map(|_| ()).ok_or(StoreError::UnknownUser)
}

fn read(row: &Row) -> Result<User> {
    Ok(User {
        id: row.id("id")?,
        email: row.get("email")?,
        password_hash: row.get("password_hash")?,
        created_at: row.instant("created_at")?,
    })
}
