//! Proofs on the whole program, for which the tests have no time: [`crash`] kills it under load and looks whether
//! anything acknowledged is missing; [`load`] measures how fast it is, how it grows and what memory it takes.
//!
//! Both start the real binary on a database of its own and talk to it over HTTP; what it says is then compared with
//! what stands in the database. `make test-crash` and `make bench-load` run them.

pub mod crash;
pub mod load;
mod program;

use clap::ValueEnum;

/// Which database the program runs on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Database {
    /// A file in the program's data directory.
    Sqlite,
    /// A throwaway server, see `testbed`.
    Postgres,
}

impl std::fmt::Display for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// Why a proof failed, or could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The program broke a promise.
    #[error("{0}")]
    Broken(String),
    /// The program did not start, or answered what it should not.
    #[error("the program: {0}")]
    Program(String),
    /// It could not be reached.
    #[error("talking to the program: {0}")]
    Http(#[from] ureq::Error),
    /// Its database could not be read.
    #[error("the database: {0}")]
    Store(#[from] store::StoreError),
    /// Its database could not be filled.
    #[error("the database: {0}")]
    Fill(#[from] sqlx::Error),
    /// A file or a process.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

pub(crate) type Result<T> = std::result::Result<T, ProofError>;
