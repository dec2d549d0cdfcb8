//! The one envelope that errors travel in.

use serde::{Deserialize, Serialize};

/// What went wrong, for programs.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// 400: not the form that was asked for.
    Malformed,
    /// 401: no valid token, or wrong credentials.
    Unauthorized,
    /// 403: authenticated, but not for this.
    Forbidden,
    /// 404: no such thing, or not yours.
    NotFound,
    /// 405: the path exists, with other methods.
    MethodNotAllowed,
    /// 409: contradicts what is there.
    Conflict,
    /// 413: the body is too large.
    TooLarge,
    /// 415: not JSON.
    UnsupportedMediaType,
    /// 422: well-formed but invalid; `field` says where.
    Invalid,
    /// 429: too many requests; `Retry-After` says when.
    RateLimited,
    /// 500: our fault.
    Internal,
    /// 503: overloaded or not ready; `Retry-After` says when.
    Unavailable,
}

/// An error as clients see it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// For programs.
    pub code: ErrorCode,
    /// For people: what to do about it.
    pub message: String,
    /// The dotted path of the offending field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Finds the request in the logs.
    pub request_id: String,
}

/// `{"error": …}`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorEnvelope {
    /// The error.
    pub error: ErrorBody,
}
