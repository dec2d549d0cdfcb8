//! Chores of the repository that must work without a network.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool talks on its standard streams"
)]

mod arrows;
mod licences;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask check    the direction of dependencies and their licences, offline
       cargo xtask ui       the bundle of the web chat, into crates/web/dist";

fn main() -> ExitCode {
    let command = std::env::args().nth(1);
    match command.as_deref() {
        Some("check") => check(),
        Some("ui") => ui(),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn check() -> ExitCode {
    // Only what this machine links: the packages of other platforms have not been fetched.
    let options = ["--offline".to_owned(), "--filter-platform".to_owned(), host()];
    let metadata = match cargo_metadata::MetadataCommand::new().other_options(options).exec() {
        Ok(metadata) => metadata,
        Err(error) => {
            eprintln!("cargo metadata: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut complaints = arrows::complaints(&metadata);
    complaints.extend(licences::complaints(&metadata));
    if complaints.is_empty() {
        println!("arrows and licences of {} packages: good", metadata.packages.len());
        return ExitCode::SUCCESS;
    }
    for complaint in &complaints {
        eprintln!("error: {complaint}");
    }
    ExitCode::FAILURE
}

/// Builds the web chat. A package of its own does it, so that the checks need not compile all that it takes.
fn ui() -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let done = std::process::Command::new(cargo)
        .args(["run", "--locked", "--quiet", "--package", "xtask-ui"])
        .status();
    if done.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The target triple of this machine, as the compiler names it.
fn host() -> String {
    let version = std::process::Command::new("rustc")
        .arg("-vV")
        .output()
        .map(|output| output.stdout)
        .unwrap_or_default();
    String::from_utf8_lossy(&version)
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap_or("x86_64-unknown-linux-gnu")
        .to_owned()
}
