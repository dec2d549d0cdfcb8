//! Responses with the headers that files and pages need.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::bundle::File;
use crate::encoding;

/// Only our own files, nothing inline, no other site, in no frame. `wasm-unsafe-eval` lets WebAssembly be compiled
/// and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What every page and file carries.
pub(crate) fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A file whose name changes with its content.
pub(crate) fn immutable(file: &'static File, asked: &HeaderMap) -> Response {
    send(file, asked, "public, max-age=31536000, immutable")
}

/// A file that must be asked for again each time.
pub(crate) fn fresh(file: &'static File, asked: &HeaderMap) -> Response {
    send(file, asked, "no-cache")
}

fn send(file: &'static File, asked: &HeaderMap, caching: &'static str) -> Response {
    let variant = encoding::choose(file, asked);
    // Strong: each encoding is a representation of its own (RFC 9110, 8.8.3.3).
    let tag = format!("\"{}-{}\"", file.hash, variant.name.unwrap_or("plain"));
    let status = if has(asked, &tag) { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let body = if status == StatusCode::OK { Body::from(variant.bytes) } else { Body::empty() };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(tag) = tag.try_into() {
        headers.insert(header::ETAG, tag);
    }
    if let Some(name) = variant.name {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    guarded(response)
}

/// Whether `If-None-Match` holds the tag.
fn has(asked: &HeaderMap, tag: &str) -> bool {
    let lines = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == tag || known == "*")
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, StatusCode, header};

    use super::{fresh, immutable};
    use crate::bundle::File;

    static FILE: File = File {
        path: "assets/app.js",
        kind: "text/javascript",
        hash: "abc",
        plain: b"plain text",
        brotli: Some(b"br"),
        gzip: None,
    };

    fn asking(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn hashed_files_are_kept_for_good_and_pages_are_asked_for_again() {
        let kept = immutable(&FILE, &HeaderMap::new());
        assert_eq!(kept.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        let asked_again = fresh(&FILE, &HeaderMap::new());
        assert_eq!(asked_again.headers()[header::CACHE_CONTROL], "no-cache");
        for response in [kept, asked_again] {
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe-inline"));
            assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }

    #[test]
    fn what_a_client_has_is_not_sent_again_and_each_encoding_is_its_own() {
        let brotli = immutable(&FILE, &asking(header::ACCEPT_ENCODING, "br"));
        assert_eq!(brotli.headers()[header::CONTENT_ENCODING], "br");
        assert_eq!(brotli.headers()[header::ETAG], "\"abc-br\"");
        for (known, status) in [
            ("\"abc-plain\"", StatusCode::NOT_MODIFIED),
            ("\"x\", W/\"abc-plain\"", StatusCode::NOT_MODIFIED),
            ("*", StatusCode::NOT_MODIFIED),
            ("\"abc-br\"", StatusCode::OK),
        ] {
            assert_eq!(immutable(&FILE, &asking(header::IF_NONE_MATCH, known)).status(), status, "{known}");
        }
    }
}
