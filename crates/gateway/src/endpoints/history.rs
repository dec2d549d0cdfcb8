//! `GET /api/chat/sessions/{id}`: the latest messages of a session, oldest first.
//!
//! Out: [`SessionHistory`]. Also for a chat token, which belongs to the conversation.
//! Errors: 401, 403 (a chat token bound to another of one's sessions), 404 (nobody used it yet, or another person
//! did, or it is no UUID).

use axum::Json;
use axum::extract::State;
use protocol::SessionHistory;

use super::PathId;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::observe::Trace;
use crate::state::Gateway;

#[utoipa::path(
    get,
    path = "/api/chat/sessions/{id}",
    operation_id = "history",
    tag = "chat",
    summary = "The latest messages of a session, oldest first",
    params(("id" = uuid::Uuid, Path, description = "The session")),
    responses(
        (status = 200, description = "At most 200", body = SessionHistory),
        (status = 403, description = "A chat token of another session"),
        (status = 404, description = "Nobody used it yet, or another person did"),
    ),
    security(("bearer" = []), ("cookie" = []), ("chat_token" = [])),
)]
pub(crate) async fn handle(
    State(gateway): State<Gateway>,
    caller: Caller,
    trace: Trace,
    PathId(session_id): PathId,
) -> Result<Json<SessionHistory>, ApiError> {
    trace.is_of_session(session_id);
    caller.check_binding(&gateway, session_id).await?;
    Ok(Json(gateway.store.history(caller.user_id, session_id).await?))
}
