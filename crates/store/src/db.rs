//! One connection type over both databases, so that the rest of the crate is written once.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::pool::{PoolConnection, PoolOptions};
use sqlx::postgres::{PgConnection, PgPool, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePool, SqliteRow};
use sqlx::types::Json;
use sqlx::{Postgres, Row as _, SqlSafeStr, SqlStr, Sqlite, Transaction};
use uuid::Uuid;

use crate::dialect::{self, Plain};
use crate::error::DatabaseError;
use crate::values::Param;
use crate::{Result, StoreError};

/// How long a caller waits for a free connection before the store calls itself overloaded.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;

/// The connections to one database.
#[derive(Clone, Debug)]
pub(crate) enum Pools {
    /// SQLite has one writer at a time: waiting for it in our own queue is fair, its lock is not.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
        /// Keeps a restore from replacing the file under us.
        _in_use: Arc<File>,
    },
    Postgres(PgPool),
}

impl Pools {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") {
            let in_use = dialect::sqlite_lock(&dialect::sqlite_path(url)?, false)?;
            Self::open_sqlite(dialect::sqlite_options(url)?, in_use).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let pool = PoolOptions::<Postgres>::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                // Waits while a restore is at work.
                .after_connect(|connection, _| {
                    Box::pin(async move {
                        let lock = sqlx::query(dialect::POSTGRES_LOCK_SHARED);
                        lock.bind(dialect::POSTGRES_USE_LOCK).execute(connection).await.map(drop)
                    })
                });
            Ok(Self::Postgres(pool.connect_with(dialect::postgres_options(url)?).await?))
        } else {
            Err(StoreError::Address)
        }
    }

    async fn open_sqlite(options: SqliteConnectOptions, in_use: File) -> Result<Self> {
        let pool = |size: u32| {
            let pool = PoolOptions::<Sqlite>::new().max_connections(size).acquire_timeout(ACQUIRE_TIMEOUT);
            // A file does not hang up.
            pool.test_before_acquire(false).max_lifetime(None).idle_timeout(None)
        };
        // First the writer, which makes the file.
        let writer = pool(1).connect_with(options.clone()).await?;
        let readers = pool(SQLITE_READERS).connect_with(options.pragma("query_only", "on")).await?;
        Ok(Self::Sqlite { writer, readers, _in_use: Arc::new(in_use) })
    }

    /// A file that nobody else knows of, for a restore.
    pub(crate) async fn open_sqlite_file(path: &Path) -> Result<Self> {
        let in_use = dialect::sqlite_lock(path, true)?;
        Self::open_sqlite(dialect::sqlite_options("sqlite:")?.filename(path), in_use).await
    }

    /// One connection to a server, without the lock that all others share, for a restore.
    pub(crate) async fn open_postgres_alone(url: &str) -> Result<Self> {
        let pool = PoolOptions::<Postgres>::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT);
        Ok(Self::Postgres(pool.connect_with(dialect::postgres_options(url)?).await?))
    }

    pub(crate) fn connections(&self) -> Connections {
        let (open, idle) = match self {
            Self::Sqlite { writer, readers, .. } => {
                (writer.size() + readers.size(), writer.num_idle() + readers.num_idle())
            }
            Self::Postgres(pool) => (pool.size(), pool.num_idle()),
        };
        Connections { open: open.into(), idle: u64::try_from(idle).unwrap_or_default() }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// A connection for reading, outside a transaction.
    pub(crate) async fn read(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Conn::SqliteReader(readers.acquire().await?),
            Self::Postgres(pool) => Conn::PostgresReader(pool.acquire().await?),
        })
    }

    /// A transaction for reading that sees everything as it was when it began.
    pub(crate) async fn snapshot(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite { readers, .. } => {
                Conn::SqliteWriter(readers.begin_with(dialect::SQLITE_BEGIN_SNAPSHOT).await?)
            }
            Self::Postgres(pool) => {
                Conn::PostgresWriter(pool.begin_with(dialect::POSTGRES_BEGIN_SNAPSHOT).await?)
            }
        })
    }

    /// A write transaction; dropping it rolls it back.
    pub(crate) async fn write(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite { writer, .. } => {
                Conn::SqliteWriter(writer.begin_with(dialect::SQLITE_BEGIN_WRITE).await?)
            }
            Self::Postgres(pool) => {
                Conn::PostgresWriter(pool.begin_with(dialect::POSTGRES_BEGIN_WRITE).await?)
            }
        })
    }
}

/// How busy the database is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Connections {
    /// Those that stand.
    pub open: u64,
    /// Those of them that nobody uses.
    pub idle: u64,
}

/// A connection for reading, or a write transaction.
#[derive(Debug)]
pub(crate) enum Conn {
    SqliteReader(PoolConnection<Sqlite>),
    SqliteWriter(Transaction<'static, Sqlite>),
    PostgresReader(PoolConnection<Postgres>),
    PostgresWriter(Transaction<'static, Postgres>),
}

enum Link<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Conn {
    fn link(&mut self) -> Link<'_> {
        match self {
            Self::SqliteReader(connection) => Link::Sqlite(connection),
            Self::SqliteWriter(transaction) => Link::Sqlite(transaction),
            Self::PostgresReader(connection) => Link::Postgres(connection),
            Self::PostgresWriter(transaction) => Link::Postgres(transaction),
        }
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: impl SqlSafeStr, params: &[Param<'_>]) -> Result<u64> {
        let sql = sql.into_sql_str();
        Ok(match self.link() {
            Link::Sqlite(connection) => {
                let arguments = dialect::sqlite_arguments(params)?;
                sqlx::query_with(sql, arguments).execute(connection).await?.rows_affected()
            }
            Link::Postgres(connection) => {
                let arguments = dialect::postgres_arguments(params)?;
                sqlx::query_with(sql, arguments).execute(connection).await?.rows_affected()
            }
        })
    }

    /// All rows of a query.
    pub(crate) async fn rows(&mut self, sql: impl SqlSafeStr, params: &[Param<'_>]) -> Result<Vec<Row>> {
        let sql = sql.into_sql_str();
        Ok(match self.link() {
            Link::Sqlite(connection) => {
                let arguments = dialect::sqlite_arguments(params)?;
                let rows = sqlx::query_with(sql, arguments).fetch_all(connection).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Link::Postgres(connection) => {
                let arguments = dialect::postgres_arguments(params)?;
                let rows = sqlx::query_with(sql, arguments).fetch_all(connection).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// The row of a query that gives one at most.
    pub(crate) async fn row(&mut self, sql: impl SqlSafeStr, params: &[Param<'_>]) -> Result<Option<Row>> {
        Ok(self.rows(sql, params).await?.into_iter().next())
    }

    /// The row of a query that gives one at most, kept from others until the transaction is over.
    pub(crate) async fn locked_row(
        &mut self,
        select: &'static str,
        params: &[Param<'_>],
    ) -> Result<Option<Row>> {
        let sql: SqlStr = match self.link() {
            Link::Sqlite(_) => dialect::sqlite_locking(select),
            Link::Postgres(_) => dialect::postgres_locking(select),
        };
        self.row(sql, params).await
    }

    /// Keeps every other transaction from changing claims until this one is over.
    pub(crate) async fn lock_claims(&mut self) -> Result<()> {
        match self.link() {
            Link::Sqlite(_) => Ok(()),
            Link::Postgres(_) => self.execute(dialect::POSTGRES_LOCK_CLAIMS, &[]).await.map(drop),
        }
    }

    /// Makes the transaction's work last. Readers have nothing to commit.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::SqliteWriter(transaction) => transaction.commit().await?,
            Self::PostgresWriter(transaction) => transaction.commit().await?,
            Self::SqliteReader(_) | Self::PostgresReader(_) => {}
        }
        Ok(())
    }

    /// Undoes the transaction's work now; dropping would do so a little later.
    pub(crate) async fn rollback(self) -> Result<()> {
        match self {
            Self::SqliteWriter(transaction) => transaction.rollback().await?,
            Self::PostgresWriter(transaction) => transaction.rollback().await?,
            Self::SqliteReader(_) | Self::PostgresReader(_) => {}
        }
        Ok(())
    }
}

/// One row of an answer.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// A text, an optional text or an integer.
    pub(crate) fn get<T: Plain>(&self, column: &'static str) -> Result<T> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(crate) fn id(&self, column: &'static str) -> Result<Uuid> {
        match self {
            Self::Sqlite(row) => dialect::sqlite_id(row, column),
            Self::Postgres(row) => dialect::postgres_id(row, column),
        }
    }

    /// An id; `None` for NULL.
    pub(crate) fn optional_id(&self, column: &'static str) -> Result<Option<Uuid>> {
        match self {
            Self::Sqlite(row) => dialect::sqlite_optional_id(row, column),
            Self::Postgres(row) => dialect::postgres_optional_id(row, column),
        }
    }

    pub(crate) fn instant(&self, column: &'static str) -> Result<DateTime<Utc>> {
        match self {
            Self::Sqlite(row) => dialect::sqlite_instant(row, column),
            Self::Postgres(row) => dialect::postgres_instant(row, column),
        }
    }

    /// An instant; `None` for NULL.
    pub(crate) fn optional_instant(&self, column: &'static str) -> Result<Option<DateTime<Utc>>> {
        match self {
            Self::Sqlite(row) => dialect::sqlite_optional_instant(row, column),
            Self::Postgres(row) => dialect::postgres_optional_instant(row, column),
        }
    }

    /// A JSON document read as `T`; NULL is read as JSON's `null`.
    pub(crate) fn json<'r, T: DeserializeOwned + 'r>(&'r self, column: &'static str) -> Result<T> {
        let document = match self {
            Self::Sqlite(row) => row.try_get::<Option<Json<T>>, _>(column),
            Self::Postgres(row) => row.try_get::<Option<Json<T>>, _>(column),
        };
        match document {
            Ok(Some(Json(document))) => Ok(document),
            Ok(None) => serde_json::from_value(Value::Null).map_err(|_| StoreError::Corrupt { column }),
            Err(sqlx::Error::ColumnDecode { .. }) => Err(StoreError::Corrupt { column }),
            Err(error) => Err(error.into()),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let wrap = |error| DatabaseError(Box::new(error));
        match &error {
            sqlx::Error::Database(answer) if dialect::is_collision(answer.as_ref()) => Self::Retry,
            sqlx::Error::Database(answer) if dialect::is_outage(answer.as_ref()) => {
                Self::Unavailable(wrap(error))
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(wrap(error)),
            _ => Self::Database(wrap(error)),
        }
    }
}
