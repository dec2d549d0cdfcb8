//! Connecting, and bringing the tables up to date.

use sqlx::migrate::{Migrate, MigrateError, Migrator};

use crate::db::{Conn, Connections, Pools};
use crate::error::DatabaseError;
use crate::{Result, Store, StoreError, dialect};

impl Store {
    /// Connects to `sqlite://PATH` (the file is made if it is not there; its directory must be) or `postgres://…`.
    /// The tables are not touched; see [`Store::migrate`] and [`Store::check_schema`].
    ///
    /// # Errors
    /// [`StoreError::Address`], [`StoreError::Unavailable`], or what the database said.
    pub async fn connect(url: &str) -> Result<Self> {
        Ok(Self { pools: Pools::open(url).await? })
    }

    /// Brings the tables up to date. Processes that do so at once wait for each other.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] if a newer program was here; [`StoreError::Migration`].
    pub async fn migrate(&self) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => {
                // sqlx does not lock SQLite while it migrates; a write transaction around all of it does.
                let mut transaction = writer.begin_with(dialect::SQLITE_BEGIN_WRITE).await?;
                apply(&dialect::SQLITE_MIGRATIONS, None, &mut *transaction).await?;
                transaction.commit().await?;
            }
            Pools::Postgres(pool) => {
                apply(&dialect::POSTGRES_MIGRATIONS, None, &mut *pool.acquire().await?).await?;
            }
        }
        Ok(())
    }

    /// Checks, without changing anything, that the tables are those of this program.
    ///
    /// # Errors
    /// [`StoreError::OlderSchema`] or [`StoreError::NewerSchema`].
    pub async fn check_schema(&self) -> Result<()> {
        let known = newest_known();
        let mut conn = self.pools.read().await?;
        let is_migrated = match conn {
            Conn::SqliteReader(_) | Conn::SqliteWriter(_) => dialect::SQLITE_IS_MIGRATED,
            Conn::PostgresReader(_) | Conn::PostgresWriter(_) => dialect::POSTGRES_IS_MIGRATED,
        };
        if conn.row(is_migrated, &[]).await?.is_none() {
            return Err(StoreError::OlderSchema);
        }
        let found = newest_applied(&mut conn).await?;
        match found.cmp(&known) {
            std::cmp::Ordering::Less => Err(StoreError::OlderSchema),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(StoreError::NewerSchema { found, known }),
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], or what the database said.
    pub async fn ping(&self) -> Result<()> {
        self.pools.read().await?.row("SELECT COUNT(*) AS found FROM users WHERE email = ''", &[]).await?;
        Ok(())
    }

    /// How many connections to the database stand now, and how many of them are free.
    #[must_use]
    pub fn connections(&self) -> Connections {
        self.pools.connections()
    }

    /// Closes all connections once their work is done.
    pub async fn close(&self) {
        self.pools.close().await;
    }
}

/// The version of the newest migration that this program knows; the same for both databases.
pub(crate) fn newest_known() -> i64 {
    newest(&dialect::SQLITE_MIGRATIONS)
}

/// The version of the newest migration of this database.
pub(crate) async fn newest_applied(conn: &mut Conn) -> Result<i64> {
    let sql = "SELECT version FROM _sqlx_migrations ORDER BY version DESC LIMIT 1";
    conn.row(sql, &[]).await?.map_or(Ok(0), |row| row.get("version"))
}

/// Brings the tables to a version, or to the newest, inside the caller's write transaction.
pub(crate) async fn migrate_to(conn: &mut Conn, version: Option<i64>) -> Result<()> {
    match conn {
        Conn::SqliteWriter(transaction) => {
            apply(&dialect::SQLITE_MIGRATIONS, version, &mut **transaction).await
        }
        Conn::PostgresWriter(transaction) => {
            apply(&dialect::POSTGRES_MIGRATIONS, version, &mut **transaction).await
        }
        Conn::SqliteReader(_) | Conn::PostgresReader(_) => Err(StoreError::Over),
    }
}

fn newest(migrations: &Migrator) -> i64 {
    migrations.iter().map(|migration| migration.version).max().unwrap_or(0)
}

async fn apply<C: Migrate>(migrations: &Migrator, target: Option<i64>, connection: &mut C) -> Result<()> {
    let known = newest(migrations);
    // Not `run`: its future is not `Send` for every lifetime (rust-lang/rust#100013), so no task could await it.
    migrations.run_direct(target, connection, false).await.map_err(|error| match error {
        MigrateError::VersionMissing(found) if found > known => StoreError::NewerSchema { found, known },
        MigrateError::Execute(error) => error.into(),
        other => StoreError::Migration(DatabaseError(Box::new(other))),
    })
}
