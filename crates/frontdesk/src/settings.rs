//! What the operator sets: each an environment variable, and the same as a flag.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};

/// Settings that every command understands.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// The database: postgres://user:password@host/name or sqlite://FILE (default: SQLite in DATA_DIR)
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Where Frontdesk keeps its files
    #[arg(long, env = "DATA_DIR", global = true, default_value = "./data", value_name = "DIR")]
    pub data_dir: PathBuf,
    /// The business profile, a TOML file (default: Monday to Friday 9–17 UTC, one service, one resource)
    #[arg(long, env = "BUSINESS_PROFILE", global = true, value_name = "FILE")]
    pub business_profile: Option<PathBuf>,
    /// Start the program's clock at this instant, RFC 3339: for demonstrations and tests
    #[arg(long, env = "FRONTDESK_NOW", global = true, value_name = "T")]
    pub frontdesk_now: Option<DateTime<Utc>>,
    /// What is logged to standard error, as of tracing's EnvFilter [default: info]
    #[arg(long, env = "RUST_LOG", global = true, value_name = "FILTER")]
    pub rust_log: Option<String>,
    /// How it is logged
    #[arg(long, env = "LOG_FORMAT", global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

impl Settings {
    /// The database's URL; SQLite in the data directory unless one is set.
    pub fn database_url(&self) -> String {
        match self.database_url.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => url.to_owned(),
            None => format!("sqlite://{}", self.data_dir.join("frontdesk.db").display()),
        }
    }

    /// Whether the database is the embedded one, a file in the data directory.
    pub fn keeps_database_in_data_dir(&self) -> bool {
        self.database_url.as_deref().is_none_or(str::is_empty)
    }

    /// The profile's path, when one is set.
    pub fn profile_path(&self) -> Option<&Path> {
        self.business_profile.as_deref().filter(|path| !path.as_os_str().is_empty())
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// Where a service listens.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Serving")]
pub struct ListenSettings {
    /// The address to listen on
    #[arg(long, env = "LISTEN_ADDR", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen_addr: SocketAddr,
    /// How many connections may stand at once; further ones wait
    #[arg(long, env = "MAX_CONNECTIONS", default_value_t = 512, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..))]
    pub max_connections: u32,
}

/// How people reach the services that face them.
#[derive(Args, Debug)]
#[command(next_help_heading = "Serving")]
pub struct PublicSettings {
    /// The address people type; https switches on Secure cookies and HSTS
    #[arg(long, env = "PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Whose forwarded address is believed: addresses or networks, separated by commas (default: nobody's)
    #[arg(long, env = "TRUSTED_PROXIES", value_delimiter = ',', value_name = "NET")]
    pub trusted_proxies: Vec<String>,
}

/// Settings of the public API.
#[derive(Args, Debug)]
#[command(next_help_heading = "Serving")]
pub struct ApiSettings {
    /// Signs the tokens, at least 32 bytes (default of `serve`: made once and kept in DATA_DIR)
    #[arg(long, env = "JWT_SECRET", hide_env_values = true, value_name = "SECRET")]
    pub jwt_secret: Option<String>,
    /// Turns per minute and person; 0 switches the limit off
    #[arg(long, env = "RATE_LIMIT_CHAT", default_value_t = 60, value_name = "N")]
    pub rate_limit_chat: u32,
    /// Sign-ups and logins per minute and address; 0 switches the limit off
    #[arg(long, env = "RATE_LIMIT_AUTH", default_value_t = 10, value_name = "N")]
    pub rate_limit_auth: u32,
    /// Refuse new passwords that are easily guessed: the most used ones, and those made of the address or the business's
    /// name
    #[arg(long, env = "REFUSE_COMMON_PASSWORDS", default_value_t = false, value_name = "BOOL", action = clap::ArgAction::Set)]
    pub refuse_common_passwords: bool,
}

/// What the API and the AI service of a split deployment know of each other.
#[derive(Args, Debug)]
#[command(next_help_heading = "Split services")]
pub struct SharedSecret {
    /// What the API shows to the AI service, at least 32 bytes; the same for both
    #[arg(long, env = "AI_SERVICE_SECRET", hide_env_values = true, value_name = "SECRET")]
    pub ai_service_secret: Option<String>,
}

/// Settings of the model that understands messages.
#[derive(Args, Debug)]
#[command(next_help_heading = "Understanding")]
pub struct ModelSettings {
    /// Who understands the messages
    #[arg(long, env = "AI_PROVIDER", value_enum, default_value_t = AiProvider::Local)]
    pub ai_provider: AiProvider,
    /// Other weights than the embedded ones, a GGUF file
    #[arg(long, env = "MODEL_FILE", value_name = "FILE")]
    pub model_file: Option<PathBuf>,
    /// For `auto`: ask the remote model about messages that the local one is less sure of, 0 to 1
    #[arg(long, env = "AI_CONFIDENCE_THRESHOLD", default_value_t = 0.8, value_name = "P", value_parser = probability)]
    pub ai_confidence_threshold: f32,
    /// For `openai` and `auto`: the server's key
    #[arg(long, env = "OPENAI_API_KEY", hide_env_values = true, value_name = "KEY")]
    pub openai_api_key: Option<Hidden>,
    /// For `openai` and `auto`: any server of OpenAI's protocol [default: https://api.openai.com/v1]
    #[arg(long, env = "OPENAI_BASE_URL", value_name = "URL")]
    pub openai_base_url: Option<String>,
    /// For `openai` and `auto`: a model of that server [default: gpt-4.1-mini]
    #[arg(long, env = "OPENAI_MODEL", value_name = "NAME")]
    pub openai_model: Option<String>,
    /// For `openai` and `auto`: how the server is made to answer with JSON; less is asked of one that refuses it
    #[arg(long, env = "OPENAI_RESPONSE_FORMAT", value_enum, default_value_t = JsonFormat::JsonSchema,
          value_name = "FORMAT")]
    pub openai_response_format: JsonFormat,
    /// For `openai` and `auto`: seconds until the local model answers instead
    #[arg(long, env = "OPENAI_TIMEOUT", default_value_t = 10, value_name = "SECONDS",
          value_parser = clap::value_parser!(u16).range(1..=25))]
    pub openai_timeout: u16,
    /// What a million tokens read cost, to be counted in the metrics
    #[arg(long, env = "OPENAI_PRICE_IN", value_name = "PRICE", requires = "openai_price_out", value_parser = price)]
    pub openai_price_in: Option<f64>,
    /// What a million tokens written cost
    #[arg(long, env = "OPENAI_PRICE_OUT", value_name = "PRICE", requires = "openai_price_in", value_parser = price)]
    pub openai_price_out: Option<f64>,
}

/// A setting that is shown to nobody.
#[derive(Clone)]
pub struct Hidden(String);

impl Hidden {
    /// The setting itself, for whoever needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Hidden {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden(…)")
    }
}

fn probability(text: &str) -> Result<f32, String> {
    text.parse().ok().filter(|p| (0.0..=1.0).contains(p)).ok_or_else(|| "a number from 0 to 1".to_owned())
}

fn price(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|price: &f64| price.is_finite() && *price >= 0.0)
        .ok_or_else(|| "an amount".to_owned())
}

/// Settings of the model that has words where Frontdesk has none.
#[derive(Args, Debug)]
#[command(next_help_heading = "Small talk and open questions")]
pub struct VoiceSettings {
    /// A chat model for small talk and open questions, a GGUF file (llama, qwen2 or qwen3); without one there is none
    #[arg(long, env = "CHAT_MODEL", value_name = "FILE")]
    pub chat_model: Option<PathBuf>,
}

impl VoiceSettings {
    /// The file, when one is set.
    pub fn file(&self) -> Option<&Path> {
        self.chat_model.as_deref().filter(|path| !path.as_os_str().is_empty())
    }
}

/// Who understands the messages.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum AiProvider {
    /// The model inside the program; nothing leaves the machine
    Local,
    /// A remote model for every message, the local one when it fails
    #[value(name = "openai")]
    OpenAi,
    /// The local model, and a remote one for what it is not sure of
    Auto,
}

/// How a remote model is made to answer with JSON.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum JsonFormat {
    /// The server keeps it to the schema
    JsonSchema,
    /// The server keeps it to JSON, and the schema is in the prompt
    JsonObject,
    /// The server is asked for nothing, and the schema is in the prompt
    None,
}
