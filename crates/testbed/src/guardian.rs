//! A shell that cleans up after the test process, however that ends.
//!
//! It waits for the end of a pipe whose other end only the test process holds. The kernel closes that end when the
//! process goes, be it by `exit`, a panic or `kill -9`, where destructors and exit handlers would not run.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};

use crate::TestbedError;
use crate::programs::{Unprivileged, command};

/// `$1`: the directory to remove, `$2`: initdb; the rest: the server and its arguments. The server is the shell's own
/// child, so that `wait` knows exactly when it has gone. SIGQUIT is PostgreSQL's immediate shutdown.
const KEEP_A_SERVER: &str = r#"
trap '' HUP INT TERM
directory=$1; initdb=$2; shift 2
exec >"$directory/log" 2>&1
"$initdb" --no-sync --auth=trust --username=frontdesk --encoding=UTF8 --locale=C -D "$directory/data" </dev/null
"$@" -D "$directory/data" -k "$directory" </dev/null & server=$!
read -r _
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$directory"
"#;

/// `$1`: dropdb, `$2`: the server's URL. Each line of the input names a database that was made there.
const DROP_DATABASES: &str = r#"
trap '' HUP INT TERM
made=
while read -r name; do made="$made $name"; done
for name in $made; do "$1" --if-exists --force --maintenance-db="$2" "$name"; done
"#;

/// Holds the pipe; the guardian acts when this goes.
pub(crate) struct Guardian {
    pub(crate) pipe: ChildStdin,
}

impl Guardian {
    /// Makes a database cluster in `directory` and starts a server on it whose socket is there too. What both say
    /// goes to the file `log` there.
    pub(crate) fn of_server(
        directory: &Path,
        user: Option<Unprivileged>,
        programs: &Path,
        settings: &[&str],
    ) -> Result<Self, TestbedError> {
        let mut shell = command("/bin/sh", user);
        shell.args(["-c", KEEP_A_SERVER, "guardian"]).arg(directory);
        shell.arg(programs.join("initdb")).arg(programs.join("postgres"));
        Self::start(shell.args(settings.iter().flat_map(|setting| ["-c", setting])))
    }

    /// Drops what is named on the pipe, on a server that is not ours.
    pub(crate) fn of_databases(dropdb: &Path, url: &str) -> Result<Self, TestbedError> {
        let mut shell = command("/bin/sh", None);
        shell.args(["-c", DROP_DATABASES, "guardian"]).arg(dropdb).arg(url);
        Self::start(&mut shell)
    }

    fn start(shell: &mut Command) -> Result<Self, TestbedError> {
        let failed = |source| TestbedError::Run { program: "/bin/sh".into(), source };
        // A process group of its own: Ctrl-C and a runner's kill of its group must not reach the one who cleans up.
        // No shared output: whoever reads the tests' output waits until all its writers have gone.
        let mut child = shell
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let pipe = child.stdin.take().ok_or_else(|| failed(io::Error::other("no pipe")))?;
        Ok(Self { pipe })
    }
}
