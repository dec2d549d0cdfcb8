//! `POST /api/chatbot/token`: a token that can chat in one session and nothing else, for ten minutes.
//!
//! In: [`ChatTokenRequest`], or nothing. Out: [`ChatTokenResponse`], always with the session.
//! Errors: 401 (a chat token cannot fetch another), 404 (the session is another person's), 422 (`session_id`), 429.

use assistant::ambient::new_id;
use axum::Json;
use axum::extract::State;
use protocol::{ChatTokenRequest, ChatTokenResponse};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::json::Json as Body;
use crate::observe::Trace;
use crate::state::Gateway;
use crate::token::{Bearer, CHAT_LIFETIME, Grant};

#[utoipa::path(
    post,
    path = "/api/chatbot/token",
    operation_id = "chatToken",
    tag = "chat",
    summary = "A token that can chat in one session and nothing else, for ten minutes",
    request_body = ChatTokenRequest,
    responses(
        (status = 200, description = "The token, and the session that it is bound to", body = ChatTokenResponse),
        (status = 404, description = "The session is another person's"),
        (status = 429, description = "Too many tokens"),
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(crate) async fn handle(
    State(gateway): State<Gateway>,
    caller: Caller,
    trace: Trace,
    Body(request): Body<ChatTokenRequest>,
) -> Result<Json<ChatTokenResponse>, ApiError> {
    let session_id = match request.session_id {
        Some(id) => id,
        None => new_id()?,
    };
    trace.is_of_session(session_id);
    let owner = gateway.store.session_owner(session_id).await?;
    if owner.is_some_and(|owner| owner != caller.user_id) {
        return Err(ApiError::NotFound("You have no such session."));
    }
    let Caller { user_id, login, .. } = caller;
    let chat_token = gateway.issue(Bearer { user_id, login, grant: Grant::Chat { session_id } })?;
    let expires_in_seconds = CHAT_LIFETIME.num_seconds().unsigned_abs();
    Ok(Json(ChatTokenResponse { chat_token, expires_in_seconds, session_id }))
}
