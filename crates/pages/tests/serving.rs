//! The router as a browser meets it, with a bundle or without.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

#[expect(clippy::unwrap_used, reason = "a helper of tests: what fails here fails the test")]
async fn get(path: &str) -> Response {
    let app: Router = pages::router().fallback(async || pages::not_found());
    app.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
}

#[expect(clippy::unwrap_used, reason = "a helper of tests: what fails here fails the test")]
async fn text(response: Response) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn every_page_is_the_app_or_says_how_to_build_it() {
    for page in pages::PAGES {
        let response = get(page).await;
        assert_eq!(response.status(), StatusCode::OK, "{page}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        let page = text(response).await;
        if pages::is_built() {
            assert!(page.contains("<script type=\"module\" src=\"/assets/"), "{page}");
            assert!(!page.contains("style="), "{page}");
        } else {
            assert!(page.contains("make ui"), "{page}");
        }
    }
}

#[tokio::test]
async fn what_the_page_asks_for_is_there() {
    let page = text(get("/chat").await).await;
    let paths = page.split('"').filter(|part| part.starts_with("/assets/"));
    let mut found = 0;
    for path in paths {
        let response = get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        found += 1;
    }
    assert_eq!(found > 0, pages::is_built());
}

#[tokio::test]
async fn other_paths_are_a_page_that_says_so() {
    for path in ["/nothing", "/assets/nothing.js", "/assets/..%2Findex.html", "/chat/"] {
        let response = get(path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        assert!(text(response).await.contains("Page not found"));
    }
}
