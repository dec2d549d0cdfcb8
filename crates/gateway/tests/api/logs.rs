//! What the log says of a request.

use std::cell::RefCell;
use std::io::Write;

use crate::support::{PASSWORD, Server};
use serde_json::{Value, json};
use uuid::Uuid;

const SESSION: Uuid = Uuid::from_u128(1);

thread_local! {
    /// Each test runs on a thread of its own, so it finds its own lines here.
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes to the lines of the thread that logs.
struct OwnLines;

impl Write for OwnLines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_has_one_line_for_each_request_and_no_secrets() {
    // For the whole process: with a subscriber on one thread only, `tracing` may ask another whether anybody listens.
    let everything =
        tracing_subscriber::fmt().json().flatten_event(true).with_max_level(tracing::Level::TRACE);
    everything.with_writer(|| OwnLines).init();

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

    let log = String::from_utf8(LINES.take()).unwrap();
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
