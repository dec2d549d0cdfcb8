//! Where the remote model is and how patiently it is asked.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;

use super::OpenAiError;
use super::counters::Price;

/// OpenAI itself.
pub const OPENAI_BASE_URL: &str = "https://api.openai.com/v1";
/// A small model that takes a JSON schema and a temperature.
pub const OPENAI_MODEL: &str = "gpt-4.1-mini";

/// How a server is made to answer with JSON of the schema. Answers are checked in any case.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ResponseFormat {
    /// The server keeps the model to the schema.
    #[default]
    JsonSchema,
    /// The server keeps the model to JSON; the model reads the schema in the prompt.
    JsonObject,
    /// The server promises nothing; the model reads the schema in the prompt.
    None,
}

impl ResponseFormat {
    /// The next that asks less of the server, if one does.
    pub(super) const fn weaker(self) -> Option<Self> {
        match self {
            Self::JsonSchema => Some(Self::JsonObject),
            Self::JsonObject => Some(Self::None),
            Self::None => None,
        }
    }

    /// The name in settings and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JsonSchema => "json_schema",
            Self::JsonObject => "json_object",
            Self::None => "none",
        }
    }
}

/// A key that can be shown to nobody but the server.
#[derive(Clone)]
pub struct ApiKey(String);

impl ApiKey {
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// A server that speaks OpenAI's protocol.
#[derive(Clone, Debug)]
pub struct RemoteServer {
    base_url: Url,
    pub(super) key: Option<ApiKey>,
    pub(super) model: String,
}

/// Which server is asked, and how long it is tried.
#[derive(Clone, Debug)]
pub struct OpenAiConfig {
    /// Who is asked.
    pub server: RemoteServer,
    /// How it is made to answer with JSON; less is asked of a server that refuses it.
    pub response_format: ResponseFormat,
    /// How long a message may take altogether: requests, pauses, and the second question after a useless answer.
    pub deadline: Duration,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// Requests at most for one question, the first included.
    pub attempts: u32,
    /// The pause before the second request; it doubles for each further one.
    pub backoff: Duration,
    /// So many messages in a row that failed open the breaker …
    pub breaker_failures: u32,
    /// … and after this time one message tries again.
    pub breaker_pause: Duration,
    /// What tokens cost, to be counted.
    pub price: Option<Price>,
}

impl OpenAiConfig {
    /// The documented defaults for a server.
    #[must_use]
    pub const fn new(server: RemoteServer) -> Self {
        Self {
            server,
            response_format: ResponseFormat::JsonSchema,
            deadline: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(2),
            attempts: 3,
            backoff: Duration::from_millis(250),
            breaker_failures: 5,
            breaker_pause: Duration::from_secs(30),
            price: None,
        }
    }
}

impl RemoteServer {
    /// A model of the server at this address. An empty key is none; servers of one's own often need none.
    ///
    /// # Errors
    /// If the address is not one of a server, the model's name is empty, the key cannot be sent, or OpenAI itself is to
    /// be asked without a key.
    pub fn new(base_url: &str, key: Option<&str>, model: &str) -> Result<Self, OpenAiError> {
        let wrong_url = || OpenAiError::BaseUrl(base_url.to_owned());
        let base: Url = base_url.trim().parse().map_err(|_| wrong_url())?;
        let plain = base.query().is_none() && base.fragment().is_none();
        let no_account = base.username().is_empty() && base.password().is_none();
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() || !plain || !no_account {
            return Err(wrong_url());
        }
        let key = key.map(str::trim).filter(|key| !key.is_empty());
        if key.is_some_and(|key| HeaderValue::from_str(key).is_err()) {
            return Err(OpenAiError::Key);
        }
        if key.is_none() && base.host_str() == Some("api.openai.com") {
            return Err(OpenAiError::NoKey);
        }
        if model.trim().is_empty() {
            return Err(OpenAiError::Model);
        }
        Ok(Self {
            base_url: base,
            key: key.map(|key| ApiKey(key.to_owned())),
            model: model.trim().to_owned(),
        })
    }

    /// Where messages go, as an operator knows it.
    #[must_use]
    pub fn destination(&self) -> &str {
        self.base_url.as_str().trim_end_matches('/')
    }

    /// Which model of the server.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Whether nobody on the way can read what is sent.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// Whether the server is on this machine.
    #[must_use]
    pub fn stays_on_this_machine(&self) -> bool {
        let host = self.base_url.host_str().unwrap_or_default();
        let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        host == "localhost" || address.is_some_and(|address| address.is_loopback())
    }

    pub(super) fn endpoint(&self) -> Url {
        let mut url = self.base_url.clone();
        url.set_path(&format!("{}/chat/completions", self.base_url.path().trim_end_matches('/')));
        url
    }
}

#[cfg(test)]
mod tests {
    use super::RemoteServer;

    fn server(base_url: &str, key: Option<&str>) -> Result<RemoteServer, String> {
        RemoteServer::new(base_url, key, "m").map_err(|error| error.to_string())
    }

    #[test]
    fn addresses_with_and_without_a_slash() {
        for base in ["http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1/"] {
            let server = server(base, None).unwrap();
            assert_eq!(server.endpoint().as_str(), "http://127.0.0.1:8000/v1/chat/completions");
            assert_eq!(server.destination(), "http://127.0.0.1:8000/v1");
            assert!(server.stays_on_this_machine() && !server.is_encrypted());
        }
        assert!(server("http://[::1]/v1", None).unwrap().stays_on_this_machine());
        assert!(!server("https://llm.example.org/v1", None).unwrap().stays_on_this_machine());
    }

    #[test]
    fn what_is_wrong_is_said() {
        for base in ["", "api.openai.com/v1", "ftp://x/v1", "https://x/v1?a=b", "https://me:secret@x/v1"] {
            assert!(server(base, Some("k")).unwrap_err().contains("OPENAI_BASE_URL"), "{base}");
        }
        assert!(server(super::OPENAI_BASE_URL, Some(" ")).unwrap_err().contains("OPENAI_API_KEY"));
        assert!(server(super::OPENAI_BASE_URL, Some("a\nb")).unwrap_err().contains("OPENAI_API_KEY"));
        let no_model = RemoteServer::new("http://localhost/v1", None, " ").unwrap_err();
        assert!(no_model.to_string().contains("OPENAI_MODEL"));
    }

    #[test]
    fn the_key_cannot_be_seen() {
        let server = server(super::OPENAI_BASE_URL, Some("sk-very-secret")).unwrap();
        assert!(!format!("{server:?}").contains("secret"));
    }
}
