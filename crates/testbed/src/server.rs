//! One PostgreSQL server per test process.

use std::env;
use std::io::Write;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use crate::guardian::Guardian;
use crate::programs::{CLIENT, SERVER, Unprivileged, command, programs, run, tail};
use crate::{POSTGRES_VARIABLE, TestbedError};

/// Longest path of a socket's directory that leaves room for the socket's name (108 bytes in all).
const SOCKET_DIRECTORY_MAX: usize = 80;
/// How long a server may take until it answers.
const START_TRIES: u32 = 600;
const START_PAUSE: Duration = Duration::from_millis(50);

/// Whether a commit waits for the disk.
#[derive(Clone, Copy)]
pub(crate) enum Durability {
    /// Nothing outlives the tests: it does not.
    Off,
    /// As on a server in use.
    Full,
}

impl Durability {
    const fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Off => {
                &["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB"]
            }
            Self::Full => &["shared_buffers=256MB", "max_wal_size=4GB"],
        }
    }
}

/// A running server.
pub(crate) struct Server {
    psql: PathBuf,
    /// Any database of it, for making others.
    maintenance: String,
    /// Sets the databases of this process apart on a server shared with others.
    prefix: String,
    /// `Some`: the server is somebody else's, and what was made there is dropped at the end.
    to_drop: Option<Mutex<Guardian>>,
    _guardian: Option<Guardian>,
}

impl Server {
    pub(crate) fn start(durability: Durability) -> Result<Self, TestbedError> {
        match env::var(POSTGRES_VARIABLE) {
            Ok(url) if !url.is_empty() => Self::given(&programs(CLIENT)?, url),
            _ => Self::own(&programs(SERVER)?, durability),
        }
    }

    fn given(programs: &Path, url: String) -> Result<Self, TestbedError> {
        let guardian = Guardian::of_databases(&programs.join("dropdb"), &url)?;
        // The name of a temporary directory is as unique as it gets without a clock.
        let unique: String = TempDir::with_prefix("")?
            .path()
            .file_name()
            .map(|name| name.as_encoded_bytes().iter().map(|byte| format!("{byte:02x}")).collect())
            .unwrap_or_default();
        Ok(Self {
            psql: programs.join("psql"),
            maintenance: url,
            prefix: format!("frontdesk_test_{unique}_"),
            to_drop: Some(Mutex::new(guardian)),
            _guardian: None,
        })
    }

    /// Listens on a socket in its own directory only, where no other user and no other server can be in the way.
    fn own(programs: &Path, durability: Durability) -> Result<Self, TestbedError> {
        let user = Unprivileged::when_root();
        // The guardian removes the directory.
        let directory = directory_for(user)?.keep();
        let settings = [
            // Nobody else on this machine connects: there is no password.
            &["listen_addresses=", "unix_socket_permissions=0700", "max_connections=200", "jit=off"],
            durability.settings(),
        ];
        let guardian = Guardian::of_server(&directory, user, programs, &settings.concat())?;
        let socket = directory.display();
        let server = Self {
            psql: programs.join("psql"),
            maintenance: format!("postgres://frontdesk@localhost/postgres?host={socket}"),
            prefix: "test_".to_owned(),
            to_drop: None,
            _guardian: Some(guardian),
        };
        server.wait_until_it_answers(&directory.join("log"))?;
        Ok(server)
    }

    fn wait_until_it_answers(&self, log: &Path) -> Result<(), TestbedError> {
        let mut last = self.psql("SELECT 1");
        for _ in 0..START_TRIES {
            if last.is_ok() {
                return Ok(());
            }
            sleep(START_PAUSE);
            last = self.psql("SELECT 1");
        }
        Err(TestbedError::Failed { program: "postgres".into(), said: tail(log) })
    }

    /// Makes the database and gives its URL.
    pub(crate) fn create_database(&self, number: u32) -> Result<String, TestbedError> {
        let name = format!("{}{number}", self.prefix);
        if let Some(guardian) = &self.to_drop {
            let mut guardian = guardian.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            writeln!(guardian.pipe, "{name}")?;
        }
        self.psql(&format!("CREATE DATABASE {name}"))?;
        Ok(with_database(&self.maintenance, &name))
    }

    fn psql(&self, sql: &str) -> Result<String, TestbedError> {
        run(command(&self.psql, None).args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]).args([
            "--dbname",
            &self.maintenance,
            "--command",
            sql,
        ]))
    }
}

/// An empty directory that belongs to `user`, with a path short enough for a socket.
fn directory_for(user: Option<Unprivileged>) -> Result<TempDir, TestbedError> {
    const PREFIX: &str = "frontdesk-postgres-";
    // Root's own temporary directory may be closed to the user that the server runs as.
    let elsewhere = user.is_some() || env::temp_dir().as_os_str().len() + PREFIX.len() > SOCKET_DIRECTORY_MAX;
    let directory =
        if elsewhere { TempDir::with_prefix_in(PREFIX, "/tmp")? } else { TempDir::with_prefix(PREFIX)? };
    if let Some(user) = user {
        chown(directory.path(), Some(user.uid), Some(user.gid))?;
    }
    Ok(directory)
}

/// `url` with another database's name.
fn with_database(url: &str, name: &str) -> String {
    let (address, parameters) = url.split_once('?').map_or((url, None), |(a, p)| (a, Some(p)));
    let authority_end = address.find("://").map_or(0, |at| at + 3);
    let path = address[authority_end..].find('/').map_or(address.len(), |at| authority_end + at);
    let parameters = parameters.map(|p| format!("?{p}")).unwrap_or_default();
    format!("{}/{name}{parameters}", &address[..path])
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_name_of_the_database_is_replaced_and_the_rest_kept() {
        assert_eq!(
            with_database("postgres://a:b@h:1/x?host=/tmp/y", "z"),
            "postgres://a:b@h:1/z?host=/tmp/y"
        );
        assert_eq!(with_database("postgres://h", "z"), "postgres://h/z");
    }
}
