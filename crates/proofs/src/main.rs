//! The proofs as a program: `proofs crash` and `proofs load`. The Makefile says what they are called with.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool talks on its standard streams"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use proofs::{Database, ProofError, crash, load};

/// Proofs on the whole program, on a throwaway database.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Kill it under load, and look whether anything acknowledged is missing
    Crash(CrashArgs),
    /// Measure how fast it is, how it grows and what memory it takes
    Load(LoadArgs),
}

#[derive(Args)]
struct Common {
    /// The program
    #[arg(long, default_value = "target/release/frontdesk", value_name = "FILE")]
    binary: PathBuf,
    /// What it runs on
    #[arg(long, value_delimiter = ',', default_values_t = [Database::Sqlite, Database::Postgres], value_enum)]
    database: Vec<Database>,
}

#[derive(Args)]
struct CrashArgs {
    #[command(flatten)]
    common: Common,
    /// How often it is killed under load, on each database
    #[arg(long, default_value_t = 100)]
    kills: u32,
    /// How many people talk at once
    #[arg(long, default_value_t = 8)]
    people: u32,
    /// What is said, and when it is killed, follow from this
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Args)]
struct LoadArgs {
    #[command(flatten)]
    common: Common,
    /// How many people talk at once, one measurement after the other
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 32])]
    users: Vec<usize>,
    /// How long each measurement takes, in seconds
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How many appointments the grown database has; 0 leaves the growth out
    #[arg(long, default_value_t = 1_000_000)]
    appointments: u64,
    /// How many conversations the grown database has
    #[arg(long, default_value_t = 100_000)]
    sessions: u64,
    /// How long eight people talk without a break while memory is watched, in seconds; 0 leaves it out
    #[arg(long, default_value_t = 0)]
    soak_seconds: u64,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Crash(arguments) => crash(&arguments),
        Command::Load(arguments) => measure(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn crash(arguments: &CrashArgs) -> Result<(), ProofError> {
    let CrashArgs { common, kills, people, seed } = arguments;
    println!("kill -9 under load, seed {seed}");
    let mut reports = Vec::new();
    for &database in &common.database {
        let plan =
            crash::Plan { binary: &common.binary, database, kills: *kills, people: *people, seed: *seed };
        reports.push(crash::prove(plan, &|line| println!("{line}"))?);
    }
    println!(
        "\n{}\nNothing acknowledged was lost or there twice; claims and appointments agree.",
        crash::table(&reports)
    );
    Ok(())
}

fn measure(arguments: &LoadArgs) -> Result<(), ProofError> {
    let LoadArgs { common, users, seconds, appointments, sessions, soak_seconds } = arguments;
    for &database in &common.database {
        let plan = load::Plan {
            binary: &common.binary,
            database,
            users,
            seconds: *seconds,
            appointments: *appointments,
            sessions: *sessions,
            soak_seconds: *soak_seconds,
        };
        load::measure(&plan, &|text| println!("{text}"))?;
    }
    Ok(())
}
