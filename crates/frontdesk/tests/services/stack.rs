//! Starts the services as a deployment does: each with the settings it needs and no others.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The Monday that every test starts on.
pub const NOW: &str = "2026-11-23T10:20:00Z";
const JWT_SECRET: &str = "a-jwt-secret-for-tests-of-32-bytes-or-more";
const SERVICE_SECRET: &str = "a-service-secret-for-tests-of-32-bytes-or-more";

/// The program, with nothing of this process's environment.
pub fn program(words: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command
        .args(words)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("RUST_LOG", "error")
        .env("FRONTDESK_NOW", NOW)
        .env("LISTEN_ADDR", "127.0.0.1:0")
        .envs(settings.iter().copied());
    command
}

/// One running service, or one that ran and can be started again where it was.
pub struct Service {
    name: &'static str,
    settings: Vec<(String, String)>,
    /// `host:port`.
    pub address: String,
    child: Option<Child>,
}

impl Service {
    /// Starts it and waits until it says where it listens.
    pub fn start(name: &'static str, settings: &[(&str, &str)]) -> Self {
        let settings = settings.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let mut service = Self { name, settings, address: "127.0.0.1:0".to_owned(), child: None };
        service.start_again();
        service
    }

    /// Starts it at the address it had.
    pub fn start_again(&mut self) {
        let settings: Vec<(&str, &str)> = self
            .settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain([("LISTEN_ADDR", self.address.as_str())])
            .collect();
        let mut child =
            program(&[self.name], &settings).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        self.address = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("http://").map(|(_, rest)| rest.trim().to_owned()))
            .unwrap_or_else(|| panic!("{} says where it listens", self.name));
        self.child = Some(child);
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has counted under this name, labels included.
    pub fn counted(&self, name: &str) -> f64 {
        let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
        let mut page = agent.get(format!("{}/metrics", self.url())).call().unwrap();
        let text = page.body_mut().read_to_string().unwrap();
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        value.unwrap_or_else(|| panic!("{name} is not in\n{text}"))
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `web`, two `api` and two `ai` over one database.
pub struct Stack {
    database_url: String,
    pub ais: [Service; 2],
    pub apis: [Service; 2],
    pub web: Service,
}

impl Stack {
    pub fn start() -> Self {
        let database_url = testbed::postgres_database();
        let database = ("DATABASE_URL", database_url.as_str());
        let secret = ("AI_SERVICE_SECRET", SERVICE_SECRET);
        // At once, so that they also find the tables missing at once.
        let ais = std::thread::scope(|scope| {
            let start = || scope.spawn(|| Service::start("ai", &[database, secret]));
            [start(), start()].map(|starting| starting.join().unwrap())
        });
        let ai_urls = urls(&ais);
        let api = || {
            let limits =
                [("RATE_LIMIT_AUTH", "0"), ("RATE_LIMIT_CHAT", "0"), ("TRUSTED_PROXIES", "127.0.0.0/8")];
            let own = [database, secret, ("JWT_SECRET", JWT_SECRET), ("AI_SERVICE_URL", &ai_urls)];
            Service::start("api", &[&own[..], &limits[..]].concat())
        };
        let apis = [api(), api()];
        let web = Service::start("web", &[("API_URL", &urls(&apis))]);
        Self { database_url, ais, apis, web }
    }

    /// Runs an operator's command on the stack's database.
    pub fn operator(&self, words: &[&str]) -> Output {
        program(words, &[("DATABASE_URL", &self.database_url)]).output().unwrap()
    }

    /// All appointments, as the operator sees them.
    pub fn appointments(&self) -> Vec<Value> {
        appointments(&self.operator(&["appointments", "list", "--json"]))
    }
}

/// What `appointments list --json` printed.
pub fn appointments(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    document["appointments"].as_array().unwrap().clone()
}

fn urls(services: &[Service; 2]) -> String {
    format!("{},{}", services[0].url(), services[1].url())
}
