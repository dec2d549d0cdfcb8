//! Putting a backup in the place of what there is, which is kept aside.

use std::path::{Path, PathBuf};

use sqlx::AssertSqlSafe;

use super::dump::param;
use super::file::{BackupFile, Columns};
use super::tables::{CLAIMS, TABLES, other_cells};
use crate::db::{Conn, Pools};
use crate::{Result, Store, StoreError, dialect, schema};

/// What was restored, and where the old data is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Restored {
    /// A file beside the database's, or a schema inside the database; `None` if there was nothing.
    pub aside: Option<String>,
}

impl Store {
    /// Replaces all that is kept by what a backup holds. The old data is kept aside under a name that ends in `suffix`
    /// (letters, digits and underscores). Nothing is changed unless all of it succeeds.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while any program has the database open; [`StoreError::NewerSchema`] for a backup of a newer
    /// program; [`StoreError::Backup`]; or what the database said.
    pub async fn restore(url: &str, backup: &mut BackupFile, suffix: &str) -> Result<Restored> {
        let known = schema::newest_known();
        let found = backup.header.schema;
        if found > known {
            return Err(StoreError::NewerSchema { found, known });
        }
        check_names(backup)?;
        if url.starts_with("sqlite:") {
            sqlite(url, backup, suffix).await
        } else {
            postgres(url, backup, suffix).await
        }
    }
}

/// Names become SQL: only those are taken that look like one.
fn check_names(backup: &BackupFile) -> Result<()> {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let of_table =
        |table: &Columns| is_name(&table.name) && table.columns.iter().all(|(name, _)| is_name(name));
    if backup.header.tables.iter().all(of_table) {
        return Ok(());
    }
    Err(StoreError::Backup { path: "the backup".to_owned(), what: "a table has a strange name".to_owned() })
}

async fn sqlite(url: &str, backup: &mut BackupFile, suffix: &str) -> Result<Restored> {
    let path = dialect::sqlite_path(url)?;
    let _alone = dialect::sqlite_lock(&path, true)?;
    let beside = |ending: &str| {
        let mut name = path.clone().into_os_string();
        name.push(ending);
        PathBuf::from(name)
    };
    let fresh = beside(".restoring");
    let file = |error: std::io::Error| StoreError::Backup {
        path: path.display().to_string(),
        what: format!("the database's file cannot be replaced: {error}"),
    };
    remove_if_there(&fresh).map_err(file)?;
    let pools = Pools::open_sqlite_file(&fresh).await?;
    let filled = fill(pools.write().await?, backup).await;
    pools.close().await;
    drop(pools);
    ignore_missing(std::fs::remove_file(beside(".restoring.lock"))).map_err(file)?;
    if let Err(error) = filled {
        remove_if_there(&fresh).map_err(file)?;
        return Err(error);
    }
    let aside = beside(&format!(".{suffix}"));
    // What a program that was killed has not yet written into the file itself lies beside it and goes with it.
    for ending in ["", "-wal", "-shm"] {
        let mut to = aside.clone().into_os_string();
        to.push(ending);
        rename_if_there(&beside(ending), Path::new(&to)).map_err(file)?;
    }
    std::fs::rename(&fresh, &path).map_err(file)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(file)?;
    Ok(Restored { aside: aside.exists().then(|| aside.display().to_string()) })
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    ["", "-wal", "-shm"].into_iter().try_for_each(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        ignore_missing(std::fs::remove_file(name))
    })
}

fn rename_if_there(from: &Path, to: &Path) -> std::io::Result<()> {
    ignore_missing(std::fs::rename(from, to))
}

fn ignore_missing(done: std::io::Result<()>) -> std::io::Result<()> {
    match done {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// In one transaction: the old tables go into a schema of their own, new ones take their place.
async fn postgres(url: &str, backup: &mut BackupFile, suffix: &str) -> Result<Restored> {
    let pools = Pools::open_postgres_alone(url).await?;
    let mut conn = pools.write().await?;
    let alone = conn.row(dialect::POSTGRES_LOCK_ALONE, &[dialect::POSTGRES_USE_LOCK.into()]).await?;
    if alone.is_none() {
        return Err(StoreError::InUse);
    }
    let mut old = Vec::new();
    for row in conn.rows(dialect::POSTGRES_OWN_TABLES, &[]).await? {
        let name: String = row.get("name")?;
        if name == "_sqlx_migrations" || TABLES.iter().any(|table| table.name == name) {
            old.push(name);
        }
    }
    let schema = format!("frontdesk_{suffix}");
    if !old.is_empty() {
        conn.execute(AssertSqlSafe(format!("CREATE SCHEMA \"{schema}\"")), &[]).await?;
    }
    for name in &old {
        let moving = format!("ALTER TABLE \"{name}\" SET SCHEMA \"{schema}\"");
        conn.execute(AssertSqlSafe(moving), &[]).await?;
    }
    fill(conn, backup).await?;
    pools.close().await;
    Ok(Restored { aside: (!old.is_empty()).then_some(schema) })
}

/// Makes the tables as they were when the backup was made, fills them, and brings them forward.
async fn fill(mut conn: Conn, backup: &mut BackupFile) -> Result<()> {
    schema::migrate_to(&mut conn, Some(backup.header.schema)).await?;
    let tables = backup.header.tables.clone();
    let inserts: Vec<String> = tables.iter().map(insert).collect();
    backup.rewind()?;
    let mut at = 0;
    while let Some(values) = backup.next_row(&mut at)? {
        let (Some(table), Some(sql)) = (tables.get(at), inserts.get(at)) else {
            return Err(StoreError::Corrupt { column: "of the backup" });
        };
        let kinds = table.columns.iter().map(|(_, kind)| *kind);
        let params =
            kinds.zip(&values).map(|(kind, value)| param(kind, value)).collect::<Result<Vec<_>>>()?;
        conn.execute(AssertSqlSafe(sql.clone()), &params).await?;
    }
    if let Some(claims) = tables.iter().find(|table| table.name == CLAIMS) {
        let columns: Vec<String> = claims.columns.iter().map(|(name, _)| name.clone()).collect();
        conn.execute(AssertSqlSafe(other_cells(&columns)), &[]).await?;
    }
    schema::migrate_to(&mut conn, None).await?;
    conn.commit().await
}

fn insert(table: &Columns) -> String {
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let params: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
    format!("INSERT INTO {} ({}) VALUES ({})", table.name, columns.join(", "), params.join(", "))
}
