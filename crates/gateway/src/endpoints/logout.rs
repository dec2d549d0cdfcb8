//! `POST /api/auth/logout`: ends the login of the token that is shown, in the cookie or as a bearer, and makes the browser
//! forget it. Chat tokens that were made with it end, too; other logins of the person stay.
//!
//! Out: 204, cookie cleared, whether or not there was one. Errors: 403 (another site asks).

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::caller::end_logins;
use crate::error::ApiError;
use crate::state::Gateway;

#[utoipa::path(
    post,
    path = "/api/auth/logout",
    operation_id = "logOut",
    tag = "accounts",
    summary = "End the login, and make the browser forget its token",
    responses(
        (status = 204, description = "Over, whether or not there was one; the cookie is cleared"),
        (status = 403, description = "Another site asks"),
    ),
)]
pub(crate) async fn handle(State(gateway): State<Gateway>, headers: HeaderMap) -> Result<Response, ApiError> {
    end_logins(&gateway, &headers).await?;
    let cookie = gateway.cookie.cleared().map_err(ApiError::internal)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
