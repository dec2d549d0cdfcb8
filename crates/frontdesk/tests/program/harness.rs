//! Starts the binary on a database of its own and talks to it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The Monday that every test starts on.
pub const NOW: &str = "2026-11-23T10:20:00Z";

/// Which database a test runs on.
#[derive(Clone, Copy, Debug)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Makes one test per database.
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* fn $name:ident($desk:ident: &mut Desk) $body:block)+) => { $(
        mod $name {
            use super::*;

            fn check($desk: &mut Desk) $body

            $(#[$meta])*
            #[test]
            fn on_sqlite() {
                check(&mut Desk::start(harness::Database::Sqlite));
            }

            $(#[$meta])*
            #[test]
            fn on_postgres() {
                check(&mut Desk::start(harness::Database::Postgres));
            }
        }
    )+ };
}
pub(crate) use on_both_databases;

/// A running `frontdesk serve` with a directory and a database of its own.
pub struct Desk {
    directory: TempDir,
    database_url: Option<String>,
    settings: Vec<(&'static str, String)>,
    running: Option<Running>,
}

struct Running {
    child: Child,
    url: String,
}

impl Desk {
    /// Starts the program with the default profile at [`NOW`].
    pub fn start(database: Database) -> Self {
        Self::start_with(database, &[])
    }

    /// Starts the program with more settings.
    pub fn start_with(database: Database, settings: &[(&'static str, &str)]) -> Self {
        let mut desk = Self::prepare(database, settings);
        desk.serve();
        desk
    }

    /// A directory and a database, and nothing running.
    pub fn prepare(database: Database, settings: &[(&'static str, &str)]) -> Self {
        let database_url = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(testbed::postgres_database()),
        };
        Self {
            directory: tempfile::tempdir().unwrap(),
            database_url,
            settings: settings.iter().map(|&(name, value)| (name, value.to_owned())).collect(),
            running: None,
        }
    }

    /// Sets something for what is started from now on.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.settings.push((name, value.to_owned()));
    }

    /// A directory that goes when the test ends.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("DATA_DIR", self.directory.path())
            .env("FRONTDESK_NOW", NOW)
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("RUST_LOG", "warn")
            .env("RATE_LIMIT_AUTH", "0")
            .env("RATE_LIMIT_CHAT", "0");
        if let Some(url) = &self.database_url {
            command.env("DATABASE_URL", url);
        }
        command.envs(self.settings.iter().map(|(name, value)| (*name, value.as_str())));
        command
    }

    /// Starts `serve` and waits until it says where it listens.
    pub fn serve(&mut self) {
        self.listen(self.command());
    }

    /// [`serve`](Self::serve), as the last words of another command.
    pub fn serve_under(&mut self, words: &[&str]) {
        let own = self.command();
        let mut other = Command::new(words[0]);
        other.args(&words[1..]).arg(own.get_program()).env_clear();
        other.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
        self.listen(other);
    }

    fn listen(&mut self, mut command: Command) {
        let mut child = command.arg("serve").stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let url = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("http://").map(|(_, rest)| rest.trim().to_owned()))
            .expect("serve says where it listens");
        self.running = Some(Running { child, url: format!("http://{url}") });
    }

    /// Ends the program as a power cut would.
    pub fn kill(&mut self) {
        let mut running = self.running.take().unwrap();
        running.child.kill().unwrap();
        running.child.wait().unwrap();
    }

    /// Asks the program to stop, and waits for it.
    pub fn terminate(&mut self) -> std::process::ExitStatus {
        let mut running = self.running.take().unwrap();
        let pid = running.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        running.child.wait().unwrap()
    }

    /// Runs an operator's command beside the server.
    pub fn operator(&self, words: &[&str]) -> Output {
        self.command().args(words).output().unwrap()
    }

    /// Runs an operator's command that must succeed, with words for its standard input.
    pub fn operator_reads(&self, words: &[&str], input: &str) -> String {
        let mut child = self
            .command()
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{words:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs an operator's command that must succeed and print JSON.
    pub fn operator_json(&self, words: &[&str]) -> Value {
        let output = self.operator(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// All appointments, as the operator sees them.
    pub fn appointments(&self) -> Vec<Value> {
        self.operator_json(&["appointments", "list", "--json"])["appointments"].as_array().unwrap().clone()
    }

    /// Signs a person up and opens a conversation.
    pub fn sign_up(&self, email: &str) -> Person {
        let url = self.running.as_ref().unwrap().url.clone();
        let (status, body) =
            call(&url, "/api/auth/signup", None, &json!({"email": email, "password": "correct horse"}));
        assert_eq!(status, 201, "{body}");
        let jwt = body["jwt"].as_str().unwrap().to_owned();
        let mut person = Person { url, jwt, token: String::new(), session: String::new() };
        person.open_session();
        person
    }

    /// Where the server listens now; it changes when it is started again.
    pub fn url(&self) -> &str {
        &self.running.as_ref().unwrap().url
    }

    /// Reads something that needs no login and is no JSON.
    pub fn page(&self, path: &str) -> String {
        agent().get(format!("{}{path}", self.url())).call().unwrap().body_mut().read_to_string().unwrap()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }
}

/// Somebody with an account and a conversation.
#[derive(Clone)]
pub struct Person {
    pub url: String,
    pub jwt: String,
    pub token: String,
    pub session: String,
}

impl Person {
    /// Begins a new conversation.
    pub fn open_session(&mut self) {
        let (status, body) = call(&self.url, "/api/chatbot/token", Some(&self.jwt), &json!({}));
        assert_eq!(status, 200, "{body}");
        self.token = body["chat_token"].as_str().unwrap().to_owned();
        self.session = body["session_id"].as_str().unwrap().to_owned();
    }

    /// Says something and returns the answer.
    pub fn say(&self, message: &str) -> Value {
        let (status, body) = self.send(json!({"session_id": self.session, "message": message}));
        assert_eq!(status, 200, "{message:?}: {body}");
        body
    }

    /// Says something under a message id.
    pub fn say_once(&self, message: &str, message_id: &str) -> Value {
        let (status, body) =
            self.send(json!({"session_id": self.session, "message": message, "message_id": message_id}));
        assert_eq!(status, 200, "{message:?}: {body}");
        body
    }

    /// Sends any chat request.
    pub fn send(&self, body: Value) -> (u16, Value) {
        call(&self.url, "/api/chat", Some(&self.token), &body)
    }

    /// Reads something of their own.
    pub fn get(&self, path: &str) -> (u16, Value) {
        let agent = agent();
        let mut answer = agent
            .get(format!("{}{path}", self.url))
            .header("Authorization", format!("Bearer {}", self.jwt))
            .call()
            .unwrap();
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap_or(Value::Null))
    }
}

/// Posts JSON.
pub fn call(url: &str, path: &str, bearer: Option<&str>, body: &Value) -> (u16, Value) {
    let mut request = agent().post(format!("{url}{path}"));
    if let Some(token) = bearer {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    let mut answer = request.send_json(body).unwrap();
    (answer.status().as_u16(), answer.body_mut().read_json().unwrap_or(Value::Null))
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}
