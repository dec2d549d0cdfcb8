//! Everything in which SQLite and PostgreSQL differ. All other SQL in this crate is the same text for both.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteError, SqliteJournalMode, SqliteRow, SqliteSynchronous,
};
use sqlx::types::Json;
use sqlx::{Arguments, AssertSqlSafe, Postgres, Row, SqlSafeStr, SqlStr, Sqlite};
use uuid::Uuid;

use crate::StoreError;
use crate::error::DatabaseError;
use crate::values::{Param, instant_as_text};

// ---- Migrations ---------------------------------------------------------------------------------------------------

pub(crate) static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");
pub(crate) static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Whether the migrations' own table is there: one row if so.
pub(crate) const SQLITE_IS_MIGRATED: &str =
    "SELECT 1 AS yes FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'";
pub(crate) const POSTGRES_IS_MIGRATED: &str =
    "SELECT 1 AS yes WHERE to_regclass('_sqlx_migrations') IS NOT NULL";

// ---- Connections --------------------------------------------------------------------------------------------------

/// How long a SQLite connection waits for another process's write transaction.
const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    Ok(SqliteConnectOptions::from_str(url)
        .map_err(|_| StoreError::Address)?
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // In WAL mode NORMAL survives kill -9 but may forget the latest commits when the power fails. What a person
        // was told is booked must stay booked; FULL costs one fsync for each turn.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(SQLITE_BUSY_TIMEOUT))
}

pub(crate) fn postgres_options(url: &str) -> Result<PgConnectOptions, StoreError> {
    Ok(PgConnectOptions::from_str(url).map_err(|_| StoreError::Address)?.application_name("frontdesk"))
}

/// The file that the URL names.
pub(crate) fn sqlite_path(url: &str) -> Result<PathBuf, StoreError> {
    let options = SqliteConnectOptions::from_str(url).map_err(|_| StoreError::Address)?;
    Ok(options.get_filename().to_owned())
}

/// A lock on the file beside the database that says who has it open: everybody at once, or a restore alone. It is held
/// until the value is dropped or the process ends.
pub(crate) fn sqlite_lock(database: &Path, alone: bool) -> Result<File, StoreError> {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    let unlocked = |error: std::io::Error| StoreError::Unavailable(DatabaseError(Box::new(error)));
    let file = File::options().create(true).write(true).truncate(false).open(path).map_err(unlocked)?;
    let locked = if alone { file.try_lock() } else { file.try_lock_shared() };
    match locked {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(unlocked(error)),
    }
}

/// The advisory lock of a PostgreSQL database that says the same: every connection shares it, a restore has it alone.
pub(crate) const POSTGRES_USE_LOCK: i64 = 0x66_72_6f_6e_74;
pub(crate) const POSTGRES_LOCK_SHARED: &str = "SELECT pg_advisory_lock_shared($1)";
/// Gives a row if it could be had.
pub(crate) const POSTGRES_LOCK_ALONE: &str = "SELECT 1 AS yes WHERE pg_try_advisory_xact_lock($1)";
/// The tables that would be found without naming a schema, where ours are made.
pub(crate) const POSTGRES_OWN_TABLES: &str =
    "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename";

// ---- Transactions and locks ---------------------------------------------------------------------------------------

/// A write transaction takes SQLite's one write lock at once: a later upgrade from reading could fail.
pub(crate) const SQLITE_BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
/// Each statement sees what was committed before it; rows and claims are what is waited for.
pub(crate) const POSTGRES_BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// SQLite: the write transaction has locked everything already.
pub(crate) fn sqlite_locking(select: &'static str) -> SqlStr {
    select.into_sql_str()
}

/// PostgreSQL: waits for and keeps the selected rows; rows that refer to them may still be added by others.
pub(crate) fn postgres_locking(select: &'static str) -> SqlStr {
    AssertSqlSafe(format!("{select} FOR NO KEY UPDATE")).into_sql_str()
}

/// A transaction that sees what was there when it began, whatever others do. SQLite's readers always do.
pub(crate) const SQLITE_BEGIN_SNAPSHOT: &str = "BEGIN DEFERRED";
pub(crate) const POSTGRES_BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// PostgreSQL: waits for transactions that have changed claims and keeps others from it. SQLite has one writer anyway.
pub(crate) const POSTGRES_LOCK_CLAIMS: &str = "LOCK TABLE booking_claims IN SHARE ROW EXCLUSIVE MODE";

// ---- Values -------------------------------------------------------------------------------------------------------

pub(crate) fn sqlite_arguments(params: &[Param<'_>]) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    for param in params {
        match param {
            Param::Text(text) => Arguments::add(&mut arguments, text.as_ref()),
            Param::NoText => Arguments::add(&mut arguments, None::<&str>),
            Param::Integer(number) => Arguments::add(&mut arguments, *number),
            Param::Id(id) => Arguments::add(&mut arguments, id.to_string()),
            Param::Instant(at) => Arguments::add(&mut arguments, instant_as_text(*at)),
            Param::Json(document) => Arguments::add(&mut arguments, document.to_string()),
            Param::OwnedJson(document) => Arguments::add(&mut arguments, document.to_string()),
            Param::RawJson(document) => Arguments::add(&mut arguments, document.get().to_owned()),
            Param::NoInteger => Arguments::add(&mut arguments, None::<i64>),
            Param::NoId | Param::NoInstant => Arguments::add(&mut arguments, None::<&str>),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

pub(crate) fn postgres_arguments(params: &[Param<'_>]) -> Result<PgArguments, sqlx::Error> {
    let mut arguments = PgArguments::default();
    for param in params {
        match param {
            Param::Text(text) => Arguments::add(&mut arguments, text.as_ref()),
            Param::NoText => Arguments::add(&mut arguments, None::<&str>),
            Param::Integer(number) => Arguments::add(&mut arguments, *number),
            Param::Id(id) => Arguments::add(&mut arguments, *id),
            Param::Instant(at) => Arguments::add(&mut arguments, *at),
            Param::Json(document) => Arguments::add(&mut arguments, *document),
            Param::OwnedJson(document) => Arguments::add(&mut arguments, document),
            Param::RawJson(document) => Arguments::add(&mut arguments, Json(document)),
            Param::NoInteger => Arguments::add(&mut arguments, None::<i64>),
            Param::NoId => Arguments::add(&mut arguments, None::<Uuid>),
            Param::NoInstant => Arguments::add(&mut arguments, None::<DateTime<Utc>>),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

pub(crate) fn sqlite_id(row: &SqliteRow, column: &'static str) -> Result<Uuid, StoreError> {
    row.try_get::<String, _>(column)?.parse().map_err(|_| StoreError::Corrupt { column })
}

pub(crate) fn postgres_id(row: &PgRow, column: &'static str) -> Result<Uuid, StoreError> {
    Ok(row.try_get(column)?)
}

pub(crate) fn sqlite_optional_id(row: &SqliteRow, column: &'static str) -> Result<Option<Uuid>, StoreError> {
    let id = row.try_get::<Option<String>, _>(column)?;
    id.map(|id| id.parse().map_err(|_| StoreError::Corrupt { column })).transpose()
}

pub(crate) fn postgres_optional_id(row: &PgRow, column: &'static str) -> Result<Option<Uuid>, StoreError> {
    Ok(row.try_get(column)?)
}

pub(crate) fn sqlite_instant(row: &SqliteRow, column: &'static str) -> Result<DateTime<Utc>, StoreError> {
    row.try_get::<String, _>(column)?.parse().map_err(|_| StoreError::Corrupt { column })
}

pub(crate) fn postgres_instant(row: &PgRow, column: &'static str) -> Result<DateTime<Utc>, StoreError> {
    Ok(row.try_get(column)?)
}

pub(crate) fn sqlite_optional_instant(
    row: &SqliteRow,
    column: &'static str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let at = row.try_get::<Option<String>, _>(column)?;
    at.map(|at| at.parse().map_err(|_| StoreError::Corrupt { column })).transpose()
}

pub(crate) fn postgres_optional_instant(
    row: &PgRow,
    column: &'static str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(row.try_get(column)?)
}

/// What both drivers read in the same way.
pub(crate) trait Plain:
    for<'r> sqlx::Decode<'r, Sqlite>
    + sqlx::Type<Sqlite>
    + for<'r> sqlx::Decode<'r, Postgres>
    + sqlx::Type<Postgres>
{
}
impl Plain for String {}
impl Plain for Option<String> {}
impl Plain for i64 {}
impl Plain for Option<i64> {}

// ---- Errors -------------------------------------------------------------------------------------------------------

/// Whether concurrent transactions collided, so that the same again will probably succeed.
pub(crate) fn is_collision(error: &dyn sqlx::error::DatabaseError) -> bool {
    const SQLITE_BUSY: i32 = 5;
    const SQLITE_LOCKED: i32 = 6;
    let code = error.code();
    let code = code.as_deref().unwrap_or_default();
    if error.try_downcast_ref::<SqliteError>().is_some() {
        // The lowest byte is the primary code, above it stands the refinement.
        return code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, SQLITE_BUSY | SQLITE_LOCKED));
    }
    // serialization_failure, deadlock_detected, lock_not_available
    matches!(code, "40001" | "40P01" | "55P03")
}

/// Whether the server said that it cannot serve for now. SQLite has no server.
pub(crate) fn is_outage(error: &dyn sqlx::error::DatabaseError) -> bool {
    if error.try_downcast_ref::<SqliteError>().is_some() {
        return false;
    }
    let code = error.code();
    let code = code.as_deref().unwrap_or_default();
    // Classes: connection exception, insufficient resources; and the server going down or coming up.
    code.starts_with("08") || code.starts_with("53") || matches!(code, "57P01" | "57P02" | "57P03" | "25006")
}
