//! Calls of the public API. The browser adds the cookie; no token is ever seen here.

use gloo_net::http::{Method, RequestBuilder, Response};
use protocol::{ErrorBody, ErrorCode, ErrorEnvelope};
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::AbortSignal;

/// Longer than the server itself waits.
const TIMEOUT_MS: u32 = 40_000;

/// Why a call did not work.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Trouble {
    /// No answer, or one that is not of our server (a proxy's, while the server restarts).
    Unreachable,
    /// The server is there, but busy or starting; it said when to come again.
    Busy {
        /// In seconds.
        seconds: u32,
    },
    /// Too many calls.
    TooMany {
        /// When the next one counts, in seconds.
        seconds: u32,
    },
    /// The server understood and said no.
    Refused {
        /// Why, for us.
        code: ErrorCode,
        /// Why, for the person.
        message: String,
        /// Which field it is about.
        field: Option<String>,
    },
}

impl Trouble {
    /// Nobody is logged in (any more).
    pub fn is_logged_out(&self) -> bool {
        self.has_code(ErrorCode::Unauthorized)
    }

    /// Whether the server refused with this code.
    pub fn has_code(&self, wanted: ErrorCode) -> bool {
        matches!(self, Self::Refused { code, .. } if *code == wanted)
    }

    /// What to tell the person when nothing will be tried again by itself.
    pub fn message(&self) -> String {
        match self {
            Self::Unreachable => {
                "The front desk cannot be reached. Check your connection and try again.".into()
            }
            Self::Busy { .. } => "The front desk is busy or restarting. Try again in a moment.".into(),
            Self::TooMany { seconds } => {
                format!("That was a lot at once. Try again in {}.", in_words(*seconds))
            }
            Self::Refused { message, .. } => message.clone(),
        }
    }
}

/// A wait as people say it.
pub fn in_words(seconds: u32) -> String {
    match seconds {
        0 | 1 => "a second".into(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// Asks for something.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Trouble> {
    parse(&call(Method::GET, path, None).await?)
}

/// Sends something and reads the answer.
pub async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, Trouble> {
    parse(&send(Method::POST, path, body).await?)
}

/// Sends something whose answer does not matter.
pub async fn send(method: Method, path: &str, body: &impl Serialize) -> Result<String, Trouble> {
    let body = serde_json::to_string(body).map_err(|_| Trouble::Unreachable)?;
    call(method, path, Some(body)).await
}

/// Calls without a body and gives the text of the answer.
pub async fn call(method: Method, path: &str, body: Option<String>) -> Result<String, Trouble> {
    let request = RequestBuilder::new(path)
        .method(method)
        .header("Accept", "application/json")
        .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    let sent = match body {
        Some(body) => match request.header("Content-Type", "application/json").body(body) {
            Ok(request) => request.send().await,
            Err(error) => Err(error),
        },
        None => request.send().await,
    };
    let response = sent.map_err(|_| Trouble::Unreachable)?;
    let text = response.text().await.map_err(|_| Trouble::Unreachable)?;
    if response.ok() { Ok(text) } else { Err(trouble(&response, &text)) }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Trouble> {
    serde_json::from_str(text).map_err(|_| Trouble::Unreachable)
}

fn trouble(response: &Response, text: &str) -> Trouble {
    let wait = response.headers().get("Retry-After").and_then(|seconds| seconds.trim().parse().ok());
    of_answer(response.status(), wait, text)
}

fn of_answer(status: u16, wait: Option<u32>, text: &str) -> Trouble {
    match (status, serde_json::from_str::<ErrorEnvelope>(text)) {
        (429, _) => Trouble::TooMany { seconds: wait.unwrap_or(60) },
        (503, Ok(_)) => Trouble::Busy { seconds: wait.unwrap_or(1) },
        (_, Ok(ErrorEnvelope { error: ErrorBody { code, message, field, .. } })) => {
            Trouble::Refused { code, message, field }
        }
        (_, Err(_)) => Trouble::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use protocol::ErrorCode;

    use super::{Trouble, in_words, of_answer};

    const ENVELOPE: &str = r#"{"error": {"code": "invalid", "message": "Say something.", "field": "message", "request_id": "r"}}"#;

    #[test]
    fn a_refusal_keeps_the_server_s_words_and_the_field() {
        let trouble = of_answer(422, None, ENVELOPE);
        let expected = Trouble::Refused {
            code: ErrorCode::Invalid,
            message: "Say something.".into(),
            field: Some("message".into()),
        };
        assert_eq!(trouble, expected);
        assert_eq!(trouble.message(), "Say something.");
    }

    #[test]
    fn who_answered_tells_a_busy_server_from_one_that_is_away() {
        assert_eq!(of_answer(503, Some(7), ENVELOPE), Trouble::Busy { seconds: 7 });
        assert_eq!(of_answer(503, None, "<h1>Bad gateway</h1>"), Trouble::Unreachable);
        assert_eq!(of_answer(502, None, ""), Trouble::Unreachable);
        assert_eq!(of_answer(429, Some(12), "whatever"), Trouble::TooMany { seconds: 12 });
    }

    #[test]
    fn waits_are_said_in_words() {
        for (seconds, words) in [(0, "a second"), (2, "2 seconds"), (90, "90 seconds"), (91, "2 minutes")] {
            assert_eq!(in_words(seconds), words);
        }
    }
}
