//! One file for each call.

pub(crate) mod appointment_file;
pub(crate) mod appointments;
pub(crate) mod cancel_appointment;
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

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::JwtResponse;
use uuid::Uuid;

use crate::error::ApiError;
use crate::observe::Trace;
use crate::state::Gateway;
use crate::token::{Bearer, Grant};
use path_id::PathId;

/// Hands a session token to a person who has just shown who they are: in the body for programs, in the cookie for
/// browsers.
fn logged_in(
    gateway: &Gateway,
    trace: &Trace,
    user_id: Uuid,
    status: StatusCode,
) -> Result<Response, ApiError> {
    trace.is_of_user(user_id);
    let jwt = gateway.issue(Bearer { user_id, grant: Grant::Session })?;
    let cookie = gateway.cookie.carrying(&jwt).map_err(ApiError::internal)?;
    Ok((status, [(header::SET_COOKIE, cookie)], Json(JwtResponse { jwt })).into_response())
}
