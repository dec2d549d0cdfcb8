//! Making a backup while everybody goes on.

use std::collections::BTreeMap;
use std::io::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;

use super::file::{BackupSummary, Columns, FORMAT, Header, Line, hexadecimal};
use super::tables::{Kind, TABLES, Table};
use crate::db::{Conn, Row};
use crate::values::Param;
use crate::{Result, Store, StoreError, schema};

/// How many rows are read at a time.
const PAGE: i64 = 1_000;

impl Store {
    /// Writes all that is kept, as it stands at one moment, while others go on reading and writing.
    ///
    /// # Errors
    /// [`StoreError::OlderSchema`], [`StoreError::Backup`] when it cannot be written, or what the database said.
    pub async fn backup(&self, out: impl Write + Send, made_at: DateTime<Utc>) -> Result<BackupSummary> {
        self.check_schema().await?;
        let mut conn = self.pools.snapshot().await?;
        let schema = schema::newest_applied(&mut conn).await?;
        let columns = |table: &Table| Columns {
            name: table.name.to_owned(),
            columns: table.columns.iter().map(|&(name, kind)| (name.to_owned(), kind)).collect(),
        };
        let header = Header {
            frontdesk_backup: FORMAT,
            schema,
            made_at,
            tables: TABLES.iter().map(columns).collect(),
        };
        let mut lines = Lines { out, sum: Sha256::new() };
        lines.write(&header)?;
        let mut rows = BTreeMap::new();
        for table in TABLES {
            lines.write(&Line::Table { table: table.name.to_owned() })?;
            rows.insert(table.name.to_owned(), dump(&mut conn, table, &mut lines).await?);
        }
        let sha256 = lines.end(&rows)?;
        Ok(BackupSummary { made_at, schema, rows, sha256 })
    }
}

/// Writes lines and adds them up.
struct Lines<W> {
    out: W,
    sum: Sha256,
}

impl<W: Write> Lines<W> {
    fn write(&mut self, line: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string(line).map_err(unwritten)?;
        text.push('\n');
        self.sum.update(&text);
        self.out.write_all(text.as_bytes()).map_err(unwritten)
    }

    fn end(mut self, rows: &BTreeMap<String, u64>) -> Result<String> {
        let sha256 = hexadecimal(self.sum.clone());
        self.write(&Line::End { rows: rows.clone(), sha256: sha256.clone() })?;
        self.out.flush().map_err(unwritten)?;
        Ok(sha256)
    }
}

fn unwritten(error: impl ToString) -> StoreError {
    StoreError::Backup { path: "the backup".to_owned(), what: error.to_string() }
}

/// Writes the rows of a table, a page at a time, in the order of its key; how many there were.
async fn dump<W: Write>(conn: &mut Conn, table: &Table, lines: &mut Lines<W>) -> Result<u64> {
    let mut written = 0;
    let mut last: Option<Vec<Value>> = None;
    loop {
        let key = last.as_ref().map(|row| key_of(table, row)).transpose()?.unwrap_or_default();
        let rows = conn.rows(AssertSqlSafe(page(table, key.len())), &key).await?;
        let is_last = (rows.len() as i64) < PAGE;
        for row in &rows {
            let values = table
                .columns
                .iter()
                .map(|&(name, kind)| value(row, name, kind))
                .collect::<Result<Vec<_>>>()?;
            lines.write(&values)?;
            written += 1;
            last = Some(values);
        }
        if is_last {
            return Ok(written);
        }
    }
}

fn page(table: &Table, key_params: usize) -> String {
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let key = table.key.join(", ");
    let params: Vec<String> = (1..=key_params).map(|number| format!("${number}")).collect();
    let after = (key_params > 0).then(|| format!("({key}) > ({})", params.join(", ")));
    let conditions: Vec<String> = after.into_iter().chain(table.only.map(str::to_owned)).collect();
    let condition =
        if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    format!("SELECT {} FROM {}{condition} ORDER BY {key} LIMIT {PAGE}", columns.join(", "), table.name)
}

/// The key of a row that was read, as parameters.
fn key_of(table: &Table, row: &[Value]) -> Result<Vec<Param<'static>>> {
    let column = |name: &&str| {
        let index = table.columns.iter().position(|(column, _)| column == name);
        let found = index.and_then(|index| Some((table.columns.get(index)?.1, row.get(index)?)));
        let (kind, value) = found.ok_or(StoreError::Corrupt { column: "key" })?;
        param(kind, value)
    };
    table.key.iter().map(column).collect()
}

/// A value as it stands in a backup.
fn value(row: &Row, name: &'static str, kind: Kind) -> Result<Value> {
    Ok(match kind {
        Kind::Text => row.get::<Option<String>>(name)?.into(),
        Kind::Integer => row.get::<Option<i64>>(name)?.into(),
        Kind::Id => row.optional_id(name)?.map(|id| id.to_string()).into(),
        Kind::Instant => {
            let at = row.optional_instant(name)?;
            at.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)).into()
        }
        Kind::Json => row.json(name)?,
    })
}

/// A value of a backup as a parameter.
pub(super) fn param(kind: Kind, value: &Value) -> Result<Param<'static>> {
    let corrupt = || StoreError::Corrupt { column: "of the backup" };
    let text = || value.as_str().ok_or_else(corrupt);
    Ok(match (kind, value.is_null()) {
        (Kind::Json, _) => Param::OwnedJson(value.clone()),
        (Kind::Text, true) => Param::NoText,
        (Kind::Integer, true) => Param::NoInteger,
        (Kind::Id, true) => Param::NoId,
        (Kind::Instant, true) => Param::NoInstant,
        (Kind::Text, false) => crate::values::text("of the backup", text()?.to_owned())?,
        (Kind::Integer, false) => Param::Integer(value.as_i64().ok_or_else(corrupt)?),
        (Kind::Id, false) => Param::Id(text()?.parse().map_err(|_| corrupt())?),
        (Kind::Instant, false) => {
            crate::values::instant("of the backup", text()?.parse().map_err(|_| corrupt())?)?
        }
    })
}
