//! A reply as server-sent events, for whoever wants to see it grow.
//!
//! | event | data | when |
//! |---|---|---|
//! | `delta` | `{"text": "A sentence."}` | a sentence of the reply, already checked; there may be none |
//! | `reply` | the same as the JSON answer | last; it counts, and replaces what the deltas said |
//! | `error` | `{"code", "message"}` | last, if the turn failed after the first delta |
//!
//! A turn that fails earlier is answered with its status and the envelope of every other error. When the client goes
//! away, the turn is given up, and the chat model with it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use assistant::AssistantError;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use protocol::{ChatReply, ForwardedChat};
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::error::ApiError;
use crate::router::RETRY_AFTER_TIMEOUT;
use crate::state::Gateway;

const EVENTS: &str = "text/event-stream";
/// Tells nginx and its like not to collect the events before they pass them on.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// Whether the client asked for events.
pub(crate) fn are_wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|accept| accept.to_str().ok());
    accepted
        .flat_map(|accept| accept.split(','))
        .any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(EVENTS)))
}

/// Answers with events, from the first of them on; an error before it is an ordinary one.
pub(crate) async fn answer(gateway: &Gateway, message: ForwardedChat) -> Result<Response, ApiError> {
    let (listener, deltas) = unbounded_channel();
    let (assistant, patience) = (Arc::clone(&gateway.assistant), gateway.request_timeout);
    let turn = async move {
        let turn = tokio::time::timeout(patience, assistant.chat_aloud(message, listener));
        turn.await.unwrap_or_else(|_| {
            let reason = "took too long".to_owned();
            Err(AssistantError::Unavailable { reason, retry_after: RETRY_AFTER_TIMEOUT })
        })
    };
    let mut telling = Telling { turn: Some(Box::pin(turn)), deltas, ready: VecDeque::new() };
    let first = match telling.next().await {
        Some(Told::Failed(error)) => return Err(error),
        Some(first) => first,
        None => return Err(ApiError::internal("a turn ended without a reply")),
    };
    telling.ready.push_front(first);
    let events = stream::unfold(telling, |mut telling| async {
        let told = telling.next().await?;
        Some((Ok::<_, Infallible>(told.event()), telling))
    });
    Ok(([UNBUFFERED], Sse::new(events)).into_response())
}

type Turn = Pin<Box<dyn Future<Output = Result<ChatReply, AssistantError>> + Send>>;

/// A turn whose sentences are told as they come.
struct Telling {
    /// None once it has ended.
    turn: Option<Turn>,
    deltas: UnboundedReceiver<String>,
    ready: VecDeque<Told>,
}

enum Told {
    Delta(String),
    Reply(Box<ChatReply>),
    Failed(ApiError),
}

impl Telling {
    async fn next(&mut self) -> Option<Told> {
        if let Some(told) = self.ready.pop_front() {
            return Some(told);
        }
        let turn = self.turn.as_mut()?;
        let ended = tokio::select! {
            biased;
            Some(sentence) = self.deltas.recv() => return Some(Told::Delta(sentence)),
            ended = turn => ended,
        };
        self.turn = None;
        // What was said just before the end comes before it.
        while let Ok(sentence) = self.deltas.try_recv() {
            self.ready.push_back(Told::Delta(sentence));
        }
        self.ready.push_back(match ended {
            Ok(reply) => Told::Reply(Box::new(reply)),
            Err(error) => Told::Failed(error.into()),
        });
        self.ready.pop_front()
    }
}

impl Told {
    fn event(&self) -> Event {
        match self {
            Self::Delta(text) => event("delta", &json!({ "text": text })),
            Self::Reply(reply) => event("reply", reply),
            Self::Failed(error) => {
                // The status has been sent already, so nobody else will log this.
                tracing::warn!(%error, "a turn failed after its first sentence");
                event("error", &json!({ "code": error.code(), "message": error.to_string() }))
            }
        }
    }
}

fn event(name: &str, data: &impl Serialize) -> Event {
    // Text and maps with names of text become JSON without fail.
    Event::default().event(name).json_data(data).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::are_wanted;

    #[test]
    fn only_who_asks_for_events_gets_them() {
        let accepting =
            |accept: &'static str| HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
        for accept in ["text/event-stream", "application/json, Text/Event-Stream;q=0.9"] {
            assert!(are_wanted(&accepting(accept)), "{accept}");
        }
        for accept in ["*/*", "application/json", "text/*", "text/event-streams"] {
            assert!(!are_wanted(&accepting(accept)), "{accept}");
        }
        assert!(!are_wanted(&HeaderMap::new()));
    }
}
