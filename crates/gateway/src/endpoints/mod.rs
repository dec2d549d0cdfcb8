//! One file for each call.

pub(crate) mod appointment_file;
pub(crate) mod appointments;
pub(crate) mod cancel_appointment;
pub(crate) mod change_password;
pub(crate) mod chat;
pub(crate) mod chat_token;
pub(crate) mod delete_account;
pub(crate) mod export_account;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod openapi;
mod path_id;
pub(crate) mod signup;

use assistant::ambient::new_id;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::JwtResponse;
use store::NewLogin;
use uuid::Uuid;

use crate::error::ApiError;
use crate::observe::Trace;
use crate::state::Gateway;
use crate::token::{Bearer, Grant, SESSION_LIFETIME};
use path_id::PathId;

/// Hands a session token to a person who has just shown who they are: in the body for programs, in the cookie for
/// browsers.
async fn logged_in(
    gateway: &Gateway,
    trace: &Trace,
    user_id: Uuid,
    status: StatusCode,
) -> Result<Response, ApiError> {
    trace.is_of_user(user_id);
    let (login, created_at) = (new_id()?, gateway.clock.now());
    let expires_at = created_at + SESSION_LIFETIME;
    gateway.store.log_in(&NewLogin { id: login, user_id, created_at, expires_at }).await?;
    let jwt = gateway.issue(Bearer { user_id, login, grant: Grant::Session })?;
    let cookie = gateway.cookie.carrying(&jwt).map_err(ApiError::internal)?;
    Ok((status, [(header::SET_COOKIE, cookie)], Json(JwtResponse { jwt })).into_response())
}
