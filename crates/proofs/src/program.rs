//! The program under proof: started on a database of its own, killed, and talked to.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use protocol::{ChatReply, ChatRequest};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{ProofError, Result};

/// The Monday on which every proof begins.
pub(crate) const NOW: &str = "2026-11-23T10:20:00Z";
/// Longer than any answer takes, even on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program and its data, running or not.
pub(crate) struct Program {
    binary: PathBuf,
    directory: TempDir,
    database_url: String,
    settings: Vec<(&'static str, PathBuf)>,
}

impl Program {
    /// `database_url`: `None` for a SQLite file in the data directory.
    pub(crate) fn new(binary: &Path, database_url: Option<String>) -> Result<Self> {
        let directory = TempDir::with_prefix("frontdesk-proof-")?;
        let in_directory = || format!("sqlite://{}", directory.path().join("frontdesk.db").display());
        let database_url = database_url.unwrap_or_else(in_directory);
        Ok(Self { binary: binary.to_owned(), directory, database_url, settings: Vec::new() })
    }

    /// Runs it by this business profile.
    pub(crate) fn with_profile(mut self, toml: &str) -> Result<Self> {
        let path = self.directory.path().join("profile.toml");
        std::fs::write(&path, toml)?;
        self.settings.push(("BUSINESS_PROFILE", path));
        Ok(self)
    }

    pub(crate) fn database_url(&self) -> &str {
        &self.database_url
    }

    /// Leaves the data where they are, for whoever wants to know what went wrong.
    pub(crate) fn keep(self) -> PathBuf {
        self.directory.keep()
    }

    /// Starts it without waiting for anything.
    pub(crate) fn spawn(&self) -> Result<Process> {
        let child = Command::new(&self.binary)
            .arg("serve")
            .env_clear()
            .env("DATA_DIR", self.directory.path())
            .env("DATABASE_URL", &self.database_url)
            .env("FRONTDESK_NOW", NOW)
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("RUST_LOG", "error")
            .env("RATE_LIMIT_AUTH", "0")
            .env("RATE_LIMIT_CHAT", "0")
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| ProofError::Program(format!("starting {}: {error}", self.binary.display())))?;
        Ok(Process(child))
    }

    /// Starts it and waits until it says where it listens.
    pub(crate) fn start(&self) -> Result<Running> {
        let begun = Instant::now();
        let mut process = self.spawn()?;
        let silent = || ProofError::Program("ended before it said where it listens".into());
        let said = BufReader::new(process.0.stdout.take().ok_or_else(silent)?);
        let address = said
            .lines()
            .map_while(std::result::Result::ok)
            .find_map(|line| line.split_once("http://").map(|(_, address)| address.trim().to_owned()))
            .ok_or_else(silent)?;
        Ok(Running { process, url: format!("http://{address}"), ready_after: begun.elapsed() })
    }
}

/// A process that is killed, as by `kill -9`, when this is dropped.
pub(crate) struct Process(Child);

impl Process {
    /// Ends it on the spot, whatever it is doing.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be over already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program that serves.
pub(crate) struct Running {
    pub(crate) process: Process,
    pub(crate) url: String,
    /// From its start until it said that it listens.
    pub(crate) ready_after: Duration,
}

/// One person's connection.
pub(crate) struct Client {
    agent: ureq::Agent,
    url: String,
}

impl Client {
    pub(crate) fn new(url: &str) -> Self {
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build();
        Self { agent: config.into(), url: url.to_owned() }
    }

    /// Makes an account and returns its token.
    pub(crate) fn sign_up(&self, email: &str) -> Result<String> {
        let body = json!({"email": email, "password": "correct horse"});
        let mut answer = self.agent.post(format!("{}/api/auth/signup", self.url)).send_json(body)?;
        let status = answer.status().as_u16();
        let body: Value = answer.body_mut().read_json()?;
        let token = body["jwt"].as_str().filter(|_| status == 201);
        token.map(str::to_owned).ok_or_else(|| ProofError::Program(format!("sign-up: {status} {body}")))
    }

    /// Sends a message. `None`: not now (503), to be sent again.
    pub(crate) fn say(&self, token: &str, message: &ChatRequest) -> Result<Option<ChatReply>> {
        let request = self.agent.post(format!("{}/api/chat", self.url));
        let mut answer = request.header("Authorization", format!("Bearer {token}")).send_json(message)?;
        match answer.status().as_u16() {
            200 => Ok(Some(answer.body_mut().read_json()?)),
            503 => Ok(None),
            status => {
                let body = answer.body_mut().read_to_string()?;
                Err(ProofError::Program(format!("{:?} was answered {status}: {body}", message.message)))
            }
        }
    }
}
