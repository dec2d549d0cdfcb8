//! Plain pages, for errors and for a program without the web chat.

use axum::response::{Html, IntoResponse as _, Response};

use crate::bundle;
use crate::headers::guarded;

/// A small page in the style of the web chat. `title` and `text` are our own words: they are not escaped, and `text` may
/// hold inline elements.
#[must_use]
pub fn document(title: &str, text: &str) -> Response {
    let style = bundle::stylesheet()
        .map(|path| format!("<link rel=\"stylesheet\" href=\"/{path}\">\n"))
        .unwrap_or_default();
    guarded(
        Html(format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title} – Frontdesk</title>\n{style}\
             <main class=\"plain\">\n<h1>{title}</h1>\n<p>{text}</p>\n<p><a href=\"/\">Go to the front desk</a></p>\n\
             </main>\n</html>\n"
        ))
        .into_response(),
    )
}
