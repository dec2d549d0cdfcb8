//! Running other programs.

use std::path::PathBuf;
use std::process::Command;

use crate::error::Failure;

/// Runs a program to its end; what it says is shown.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let done = command.status().is_ok_and(|status| status.success());
    if done { Ok(()) } else { Err(Failure::Program(name(command))) }
}

/// Runs a program quietly and gives what it printed, without the line's end.
pub fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().ok().filter(|output| output.status.success());
    let output = output.ok_or_else(|| Failure::Program(name(command)))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

fn name(command: &Command) -> String {
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    let program = command.get_program().to_string_lossy().into_owned();
    std::iter::once(program).chain(words).take(4).collect::<Vec<_>>().join(" ")
}

/// The compiler that cargo uses.
pub fn rustc() -> PathBuf {
    std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from)
}
