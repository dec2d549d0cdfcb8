//! What a person sees who opens the API in a browser.

use axum::response::Html;

use crate::error::ApiError;

/// `GET /`.
pub(crate) async fn root() -> Html<String> {
    document("Frontdesk is running", "The API lives under <code>/api</code>.")
}

/// An error outside the API.
pub(crate) fn of_error(error: &ApiError) -> Html<String> {
    let status = error.status();
    let title = status.canonical_reason().unwrap_or("Error");
    // Our own sentences: none of them needs escaping.
    document(title, &error.to_string())
}

fn document(title: &str, text: &str) -> Html<String> {
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <h1>{title}</h1>\n<p>{text}</p>\n</html>\n"
    ))
}
