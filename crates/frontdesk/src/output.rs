//! Results on standard output: tables for people, one JSON document for programs.

use std::io::Write as _;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use comfy_table::{Table, presets};
use serde::Serialize;

use crate::error::Failure;

/// Prints one JSON document.
///
/// # Errors
/// When standard output is closed.
pub fn json(document: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(document).map_err(|error| Failure::Internal(error.into()))?;
    lines([text])
}

/// Prints lines.
///
/// # Errors
/// When standard output is closed.
pub fn lines<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    texts
        .into_iter()
        .try_for_each(|text| writeln!(out, "{}", text.as_ref()))
        .map_err(Failure::io("writing to standard output"))
}

/// Prints aligned columns, or `empty` when there are no rows.
///
/// # Errors
/// When standard output is closed.
pub fn table(header: &[&str], rows: Vec<Vec<String>>, empty: &str) -> Result<(), Failure> {
    if rows.is_empty() {
        return lines([empty]);
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(header.iter().copied()).add_rows(rows);
    // Without padding at the left edge, so that columns can be cut by other programs.
    if let Some(first) = table.column_mut(0) {
        first.set_padding((0, 1));
    }
    lines(table.lines().map(|line| line.trim_end().to_owned()))
}

/// An instant as wall time in a zone, for people.
pub fn wall(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}
