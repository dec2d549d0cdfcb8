//! Calls of the public API. The browser adds the cookie; no token is ever seen here.

use js_sys::{Reflect, Uint8Array};
use leptos::prelude::window;
use protocol::events::{Delta, EVENT_STREAM, Events};
use protocol::{ErrorBody, ErrorCode, ErrorEnvelope};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{AbortSignal, Headers, ReadableStreamDefaultReader, RequestInit, Response};

use crate::json;

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
    call("GET", path, None).await.and_then(|text| read(&text))
}

/// Sends something and reads the answer.
pub async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, Trouble> {
    send("POST", path, body).await.and_then(|text| read(&text))
}

/// Sends something whose answer is told while it is made: `heard` gets its sentences, and the answer itself comes last.
pub async fn converse<T: DeserializeOwned>(
    path: &str,
    body: &impl Serialize,
    heard: impl Fn(&str),
) -> Result<T, Trouble> {
    let body = json::write(body).ok_or(Trouble::Unreachable)?;
    let response = fetch("POST", path, Some(body), EVENT_STREAM).await.map_err(|_| Trouble::Unreachable)?;
    // What fails before it is told is answered like any other call.
    let kind = response.headers().get("Content-Type").ok().flatten();
    if !kind.is_some_and(|kind| kind.starts_with(EVENT_STREAM)) {
        return read(&text_of(response).await?);
    }
    let stream = response.body().ok_or(Trouble::Unreachable)?;
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut events = Events::default();
    loop {
        let piece = reader.read().await.map_err(|_| Trouble::Unreachable)?;
        let piece = Reflect::get(&piece, &"value".into()).ok().and_then(|value| value.dyn_into().ok());
        // At its end, which comes too early here, the stream has no value.
        let piece: Uint8Array = piece.ok_or(Trouble::Unreachable)?;
        events.push(&piece.to_vec());
        while let Some(event) = events.next_event() {
            match event.name.as_str() {
                "delta" => heard(&read::<Delta>(&event.data)?.text),
                "reply" => return read(&event.data),
                // It failed on the way: the same message can be sent again.
                _ => return Err(Trouble::Busy { seconds: 1 }),
            }
        }
    }
}

/// Sends something whose answer does not matter.
pub async fn send(method: &str, path: &str, body: &impl Serialize) -> Result<String, Trouble> {
    let body = json::write(body).ok_or(Trouble::Unreachable)?;
    call(method, path, Some(body)).await
}

/// Calls and gives the text of the answer.
pub async fn call(method: &str, path: &str, body: Option<String>) -> Result<String, Trouble> {
    let response = fetch(method, path, body, "application/json").await.map_err(|_| Trouble::Unreachable)?;
    text_of(response).await
}

/// The text of an answer; the trouble, if it is one.
async fn text_of(response: Response) -> Result<String, Trouble> {
    let text = response.text().map_err(|_| Trouble::Unreachable)?.await.map_err(|_| Trouble::Unreachable)?;
    let text = text.as_string().unwrap_or_default();
    if response.ok() {
        return Ok(text);
    }
    let wait = response.headers().get("Retry-After").ok().flatten();
    Err(of_answer(response.status(), wait.and_then(|seconds| seconds.trim().parse().ok()), json::read(&text)))
}

async fn fetch(method: &str, path: &str, body: Option<String>, accept: &str) -> Result<Response, JsValue> {
    let (request, headers) = (RequestInit::new(), Headers::new()?);
    headers.set("Accept", accept)?;
    if let Some(body) = body {
        headers.set("Content-Type", "application/json")?;
        request.set_body_opt_str(Some(&body));
    }
    request.set_method(method);
    request.set_headers_headers(&headers);
    request.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    window().fetch_with_str_and_init(path, &request).await?.dyn_into()
}

/// What an answer says; one that is not ours is as good as none.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Trouble> {
    json::read(text).ok_or(Trouble::Unreachable)
}

/// `wait` is what the answer asks for, in seconds; without our envelope somebody else has answered.
fn of_answer(status: u16, wait: Option<u32>, envelope: Option<ErrorEnvelope>) -> Trouble {
    match (status, envelope) {
        (429, _) => Trouble::TooMany { seconds: wait.unwrap_or(60) },
        (503, Some(_)) => Trouble::Busy { seconds: wait.unwrap_or(1) },
        (_, Some(ErrorEnvelope { error: ErrorBody { code, message, field, .. } })) => {
            Trouble::Refused { code, message, field }
        }
        (_, None) => Trouble::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use protocol::{ErrorBody, ErrorCode, ErrorEnvelope};

    use super::{Trouble, in_words, of_answer};

    fn envelope() -> Option<ErrorEnvelope> {
        let error = ErrorBody {
            code: ErrorCode::Invalid,
            message: "Say something.".into(),
            field: Some("message".into()),
            request_id: "r".into(),
        };
        Some(ErrorEnvelope { error })
    }

    #[test]
    fn a_refusal_keeps_the_server_s_words_and_the_field() {
        let trouble = of_answer(422, None, envelope());
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
        assert_eq!(of_answer(503, Some(7), envelope()), Trouble::Busy { seconds: 7 });
        assert_eq!(of_answer(503, None, None), Trouble::Unreachable);
        assert_eq!(of_answer(502, None, None), Trouble::Unreachable);
        assert_eq!(of_answer(429, Some(12), None), Trouble::TooMany { seconds: 12 });
    }

    #[test]
    fn waits_are_said_in_words() {
        for (seconds, words) in [(0, "a second"), (2, "2 seconds"), (90, "90 seconds"), (91, "2 minutes")] {
            assert_eq!(in_words(seconds), words);
        }
    }
}
