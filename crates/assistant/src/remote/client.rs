//! The client: an [`Assistant`] that asks one in another process.

use std::time::Duration;

use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use protocol::{ChatReply, ForwardedChat};
use upstream::{AddressError, Repeat, Upstream, UpstreamError, read_body};

use super::passed_on::PassedOn;
use super::secret::ServiceSecret;
use super::wire;
use crate::ambient::new_id;
use crate::{Assistant, AssistantError};

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
        let (head, body) = answer.into_parts();
        let body = read_body(body, REPLY_MAX_BYTES).await.map_err(unavailable)?;
        if head.status != StatusCode::OK {
            return Err(wire::error(head.status, &head.headers, &body));
        }
        serde_json::from_slice(&body).map_err(AssistantError::internal)
    }
}

#[async_trait]
impl Assistant for RemoteAssistant {
    async fn chat(&self, mut message: ForwardedChat) -> Result<ChatReply, AssistantError> {
        // With an id, a message that was answered is answered alike: sending it again does no harm.
        if message.chat.message_id.is_none() {
            message.chat.message_id = Some(new_id().map_err(AssistantError::internal)?.to_string());
        }
        let body = serde_json::to_vec(&message).map_err(AssistantError::internal)?;
        let request = self.request(Method::POST, "/chat", body.into())?;
        let reply = tokio::time::timeout(TURN_TIMEOUT, self.ask(&request)).await;
        reply.unwrap_or_else(|_| {
            let reason = "the AI service took too long".to_owned();
            Err(AssistantError::Unavailable { reason, retry_after: RETRY_AFTER })
        })
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

/// The message can be sent again: it did not arrive, or it has an id.
fn unavailable(error: UpstreamError) -> AssistantError {
    let retry_after = match &error {
        UpstreamError::Away { retry_after } => *retry_after,
        UpstreamError::NoAnswer(_) => RETRY_AFTER,
        UpstreamError::Request(_) => return AssistantError::internal(error),
    };
    AssistantError::Unavailable { reason: format!("the AI service: {error}"), retry_after }
}
