//! `POST /api/auth/login`: a session token for a password.
//!
//! In: [`Credentials`]. Out: 200 [`JwtResponse`](protocol::JwtResponse), and the cookie.
//! Errors: 401 (no such account, or another password: the same words after the same time), 403 (another site asks),
//! 422 (`email` is no address; `password` is empty or longer than any can be), 429 (per address, and per account
//! name).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use protocol::Credentials;
use protocol::limits::PASSWORD_MAX_CHARS;
use store::normalise_email;

use crate::error::ApiError;
use crate::json::Json;
use crate::observe::Trace;
use crate::state::Gateway;
use crate::{email, password};

#[utoipa::path(
    post,
    path = "/api/auth/login",
    operation_id = "logIn",
    tag = "accounts",
    summary = "A session token for a password",
    request_body = Credentials,
    responses(
        (status = 200, description = "Logged in; the cookie is set, too", body = protocol::JwtResponse),
        (status = 401, description = "No such account, or another password"),
        (status = 403, description = "Another site asks"),
        (status = 429, description = "Too many from this address, or for this account"),
    ),
)]
pub(crate) async fn handle(
    State(gateway): State<Gateway>,
    trace: Trace,
    Json(credentials): Json<Credentials>,
) -> Result<Response, ApiError> {
    let email = normalise_email(&credentials.email);
    email::check(&email)?;
    // A short one is simply wrong; only what cannot be a password at all is refused before it is looked at.
    let chars = credentials.password.chars().count();
    if chars == 0 || chars > PASSWORD_MAX_CHARS {
        return Err(ApiError::invalid("password", password::length_message()));
    }
    gateway.limits.count_login(&email)?;

    let user = gateway.store.user_by_email(&email).await?;
    let (id, hash) = user.map(|user| (user.id, user.password_hash)).unzip();
    let same = gateway.passwords.verify(credentials.password, hash).await?;
    let id = id.filter(|_| same).ok_or(ApiError::Unauthorized("Wrong e-mail address or password."))?;
    super::logged_in(&gateway, &trace, id, StatusCode::OK).await
}
