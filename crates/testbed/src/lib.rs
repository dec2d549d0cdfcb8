//! Throwaway databases for tests.
//!
//! [`postgres_database`] gives every caller a fresh, empty database on a PostgreSQL server that is started once per
//! test process, in a temporary directory, from Debian's server programs. When the process ends, however it ends,
//! the server stops and the directory goes. `FRONTDESK_TEST_POSTGRES=postgres://…` uses a given server instead (the
//! databases made there are dropped at the end). [`sqlite_database`] gives a fresh file.
//!
//! A test that cannot have its database fails; it is never skipped.

mod guardian;
mod programs;
mod server;

use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use server::{Durability, Server};

/// Names the server that tests use instead of starting one of their own.
pub const POSTGRES_VARIABLE: &str = "FRONTDESK_TEST_POSTGRES";

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
enum TestbedError {
    /// No server programs, and they could not be installed.
    #[error(
        "PostgreSQL's programs are neither in PATH nor in /usr/lib/postgresql/*/bin ({0}); install them \
         (Debian: apt-get install postgresql) or set {POSTGRES_VARIABLE} to a server"
    )]
    NoServer(&'static str),
    /// A program could not be run.
    #[error("cannot run {program}: {source}")]
    Run {
        /// Which.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program ran and failed.
    #[error("{program} failed: {said}")]
    Failed {
        /// Which.
        program: PathBuf,
        /// The end of what it said, or of its log.
        said: String,
    },
    /// The temporary directory could not be made or handed over.
    #[error("temporary directory: {0}")]
    Directory(#[from] io::Error),
}

/// The URL of a fresh, empty PostgreSQL database.
///
/// # Panics
/// If there is no server and none can be started: the test fails and says why.
pub fn postgres_database() -> String {
    static SERVER: OnceLock<Result<Server, TestbedError>> = OnceLock::new();
    database_on(SERVER.get_or_init(|| Server::start(Durability::Off)))
}

/// As [`postgres_database`], on a server of its own that waits for the disk at every commit, as those in use do: for
/// measuring.
///
/// # Panics
/// If there is no server and none can be started.
pub fn durable_postgres_database() -> String {
    static SERVER: OnceLock<Result<Server, TestbedError>> = OnceLock::new();
    database_on(SERVER.get_or_init(|| Server::start(Durability::Full)))
}

fn database_on(server: &Result<Server, TestbedError>) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    match server {
        Ok(server) => or_fail(server.create_database(number).as_ref()).clone(),
        Err(error) => or_fail(Err(error)),
    }
}

/// A temporary directory and the URL of a SQLite database in it, not created yet. The directory goes when the value
/// is dropped.
///
/// # Panics
/// If no temporary directory can be made.
pub fn sqlite_database() -> (TempDir, String) {
    let directory = or_fail(TempDir::with_prefix("frontdesk-"));
    let url = format!("sqlite://{}", directory.path().join("frontdesk.db").display());
    (directory, url)
}

#[expect(
    clippy::panic,
    reason = "this crate serves tests only; without a database a test must fail, not be skipped"
)]
fn or_fail<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}
