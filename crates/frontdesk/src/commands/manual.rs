//! `frontdesk completions` and `frontdesk man`, made from the command line's own definition.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::Failure;
use crate::output;

/// Prints the script that teaches a shell our commands.
///
/// # Errors
/// When standard output is closed.
pub fn completions(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "frontdesk", &mut script);
    output::lines([String::from_utf8_lossy(&script).trim_end()])
}

/// Writes a man page for each command into a folder.
///
/// # Errors
/// When the folder cannot be written.
pub fn man(folder: &Path) -> Result<(), Failure> {
    let writing = || Failure::io(format!("writing man pages to {}", folder.display()));
    std::fs::create_dir_all(folder).map_err(writing())?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(writing())?;
    output::lines([format!("Read them with: man {}", folder.join("frontdesk.1").display())])
}
