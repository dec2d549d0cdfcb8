//! `POST /api/chat` and `POST /api/chat/messages`: one message, one reply.
//!
//! In: [`ChatRequest`]. Out: [`ChatReply`]. The message reaches the assistant as it was sent.
//! Errors: 401, 403 (a chat token bound to another of one's sessions), 404 (another person's session), 409
//! (`message_id` was used for another text), 422 (`session_id`, `message`, `timezone`, `message_id`), 429, 503.

use axum::Json;
use axum::extract::State;
use protocol::{ChatReply, ChatRequest, ForwardedChat};

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
        (status = 200, description = "The reply; what it says was done is done", body = ChatReply),
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
    Body(chat): Body<ChatRequest>,
) -> Result<Json<ChatReply>, ApiError> {
    trace.is_of_session(chat.session_id);
    assistant::validate(&chat)?;
    caller.check_binding(&gateway, chat.session_id).await?;
    let reply = gateway.assistant.chat(ForwardedChat { user_id: caller.user_id, chat }).await?;
    Ok(Json(reply))
}
