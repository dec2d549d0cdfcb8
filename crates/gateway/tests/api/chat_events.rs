//! Replies as server-sent events.

use std::time::Duration;

use gateway::Config;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Call, Server, config};

const SESSION: Uuid = Uuid::from_u128(1);

fn events(call: Call) -> Call {
    call.header("accept", "text/event-stream")
}

/// The names and data of the events, in order.
fn told(body: &str) -> Vec<(String, Value)> {
    let event = |event: &str| {
        let field = |name: &str| {
            let line = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.unwrap_or_else(|| panic!("no {name} in {event:?}")).to_owned()
        };
        (field("event"), serde_json::from_str(&field("data")).unwrap())
    };
    body.split("\n\n").filter(|event| !event.is_empty()).map(event).collect()
}

#[tokio::test]
async fn sentences_come_first_and_the_reply_equals_the_json_answer() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let body = json!({"session_id": SESSION, "message": "Hello and Good bye", "message_id": "m1"});
    let answer = events(server.post("/api/chat", &body).bearer(&jwt)).send().await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(answer.header("x-accel-buffering"), Some("no"));
    let again = server.post("/api/chat", &body).bearer(&jwt).send().await.expect(200).json();
    let delta = |text: &str| ("delta".to_owned(), json!({ "text": text }));
    assert_eq!(told(&answer.body), [delta("Hello"), delta("Good"), ("reply".to_owned(), again)]);
}

#[tokio::test]
async fn a_turn_without_sentences_is_a_reply_alone() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let answer = events(server.chat(&jwt, SESSION, "hello")).send().await.expect(200);
    let names: Vec<_> = told(&answer.body).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["reply"]);
}

#[tokio::test]
async fn an_early_failure_has_its_status_and_a_late_one_is_the_last_event() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let call = |message: &str| events(server.chat(&jwt, SESSION, message));
    call("overload").send().await.expect_error(503, "unavailable", None);
    call(" ").send().await.expect_error(422, "invalid", Some("message"));
    events(server.chat("nobody", SESSION, "hi")).send().await.expect_error(401, "unauthorized", None);
    let answer = call("Hello fail").send().await.expect(200);
    let told = told(&answer.body);
    assert_eq!((told.len(), told[0].0.as_str(), told[1].0.as_str()), (2, "delta", "error"));
    assert_eq!(told[1].1["code"], "internal");
    assert!(!answer.body.contains("scripted"), "{}", answer.body);
}

#[tokio::test]
async fn a_turn_that_takes_too_long_is_given_up() {
    let config = Config { request_timeout: Duration::from_secs(2), ..config() };
    let server = Server::with(config, calendar::Profile::default()).await;
    let jwt = server.person("ada@example.org").await;
    events(server.chat(&jwt, SESSION, "sleep")).send().await.expect_error(503, "unavailable", None);
}
