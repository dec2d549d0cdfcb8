//! `GET /healthz`: the process answers. `GET /readyz`: so do the database and the assistant, else 503, and the text says
//! which of them does not. `GET /metrics`: the counts.

use assistant::AssistantError;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::state::Gateway;

/// Seconds until it is worth asking again.
const RETRY_AFTER: &str = "1";

#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "alive",
    tag = "operation",
    summary = "Whether the process answers",
    responses((status = 200, description = "It does", body = String, content_type = "text/plain")),
)]
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "ready",
    tag = "operation",
    summary = "Whether the database and the assistant answer",
    responses(
        (status = 200, description = "Both do", body = String, content_type = "text/plain"),
        (status = 503, description = "A line for each says which does not", body = String, content_type = "text/plain"),
    ),
)]
pub(crate) async fn ready(State(gateway): State<Gateway>) -> Response {
    let database = gateway.store.ping().await;
    let assistant = gateway.assistant.ready().await;
    if database.is_ok() && assistant.is_ok() {
        return "ready\n".into_response();
    }
    // Why is for the log; a stranger learns which part, and no more.
    let database = described(database.err().map(|error| error.to_string()).as_deref(), "database");
    let assistant =
        described(assistant.err().as_ref().map(AssistantError::to_string).as_deref(), "assistant");
    let text = format!("not ready\n{database}{assistant}");
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY_AFTER)], text).into_response()
}

fn described(problem: Option<&str>, part: &str) -> String {
    match problem {
        None => format!("{part}: ready\n"),
        Some(problem) => {
            tracing::warn!(part, problem, "not ready");
            format!("{part}: not ready\n")
        }
    }
}

#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "operation",
    summary = "Counts for Prometheus",
    responses((status = 200, description = "OpenMetrics", body = String, content_type = "application/openmetrics-text")),
)]
pub(crate) async fn metrics(State(gateway): State<Gateway>) -> Response {
    gateway.metrics.page()
}
