//! The service: `POST /chat` for those who know the secret (as [events](crate::aloud) for those who accept them), `GET /healthz` and `GET /readyz`.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use protocol::limits::BODY_MAX_BYTES;
use protocol::{ErrorCode, ForwardedChat};
use serde::Deserialize;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;
use uuid::Uuid;

use super::passed_on::REQUEST_ID;
use super::secret::ServiceSecret;
use super::wire;
use crate::body::{self, BodyError};
use crate::{Assistant, AssistantError, aloud};

/// After that the turn is given up and undone; the client has left by then.
const TURN_TIMEOUT: Duration = Duration::from_secs(28);
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// The gateway adds the person to a body of the largest size.
const LIMIT: usize = 2 * BODY_MAX_BYTES;

#[derive(Clone)]
struct Service {
    assistant: Arc<dyn Assistant>,
    secret: ServiceSecret,
}

/// The AI service around an assistant.
pub fn router(assistant: Arc<dyn Assistant>, secret: ServiceSecret) -> Router {
    let service = Service { assistant, secret };
    let known = from_fn_with_state(service.clone(), known_callers_only);
    Router::new()
        .route("/chat", post(chat).route_layer(known))
        .route("/readyz", get(ready))
        .route("/healthz", get(async || "ok\n"))
        .fallback(nothing_here)
        .with_state(service)
        .layer(DefaultBodyLimit::max(LIMIT))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn(log))
}

async fn chat(
    State(service): State<Service>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let message = match body {
        Ok(body) => match read(&body) {
            Ok(message) => message,
            Err(error) => return unreadable(error, request_id(&headers)),
        },
        Err(rejection) => return not_received(&rejection, request_id(&headers)),
    };
    let (user_id, session_id) = (message.user_id, message.chat.session_id);
    let span = tracing::Span::current();
    span.record("user_id", tracing::field::display(user_id));
    span.record("session_id", tracing::field::display(session_id));
    if aloud::is_wanted(&headers) {
        let id = request_id(&headers).to_owned();
        let late = move |error| wire::event(&error, &id);
        let told = aloud::answer(service.assistant, message, TURN_TIMEOUT, late).await;
        return told.unwrap_or_else(|error| failed(&error, &headers));
    }
    let late = || AssistantError::Unavailable { reason: "took too long".into(), retry_after: RETRY_AFTER };
    let reply = tokio::time::timeout(TURN_TIMEOUT, service.assistant.chat(message)).await;
    match reply.unwrap_or_else(|_| Err(late())) {
        Ok(reply) => axum::Json(reply).into_response(),
        Err(error) => failed(&error, &headers),
    }
}

/// The person, as the gateway authenticated them.
#[derive(Deserialize)]
struct Caller {
    user_id: Uuid,
}

fn read(bytes: &[u8]) -> Result<ForwardedChat, BodyError> {
    let object = body::object(bytes, &["user_id", "session_id", "message"])?;
    let Caller { user_id } = body::fields(&object)?;
    Ok(ForwardedChat { user_id, chat: body::fields(&object)? })
}

fn unreadable(error: BodyError, request_id: &str) -> Response {
    let (status, code, field) = match &error {
        BodyError::Malformed(_) => (StatusCode::BAD_REQUEST, ErrorCode::Malformed, None),
        BodyError::Invalid { field, .. } => {
            (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::Invalid, field.as_deref())
        }
    };
    wire::envelope(status, code, field, error.to_string(), request_id)
}

/// Longer than it may be, or broken off.
fn not_received(rejection: &BytesRejection, request_id: &str) -> Response {
    let (code, message) = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            (ErrorCode::TooLarge, format!("The body may have at most {LIMIT} bytes."))
        }
        _ => (ErrorCode::Malformed, "The body did not arrive as a whole.".to_owned()),
    };
    wire::envelope(rejection.status(), code, None, message, request_id)
}

/// Also tells a caller who shows a wrong secret that it is wrong, so that the gateway is not ready with one.
async fn ready(State(service): State<Service>, headers: HeaderMap) -> Response {
    if headers.contains_key(header::AUTHORIZATION) && !service.secret.is_shown(&headers) {
        return unknown_caller(&headers);
    }
    match service.assistant.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => failed(&error, &headers),
    }
}

async fn known_callers_only(State(service): State<Service>, request: Request, next: Next) -> Response {
    if service.secret.is_shown(request.headers()) {
        return next.run(request).await;
    }
    tracing::warn!("a caller does not know AI_SERVICE_SECRET");
    unknown_caller(request.headers())
}

fn unknown_caller(headers: &HeaderMap) -> Response {
    let message = "Show AI_SERVICE_SECRET as a bearer token.".to_owned();
    let code = ErrorCode::Unauthorized;
    let mut response = wire::envelope(StatusCode::UNAUTHORIZED, code, None, message, request_id(headers));
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

async fn nothing_here(headers: HeaderMap) -> Response {
    let message = "There is nothing here.".to_owned();
    wire::envelope(StatusCode::NOT_FOUND, ErrorCode::NotFound, None, message, request_id(&headers))
}

fn failed(error: &AssistantError, headers: &HeaderMap) -> Response {
    match error {
        AssistantError::Internal(cause) => {
            let cause: &(dyn std::error::Error + 'static) = cause.as_ref();
            tracing::error!(error = cause, "request failed");
        }
        AssistantError::Unavailable { reason, .. } => tracing::warn!(%reason, "request refused"),
        _ => {}
    }
    wire::response(error, request_id(headers))
}

/// What the panic says goes to the panic hook.
fn after_panic(_: Box<dyn Any + Send>) -> Response {
    wire::response(&AssistantError::internal("a handler panicked"), "")
}

/// The identifier that the gateway gave the request; other callers have none.
fn request_id(headers: &HeaderMap) -> &str {
    headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default()
}

/// One line for each request, which never holds what was said.
async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let span = tracing::info_span!(
        "request",
        request_id = request_id(request.headers()),
        user_id = tracing::field::Empty,
        session_id = tracing::field::Empty
    );
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        // Probes come every few seconds and say nothing while all is well.
        if matches!(route, "/healthz" | "/readyz") && status < 400 {
            tracing::debug!(method = method.as_str(), route, status, latency_ms, "request");
        } else {
            tracing::info!(method = method.as_str(), route, status, latency_ms, "request");
        }
    });
    response
}
