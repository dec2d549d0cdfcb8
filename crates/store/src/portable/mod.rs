//! Backups: everything that is kept, in one file that is the same for both databases.
//!
//! A backup is UTF-8 text, one JSON document a line: a header that names the schema and the columns of each table, for each
//! table a line with its name and then its rows as arrays, and a last line with the number of rows and the SHA-256 of all
//! lines before it. It is restored by making the tables as they were at that schema, filling them and migrating them
//! forward, so that a backup of an older program can be read by every newer one. Claims are kept as wholes, not cell by
//! cell.

mod dump;
mod file;
mod restore;
mod tables;

pub use file::{BackupFile, BackupSummary};
pub use restore::Restored;
