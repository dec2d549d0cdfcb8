//! The public side of a split deployment, with a made-up API behind it.

#![cfg(test)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use gateway::web::{WebConfig, router};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tower::ServiceExt as _;
use upstream::Upstream;

/// What the API was asked last.
type Seen = Arc<Mutex<Option<(String, HeaderMap, Bytes)>>>;

/// Answers by the path, and keeps what it was asked.
async fn api() -> (SocketAddr, Seen) {
    let seen = Seen::default();
    let kept = seen.clone();
    let answer = async move |request: Request| -> Response {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let path = parts.uri.path().to_owned();
        *kept.lock().unwrap() = Some((format!("{} {}", parts.method, parts.uri), parts.headers, body));
        match path.as_str() {
            "/api/login" => {
                ([("set-cookie", "a=1"), ("connection", "x-odd"), ("x-odd", "1")], "in").into_response()
            }
            "/api/wrong" => {
                (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(json!({"error": {"field": "email"}})))
                    .into_response()
            }
            "/readyz" => "ready\n".into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    (address, seen)
}

/// Says something and then no more, without ending.
async fn endless_stream() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        assert!(connection.read(&mut [0; 4_096]).await.unwrap() > 0);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        connection.write_all(format!("{head}9\r\ndata: 1\n\n\r\n").as_bytes()).await.unwrap();
        std::future::pending::<()>().await;
    });
    address
}

async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

fn web(api: SocketAddr) -> Router {
    web_trusting(api, "")
}

fn web_trusting(api: SocketAddr, proxies: &str) -> Router {
    router(WebConfig {
        api: Upstream::new(&format!("http://{api}")).unwrap(),
        public_url: None,
        trusted_proxies: proxies.parse().unwrap(),
    })
}

async fn send(web: &Router, request: axum::http::request::Builder, body: impl Into<Body>) -> Response {
    let peer = ConnectInfo("192.0.2.7:4711".parse::<SocketAddr>().unwrap());
    web.clone().oneshot(request.extension(peer).body(body.into()).unwrap()).await.unwrap()
}

async fn text(response: Response) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().into()).unwrap()
}

#[tokio::test]
async fn a_request_goes_on_as_it_is_with_what_we_know_of_its_sender() {
    let (api, seen) = api().await;
    let request = Request::post("/api/x%2F..%2e/y?q=%20a&b")
        .header("host", "book.example.org")
        .header("cookie", "frontdesk_session=t")
        .header("origin", "http://book.example.org")
        .header("x-forwarded-for", "203.0.113.9")
        .header("x-request-id", "mine-1")
        .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let response = send(&web(api), request, "the body").await;
    assert_eq!(response.headers()["x-request-id"], "mine-1");
    let (line, headers, body) = seen.lock().unwrap().take().unwrap();
    assert_eq!(line, "POST /api/x%2F..%2e/y?q=%20a&b");
    assert_eq!(body, "the body");
    for (name, value) in [
        ("host", "book.example.org"),
        ("x-forwarded-host", "book.example.org"),
        ("x-forwarded-for", "192.0.2.7"),
        ("x-forwarded-proto", "http"),
        ("cookie", "frontdesk_session=t"),
        ("origin", "http://book.example.org"),
        ("x-request-id", "mine-1"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ] {
        assert_eq!(headers.get_all(name).iter().collect::<Vec<_>>(), [value], "{name}");
    }
}

#[tokio::test]
async fn a_trusted_proxy_names_the_client() {
    let (api, seen) = api().await;
    let request = || Request::get("/api/x").header("x-forwarded-for", "198.51.100.1, 203.0.113.9");
    send(&web_trusting(api, "192.0.2.0/24"), request(), "").await;
    let (_, headers, _) = seen.lock().unwrap().take().unwrap();
    assert_eq!(headers["x-forwarded-for"], "203.0.113.9");
}

#[tokio::test]
async fn an_answer_comes_back_as_it_is() {
    let (api, _) = api().await;
    let web = web(api);
    let login = send(&web, Request::get("/api/login"), "").await;
    assert_eq!(login.headers()["set-cookie"], "a=1");
    assert!(login.headers().get("x-odd").is_none() && login.headers().get("connection").is_none());
    assert_eq!(text(login).await, "in");
    // Errors of the API have their form already.
    let wrong = send(&web, Request::get("/api/wrong"), "").await;
    assert_eq!(wrong.status(), 422);
    assert_eq!(
        serde_json::from_str::<Value>(&text(wrong).await).unwrap(),
        json!({"error": {"field": "email"}})
    );
}

#[tokio::test]
async fn a_stream_is_passed_on_while_it_runs() {
    let response = send(&web(endless_stream().await), Request::get("/api/stream"), "").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let first = tokio::time::timeout(Duration::from_secs(10), response.into_body().frame()).await;
    assert_eq!(first.unwrap().unwrap().unwrap().into_data().unwrap(), "data: 1\n\n");
}

#[tokio::test]
async fn without_an_api_the_answer_says_when_to_come_again() {
    let web = web(nobody().await);
    for request in [Request::get("/api/appointments"), Request::post("/api/chat")] {
        let response = send(&web, request, "").await;
        assert_eq!(response.status(), 503);
        assert!(response.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
        let error: Value = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!(error["error"]["code"], "unavailable");
    }
    assert_eq!(send(&web, Request::get("/readyz"), "").await.status(), 503);
    assert_eq!(send(&web, Request::get("/healthz"), "").await.status(), 200);
}

#[tokio::test]
async fn only_the_api_lies_behind_the_door() {
    let (api, seen) = api().await;
    let web = web(api);
    assert_eq!(send(&web, Request::get("/readyz"), "").await.status(), 200);
    seen.lock().unwrap().take();
    for path in ["/metrics", "/apix", "/chatx", "//api/x", "/api", "/api/"] {
        let response = send(&web, Request::get(path), "").await;
        assert_eq!(response.status(), 404, "{path}");
        let went_on = seen.lock().unwrap().take().is_some();
        assert_eq!(went_on, path.starts_with("/api") && path != "/apix", "{path}");
    }
    let page = send(&web, Request::get("/"), "").await;
    assert_eq!(
        (page.status(), &page.headers()["x-content-type-options"]),
        (StatusCode::OK, &"nosniff".parse().unwrap())
    );
}

#[tokio::test]
async fn what_is_too_large_for_the_api_stops_at_the_door() {
    let (api, seen) = api().await;
    let web = web(api);
    let response = send(&web, Request::post("/api/x"), vec![b'x'; 64 * 1024 + 1]).await;
    assert_eq!(response.status(), 413);
    assert!(seen.lock().unwrap().is_none());
    send(&web, Request::post("/api/x"), vec![b'x'; 64 * 1024]).await;
    assert_eq!(seen.lock().unwrap().take().unwrap().2.len(), 64 * 1024);
}
