//! `POST /api/auth/password`: another password for the person's account.
//!
//! In: [`PasswordChange`]. Out: 204; this login stays, all others of the person are over.
//! Errors: 401, 403 (`password` is not theirs; or another site asks), 422 (`password`, `new_password`), 429 (guesses per
//! account name, counted together with logins).

use axum::extract::State;
use axum::http::StatusCode;
use protocol::PasswordChange;
use protocol::limits::PASSWORD_MAX_CHARS;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::json::Json;
use crate::password;
use crate::state::Gateway;

#[utoipa::path(
    post,
    path = "/api/auth/password",
    operation_id = "changePassword",
    tag = "accounts",
    summary = "Another password; all other logins are over",
    request_body = PasswordChange,
    responses(
        (status = 204, description = "Changed"),
        (status = 403, description = "Another password than the old one, or another site asks"),
        (status = 429, description = "Too many guesses"),
    ),
    security(("bearer" = []), ("cookie" = [])),
)]
pub(crate) async fn handle(
    State(gateway): State<Gateway>,
    caller: Caller,
    Json(PasswordChange { password, new_password }): Json<PasswordChange>,
) -> Result<StatusCode, ApiError> {
    let chars = password.chars().count();
    if chars == 0 || chars > PASSWORD_MAX_CHARS {
        return Err(ApiError::invalid("password", password::length_message()));
    }
    let gone = ApiError::Unauthorized("This account does not exist any more.");
    let user = gateway.store.user_by_id(caller.user_id).await?.ok_or(gone)?;
    gateway.check_new_password("new_password", &new_password, &user.email)?;
    // Who holds a stolen token must not guess faster than somebody who logs in.
    gateway.limits.count_login(&user.email)?;
    if !gateway.passwords.verify(password, Some(user.password_hash)).await? {
        return Err(ApiError::WrongPassword);
    }
    let hash = gateway.passwords.hash(new_password).await?;
    gateway.store.set_password_hash(user.id, &hash, Some(caller.login)).await?;
    Ok(StatusCode::NO_CONTENT)
}
