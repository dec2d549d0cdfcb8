//! Reading a body that is declared as JSON.

use assistant::body::{self, BodyError};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// A body of JSON that a handler takes.
pub(crate) trait Input: DeserializeOwned {
    /// The fields without which it cannot be; the others may be left out or `null`.
    const REQUIRED: &'static [&'static str];
}

impl Input for protocol::Credentials {
    const REQUIRED: &'static [&'static str] = &["email", "password"];
}

impl Input for protocol::PasswordConfirmation {
    const REQUIRED: &'static [&'static str] = &["password"];
}

impl Input for protocol::PasswordChange {
    const REQUIRED: &'static [&'static str] = &["password", "new_password"];
}

impl Input for protocol::ChatTokenRequest {
    const REQUIRED: &'static [&'static str] = &[];
}

impl Input for protocol::ChatRequest {
    const REQUIRED: &'static [&'static str] = &["session_id", "message"];
}

/// Extracts an [`Input`]. Where no field is required, an empty body counts as an empty object.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: Input> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let declared = is_json(request.headers());
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| ApiError::of_status(rejection.status()))?;
        if bytes.is_empty() && T::REQUIRED.is_empty() {
            return parse(b"{}").map(Self);
        }
        if !declared {
            return Err(ApiError::UnsupportedMediaType);
        }
        parse(&bytes).map(Self)
    }
}

/// `application/json` and its relatives (RFC 6839), whatever the parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn parse<T: Input>(bytes: &[u8]) -> Result<T, ApiError> {
    let object = body::object(bytes, T::REQUIRED)?;
    Ok(body::fields(&object)?)
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Malformed(why) => Self::Malformed(why),
            BodyError::Invalid { field, message } => Self::Invalid { field, message },
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};
    use protocol::{ChatRequest, ChatTokenRequest, Credentials};

    use super::{is_json, parse};
    use crate::error::ApiError;

    fn field_of(error: ApiError) -> Option<String> {
        match error {
            ApiError::Invalid { field, .. } => field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_wrong_field_is_named() {
        let id = "5f9d2b57-7f6e-4d55-8a55-0f6cfe1a2b3c";
        for (body, field) in [
            ("{}".to_owned(), Some("session_id")),
            (format!(r#"{{"session_id": "{id}"}}"#), Some("message")),
            (r#"{"session_id": "x", "message": "hi"}"#.to_owned(), Some("session_id")),
            (r#"{"session_id": null, "message": "hi"}"#.to_owned(), Some("session_id")),
            (format!(r#"{{"session_id": "{id}", "message": 5}}"#), Some("message")),
            (format!(r#"{{"session_id": "{id}", "message": "a\u0000"}}"#), Some("message")),
            (format!(r#"{{"session_id": "{id}", "message": "a", "x": [{{"y": "\u0000"}}]}}"#), Some("x.0.y")),
            (r#"["a", "b"]"#.to_owned(), None),
            ("null".to_owned(), None),
        ] {
            let error = parse::<ChatRequest>(body.as_bytes()).unwrap_err();
            assert_eq!(field_of(error).as_deref(), field, "{body}");
        }
        assert!(parse::<ChatTokenRequest>(br#"{"session_id": null}"#).is_ok());
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        let deep = "[".repeat(100_000);
        let broken: [&[u8]; 7] = [
            b"",
            b"{",
            b"hello",
            b"{\"email\": \"\xff\"}",
            b"{} {}",
            br#"{"email": "\ud800"}"#,
            deep.as_bytes(),
        ];
        for body in broken {
            assert!(matches!(parse::<Credentials>(body), Err(ApiError::Malformed(_))));
        }
    }

    #[test]
    fn the_content_type_must_say_json() {
        for (value, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("text/json", false),
            ("application/jsonp", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
            assert_eq!(is_json(&headers), expected, "{value}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
