//! Who is calling: the layer that authenticates, and what it finds.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

use crate::error::ApiError;
use crate::observe::Trace;
use crate::origin::refuse_other_sites;
use crate::state::Gateway;
use crate::token::{Bearer, Grant};

/// An authenticated person. A handler that takes one must stand behind [`person`] or [`person_or_chat_token`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    pub(crate) user_id: Uuid,
    /// The login that their token comes from.
    pub(crate) login: Uuid,
    /// The only session that a chat token allows.
    bound_to: Option<Uuid>,
}

impl Caller {
    /// Whether the token reaches this session. Another person's stays hidden (404, as for everybody); any other, used
    /// before or not, is refused.
    ///
    /// # Errors
    /// 403 or 404.
    pub(crate) async fn check_binding(self, gateway: &Gateway, session: Uuid) -> Result<(), ApiError> {
        if self.bound_to.is_none_or(|bound_to| bound_to == session) {
            return Ok(());
        }
        if gateway.store.session_owner(session).await?.is_some_and(|owner| owner != self.user_id) {
            return Err(ApiError::NotFound("You have no such session."));
        }
        Err(ApiError::Forbidden("This chat token is bound to another session."))
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let missing = || ApiError::internal("a handler wants a caller, but its route does not authenticate");
        parts.extensions.get().copied().ok_or_else(missing)
    }
}

/// Lets people through who show a session token, as a bearer or in the cookie.
pub(crate) async fn person(
    State(gateway): State<Gateway>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    authenticate(&gateway, request, next, false).await
}

/// Also lets chat tokens through.
pub(crate) async fn person_or_chat_token(
    State(gateway): State<Gateway>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    authenticate(&gateway, request, next, true).await
}

async fn authenticate(
    gateway: &Gateway,
    mut request: Request,
    next: Next,
    chat_tokens_too: bool,
) -> Result<Response, ApiError> {
    let headers = request.headers();
    let (token, from_cookie) = match bearer_token(headers) {
        Some(token) => (token.to_owned(), false),
        None => (gateway.cookie.read(headers).ok_or(ApiError::Unauthorized("Log in first."))?, true),
    };
    let invalid = ApiError::Unauthorized("This token is not valid, or not any more. Log in again.");
    let bearer = gateway.tokens.read(&token, gateway.clock.now()).ok_or_else(|| invalid.clone())?;
    let bound_to = match bearer.grant {
        Grant::Session => None,
        // A chat token is never in a cookie of ours.
        Grant::Chat { session_id } if chat_tokens_too && !from_cookie => Some(session_id),
        Grant::Chat { .. } => return Err(ApiError::Unauthorized("A chat token can chat and nothing else.")),
    };
    if from_cookie {
        refuse_other_sites(request.method(), headers, gateway.public_url.as_ref())?;
    }
    // A token outlives a logout, a new password and the account; its login does not.
    if !gateway.store.is_logged_in(bearer.user_id, bearer.login).await? {
        return Err(invalid);
    }
    if let Some(trace) = request.extensions().get::<Trace>() {
        trace.is_of_user(bearer.user_id);
    }
    request.extensions_mut().insert(Caller { user_id: bearer.user_id, login: bearer.login, bound_to });
    Ok(next.run(request).await)
}

/// Ends the logins whose session tokens the request shows, as a bearer or in the cookie. A chat token ends nothing.
///
/// # Errors
/// 503 when the database is away.
pub(crate) async fn end_logins(gateway: &Gateway, headers: &HeaderMap) -> Result<(), ApiError> {
    let shown = [bearer_token(headers).map(str::to_owned), gateway.cookie.read(headers)];
    for token in shown.into_iter().flatten() {
        if let Some(Bearer { user_id, login, grant: Grant::Session }) =
            gateway.tokens.read(&token, gateway.clock.now())
        {
            gateway.store.log_out(user_id, login).await?;
        }
    }
    Ok(())
}

/// The token of `Authorization: Bearer`; other schemes are not ours (a proxy in front may use them). Wins over the
/// cookie, even if it is not valid.
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("Bearer").then_some(token.trim())
}
