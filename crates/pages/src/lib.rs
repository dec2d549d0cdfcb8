//! The web chat as the program serves it: the bundle that `cargo xtask ui` built, embedded when this crate was
//! compiled, and plain pages for what is no page.
//!
//! Files under `/assets/` carry their hash in their name and are kept for good; `index.html` is asked for again each
//! time. Without a bundle every page says how to build it, so that nothing else needs the toolchain of the browser.

mod bundle;
mod document;
mod encoding;
mod headers;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

pub use document::document;

/// The paths that the web chat knows; its own router does the rest.
pub const PAGES: &[&str] = &["/", "/signup", "/login", "/chat", "/appointments", "/account"];

/// Whether the web chat was built before this program was.
#[must_use]
pub fn is_built() -> bool {
    bundle::find(bundle::INDEX).is_some()
}

/// The pages of the web chat and their files; `GET` only. Everything else is left to the router that it is merged
/// into, which should answer [`not_found`].
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    PAGES
        .iter()
        .fold(Router::new(), |router, page| router.route(page, get(index)))
        .route("/assets/{file}", get(asset))
}

/// 404 as a page, for every path outside the API that leads nowhere.
#[must_use]
pub fn not_found() -> Response {
    (StatusCode::NOT_FOUND, document("Page not found", "There is nothing at this address.")).into_response()
}

async fn index(headers: HeaderMap) -> Response {
    match bundle::find(bundle::INDEX) {
        Some(file) => headers::fresh(file, &headers),
        None => document(
            "Frontdesk is running",
            "The web chat is not built into this program: run <code>make ui</code> and build again. \
             The API lives under <code>/api</code>.",
        )
        .into_response(),
    }
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match bundle::find(&format!("assets/{name}")) {
        Some(file) => headers::immutable(file, &headers),
        None => not_found(),
    }
}
