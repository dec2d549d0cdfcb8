//! How an [`AssistantError`] travels: as a status and an envelope. 400, 401 and 413 are for callers who are no gateway.
//!
//! | status | error |
//! |---|---|
//! | 403 | the account is gone |
//! | 404 | the session is another person's |
//! | 409 | the `message_id` was used for another text |
//! | 422 | invalid; `field` says where |
//! | 503 | unavailable; `Retry-After` says for how long |
//! | 500 | internal; the log of the AI service knows more |

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::{ErrorBody, ErrorCode, ErrorEnvelope};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::AssistantError;

/// Without a `Retry-After` that can be read.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// The fields that can be invalid: the error's name is theirs, whatever a message says.
const FIELDS: [&str; 4] = ["message", "message_id", "session_id", "timezone"];

/// An error as a response.
pub(super) fn response(error: &AssistantError, request_id: &str) -> Response {
    let (status, body) = told(error, request_id);
    let mut response = (status, axum::Json(body)).into_response();
    if let Some(seconds) = retry_after(error) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// An error as the data of an event, after the status was sent.
pub(super) fn event(error: &AssistantError, request_id: &str) -> Value {
    let (status, body) = told(error, request_id);
    json!({ "status": status.as_u16(), "retry_after": retry_after(error), "body": body })
}

/// The error that an event was made from.
pub(super) fn of_event(data: &str) -> AssistantError {
    #[derive(Deserialize)]
    struct Told {
        status: u16,
        retry_after: Option<u64>,
        body: Value,
    }
    let Ok(Told { status, retry_after, body }) = serde_json::from_str(data) else {
        return AssistantError::internal("the AI service failed without saying how");
    };
    let headers = retry_after.map(|seconds| (header::RETRY_AFTER, HeaderValue::from(seconds)));
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    error(status, &headers.into_iter().collect(), body.to_string().as_bytes())
}

/// In whole seconds.
fn retry_after(error: &AssistantError) -> Option<u64> {
    let AssistantError::Unavailable { retry_after, .. } = error else { return None };
    let partial = u64::from(retry_after.subsec_nanos() > 0);
    Some(retry_after.as_secs().saturating_add(partial).max(1))
}

fn told(error: &AssistantError, request_id: &str) -> (StatusCode, ErrorEnvelope) {
    let (status, code) = match error {
        AssistantError::UnknownUser => (StatusCode::FORBIDDEN, ErrorCode::Forbidden),
        AssistantError::NotYours => (StatusCode::NOT_FOUND, ErrorCode::NotFound),
        AssistantError::MessageIdReused => (StatusCode::CONFLICT, ErrorCode::Conflict),
        AssistantError::Invalid { .. } => (StatusCode::UNPROCESSABLE_ENTITY, ErrorCode::Invalid),
        AssistantError::Unavailable { .. } => (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable),
        AssistantError::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal),
    };
    let (field, message) = match error {
        AssistantError::Invalid { field, message } => (Some(*field), message.clone()),
        AssistantError::Unavailable { .. } => (None, "Try again in a while.".to_owned()),
        AssistantError::Internal(_) => (None, "The log knows more.".to_owned()),
        other => (None, other.to_string()),
    };
    (status, body(code, field, message, request_id))
}

/// Any error as a response.
pub(super) fn envelope(
    status: StatusCode,
    code: ErrorCode,
    field: Option<&str>,
    message: String,
    request_id: &str,
) -> Response {
    (status, axum::Json(body(code, field, message, request_id))).into_response()
}

fn body(code: ErrorCode, field: Option<&str>, message: String, request_id: &str) -> ErrorEnvelope {
    let error =
        ErrorBody { code, message, field: field.map(str::to_owned), request_id: request_id.to_owned() };
    ErrorEnvelope { error }
}

/// The error that a response was made from.
pub(super) fn error(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> AssistantError {
    match status {
        StatusCode::FORBIDDEN => AssistantError::UnknownUser,
        StatusCode::NOT_FOUND => AssistantError::NotYours,
        StatusCode::CONFLICT => AssistantError::MessageIdReused,
        StatusCode::UNPROCESSABLE_ENTITY => invalid(body),
        StatusCode::SERVICE_UNAVAILABLE => {
            let seconds =
                headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            let retry_after = seconds.map_or(RETRY_AFTER, Duration::from_secs);
            AssistantError::Unavailable { reason: "the AI service is busy or not ready".into(), retry_after }
        }
        StatusCode::UNAUTHORIZED => AssistantError::Unavailable {
            reason: "the AI service has another AI_SERVICE_SECRET".into(),
            retry_after: RETRY_AFTER,
        },
        status => AssistantError::internal(format!("the AI service answered {status}; its log knows more")),
    }
}

fn invalid(body: &[u8]) -> AssistantError {
    let Ok(ErrorEnvelope { error }) = serde_json::from_slice(body) else {
        return AssistantError::internal("the AI service refused a message without saying why");
    };
    let named = error.field.as_deref();
    match FIELDS.into_iter().find(|field| Some(*field) == named) {
        Some(field) => AssistantError::Invalid { field, message: error.message },
        None => AssistantError::internal(format!("the AI service refused a message: {}", error.message)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::to_bytes;
    use axum::http::{HeaderMap, StatusCode};

    use super::{error, event, of_event, response};
    use crate::AssistantError;

    async fn there_and_back(sent: AssistantError) -> AssistantError {
        let (parts, body) = response(&sent, "r-1").into_parts();
        let body = to_bytes(body, 10_000).await.unwrap();
        assert!(std::str::from_utf8(&body).unwrap().contains("r-1"));
        let arrived = error(parts.status, &parts.headers, &body);
        let late = of_event(&event(&sent, "r-1").to_string());
        assert_eq!(format!("{late:?}"), format!("{arrived:?}"), "sooner or later");
        arrived
    }

    #[tokio::test]
    async fn errors_arrive_as_they_were_sent() {
        for plain in [AssistantError::NotYours, AssistantError::MessageIdReused, AssistantError::UnknownUser]
        {
            let sent = plain.to_string();
            assert_eq!(there_and_back(plain).await.to_string(), sent);
        }
        let invalid = AssistantError::Invalid { field: "timezone", message: "Not so.".into() };
        let arrived = there_and_back(invalid).await;
        assert!(
            matches!(&arrived, AssistantError::Invalid { field: "timezone", message } if message == "Not so."),
            "{arrived:?}"
        );
        let busy =
            AssistantError::Unavailable { reason: "no".into(), retry_after: Duration::from_millis(2_500) };
        let arrived = there_and_back(busy).await;
        assert!(
            matches!(arrived, AssistantError::Unavailable { retry_after, .. } if retry_after.as_secs() == 3)
        );
    }

    #[tokio::test]
    async fn nothing_internal_travels() {
        let failed = AssistantError::internal("the password of the database is wrong");
        let arrived = there_and_back(failed).await;
        assert!(matches!(&arrived, AssistantError::Internal(_)));
        assert!(!arrived.to_string().contains("password"), "{arrived}");
        for status in [StatusCode::BAD_GATEWAY, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::OK] {
            let arrived = error(status, &HeaderMap::new(), b"<html>");
            assert!(matches!(arrived, AssistantError::Internal(_)), "{status}");
        }
    }
}
