//! What a script says, and reading all of them.

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};

use crate::notation;

/// One scripted conversation.
#[derive(Debug)]
pub struct Conversation {
    pub name: String,
    /// File and line, to find it.
    pub place: String,
    pub now: DateTime<Utc>,
    pub zone: Option<String>,
    pub profile: Option<String>,
    /// The person's appointments from before.
    pub mine: Vec<Held>,
    /// Those of other people from before.
    pub taken: Vec<Held>,
    pub steps: Vec<Step>,
    /// The person's rows at the end, in order.
    pub rows: Vec<Row>,
}

/// An appointment that the script makes.
#[derive(Clone, Debug)]
pub struct Held {
    pub start: DateTime<Utc>,
    pub service: Option<String>,
}

/// A person's row as a script tells it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Row {
    pub start: DateTime<Utc>,
    pub status: String,
    pub service: String,
    pub name: Option<String>,
}

#[derive(Debug)]
pub struct Step {
    pub line: usize,
    pub action: Action,
}

#[derive(Debug)]
pub enum Action {
    Say {
        text: String,
        times: usize,
        /// Only while the rows are not yet what the end expects.
        if_needed: bool,
        expected: Vec<Expectation>,
    },
    /// Somebody else books it.
    Taken(Held),
    Restart,
    Advance(TimeDelta),
    NewSession,
}

/// Something about the reply to one message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Expectation {
    /// One of these is in the reply.
    Says(Vec<String>),
    /// None of these is.
    DoesNotSay(Vec<String>),
    Asks,
    /// There are quick replies, one of them with this text.
    Quick(Option<String>),
    /// A key of `extracted_slots`; `None` for null.
    Slot(String, Option<String>),
    /// The one thing that this turn does to the calendar.
    Does(Deed),
    /// This turn may do what leads to the rows at the end.
    DoesAnything,
}

/// What a turn does to one row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Deed {
    Books,
    Moves,
    Cancels,
}

/// Where the scripts, profiles and `pending.txt` are.
pub fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conversations")
}

/// All conversations, in the order of files and lines.
pub fn all() -> Vec<Conversation> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory().join("scripts"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    files
        .iter()
        .flat_map(|path| {
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            notation::read(&file, &std::fs::read_to_string(path).unwrap())
        })
        .collect()
}
