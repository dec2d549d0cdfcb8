//! What can go wrong in a request, as its sender sees it.
//!
//! The policy, which clients may rely on:
//!
//! | status | when |
//! |---|---|
//! | 400 | the body is not JSON, or not UTF-8 |
//! | 401 | no token, one that does not count (forged, expired, of another kind, of a deleted account), or wrong credentials |
//! | 403 | authenticated, but not for this: a chat token of another of one's own sessions, a request from another site, sign-up switched off, or a password asked for once more was another (`field`) |
//! | 404 | no such path, or nothing of yours has that identifier; one that is no UUID names nothing |
//! | 405 | the path exists with other methods (`Allow`) |
//! | 409 | contradicts what is there |
//! | 413 | the body is larger than 64 KiB |
//! | 415 | the body is not declared as JSON |
//! | 422 | JSON, but a field is missing, of the wrong type or not valid; `field` is its dotted path |
//! | 429 | too many requests; `Retry-After` in whole seconds |
//! | 500 | our fault; the log knows more under the request id |
//! | 503 | overloaded, too slow or not ready; `Retry-After` in whole seconds |

use std::sync::Arc;
use std::time::Duration;

use assistant::AssistantError;
use assistant::ambient::NoRandomness;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::ErrorCode;
use store::StoreError;

/// An error of a handler. As a response it is only a status with a note; the outermost layer writes the envelope,
/// because it alone knows the request's identifier.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("{0}")]
    Malformed(&'static str),
    #[error("{0}")]
    Unauthorized(&'static str),
    #[error("{0}")]
    Forbidden(&'static str),
    #[error("This is not your password.")]
    WrongPassword,
    #[error("{0}")]
    NotFound(&'static str),
    #[error("This path has other methods; see the Allow header.")]
    MethodNotAllowed,
    #[error("{0}")]
    Conflict(&'static str),
    #[error("The body may have at most 64 KiB.")]
    TooLarge,
    #[error("Send JSON, with Content-Type: application/json.")]
    UnsupportedMediaType,
    #[error("{message}")]
    Invalid { field: Option<String>, message: String },
    #[error("Too many requests. Try again in a while.")]
    RateLimited { retry_after: Duration },
    #[error("The service is busy or not ready. Try again in a while.")]
    Unavailable { reason: Arc<str>, retry_after: Duration },
    #[error("Something went wrong on our side.")]
    Internal(Arc<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    /// A field that is well-formed but not valid.
    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { field: Some(field.to_owned()), message: message.into() }
    }

    /// An error that is nobody's input.
    pub(crate) fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(error.into()))
    }

    /// Too much at once, or a part is away.
    pub(crate) fn unavailable(reason: impl Into<Arc<str>>, retry_after: Duration) -> Self {
        Self::Unavailable { reason: reason.into(), retry_after }
    }

    /// What a status that some library answered with means.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthorized("Log in first."),
            StatusCode::FORBIDDEN => Self::Forbidden("This is not allowed."),
            StatusCode::NOT_FOUND => Self::NotFound("There is nothing here."),
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            status if status.is_client_error() => Self::Malformed("The request could not be read."),
            status => Self::internal(format!("a layer answered {status}")),
        }
    }

    /// The dotted path of the field that is to blame.
    pub(crate) fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } => field.as_deref(),
            Self::WrongPassword => Some("password"),
            _ => None,
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::WrongPassword => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::Malformed(_) => ErrorCode::Malformed,
            Self::Unauthorized(_) => ErrorCode::Unauthorized,
            Self::Forbidden(_) | Self::WrongPassword => ErrorCode::Forbidden,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::MethodNotAllowed => ErrorCode::MethodNotAllowed,
            Self::Conflict(_) => ErrorCode::Conflict,
            Self::TooLarge => ErrorCode::TooLarge,
            Self::UnsupportedMediaType => ErrorCode::UnsupportedMediaType,
            Self::Invalid { .. } => ErrorCode::Invalid,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::Unavailable { .. } => ErrorCode::Unavailable,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let headers = response.headers_mut();
        match &self {
            Self::RateLimited { retry_after } | Self::Unavailable { retry_after, .. } => {
                headers.insert(header::RETRY_AFTER, whole_seconds(*retry_after).into());
            }
            Self::Unauthorized(_) => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Rounded up and at least one, so that whoever waits that long is not early.
fn whole_seconds(duration: Duration) -> u64 {
    let partial = u64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(partial).max(1)
}

impl From<NoRandomness> for ApiError {
    fn from(error: NoRandomness) -> Self {
        Self::internal(error)
    }
}

impl From<AssistantError> for ApiError {
    fn from(error: AssistantError) -> Self {
        match error {
            AssistantError::Invalid { field, message } => Self::invalid(field, message),
            AssistantError::NotYours => Self::NotFound("You have no such session."),
            AssistantError::MessageIdReused => {
                Self::Conflict("This message_id was used before in this session, for another text.")
            }
            AssistantError::UnknownUser => Self::Unauthorized("This account does not exist any more."),
            AssistantError::Unavailable { reason, retry_after } => Self::unavailable(reason, retry_after),
            AssistantError::Internal(error) => Self::Internal(Arc::from(error)),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::EmailTaken => Self::Conflict("This e-mail address is taken."),
            StoreError::UnknownUser => Self::Unauthorized("This account does not exist any more."),
            StoreError::NotFound | StoreError::NotYours => Self::NotFound("You have nothing of this name."),
            StoreError::Past => Self::Conflict("This appointment has begun or is past."),
            StoreError::NulCharacter { field } => {
                Self::invalid(field, "The character U+0000 is not allowed.")
            }
            StoreError::Retry | StoreError::Unavailable(_) => {
                Self::unavailable(error.to_string(), Duration::from_secs(1))
            }
            other => Self::internal(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::whole_seconds;

    #[test]
    fn waiting_is_rounded_up_to_whole_seconds() {
        assert_eq!(whole_seconds(Duration::ZERO), 1);
        assert_eq!(whole_seconds(Duration::from_millis(1_001)), 2);
        assert_eq!(whole_seconds(Duration::from_secs(3)), 3);
    }
}
