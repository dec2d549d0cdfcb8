//! `DELETE /api/account`: deletes the person's account with all that is kept about them.
//!
//! In: [`PasswordConfirmation`]. Out: 204, cookie cleared; their tokens count no more and their times are free.
//! Errors: 401, 403 (another password, `field`; or another site asks), 422 (`password`), 429 (guesses per account
//! name, counted together with logins).

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::PasswordConfirmation;
use protocol::limits::PASSWORD_MAX_CHARS;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::json::Json;
use crate::password;
use crate::state::Gateway;

#[utoipa::path(
    delete,
    path = "/api/account",
    operation_id = "deleteAccount",
    tag = "accounts",
    summary = "Delete the account with all that is kept about the person",
    request_body = PasswordConfirmation,
    responses(
        (status = 204, description = "Deleted; tokens count no more, and the times are free"),
        (status = 403, description = "Another password, or another site asks"),
        (status = 429, description = "Too many guesses"),
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(crate) async fn handle(
    State(gateway): State<Gateway>,
    caller: Caller,
    Json(PasswordConfirmation { password }): Json<PasswordConfirmation>,
) -> Result<Response, ApiError> {
    let chars = password.chars().count();
    if chars == 0 || chars > PASSWORD_MAX_CHARS {
        return Err(ApiError::invalid("password", password::length_message()));
    }
    let gone = ApiError::Unauthorized("This account does not exist any more.");
    let user = gateway.store.user_by_id(caller.user_id).await?.ok_or(gone)?;
    // Who holds a stolen token must not guess faster than somebody who logs in.
    gateway.limits.count_login(&user.email)?;
    if !gateway.passwords.verify(password, Some(user.password_hash)).await? {
        return Err(ApiError::WrongPassword);
    }
    gateway.store.delete_user(user.id).await?;
    let cookie = gateway.cookie.cleared().map_err(ApiError::internal)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
