//! What can go wrong.

use std::fmt;

/// Whose time was already claimed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Clash {
    /// The resource has another appointment then.
    Resource,
    /// The person has another appointment then, whatever the resource has.
    Person,
}

/// Why the store did not do it. Nothing of a failed operation remains.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another user has this e-mail address.
    #[error("this e-mail address is taken")]
    EmailTaken,
    /// There is no such user (any more).
    #[error("no such user")]
    UnknownUser,
    /// There is no such session, appointment or other row.
    #[error("not found")]
    NotFound,
    /// The session belongs to somebody else.
    #[error("the session belongs to another user")]
    NotYours,
    /// The message id was used in this session for another text.
    #[error("the message id was used for another text")]
    MessageIdReused,
    /// Somebody was quicker. The transaction is over: begin again and decide afresh.
    #[error("the time is taken ({0:?})")]
    SlotTaken(Clash),
    /// The appointment has begun or is over: too late to cancel or move it.
    #[error("the appointment is past")]
    Past,
    /// The appointment was cancelled and cannot be moved.
    #[error("the appointment is cancelled")]
    Cancelled,
    /// A text contains U+0000, which PostgreSQL cannot hold.
    #[error("{field} contains the character U+0000")]
    NulCharacter {
        /// Which text.
        field: &'static str,
    },
    /// An instant lies outside the years 0 to 9999.
    #[error("{field} lies outside the years 0 to 9999")]
    OutOfRange {
        /// Which instant.
        field: &'static str,
    },
    /// The operations of concurrent transactions collided (deadlock, serialisation, SQLite's lock); the same again
    /// will probably succeed.
    #[error("collided with a concurrent transaction")]
    Retry,
    /// The turn's transaction was already rolled back by an earlier error.
    #[error("the transaction is over")]
    Over,
    /// The database cannot be reached or is overloaded, for now.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] DatabaseError),
    /// The address is not `sqlite://PATH` or `postgres://…`.
    #[error("the database's address is neither sqlite://PATH nor postgres://USER@HOST/NAME")]
    Address,
    /// The database was migrated by a newer program; this one would misread it.
    #[error(
        "the database's schema is version {found}, this program knows {known} at most: use a newer program"
    )]
    NewerSchema {
        /// The schema's version.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// The database is not migrated yet.
    #[error("the database's schema is older than this program: run `frontdesk migrate`")]
    OlderSchema,
    /// A migration failed or was changed after it had been applied.
    #[error("migration: {0}")]
    Migration(#[source] DatabaseError),
    /// A program has the database open, and a restore must be alone; or a restore is at work.
    #[error("the database is in use: stop `frontdesk serve` and every other command on it first")]
    InUse,
    /// A backup cannot be written, or is not one, or is damaged.
    #[error("{path}: {what}")]
    Backup {
        /// The file.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// A stored value cannot be read back.
    #[error("unreadable value in column {column}")]
    Corrupt {
        /// Where it stands.
        column: &'static str,
    },
    /// Any other answer of the database.
    #[error("database: {0}")]
    Database(#[source] DatabaseError),
}

impl StoreError {
    /// Whether doing the same again, from the beginning of its transaction, will probably succeed.
    #[must_use]
    pub const fn is_retry(&self) -> bool {
        matches!(self, Self::Retry)
    }
}

/// What the database or its driver said; for logs, never for users.
pub struct DatabaseError(pub(crate) Box<dyn std::error::Error + Send + Sync>);

impl fmt::Debug for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for DatabaseError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}
