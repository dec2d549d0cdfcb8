//! Which path leads where, and through what.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post};
use protocol::limits::BODY_MAX_BYTES;
use tower_governor::key_extractor::KeyExtractor;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::caller::{person, person_or_chat_token};
use crate::endpoints::{
    appointment_file, appointments, cancel_appointment, change_password, chat, chat_token, delete_account,
    export_account, health, history, login, logout, openapi, signup,
};
use crate::error::ApiError;
use crate::limits::LimitLayer;
use crate::observe::{Site, observe};
use crate::origin::refuse_other_sites;
use crate::state::Gateway;

const RETRY_AFTER_TIMEOUT: Duration = Duration::from_secs(1);

/// The public API. Serve it with
/// [`into_make_service_with_connect_info`](Router::into_make_service_with_connect_info)`::<SocketAddr>()`: the
/// limits per address need to know the connection's other end.
pub fn router(gateway: Gateway) -> Router {
    let people = from_fn_with_state(gateway.clone(), person);
    let chatting = from_fn_with_state(gateway.clone(), person_or_chat_token);
    let own_pages = from_fn_with_state(gateway.clone(), own_pages_only);
    let limits = &gateway.limits;
    let site = Site::new(gateway.public_url.clone()).counting(gateway.metrics.clone());

    // Of two layers the one added later runs first. They stand before the handlers only, so that a wrong method is
    // 405 for everybody.
    let turn = limited(post(chat::handle), limits.turns()).route_layer(chatting.clone());
    let token = limited(post(chat_token::handle), limits.chat_tokens()).route_layer(people.clone());
    let export = limited(get(export_account::handle), limits.exports()).route_layer(people.clone());
    let signup = limited(post(signup::handle), limits.addresses()).route_layer(own_pages.clone());
    let login = limited(post(login::handle), limits.addresses()).route_layer(own_pages.clone());

    Router::new()
        .route("/api/auth/signup", signup)
        .route("/api/auth/login", login)
        .route("/api/auth/logout", post(logout::handle).route_layer(own_pages))
        .route("/api/auth/password", post(change_password::handle).route_layer(people.clone()))
        .route("/api/chatbot/token", token)
        .route("/api/chat", turn.clone())
        .route("/api/chat/messages", turn)
        .route("/api/chat/sessions/{id}", get(history::handle).route_layer(chatting))
        .route("/api/appointments", get(appointments::handle).route_layer(people.clone()))
        // A path segment is a whole parameter: `{id}.ics` lands here too, and its handler takes the ending off.
        .route(
            "/api/appointments/{id}",
            delete(cancel_appointment::handle)
                .get(appointment_file::handle)
                .route_layer(people.clone())
                .fallback(appointment_file::other_method),
        )
        .route("/api/account", delete(delete_account::handle).route_layer(people))
        .route("/api/account/export", export)
        .route("/api/openapi.json", get(openapi::specification))
        .route("/api/docs", get(openapi::page))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .merge(pages::router())
        .fallback(nothing_here)
        .with_state(gateway.clone())
        .layer(RequestBodyLimitLayer::new(BODY_MAX_BYTES))
        .layer(from_fn_with_state(gateway, in_time))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(site, observe))
}

fn limited<K>(route: MethodRouter<Gateway>, limit: Option<LimitLayer<K>>) -> MethodRouter<Gateway>
where
    K: KeyExtractor<Key: Send + Sync> + Send + Sync + 'static,
{
    match limit {
        Some(limit) => route.route_layer(limit),
        None => route,
    }
}

/// For what sets or clears the cookie: another site must not log a person out, or in as somebody else.
async fn own_pages_only(
    State(gateway): State<Gateway>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    refuse_other_sites(request.method(), request.headers(), gateway.public_url.as_ref())?;
    Ok(next.run(request).await)
}

/// Gives up on a request that takes too long; what it had begun is rolled back.
async fn in_time(State(gateway): State<Gateway>, request: Request, next: Next) -> Result<Response, ApiError> {
    gateway.limits.tidy_now_and_then();
    let answer = tokio::time::timeout(gateway.request_timeout, next.run(request));
    answer.await.map_err(|_| ApiError::unavailable("took too long", RETRY_AFTER_TIMEOUT))
}

/// What the panic says goes to the panic hook; a client learns nothing of it.
pub(crate) fn after_panic(_: Box<dyn Any + Send>) -> Response {
    ApiError::internal("a handler panicked").into_response()
}

pub(crate) async fn nothing_here() -> ApiError {
    ApiError::NotFound("There is nothing here.")
}
