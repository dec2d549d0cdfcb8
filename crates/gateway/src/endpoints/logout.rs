//! `POST /api/auth/logout`: makes the browser forget its token.
//!
//! Out: 204, cookie cleared, whether or not there was one. A token that was copied elsewhere counts until it expires.
//! Errors: 403 (another site asks).

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;
use crate::state::Gateway;

#[utoipa::path(
    post,
    path = "/api/auth/logout",
    operation_id = "logOut",
    tag = "accounts",
    summary = "Make the browser forget its token",
    responses(
        (status = 204, description = "The cookie is cleared"),
        (status = 403, description = "Another site asks"),
    ),
)]
pub(crate) async fn handle(State(gateway): State<Gateway>) -> Result<Response, ApiError> {
    let cookie = gateway.cookie.cleared().map_err(ApiError::internal)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
