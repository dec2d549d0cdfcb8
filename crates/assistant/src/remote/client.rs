//! The client: an [`Assistant`] that asks one in another process.

use std::time::Duration;

use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use protocol::events::{Delta, EVENT_STREAM, Events};
use protocol::{ChatReply, ForwardedChat};
use serde::de::DeserializeOwned;
use upstream::{AddressError, Answer, Repeat, Upstream, UpstreamError, next_piece, read_body};

use super::passed_on::PassedOn;
use super::secret::ServiceSecret;
use super::wire;
use crate::ambient::new_id;
use crate::{Assistant, AssistantError, Listener};

/// How long one instance may think about a message. Twice that fits into no request, once and a quick second answer
/// does.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// All attempts together; shorter than a request to the gateway may take, so that its client learns what is wrong.
const TURN_TIMEOUT: Duration = Duration::from_secs(28);
const READY_TIMEOUT: Duration = Duration::from_secs(2);
/// A reply is a few sentences.
const REPLY_MAX_BYTES: usize = 256 * 1024;
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The assistant at `AI_SERVICE_URL`.
#[derive(Debug)]
pub struct RemoteAssistant {
    service: Upstream,
    secret: ServiceSecret,
}

impl RemoteAssistant {
    /// The AI service at these addresses: one or more, separated by commas.
    ///
    /// # Errors
    /// If one is not like `http://host:port`.
    pub fn new(addresses: &str, secret: ServiceSecret) -> Result<Self, AddressError> {
        Ok(Self { service: Upstream::new(addresses)?, secret })
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Bytes>, AssistantError> {
        let request = Request::builder().method(method).uri(path).body(body);
        let mut request = request.map_err(AssistantError::internal)?;
        let headers = request.headers_mut();
        headers.extend(PassedOn::current());
        headers.insert(header::AUTHORIZATION, self.secret.header());
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(request)
    }

    async fn ask(&self, request: &Request<Bytes>) -> Result<ChatReply, AssistantError> {
        let answer = self.service.send(request, Repeat::Safe, ANSWER_TIMEOUT).await.map_err(unavailable)?;
        read_reply(answer).await
    }

    /// Hears the reply sentence by sentence; `None` if it broke off.
    async fn hear(
        &self,
        request: &Request<Bytes>,
        listener: &Listener,
    ) -> Result<Option<ChatReply>, AssistantError> {
        let answer = self.service.send(request, Repeat::Safe, ANSWER_TIMEOUT).await.map_err(unavailable)?;
        let kind = answer.headers().get(header::CONTENT_TYPE);
        // What fails before its first sentence has a status.
        if !kind.is_some_and(|kind| kind.as_bytes().starts_with(EVENT_STREAM.as_bytes())) {
            return read_reply(answer).await.map(Some);
        }
        let (mut body, mut events) = (answer.into_body(), Events::default());
        while let Ok(Some(piece)) = next_piece(&mut body).await {
            events.push(&piece);
            while let Some(event) = events.next_event() {
                match event.name.as_str() {
                    "delta" => {
                        let Delta { text } = from_json(event.data.as_bytes())?;
                        // If nobody listens any more, the reply comes all the same.
                        let _ = listener.send(text);
                    }
                    "reply" => return from_json(event.data.as_bytes()).map(Some),
                    "error" => return Err(wire::of_event(&event.data)),
                    _ => {}
                }
            }
            if events.pending() > REPLY_MAX_BYTES {
                return Err(AssistantError::internal("the AI service sends an event without an end"));
            }
        }
        Ok(None)
    }
}

async fn read_reply(answer: Answer) -> Result<ChatReply, AssistantError> {
    let (head, body) = answer.into_parts();
    let body = read_body(body, REPLY_MAX_BYTES).await.map_err(unavailable)?;
    if head.status != StatusCode::OK {
        return Err(wire::error(head.status, &head.headers, &body));
    }
    from_json(&body)
}

fn from_json<T: DeserializeOwned>(data: &[u8]) -> Result<T, AssistantError> {
    serde_json::from_slice(data).map_err(AssistantError::internal)
}

/// With an id, a message that was answered is answered alike: sending it again does no harm.
fn identified(mut message: ForwardedChat) -> Result<ForwardedChat, AssistantError> {
    if message.chat.message_id.is_none() {
        message.chat.message_id = Some(new_id().map_err(AssistantError::internal)?.to_string());
    }
    Ok(message)
}

#[async_trait]
impl Assistant for RemoteAssistant {
    async fn chat(&self, message: ForwardedChat) -> Result<ChatReply, AssistantError> {
        let message = identified(message)?;
        let body = serde_json::to_vec(&message).map_err(AssistantError::internal)?;
        let request = self.request(Method::POST, "/chat", body.into())?;
        tokio::time::timeout(TURN_TIMEOUT, self.ask(&request)).await.unwrap_or_else(|_| Err(too_long()))
    }

    async fn chat_aloud(
        &self,
        message: ForwardedChat,
        listener: Listener,
    ) -> Result<ChatReply, AssistantError> {
        let message = identified(message)?;
        let body = serde_json::to_vec(&message).map_err(AssistantError::internal)?;
        let mut request = self.request(Method::POST, "/chat", body.into())?;
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(EVENT_STREAM));
        let turn = async {
            match self.hear(&request, &listener).await? {
                Some(reply) => Ok(reply),
                // The instance went away behind its first sentence: another one has the reply, or makes it.
                None => self.chat(message).await,
            }
        };
        tokio::time::timeout(TURN_TIMEOUT, turn).await.unwrap_or_else(|_| Err(too_long()))
    }

    async fn ready(&self) -> Result<(), AssistantError> {
        let request = self.request(Method::GET, "/readyz", Bytes::new())?;
        let answer = self.service.send(&request, Repeat::Safe, READY_TIMEOUT).await.map_err(unavailable)?;
        let (head, _) = answer.into_parts();
        if head.status == StatusCode::OK {
            return Ok(());
        }
        Err(wire::error(head.status, &head.headers, &[]))
    }
}

fn too_long() -> AssistantError {
    let reason = "the AI service took too long".to_owned();
    AssistantError::Unavailable { reason, retry_after: RETRY_AFTER }
}

/// The message can be sent again: it did not arrive, or it has an id.
fn unavailable(error: UpstreamError) -> AssistantError {
    let retry_after = match &error {
        UpstreamError::Away { retry_after } => *retry_after,
        UpstreamError::NoAnswer(_) => RETRY_AFTER,
        UpstreamError::Request(_) => return AssistantError::internal(error),
    };
    AssistantError::Unavailable { reason: format!("the AI service: {error}"), retry_after }
}
