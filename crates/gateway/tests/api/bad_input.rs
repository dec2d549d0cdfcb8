//! Bad input gets a clear 4xx, and nothing has changed.

use crate::support::{PASSWORD, Server};
use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const SESSION: Uuid = Uuid::from_u128(1);

/// Everything wrong that a body can be, whatever the call.
async fn refuses_bad_bodies(server: &Server, path: &str, jwt: &str) {
    let post = |content_type: &str, body: Body| {
        let call = server.call(Method::POST, path).header("content-type", content_type);
        call.bearer(jwt).body(body).send()
    };
    for body in ["{", "hello", "{\"email\": }", "\u{feff}{}", "{\"message\": \"\\ud800\"}"] {
        post("application/json", body.into()).await.expect_error(400, "malformed", None);
    }
    let not_utf8 = Body::from(&b"{\"message\": \"\xff\xfe\"}"[..]);
    post("application/json", not_utf8).await.expect_error(400, "malformed", None);
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        post(content_type, "{\"a\": 1}".into()).await.expect_error(415, "unsupported_media_type", None);
    }
    for body in ["[]", "null", "5", "\"text\"", "[\"a@example.org\", \"a long password\"]"] {
        post("application/json", body.into()).await.expect_error(422, "invalid", None);
    }
    let large = format!("{{\"x\": \"{}\"}}", "x".repeat(64 * 1024));
    // Without a Content-Length the size shows only while reading.
    post("application/json", large.clone().into()).await.expect_error(413, "too_large", None);
    let announced = server.call(Method::POST, path).header("content-length", &large.len().to_string());
    announced.body(large).send().await.expect_error(413, "too_large", None);
}

#[tokio::test]
async fn bodies_that_are_none_change_nothing() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    for path in
        ["/api/auth/signup", "/api/auth/login", "/api/chatbot/token", "/api/chat", "/api/chat/messages"]
    {
        refuses_bad_bodies(&server, path, &jwt).await;
    }
    for path in ["/api/auth/signup", "/api/auth/login", "/api/chat"] {
        let nothing = server.call(Method::POST, path).bearer(&jwt).send().await;
        nothing.expect_error(415, "unsupported_media_type", None);
    }
    assert_eq!(server.store.users().await.unwrap().len(), 1);
    assert!(server.store.sessions(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn credentials_that_cannot_be_are_named() {
    let server = Server::start().await;
    let long = |letter: &str, times| letter.repeat(times);
    let address_too_long = format!("{}@example.org", long("a", 250));
    let wrong = [
        (json!({}), "email"),
        (json!({"email": "ada@example.org"}), "password"),
        (json!({"email": 5, "password": PASSWORD}), "email"),
        (json!({"email": null, "password": PASSWORD}), "email"),
        (json!({"email": "", "password": PASSWORD}), "email"),
        (json!({"email": "ada", "password": PASSWORD}), "email"),
        (json!({"email": "ada@example.org\u{0}", "password": PASSWORD}), "email"),
        (json!({"email": address_too_long, "password": PASSWORD}), "email"),
        (json!({"email": "ada@example.org", "password": ["a"]}), "password"),
        (json!({"email": "ada@example.org", "password": ""}), "password"),
        (json!({"email": "ada@example.org", "password": "with \u{0} inside"}), "password"),
        (json!({"email": "ada@example.org", "password": long("x", 129)}), "password"),
    ];
    for (body, field) in &wrong {
        for path in ["/api/auth/signup", "/api/auth/login"] {
            server.post(path, body).send().await.expect_error(422, "invalid", Some(field));
        }
    }
    // Too short to be taken; as a login it is just wrong.
    let short = json!({"email": "ada@example.org", "password": "seven77"});
    server.post("/api/auth/signup", &short).send().await.expect_error(422, "invalid", Some("password"));
    server.post("/api/auth/login", &short).send().await.expect_error(401, "unauthorized", None);
    assert!(server.store.users().await.unwrap().is_empty());
}

#[tokio::test]
async fn messages_that_cannot_be_are_named() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let with = |field: &str, value: Value| {
        let mut body = json!({"session_id": SESSION, "message": "hi"});
        body[field] = value;
        (body, field.to_owned())
    };
    let wrong = [
        (json!({}), "session_id".to_owned()),
        (json!({"session_id": SESSION}), "message".to_owned()),
        with("session_id", json!("not a uuid")),
        with("session_id", json!("")),
        with("session_id", json!(1)),
        with("message", json!(null)),
        with("message", json!({"text": "hi"})),
        with("message", json!("")),
        with("message", json!(" \n\t")),
        with("message", json!("a\u{0}b")),
        with("message", json!("x".repeat(2_001))),
        with("timezone", json!("Mars/Olympus")),
        with("timezone", json!("")),
        with("timezone", json!(2)),
        with("message_id", json!("")),
        with("message_id", json!("x".repeat(65))),
        with("message_id", json!(7)),
        with("message_id", json!("\u{0}")),
    ];
    for (body, field) in &wrong {
        for path in ["/api/chat", "/api/chat/messages"] {
            let answer = server.post(path, body).bearer(&jwt).send().await;
            answer.expect_error(422, "invalid", Some(field));
        }
    }
    let body = json!({"session_id": "not a uuid"});
    let token = server.post("/api/chatbot/token", &body).bearer(&jwt).send().await;
    token.expect_error(422, "invalid", Some("session_id"));
    assert!(server.store.sessions(10).await.unwrap().is_empty());

    let longest = json!({"session_id": SESSION, "message": "🗓".repeat(2_000), "timezone": "Europe/Berlin",
                         "message_id": "ß".repeat(64), "unknown": null});
    server.post("/api/chat", &longest).bearer(&jwt).send().await.expect(200);
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    for path in ["/api", "/api/", "/api/nothing", "/api/auth", "/api/chat/", "/api/chat/sessions/"] {
        for method in [Method::GET, Method::POST] {
            server.call(method, path).send().await.expect_error(404, "not_found", None);
        }
    }
    for (method, path, allow) in [
        (Method::GET, "/api/auth/login", "POST"),
        (Method::GET, "/api/chat", "POST"),
        (Method::PUT, "/api/appointments", "GET,HEAD"),
        (Method::PATCH, "/api/appointments/00000000-0000-0000-0000-000000000001", "DELETE"),
        (Method::GET, "/api/appointments/00000000-0000-0000-0000-000000000001", "DELETE"),
        (Method::POST, "/api/appointments/00000000-0000-0000-0000-000000000001.ics", "GET,HEAD"),
        (Method::DELETE, "/api/appointments/00000000-0000-0000-0000-000000000001.ics", "GET,HEAD"),
        (Method::OPTIONS, "/api/chat/messages", "POST"),
    ] {
        let answer =
            server.call(method, path).bearer(&jwt).send().await.expect_error(405, "method_not_allowed", None);
        assert_eq!(answer.header("allow"), Some(allow), "{path}");
    }
    // What is no UUID names nothing.
    for id in ["nothing", "1", "%ff", "00000000-0000-0000-0000-000000000001"] {
        let history = server.get(&format!("/api/chat/sessions/{id}")).bearer(&jwt).send().await;
        history.expect_error(404, "not_found", None);
        let cancel = server.delete(&format!("/api/appointments/{id}")).bearer(&jwt).send().await;
        cancel.expect_error(404, "not_found", None);
    }
}

#[tokio::test]
async fn outside_the_api_there_are_pages() {
    let server = Server::start().await;
    let root = server.get("/").send().await.expect(200);
    // The web chat, or how to build it.
    assert_eq!(root.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(root.body.contains("Frontdesk"), "{}", root.body);
    for answer in [server.get("/nothing").send().await, server.get("/apix").send().await] {
        let answer = answer.expect(404);
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(answer.body.contains("Page not found"), "{}", answer.body);
    }
    server.get("/healthz").send().await.expect(200);
    server.get("/readyz").send().await.expect(200);
    server.store.close().await;
    server.get("/healthz").send().await.expect(200);
    let unready = server.get("/readyz").send().await.expect(503);
    assert_eq!(unready.header("retry-after"), Some("1"));
}
