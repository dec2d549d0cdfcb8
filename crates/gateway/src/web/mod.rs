//! The public side of a split deployment: pages, and a door to the API behind them.
//!
//! People talk to [`router`] only. It serves the pages and hands everything under `/api` on to the gateways, one
//! after the other, with the forwarded headers replaced by what it knows itself. Answers are passed on as they come,
//! so that a stream stays one.

mod headers;
mod proxy;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get};
use tower_http::catch_panic::CatchPanicLayer;
use upstream::Upstream;

use crate::address::TrustedProxies;
use crate::endpoints::health;
use crate::error::ApiError;
use crate::observe::{Site, observe};
use crate::origin::PublicUrl;
use crate::router::{after_panic, nothing_here};

const READY_TIMEOUT: Duration = Duration::from_secs(3);
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What the public side needs to know.
#[derive(Debug)]
pub struct WebConfig {
    /// `API_URL`: the gateways.
    pub api: Upstream,
    /// `PUBLIC_URL`: the address people type; https switches on HSTS.
    pub public_url: Option<PublicUrl>,
    /// `TRUSTED_PROXIES`: whose `X-Forwarded-For` is believed, such as a proxy that ends TLS.
    pub trusted_proxies: TrustedProxies,
}

/// The public side. Serve it with
/// [`into_make_service_with_connect_info`](Router::into_make_service_with_connect_info)`::<SocketAddr>()`: the
/// gateway is told the connection's other end.
pub fn router(config: WebConfig) -> Router {
    let site = Site::new(config.public_url.clone());
    Router::new()
        .route("/api", any(proxy::handle))
        .route("/api/", any(proxy::handle))
        .route("/api/{*path}", any(proxy::handle))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(ready))
        .merge(pages::router())
        .fallback(nothing_here)
        .with_state(Arc::new(config))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(site, observe))
}

/// Ready when a gateway is.
async fn ready(State(web): State<Arc<WebConfig>>) -> Result<&'static str, ApiError> {
    let answer = web.api.ask("/readyz", READY_TIMEOUT).await;
    match answer.map_err(|error| ApiError::unavailable(error.to_string(), RETRY_AFTER))? {
        StatusCode::OK => Ok("ready\n"),
        status => Err(ApiError::unavailable(format!("the API answered {status}"), RETRY_AFTER)),
    }
}
