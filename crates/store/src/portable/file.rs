//! The file of a backup, checked before anything is done with it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::tables::Kind;
use crate::{Result, StoreError};

/// Raised when older programs can no longer read the file.
pub(super) const FORMAT: u32 = 1;

/// The first line.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Header {
    pub(super) frontdesk_backup: u32,
    /// The newest migration of the database that it was made of.
    pub(super) schema: i64,
    pub(super) made_at: DateTime<Utc>,
    pub(super) tables: Vec<Columns>,
}

/// The columns of a table, in the order of the values in its rows.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Columns {
    pub(super) name: String,
    pub(super) columns: Vec<(String, Kind)>,
}

/// Any further line.
#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Line {
    Row(Vec<Value>),
    Table { table: String },
    End { rows: BTreeMap<String, u64>, sha256: String },
}

/// What a backup holds.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct BackupSummary {
    /// When it was made, UTC.
    pub made_at: DateTime<Utc>,
    /// The version of the schema that it was made of.
    pub schema: i64,
    /// Rows of each table; of claims, the wholes.
    pub rows: BTreeMap<String, u64>,
    /// Of all lines but the last, hexadecimal.
    pub sha256: String,
}

/// A backup that was read through once and found whole.
#[derive(Debug)]
pub struct BackupFile {
    path: PathBuf,
    file: BufReader<File>,
    pub(super) header: Header,
    summary: BackupSummary,
}

impl BackupFile {
    /// Opens a backup and checks all of it: its form, the number of its rows and its checksum. Blocks.
    ///
    /// # Errors
    /// [`StoreError::Backup`] with what is wrong with it.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| wrong(path, error))?;
        let mut reader = BufReader::new(file);
        let (mut sum, mut line) = (Sha256::new(), String::new());
        let mut next = |line: &mut String| -> Result<bool> {
            line.clear();
            Ok(reader.read_line(line).map_err(|error| wrong(path, error))? > 0)
        };
        next(&mut line)?;
        let header: Header =
            serde_json::from_str(&line).map_err(|_| wrong(path, "it is not a backup of Frontdesk"))?;
        if header.frontdesk_backup > FORMAT {
            return Err(wrong(path, "it was made by a newer program, which can read it"));
        }
        sum.update(&line);
        let mut counted: BTreeMap<String, u64> = BTreeMap::new();
        let mut table: Option<&Columns> = None;
        while next(&mut line)? {
            match serde_json::from_str(&line).map_err(|_| wrong(path, "a line of it cannot be read"))? {
                Line::Table { table: name } => {
                    table = header.tables.iter().find(|known| known.name == name);
                    counted.insert(name, 0);
                }
                Line::Row(values) => {
                    let fits = table.filter(|table| table.columns.len() == values.len());
                    let Some(table) = fits else {
                        return Err(wrong(path, "a row of it does not fit its table"));
                    };
                    *counted.entry(table.name.clone()).or_default() += 1;
                }
                Line::End { rows, sha256 } => {
                    let found = hexadecimal(sum);
                    if rows != counted || sha256 != found {
                        return Err(wrong(path, "its checksum is wrong: it was changed or is damaged"));
                    }
                    let Header { made_at, schema, .. } = header;
                    let summary = BackupSummary { made_at, schema, rows, sha256 };
                    return Ok(Self { path: path.to_owned(), file: reader, header, summary });
                }
            }
            sum.update(&line);
        }
        Err(wrong(path, "it ends too early"))
    }

    /// What it holds.
    #[must_use]
    pub const fn summary(&self) -> &BackupSummary {
        &self.summary
    }

    /// Goes back to the line after the header.
    pub(super) fn rewind(&mut self) -> Result<()> {
        self.file.rewind().map_err(|error| wrong(&self.path, error))?;
        self.line().map(drop)
    }

    /// The next line, undecoded.
    pub(super) fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.file.read_line(&mut line).map_err(|error| wrong(&self.path, error))?;
        Ok(line)
    }

    /// The next row, with the table that it belongs to; `None` after the last.
    pub(super) fn next_row(&mut self, table: &mut usize) -> Result<Option<Vec<Value>>> {
        loop {
            let line = self.line()?;
            match serde_json::from_str(&line).map_err(|_| wrong(&self.path, "it changes while it is read"))? {
                Line::Row(values) => return Ok(Some(values)),
                Line::End { .. } => return Ok(None),
                Line::Table { table: name } => {
                    let found = self.header.tables.iter().position(|known| known.name == name);
                    *table = found.ok_or_else(|| wrong(&self.path, "a table of it has no columns"))?;
                }
            }
        }
    }
}

pub(super) fn hexadecimal(sum: Sha256) -> String {
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn wrong(path: &Path, what: impl ToString) -> StoreError {
    StoreError::Backup { path: path.display().to_string(), what: what.to_string() }
}
