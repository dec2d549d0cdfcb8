//! Requests to the server: sent again when that may help, within the time there is.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use tokio::time::Instant;

use super::answer::SCHEMA;
use super::counters::{RemoteCounters, RemoteFailure};
use super::format::Agreed;
use super::wire::{Format, JsonSchema, Message, Request};
use super::{OpenAiConfig, OpenAiError, ResponseFormat, prompt, wire};

/// An answer is some hundred bytes; nobody fills our memory.
const RESPONSE_MAX_BYTES: usize = 256 * 1024;
/// An interpretation of the longest message needs fewer.
const ANSWER_MAX_TOKENS: u32 = 1_024;
/// A server that asks to be left alone for longer is asked again after this.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// One question that came to nothing.
#[derive(Debug)]
pub(super) struct Failed {
    pub reason: RemoteFailure,
    /// For the log; nothing of the message, and not the key.
    pub detail: String,
    /// When the server wants to be asked again.
    pub retry_after: Option<Duration>,
    /// Whether the server named `response_format` as the reason.
    refuses_format: bool,
}

impl Failed {
    pub fn new(reason: RemoteFailure, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into(), retry_after: None, refuses_format: false }
    }

    /// Whether the same request may fare better in a moment.
    const fn may_pass(&self) -> bool {
        matches!(
            self.reason,
            RemoteFailure::Unreachable | RemoteFailure::RateLimited | RemoteFailure::ServerError
        )
    }
}

pub(super) struct Transport {
    client: Client,
    url: Url,
    config: OpenAiConfig,
    format: Agreed,
    counters: Arc<RemoteCounters>,
    jitter: fn() -> f64,
}

impl Transport {
    pub fn new(
        config: OpenAiConfig,
        counters: Arc<RemoteCounters>,
        jitter: fn() -> f64,
    ) -> Result<Self, OpenAiError> {
        // reqwest takes the process's provider of cryptography. If there is one already, it is this one, too.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .connect_timeout(config.connect_timeout)
            // The key and the message go to the address that was set and nowhere else.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never());
        if !config.server.is_encrypted() {
            // Then the machine needs no certificates either.
            builder = builder.tls_certs_only([]);
        }
        if config.server.stays_on_this_machine() {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| OpenAiError::Client(innermost(&error)))?;
        let url = config.server.endpoint();
        let format = Agreed::new(config.response_format);
        Ok(Self { client, url, config, format, counters, jitter })
    }

    /// What the model answers to the conversation, word for word. Gives up at the deadline.
    pub async fn complete(&self, messages: &[Message], deadline: Instant) -> Result<String, Failed> {
        let mut sent = 0;
        loop {
            self.counters.request(sent > 0);
            sent += 1;
            let format = self.format.now();
            let failed = match tokio::time::timeout_at(deadline, self.send(messages, format)).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(failed)) => failed,
                Err(_) => return Err(Failed::new(RemoteFailure::Timeout, "no answer in time")),
            };
            if failed.refuses_format && self.format.refused(format) {
                sent = 0;
                continue;
            }
            let pause = failed.retry_after.unwrap_or_else(|| self.backoff(sent));
            if !failed.may_pass() || sent >= self.config.attempts || Instant::now() + pause >= deadline {
                return Err(failed);
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Twice as long after each request, and not all who failed together together again.
    fn backoff(&self, sent: u32) -> Duration {
        let doubled = self.config.backoff.saturating_mul(1 << (sent - 1).min(10));
        doubled.mul_f64(0.5 + 0.5 * (self.jitter)().clamp(0.0, 1.0))
    }

    async fn send(&self, messages: &[Message], format: ResponseFormat) -> Result<String, Failed> {
        let (messages, response_format) = match format {
            ResponseFormat::JsonSchema => {
                let json_schema = JsonSchema { name: "interpretation", strict: true, schema: &SCHEMA };
                (Cow::Borrowed(messages), Some(Format::JsonSchema { json_schema }))
            }
            ResponseFormat::JsonObject => (prompt::with_schema(messages).into(), Some(Format::JsonObject)),
            ResponseFormat::None => (prompt::with_schema(messages).into(), None),
        };
        let request = Request {
            model: &self.config.server.model,
            messages: &messages,
            temperature: 0.0,
            max_tokens: ANSWER_MAX_TOKENS,
            response_format,
        };
        let mut call = self.client.post(self.url.clone()).json(&request);
        if let Some(key) = &self.config.server.key {
            call = call.bearer_auth(key.expose());
        }
        let response = call.send().await.map_err(|error| broken(&error))?;
        let status = response.status();
        if !status.is_success() {
            let retry_after = retry_after(response.headers());
            let reason = match status {
                StatusCode::TOO_MANY_REQUESTS => RemoteFailure::RateLimited,
                status if status.is_server_error() => RemoteFailure::ServerError,
                _ => RemoteFailure::Rejected,
            };
            let refuses_format = may_refuse_format(status) && names_format(response).await;
            return Err(Failed { retry_after, refuses_format, ..Failed::new(reason, advice(status)) });
        }
        let body = body(response).await?;
        let response: wire::Response = serde_json::from_slice(&body).map_err(|error| {
            // The error names a place and a type; it may not quote the message.
            let what = format!("not a chat completion (line {}, column {})", error.line(), error.column());
            Failed::new(RemoteFailure::InvalidAnswer, what)
        })?;
        if let Some(usage) = response.usage {
            self.counters.tokens(usage);
        }
        let answer = response.choices.into_iter().next().and_then(|choice| choice.message.content);
        // A model that declines says so in another field and leaves this one empty: no JSON, so it is asked once more.
        Ok(answer.unwrap_or_default())
    }
}

/// Servers differ in the status and agree in naming the field. What others say is not waited for.
fn may_refuse_format(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 422 | 500 | 501)
}

async fn names_format(response: Response) -> bool {
    let said = body(response).await.unwrap_or_default();
    String::from_utf8_lossy(&said).contains("response_format")
}

async fn body(mut response: Response) -> Result<Vec<u8>, Failed> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        if body.len() + chunk.len() > RESPONSE_MAX_BYTES {
            return Err(Failed::new(RemoteFailure::InvalidAnswer, "the response is too long"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn broken(error: &reqwest::Error) -> Failed {
    let reason = if error.is_timeout() && !error.is_connect() {
        RemoteFailure::Timeout
    } else {
        RemoteFailure::Unreachable
    };
    Failed::new(reason, innermost(error))
}

/// The cause of a failed request; the layers above it only say that it failed, and where.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

fn advice(status: StatusCode) -> String {
    let hint = match status.as_u16() {
        401 | 403 => ": check OPENAI_API_KEY",
        404 => ": check OPENAI_BASE_URL and OPENAI_MODEL",
        400 | 422 => ": the model may not take temperature 0, or the server not OPENAI_RESPONSE_FORMAT",
        _ => "",
    };
    format!("the server answers {status}{hint}")
}

/// Seconds, or a date, which is compared with the server's own so that no clock needs to agree with its.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let date = |text| DateTime::parse_from_rfc2822(text).ok();
    let value = text(RETRY_AFTER)?;
    let pause = match value.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok()?,
        Err(_) => (date(value)? - date(text(DATE)?)?).to_std().ok()?,
    };
    Some(pause.min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

    fn retry_after(value: &'static str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_static("Mon, 23 Nov 2026 10:20:00 GMT"));
        headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
        super::retry_after(&headers)
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after("7"), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(retry_after("Mon, 23 Nov 2026 10:20:20 GMT"), Some(Duration::from_secs(20)));
        assert_eq!(retry_after("86400"), Some(Duration::from_secs(300)));
        for wrong in ["", "soon", "-1", "NaN", "Mon, 23 Nov 2026 10:19:00 GMT"] {
            assert_eq!(retry_after(wrong), None, "{wrong:?}");
        }
        assert_eq!(super::retry_after(&HeaderMap::new()), None);
    }
}
