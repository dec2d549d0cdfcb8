//! The client of OpenAI-compatible servers, against one that behaves as badly as they do.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod chain;
mod format;
mod server;

use std::time::{Duration, Instant};

use nlu::openai::{OpenAiConfig, Price, RemoteFailure};
use nlu::{InterpretError, Interpreter, OpenAi, Understanding, Utterance};
use protocol::{Asked, Intent, SpanRole};
use serde_json::{Value, json};

use server::{Reply, Server, config};

const TEXT: &str = "Book a haircut tomorrow at 3, please";

fn client(config: OpenAiConfig) -> OpenAi {
    OpenAi::new(config, || 0.5).unwrap()
}

fn utterance(text: &str) -> Utterance {
    Utterance { text: text.into(), asked: None }
}

fn span(kind: &str, words: &str) -> Value {
    json!({"kind": kind, "text": words, "occurrence": 1})
}

fn good() -> Reply {
    Reply::Answers(json!({
        "intents": ["book"],
        "spans": [span("when.wanted", "tomorrow at 3"), span("service", "haircut")],
    }))
}

fn words(understanding: &Understanding) -> Vec<&str> {
    understanding.interpretation.spans.iter().map(|span| span.text.as_str()).collect()
}

fn failures(client: &OpenAi, reason: RemoteFailure) -> u64 {
    let failures = client.usage().failures;
    failures.iter().find(|(name, _)| *name == reason.as_str()).unwrap().1
}

#[tokio::test]
async fn a_good_answer_is_an_understanding() {
    let server = Server::start([good()]).await;
    let client = client(server.config());
    let asked = Utterance { text: TEXT.into(), asked: Some(Asked::Service) };
    let understood = client.interpret(asked).await.unwrap();
    assert_eq!(understood.provider, "openai");
    assert!(understood.interpretation.has(Intent::Book));
    assert_eq!(words(&understood), ["haircut", "tomorrow at 3"]);
    assert_eq!(understood.interpretation.spans[1].role, Some(SpanRole::Wanted));
    assert!(understood.sentence.is_empty());

    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    let request = &seen[0].body;
    assert_eq!(seen[0].path, "/v1/chat/completions");
    assert_eq!(seen[0].authorization.as_deref(), Some("Bearer sk-test"));
    assert_eq!((&request["model"], &request["temperature"]), (&json!("a-model"), &json!(0.0)));
    let format = &request["response_format"];
    assert_eq!(format["type"], "json_schema");
    assert_eq!(format["json_schema"]["strict"], true);
    let intents = &format["json_schema"]["schema"]["properties"]["intents"]["items"]["enum"];
    assert_eq!(intents, &json!(Intent::ALL));
    let question = request["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap();
    let question: Value = serde_json::from_str(question).unwrap();
    assert_eq!(question, json!({"asked": "service", "message": TEXT}));
}

#[tokio::test]
async fn what_it_cost_is_counted() {
    let server = Server::start([good()]).await;
    let price = Some(Price { per_million_in: 2.0, per_million_out: 10.0 });
    let client = client(OpenAiConfig { price, ..server.config() });
    for _ in 0..3 {
        client.interpret(utterance(TEXT)).await.unwrap();
    }
    let usage = client.usage();
    assert_eq!((usage.requests, usage.tokens_in, usage.tokens_out), (3, 3_000, 30));
    assert!((usage.cost.unwrap() - 0.006_3).abs() < 1e-9, "{usage:?}");
    assert_eq!(usage.failed(), 0);
}

#[tokio::test]
async fn a_useless_answer_is_objected_to_once() {
    let invented = json!({"intents": ["book"], "spans": [span("when.wanted", "2026-11-24T15:00")]});
    let unknown = json!({"intents": ["pay"], "spans": []});
    for (useless, flaw) in [
        (Reply::Says("Sure! I booked it for you.".into()), "not JSON"),
        (Reply::Says("{\"intents\": [\"book\"], \"spa".into()), "not JSON"),
        (Reply::Says(String::new()), "not JSON"),
        (Reply::Answers(invented), "2026-11-24T15:00"),
        (Reply::Answers(unknown), "no intent"),
    ] {
        let server = Server::start([useless.clone(), good()]).await;
        let understood = client(server.config()).interpret(utterance(TEXT)).await.unwrap();
        assert_eq!(words(&understood), ["haircut", "tomorrow at 3"]);
        let seen = server.seen();
        assert_eq!(seen.len(), 2, "{useless:?}");
        let objection = seen[1].body["messages"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(objection["role"], "user");
        assert!(objection["content"].as_str().unwrap().contains(flaw), "{useless:?}: {objection}");

        let server = Server::start([useless]).await;
        let client = client(server.config());
        assert!(matches!(client.interpret(utterance(TEXT)).await, Err(InterpretError::Failed(_))));
        assert_eq!(server.seen().len(), 2);
        assert_eq!(failures(&client, RemoteFailure::InvalidAnswer), 1);
    }
}

#[tokio::test]
async fn what_is_no_chat_completion_is_a_failure() {
    for body in ["", "<html>", "{}", "{\"choices\": 3}"] {
        let server = Server::start([Reply::Body(body)]).await;
        let client = client(server.config());
        let error = client.interpret(utterance(TEXT)).await.unwrap_err();
        assert!(!error.to_string().contains("haircut"), "{error}");
        assert_eq!(failures(&client, RemoteFailure::InvalidAnswer), 1);
    }
    // No choice at all is an empty answer.
    let server = Server::start([Reply::Body("{\"choices\": []}"), good()]).await;
    assert!(client(server.config()).interpret(utterance(TEXT)).await.is_ok());
}

#[tokio::test]
async fn too_many_requests_wait_as_they_are_told() {
    let server = Server::start([Reply::StatusUntil(429, "0.3"), good()]).await;
    let client = client(server.config());
    let begun = Instant::now();
    client.interpret(utterance(TEXT)).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!((client.usage().requests, client.usage().retries), (2, 1));
}

#[tokio::test]
async fn a_server_that_wants_to_be_left_alone_for_long_is() {
    let server = Server::start([Reply::StatusUntil(429, "60"), good()]).await;
    let client = client(server.config());
    let begun = Instant::now();
    client.interpret(utterance(TEXT)).await.unwrap_err();
    client.interpret(utterance(TEXT)).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(10), "nobody waits a minute for a reply");
    assert_eq!(server.seen().len(), 1);
    assert_eq!(failures(&client, RemoteFailure::RateLimited), 1);
    assert_eq!(failures(&client, RemoteFailure::BreakerOpen), 1);
    assert!(client.is_given_up());
}

#[tokio::test]
async fn a_server_in_trouble_is_asked_again_but_not_for_ever() {
    let server = Server::start([Reply::Status(500), Reply::Status(503), good()]).await;
    assert!(client(server.config()).interpret(utterance(TEXT)).await.is_ok());
    let server = Server::start([Reply::Status(502)]).await;
    let client = client(server.config());
    client.interpret(utterance(TEXT)).await.unwrap_err();
    assert_eq!(server.seen().len(), 3);
    assert_eq!(failures(&client, RemoteFailure::ServerError), 1);
}

#[tokio::test]
async fn a_refusal_is_not_repeated() {
    for (status, hint) in [(400, "OPENAI_RESPONSE_FORMAT"), (401, "OPENAI_API_KEY"), (404, "OPENAI_MODEL")] {
        let server = Server::start([Reply::Status(status), good()]).await;
        let client = client(server.config());
        let error = client.interpret(utterance(TEXT)).await.unwrap_err();
        assert!(error.to_string().contains(hint), "{error}");
        assert_eq!(server.seen().len(), 1);
        assert_eq!(failures(&client, RemoteFailure::Rejected), 1);
    }
}

#[tokio::test]
async fn the_message_and_the_key_go_nowhere_else() {
    let server = Server::start([Reply::Elsewhere, good()]).await;
    client(server.config()).interpret(utterance(TEXT)).await.unwrap_err();
    assert_eq!(server.seen().len(), 1, "a redirect is not followed");
}

#[tokio::test]
async fn a_slow_server_is_waited_for_until_the_deadline() {
    let server = Server::start([Reply::Late(Duration::from_secs(30))]).await;
    let client = client(OpenAiConfig { deadline: Duration::from_millis(300), ..server.config() });
    let begun = Instant::now();
    client.interpret(utterance(TEXT)).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(failures(&client, RemoteFailure::Timeout), 1);
}

#[tokio::test]
async fn a_connection_that_breaks_or_is_refused_is_tried_again() {
    for url in [server::that_cuts_off().await, server::that_is_not_there().await] {
        let client = client(config(&url));
        client.interpret(utterance(TEXT)).await.unwrap_err();
        assert_eq!(client.usage().requests, 3);
        assert_eq!(failures(&client, RemoteFailure::Unreachable), 1);
    }
}

#[tokio::test]
async fn the_breaker_opens_and_closes() {
    let server = Server::start([Reply::Status(401), Reply::Status(401), good()]).await;
    let pause = Duration::from_millis(400);
    let client = client(OpenAiConfig { breaker_failures: 2, breaker_pause: pause, ..server.config() });
    for _ in 0..2 {
        client.interpret(utterance(TEXT)).await.unwrap_err();
    }
    client.interpret(utterance(TEXT)).await.unwrap_err();
    assert_eq!((server.seen().len(), failures(&client, RemoteFailure::BreakerOpen)), (2, 1));
    tokio::time::sleep(pause).await;
    client.interpret(utterance(TEXT)).await.unwrap();
    assert!(!client.is_given_up());
    client.interpret(utterance(TEXT)).await.unwrap();
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn addresses_and_numbers_stay_here_and_spans_still_point_at_the_message() {
    let text = "I'm Ann, ann@example.org or 030 555 0100, tomorrow at 3";
    let reply = json!({"intents": [], "spans": [
        span("name", "Ann"),
        span("when.wanted", "tomorrow at 3"),
    ]});
    let server = Server::start([Reply::Answers(reply)]).await;
    let client = client(server.config());
    let understood = client.interpret(utterance(text)).await.unwrap();
    let sent = server.seen()[0].body.to_string();
    for hidden in ["ann@", "example.org", "555", "0100"] {
        assert!(!sent.contains(hidden), "{hidden} was sent");
    }
    assert!(sent.contains("I'm Ann, ###@#######.### or ### ### ####, tomorrow at 3"));
    for span in &understood.interpretation.spans {
        let there: String = text.chars().skip(span.start).take(span.end - span.start).collect();
        assert_eq!(there, span.text);
    }
    assert_eq!(words(&understood), ["Ann", "tomorrow at 3"]);
    assert_eq!(client.usage().redacted, 1);
}
