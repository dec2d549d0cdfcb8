//! What a backup holds. A test compares this with the tables that the migrations make.

use serde::{Deserialize, Serialize};

/// What a column holds; any may be NULL.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Text,
    Integer,
    Id,
    Instant,
    Json,
}

/// A table with its columns.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// By what rows are told apart and put in order.
    pub(crate) key: &'static [&'static str],
    /// Which rows are kept; the others follow from them.
    pub(crate) only: Option<&'static str>,
}

use Kind::{Id, Instant, Integer, Json, Text};

/// Every table, each after those that it refers to.
pub(crate) const TABLES: &[Table] = &[
    Table {
        name: "users",
        columns: &[("id", Id), ("email", Text), ("password_hash", Text), ("created_at", Instant)],
        key: &["id"],
        only: None,
    },
    Table {
        name: "logins",
        columns: &[("id", Id), ("user_id", Id), ("created_at", Instant), ("expires_at", Instant)],
        key: &["id"],
        only: None,
    },
    Table {
        name: "appointments",
        columns: &[
            ("id", Id),
            ("user_id", Id),
            ("start_time", Instant),
            ("end_time", Instant),
            ("service_type", Text),
            ("status", Text),
            ("timezone", Text),
            ("resource", Text),
            ("name", Text),
            ("created_at", Instant),
            ("updated_at", Instant),
        ],
        key: &["id"],
        only: None,
    },
    Table {
        name: "blocks",
        columns: &[
            ("id", Id),
            ("resource", Text),
            ("start_time", Instant),
            ("end_time", Instant),
            ("reason", Text),
            ("created_at", Instant),
        ],
        key: &["id"],
        only: None,
    },
    Table {
        name: "block_claims",
        columns: &[("block_id", Id), ("resource", Text), ("first_cell", Integer), ("past_cell", Integer)],
        key: &["block_id", "resource"],
        only: None,
    },
    Table {
        name: CLAIMS,
        columns: &[
            ("resource", Text),
            ("cell", Integer),
            ("first_cell", Integer),
            ("past_cell", Integer),
            ("appointment_id", Id),
            ("block_id", Id),
        ],
        key: &["resource", "cell"],
        only: Some("cell = first_cell"),
    },
    Table {
        name: "chat_sessions",
        columns: &[
            ("id", Id),
            ("user_id", Id),
            ("messages", Json),
            ("metadata", Json),
            ("version", Integer),
            ("created_at", Instant),
            ("updated_at", Instant),
            ("handed_off_at", Instant),
        ],
        key: &["id"],
        only: None,
    },
    Table {
        name: "chat_turns",
        columns: &[
            ("session_id", Id),
            ("seq", Integer),
            ("message_id", Text),
            ("text", Text),
            ("reply", Json),
            ("trace", Json),
            ("latency_ms", Integer),
            ("ts", Instant),
        ],
        key: &["session_id", "seq"],
        only: None,
    },
    Table {
        name: "audit",
        columns: &[
            ("id", Id),
            ("ts", Instant),
            ("actor", Text),
            ("action", Text),
            ("subject", Text),
            ("detail", Json),
        ],
        key: &["id"],
        only: None,
    },
    Table {
        name: "outbox_policy",
        columns: &[("id", Integer), ("remind_minutes", Integer)],
        key: &["id"],
        only: None,
    },
    Table {
        name: "outbox",
        columns: &[
            ("id", Text),
            ("event", Text),
            ("appointment_id", Id),
            ("payload", Json),
            ("created_at", Instant),
            ("next_try_at", Instant),
            ("tries", Integer),
            ("delivered_at", Instant),
            ("last_error", Text),
        ],
        key: &["id"],
        only: None,
    },
];

/// The table whose rows are one for each cell.
pub(crate) const CLAIMS: &str = "booking_claims";

/// The cells of each claim after its first, which a backup leaves out. `{columns}` stands for the other columns.
pub(crate) fn other_cells(columns: &[String]) -> String {
    let others: Vec<&str> = columns.iter().map(String::as_str).filter(|column| *column != "cell").collect();
    let others = others.join(", ");
    format!(
        "WITH RECURSIVE more (cell, {others}) AS (
             SELECT cell + 1, {others} FROM {CLAIMS} WHERE cell = first_cell AND cell + 1 < past_cell
             UNION ALL SELECT cell + 1, {others} FROM more WHERE cell + 1 < past_cell
         )
         INSERT INTO {CLAIMS} (cell, {others}) SELECT cell, {others} FROM more"
    )
}
