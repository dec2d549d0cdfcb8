//! `POST /api/auth/signup`: makes an account.
//!
//! In: [`Credentials`]. Out: 201 [`JwtResponse`](protocol::JwtResponse), and the cookie.
//! Errors: 403 (the business makes the accounts itself, or another site asks), 409 (the address is taken), 422
//! (`email`, `password`), 429 (per address).

use assistant::ambient::new_id;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use protocol::Credentials;
use store::{NewUser, normalise_email};

use crate::email;
use crate::error::ApiError;
use crate::json::Json;
use crate::observe::Trace;
use crate::state::Gateway;

#[utoipa::path(
    post,
    path = "/api/auth/signup",
    operation_id = "signUp",
    tag = "accounts",
    summary = "Make an account",
    request_body = Credentials,
    responses(
        (status = 201, description = "The account is made and logged in; the cookie is set, too", body = protocol::JwtResponse),
        (status = 403, description = "The business makes the accounts itself, or another site asks"),
        (status = 409, description = "The address is taken"),
        (status = 429, description = "Too many from this address"),
    ),
)]
pub(crate) async fn handle(
    State(gateway): State<Gateway>,
    trace: Trace,
    Json(credentials): Json<Credentials>,
) -> Result<Response, ApiError> {
    if !gateway.profile.sign_up {
        return Err(ApiError::Forbidden("Accounts are made by the business; ask there for one."));
    }
    let email = normalise_email(&credentials.email);
    email::check(&email)?;
    gateway.check_new_password("password", &credentials.password, &email)?;

    let password_hash = gateway.passwords.hash(credentials.password).await?;
    let created_at = gateway.clock.now();
    let user = NewUser { id: new_id()?, email: &email, password_hash: &password_hash, created_at };
    let user = gateway.store.create_user(&user).await?;
    super::logged_in(&gateway, &trace, user.id, StatusCode::CREATED).await
}
