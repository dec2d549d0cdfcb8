//! A turn told as it goes: [server-sent events](protocol::events) with sentences first, then the reply.
//!
//! A turn that fails before its first sentence is answered with its status, like every other one. When the client goes
//! away, the turn is given up, and the chat model with it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use protocol::events::{Delta, EVENT_STREAM};
use protocol::{ChatReply, ForwardedChat};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::{Assistant, AssistantError};

/// Tells nginx and its like not to collect the events before they pass them on.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");
/// What a person waits whose turn took too long.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Whether the client asked for events.
#[must_use]
pub fn is_wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|accept| accept.to_str().ok());
    accepted
        .flat_map(|accept| accept.split(','))
        .any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(EVENT_STREAM)))
}

/// Answers with events, from the first of them on. After `patience` the turn is given up. `late` writes the data of the
/// `error` event, should the turn fail after its first sentence.
///
/// # Errors
/// The turn's, if it fails earlier.
pub async fn answer(
    assistant: Arc<dyn Assistant>,
    message: ForwardedChat,
    patience: Duration,
    late: impl FnMut(AssistantError) -> Value + Send + 'static,
) -> Result<Response, AssistantError> {
    let (listener, deltas) = unbounded_channel();
    let turn = async move {
        let turn = tokio::time::timeout(patience, assistant.chat_aloud(message, listener));
        turn.await.unwrap_or_else(|_| {
            let reason = "took too long".to_owned();
            Err(AssistantError::Unavailable { reason, retry_after: RETRY_AFTER })
        })
    };
    let mut telling = Telling { turn: Some(Box::pin(turn)), deltas, ready: VecDeque::new() };
    match telling.next().await {
        Some(Told::Failed(error)) => return Err(error),
        Some(first) => telling.ready.push_front(first),
        None => return Err(AssistantError::internal("a turn ended without a reply")),
    }
    let events = stream::unfold((telling, late), |(mut telling, mut late)| async {
        let event = match telling.next().await? {
            Told::Delta(text) => event("delta", &Delta { text }),
            Told::Reply(reply) => event("reply", &reply),
            Told::Failed(error) => event("error", &late(error)),
        };
        Some((Ok::<_, Infallible>(event), (telling, late)))
    });
    Ok(([UNBUFFERED], Sse::new(events)).into_response())
}

fn event(name: &str, data: &impl Serialize) -> Event {
    // Text and maps with names of text become JSON without fail.
    Event::default().event(name).json_data(data).unwrap_or_default()
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
    Failed(AssistantError),
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
            Err(error) => Told::Failed(error),
        });
        self.ready.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::is_wanted;

    #[test]
    fn only_who_asks_for_events_gets_them() {
        let accepting =
            |accept: &'static str| HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
        for accept in ["text/event-stream", "application/json, Text/Event-Stream;q=0.9"] {
            assert!(is_wanted(&accepting(accept)), "{accept}");
        }
        for accept in ["*/*", "application/json", "text/*", "text/event-streams"] {
            assert!(!is_wanted(&accepting(accept)), "{accept}");
        }
        assert!(!is_wanted(&HeaderMap::new()));
    }
}
