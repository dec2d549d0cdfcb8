//! Finding, installing and running PostgreSQL's programs.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::TestbedError;

/// The unprivileged user that the server runs as when the tests run as root: `initdb` and `postgres` refuse root.
#[derive(Clone, Copy)]
pub(crate) struct Unprivileged {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Unprivileged {
    /// `postgres` where Debian's package made it, else `nobody`; `None` when not root.
    pub(crate) fn when_root() -> Option<Self> {
        if !is_root() {
            return None;
        }
        let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let find = |name: &str| {
            accounts.lines().find_map(|line| {
                let mut fields = line.split(':');
                (fields.next() == Some(name)).then_some(())?;
                let uid = fields.nth(1)?.parse().ok()?;
                Some(Self { uid, gid: fields.next()?.parse().ok()? })
            })
        };
        find("postgres").or_else(|| find("nobody")).or(Some(Self { uid: 65_534, gid: 65_534 }))
    }
}

fn is_root() -> bool {
    // The owner of our own /proc entry is who we are; there is no safe getuid in std.
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|us| us.uid() == 0)
}

/// What it takes to use somebody else's server.
pub(crate) const CLIENT: &[&str] = &["psql", "dropdb"];
/// What it takes to start one.
pub(crate) const SERVER: &[&str] = &["initdb", "postgres", "psql"];

/// The directory that has all of `wanted`; installs Debian's package when there is none and we may.
pub(crate) fn programs(wanted: &[&str]) -> Result<PathBuf, TestbedError> {
    if let Some(found) = find(wanted) {
        return Ok(found);
    }
    if !is_root() {
        return Err(TestbedError::NoServer("and only root may install them"));
    }
    say("installing PostgreSQL with apt-get (once)");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        // Another test process may be doing the same: wait for it.
        command.args(["-q", "-y", "-o", "DPkg::Lock::Timeout=300"]).args(arguments);
        run(command.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    // Without fresh package lists the version they name may be gone; with no lists at all there is nothing to name.
    if apt(&["install", "--no-install-recommends", "postgresql"]).is_err() {
        apt(&["update"])?;
        apt(&["install", "--no-install-recommends", "postgresql"])?;
    }
    find(wanted).ok_or(TestbedError::NoServer("not even after apt-get install postgresql"))
}

fn find(wanted: &[&str]) -> Option<PathBuf> {
    let in_path =
        env::var_os("PATH").into_iter().flat_map(|path| env::split_paths(&path).collect::<Vec<_>>());
    let mut debian: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|version| Some((version.file_name().to_str()?.parse().ok()?, version.path().join("bin"))))
        .collect();
    debian.sort_unstable();
    let has_all = |directory: &PathBuf| wanted.iter().all(|program| directory.join(program).is_file());
    in_path.chain(debian.into_iter().rev().map(|(_, path)| path)).find(has_all)
}

/// A command that runs as `user`, or as us.
pub(crate) fn command(program: impl AsRef<OsStr>, user: Option<Unprivileged>) -> Command {
    let mut command = Command::new(program);
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    // The directory of the tests may be closed to that user.
    command.current_dir("/");
    command
}

/// Runs a program to its end and gives what it printed.
pub(crate) fn run(command: &mut Command) -> Result<String, TestbedError> {
    let program = PathBuf::from(command.get_program());
    let output = command.output().map_err(|source| TestbedError::Run { program: program.clone(), source })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(TestbedError::Failed { program, said: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
}

/// The last lines of a log, for an error message.
pub(crate) fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

#[expect(
    clippy::print_stderr,
    reason = "an installation takes a while; whoever runs the tests should know why"
)]
fn say(what: &str) {
    eprintln!("testbed: {what}");
}
