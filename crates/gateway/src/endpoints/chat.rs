//! `POST /api/chat` and `POST /api/chat/messages`: one message, one reply.
//!
//! In: [`ChatRequest`]. Out: [`ChatReply`]. The message reaches the assistant as it was sent. With `Accept:
//! text/event-stream` the reply comes as [events](assistant::aloud).
//! Errors: 401, 403 (a chat token bound to another of one's sessions), 404 (another person's session), 409
//! (`message_id` was used for another text), 422 (`session_id`, `message`, `timezone`, `message_id`), 429, 503.

use std::sync::Arc;

use assistant::aloud;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use protocol::{ChatReply, ChatRequest, ForwardedChat};
use serde_json::json;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::json::Json as Body;
use crate::observe::Trace;
use crate::state::Gateway;

#[utoipa::path(
    post,
    path = "/api/chat",
    operation_id = "chat",
    tag = "chat",
    summary = "One message, one reply",
    request_body = ChatRequest,
    responses(
        (
            status = 200,
            description = "The reply; what it says was done is done. With `Accept: text/event-stream`: `delta` events \
                           `{\"text\"}` with sentences that have been checked, then one `reply` event with the same as the \
                           JSON answer, which counts; an `error` event `{\"code\", \"message\"}` if the turn failed between",
            content((ChatReply = "application/json"), (String = "text/event-stream")),
        ),
        (status = 403, description = "A chat token of another session"),
        (status = 404, description = "The session is another person's"),
        (status = 409, description = "The message_id was used for another text"),
        (status = 429, description = "Too many messages"),
    ),
    security(("bearer" = []), ("cookie" = []), ("chat_token" = [])),
)]
pub(crate) async fn handle(
    State(gateway): State<Gateway>,
    caller: Caller,
    trace: Trace,
    headers: HeaderMap,
    Body(chat): Body<ChatRequest>,
) -> Result<Response, ApiError> {
    trace.is_of_session(chat.session_id);
    assistant::validate(&chat)?;
    caller.check_binding(&gateway, chat.session_id).await?;
    let message = ForwardedChat { user_id: caller.user_id, chat };
    if aloud::is_wanted(&headers) {
        let (assistant, patience) = (Arc::clone(&gateway.assistant), gateway.request_timeout);
        return Ok(aloud::answer(assistant, message, patience, |error| {
            let error = ApiError::from(error);
            // The status has been sent already, so nobody else will log this.
            tracing::warn!(%error, "a turn failed after its first sentence");
            json!({ "code": error.code(), "message": error.to_string() })
        })
        .await?);
    }
    Ok(Json(gateway.assistant.chat(message).await?).into_response())
}
