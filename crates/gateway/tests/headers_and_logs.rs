//! What every answer carries, and what the log says of it.

mod common;

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::Method;
use calendar::Profile;
use common::{PASSWORD, Server, config};
use gateway::Config;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;
use uuid::Uuid;

const SESSION: Uuid = Uuid::from_u128(1);

#[tokio::test]
async fn every_answer_has_its_identifier() {
    let server = Server::start().await;
    let with = |id: &str| server.get("/api/nothing").header("x-request-id", id).send();
    assert_eq!(with("from-the-proxy.1").await.header("x-request-id"), Some("from-the-proxy.1"));
    let too_long = "x".repeat(65);
    for odd in ["two words", "", &too_long] {
        let answer = with(odd).await.expect_error(404, "not_found", None);
        answer.header("x-request-id").unwrap().parse::<Uuid>().unwrap();
    }
    let one = server.get("/healthz").send().await;
    let other = server.get("/healthz").send().await;
    assert_ne!(one.header("x-request-id").unwrap(), other.header("x-request-id").unwrap());
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let https = Config { public_url: Some("https://book.example.org".parse().unwrap()), ..config() };
    for (server, hsts) in [
        (Server::start().await, None),
        (Server::with(https, Profile::default()).await, Some("max-age=31536000")),
    ] {
        let jwt = server.person("ada@example.org").await;
        for answer in [
            server.get("/").send().await.expect(200),
            server.get("/nothing").send().await.expect(404),
            server.get("/healthz").send().await.expect(200),
            server.get("/api/appointments").bearer(&jwt).send().await.expect(200),
            server.get("/api/appointments").send().await.expect(401),
            server.call(Method::PUT, "/api/chat").send().await.expect(405),
            server.chat(&jwt, SESSION, "panic").send().await.expect(500),
        ] {
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("x-frame-options"), Some("DENY"));
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
            assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none';"));
            assert_eq!(answer.header("strict-transport-security"), hsts);
        }
        let api = server.get("/api/appointments").bearer(&jwt).send().await;
        assert_eq!(api.header("cache-control"), Some("no-store"));
        assert_eq!(server.get("/").send().await.header("cache-control"), None);
    }
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Captured {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_has_one_line_for_each_request_and_no_secrets() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(captured.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let login = json!({"email": "ada@example.org", "password": "a wrong secret"});
    server.post("/api/auth/login", &login).send().await.expect(401);
    let token = server.chat_token(&jwt, SESSION).await;
    let call = server.chat(&token, SESSION, "my knee hurts").header("x-request-id", "findme");
    call.send().await.expect(200);
    server.chat(&token, SESSION, "fail").send().await.expect(500);
    server.get(&format!("/api/chat/sessions/{SESSION}")).bearer(&jwt).send().await.expect(200);
    server.get("/api/knee/surgery?token=hush").send().await.expect(404);
    server.get("/healthz").send().await.expect(200);
    drop(_guard);

    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    for secret in [PASSWORD, "a wrong secret", &jwt, &token, "knee", "hush", "argon2id"] {
        assert!(!log.contains(secret), "{secret:?} is in the log:\n{log}");
    }
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests: Vec<&Value> = lines.iter().filter(|line| line["message"] == "request").collect();
    let user = server.user_id("ada@example.org").await.to_string();
    let session = SESSION.to_string();
    let (user, session) = (Some(user.as_str()), Some(session.as_str()));
    let seen: Vec<_> = requests
        .iter()
        .map(|line| {
            let text = |field: &str| line[field].as_str();
            assert!(line["latency_ms"].is_u64() && text("request_id").is_some(), "{line}");
            let status = line["status"].as_u64().unwrap();
            (text("level"), text("method"), text("route"), status, text("user_id"), text("session_id"))
        })
        .collect();
    let (info, debug) = (Some("INFO"), Some("DEBUG"));
    let (get, post) = (Some("GET"), Some("POST"));
    assert_eq!(
        seen,
        [
            (info, post, Some("/api/auth/signup"), 201, user, None),
            (info, post, Some("/api/auth/login"), 401, None, None),
            (info, post, Some("/api/chatbot/token"), 200, user, session),
            (info, post, Some("/api/chat"), 200, user, session),
            (info, post, Some("/api/chat"), 500, user, session),
            (info, get, Some("/api/chat/sessions/{id}"), 200, user, session),
            (info, get, Some("-"), 404, None, None),
            (debug, get, Some("/healthz"), 200, None, None),
        ]
    );
    assert_eq!(requests[3]["request_id"], "findme");
    let causes: Vec<_> = lines.iter().filter(|line| line["level"] == "ERROR").collect();
    assert_eq!(causes.len(), 1);
    assert_eq!(causes[0]["error"], "the scripted failure");
    assert_eq!(causes[0]["request_id"], requests[4]["request_id"]);
}
