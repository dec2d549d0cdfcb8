//! Handing a request on to a gateway.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http;
use axum::response::Response;
use protocol::limits::BODY_MAX_BYTES;
use upstream::{Repeat, UpstreamError};

use super::{RETRY_AFTER, WebConfig, headers};
use crate::address::peer;
use crate::error::ApiError;
use crate::observe::{HandedOn, Trace};
use crate::origin::PublicUrl;

/// Longer than a gateway takes for any answer, which it gives up on after 30 seconds.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(35);
/// How long a client may take to send a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

pub(super) async fn handle(
    State(web): State<Arc<WebConfig>>,
    trace: Trace,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    // The API takes no larger ones, and with the whole body at hand a request can be sent to another gateway.
    let body = tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, BODY_MAX_BYTES))
        .await
        .map_err(|_| ApiError::unavailable("the body took too long", RETRY_AFTER))?
        .map_err(|error| refused(&error))?;
    let client = web.trusted_proxies.client(peer(&parts.extensions), &parts.headers);
    let https = web.public_url.as_ref().is_some_and(PublicUrl::is_https);
    // Methods that do the same when they are repeated (RFC 9110, 9.2.2); a `message_id` is the client's to repeat.
    let repeat = if parts.method.is_idempotent() { Repeat::Safe } else { Repeat::Never };

    let mut onward = http::Request::new(body);
    *onward.headers_mut() = headers::of_request(parts.headers, &parts.uri, client, https);
    onward.headers_mut().insert("x-request-id", trace.request_id_value());
    *onward.method_mut() = parts.method;
    *onward.uri_mut() = parts.uri;

    let answer = web.api.send(&onward, repeat, ANSWER_TIMEOUT).await.map_err(unavailable)?;
    let (mut head, body) = answer.into_parts();
    headers::drop_hop_by_hop(&mut head.headers);
    head.extensions.insert(HandedOn);
    Ok(Response::from_parts(head, Body::new(body)))
}

fn refused(error: &axum::Error) -> ApiError {
    let too_large =
        std::error::Error::source(error).is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>());
    if too_large { ApiError::TooLarge } else { ApiError::Malformed("The body broke off.") }
}

fn unavailable(error: UpstreamError) -> ApiError {
    let retry_after = match &error {
        UpstreamError::Away { retry_after } => *retry_after,
        UpstreamError::NoAnswer(_) => RETRY_AFTER,
        UpstreamError::Request(_) => return ApiError::internal(error),
    };
    ApiError::unavailable(format!("the API: {error}"), retry_after)
}
