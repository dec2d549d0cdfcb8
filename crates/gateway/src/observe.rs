//! The outermost layer: request identifiers, the line in the log, the headers of every response, and errors in the
//! form of where they happened (the envelope under `/api`, a page elsewhere).

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use assistant::ambient::new_id;
use assistant::remote::PassedOn;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use protocol::{ErrorBody, ErrorEnvelope};
use tracing::Instrument;
use uuid::Uuid;

use crate::error::ApiError;
use crate::metrics::Metrics;
use crate::origin::PublicUrl;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const REQUEST_ID_MAX_BYTES: usize = 64;

/// What the layer must know of the site that it stands before.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    public_url: Option<Arc<PublicUrl>>,
    metrics: Option<Metrics>,
}

impl Site {
    pub(crate) fn new(public_url: Option<PublicUrl>) -> Self {
        Self { public_url: public_url.map(Arc::new), metrics: None }
    }

    /// Counts every request there.
    pub(crate) fn counting(self, metrics: Metrics) -> Self {
        Self { metrics: Some(metrics), ..self }
    }
}

/// Marks a response of another process of ours, whose errors have their form already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HandedOn;

/// What a request turns out to be about, for its line in the log.
#[derive(Clone)]
pub(crate) struct Trace(Arc<Findings>);

struct Findings {
    request_id: HeaderValue,
    user: OnceLock<Uuid>,
    session: OnceLock<Uuid>,
}

impl Trace {
    fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(REQUEST_ID).filter(|id| is_sane(id)).cloned();
        let request_id = given.or_else(|| new_id().ok()?.to_string().try_into().ok());
        Self(Arc::new(Findings {
            request_id: request_id.unwrap_or(HeaderValue::from_static("none")),
            user: OnceLock::new(),
            session: OnceLock::new(),
        }))
    }

    fn request_id(&self) -> &str {
        self.0.request_id.to_str().unwrap_or_default()
    }

    pub(crate) fn request_id_value(&self) -> HeaderValue {
        self.0.request_id.clone()
    }

    /// Notes who is calling. The first word counts.
    pub(crate) fn is_of_user(&self, user: Uuid) {
        self.0.user.get_or_init(|| user);
    }

    /// Notes which conversation it is about. The first word counts.
    pub(crate) fn is_of_session(&self, session: Uuid) {
        self.0.session.get_or_init(|| session);
    }
}

impl<S: Sync> FromRequestParts<S> for Trace {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let missing = || ApiError::internal("a request has not passed the outermost layer");
        parts.extensions.get().cloned().ok_or_else(missing)
    }
}

/// Short and visible, so that nobody can write lines of their own into the log.
fn is_sane(id: &HeaderValue) -> bool {
    let id = id.as_bytes();
    (1..=REQUEST_ID_MAX_BYTES).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic)
}

/// The layer.
pub(crate) async fn observe(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let trace = Trace::of(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let under_api = is_under_api(request.uri().path());
    request.extensions_mut().insert(trace.clone());
    let passed_on = PassedOn::of(request.headers(), trace.request_id_value());

    let span = tracing::info_span!("request", request_id = trace.request_id());
    let mut response = passed_on.during(next.run(request).instrument(span)).await;
    if let Some(error) = error_of(&response, under_api) {
        log_cause(&error, &trace);
        response = render(&error, response, under_api, &trace);
    }
    set_headers(response.headers_mut(), under_api, site.public_url.as_deref(), &trace);

    // A path that is no route may hold anything: it stays out of the log.
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let status = response.status().as_u16();
    let took = started.elapsed();
    if let Some(metrics) = &site.metrics {
        metrics.answered(&method, route, status, took);
    }
    let latency_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let (user_id, session_id) = (trace.0.user.get(), trace.0.session.get());
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                method = method.as_str(),
                route,
                status,
                latency_ms,
                request_id = trace.request_id(),
                user_id = user_id.map(tracing::field::display),
                session_id = session_id.map(tracing::field::display),
                "request"
            )
        };
    }
    // Probes come every few seconds and say nothing while all is well.
    if matches!(route, "/healthz" | "/readyz" | "/metrics") && status < 400 {
        line!(debug)
    } else {
        line!(info)
    }
    response
}

fn is_under_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// The error that a response stands for; under `/api` also those that a library answered with.
fn error_of(response: &Response, under_api: bool) -> Option<ApiError> {
    if response.extensions().get::<HandedOn>().is_some() {
        return None;
    }
    let status = response.status();
    let noted = response.extensions().get::<ApiError>().cloned();
    let is_error = status.is_client_error() || status.is_server_error();
    noted.or_else(|| (is_error && under_api).then(|| ApiError::of_status(status)))
}

fn log_cause(error: &ApiError, trace: &Trace) {
    let request_id = trace.request_id();
    match error {
        ApiError::Internal(cause) => {
            let cause: &(dyn std::error::Error + 'static) = cause.as_ref();
            tracing::error!(request_id, error = cause, "request failed");
        }
        ApiError::Unavailable { reason, .. } => tracing::warn!(request_id, %reason, "request refused"),
        _ => {}
    }
}

/// Writes the error, keeping the headers that go with it (`Allow`, `Retry-After`, …).
fn render(error: &ApiError, answered: Response, under_api: bool, trace: &Trace) -> Response {
    let mut response = if under_api {
        let field = error.field().map(str::to_owned);
        let request_id = trace.request_id().to_owned();
        let error = ErrorBody { code: error.code(), message: error.to_string(), field, request_id };
        axum::Json(ErrorEnvelope { error }).into_response()
    } else {
        page_of(error)
    };
    *response.status_mut() = error.status();
    for (name, value) in answered.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

/// An error outside the API.
fn page_of(error: &ApiError) -> Response {
    match error {
        ApiError::NotFound(_) => pages::not_found(),
        error => {
            let title = error.status().canonical_reason().unwrap_or("Error");
            // Our own sentences: none of them needs escaping.
            pages::document(title, &error.to_string())
        }
    }
}

fn set_headers(headers: &mut HeaderMap, under_api: bool, public_url: Option<&PublicUrl>, trace: &Trace) {
    headers.insert(REQUEST_ID, trace.0.request_id.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // A page that needs more says so itself.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ));
    if under_api {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if public_url.is_some_and(PublicUrl::is_https) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::{is_sane, is_under_api};

    #[test]
    fn only_short_visible_identifiers_are_taken_over() {
        for (id, expected) in [
            ("a", true),
            ("5f9d2b57-7f6e-4d55-8a55-0f6cfe1a2b3c", true),
            ("", false),
            ("a b", false),
            ("a\tb", false),
        ] {
            assert_eq!(is_sane(&HeaderValue::from_str(id).unwrap()), expected, "{id:?}");
        }
        assert!(!is_sane(&HeaderValue::from_bytes(b"\xe9").unwrap()));
        assert!(is_sane(&HeaderValue::from_str(&"x".repeat(64)).unwrap()));
        assert!(!is_sane(&HeaderValue::from_str(&"x".repeat(65)).unwrap()));
    }

    #[test]
    fn the_api_is_what_lies_under_its_path() {
        assert!(is_under_api("/api") && is_under_api("/api/") && is_under_api("/api/x"));
        assert!(!is_under_api("/") && !is_under_api("/apix") && !is_under_api("/x/api/"));
    }
}
