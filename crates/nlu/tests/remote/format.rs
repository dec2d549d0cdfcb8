//! How the server is made to answer with JSON, and what happens when it refuses.

use nlu::openai::{OpenAiConfig, RemoteFailure, ResponseFormat};
use nlu::{InterpretError, Interpreter};
use protocol::Intent;
use serde_json::{Value, json};

use crate::server::{Reply, Seen, Server};
use crate::{TEXT, client, failures, good, span, utterance, words};

/// What servers say: OpenAI of an old model, vLLM, llama-cpp-python.
const REFUSALS: [Reply; 3] = [
    Reply::Refusal(
        400,
        r#"{"error": {"message": "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."}}"#,
    ),
    Reply::Refusal(
        422,
        r#"{"detail": [{"loc": ["body", "response_format", "type"], "msg": "Input should be 'text' or 'json_object'"}]}"#,
    ),
    Reply::Refusal(
        500,
        r#"{"error": {"message": "1 validation error: {'loc': ('body', 'response_format', 'type')}", "code": null}}"#,
    ),
];

fn asking_for(server: &Server, response_format: ResponseFormat) -> OpenAiConfig {
    OpenAiConfig { response_format, ..server.config() }
}

/// The `response_format` of a request, and whether the model can read the schema in its prompt.
fn format(seen: &Seen) -> (Option<&str>, bool) {
    let rules = seen.body["messages"][0]["content"].as_str().unwrap();
    let schema = rules.lines().find_map(|line| line.split_once("of this schema, and nothing else: "));
    if let Some((_, schema)) = schema {
        let schema: Value = serde_json::from_str(schema).unwrap();
        assert_eq!(schema["properties"]["intents"]["items"]["enum"], json!(Intent::ALL));
    }
    (seen.body["response_format"]["type"].as_str(), schema.is_some())
}

#[tokio::test]
async fn the_schema_is_in_the_prompt_when_the_server_does_not_take_it() {
    for (wanted, expected) in [
        (ResponseFormat::JsonSchema, (Some("json_schema"), false)),
        (ResponseFormat::JsonObject, (Some("json_object"), true)),
        (ResponseFormat::None, (None, true)),
    ] {
        let server = Server::start([good()]).await;
        let understood = client(asking_for(&server, wanted)).interpret(utterance(TEXT)).await.unwrap();
        assert_eq!(words(&understood), ["haircut", "tomorrow at 3"]);
        let seen = server.seen();
        assert_eq!(format(&seen[0]), expected, "{wanted:?}");
        let schema = &seen[0].body["response_format"]["json_schema"];
        assert_eq!(schema.is_object(), wanted == ResponseFormat::JsonSchema);
        assert_eq!(seen[0].body.get("response_format").is_none(), wanted == ResponseFormat::None);
    }
}

#[tokio::test]
async fn an_answer_is_checked_the_same_however_it_was_asked_for() {
    for wanted in [ResponseFormat::JsonSchema, ResponseFormat::JsonObject, ResponseFormat::None] {
        let invented = json!({"intents": ["book"], "spans": [span("when.wanted", "2026-11-24T15:00")]});
        let missing = json!({"intents": ["book"]});
        for useless in [
            Reply::Says("```json\n{\"intents\": [], \"spans\": []}\n```".into()),
            Reply::Answers(invented.clone()),
            Reply::Answers(missing.clone()),
        ] {
            let server = Server::start([useless]).await;
            let client = client(asking_for(&server, wanted));
            assert!(matches!(client.interpret(utterance(TEXT)).await, Err(InterpretError::Failed(_))));
            assert_eq!(failures(&client, RemoteFailure::InvalidAnswer), 1, "{wanted:?}");
            // Objected to once, in the same way as it was asked.
            let seen = server.seen();
            assert_eq!(seen.len(), 2);
            assert_eq!(format(&seen[0]), format(&seen[1]));
        }
    }
}

#[tokio::test]
async fn less_is_asked_of_a_server_that_refuses_the_format_and_for_good() {
    for refusal in REFUSALS {
        let server = Server::start([refusal.clone(), good()]).await;
        let client = client(server.config());
        for _ in 0..2 {
            let understood = client.interpret(utterance(TEXT)).await.unwrap();
            assert_eq!(words(&understood), ["haircut", "tomorrow at 3"]);
        }
        let seen = server.seen();
        let asked: Vec<_> = seen.iter().map(format).collect();
        let expected =
            [(Some("json_schema"), false), (Some("json_object"), true), (Some("json_object"), true)];
        assert_eq!(asked, expected, "{refusal:?}");
        let usage = client.usage();
        assert_eq!((usage.requests, usage.retries, usage.failed()), (3, 0, 0), "{refusal:?}");
    }
}

#[tokio::test]
async fn a_server_that_knows_no_format_at_all_is_asked_without() {
    let [first, second, _] = REFUSALS;
    let server = Server::start([first, second, good()]).await;
    let client = client(server.config());
    client.interpret(utterance(TEXT)).await.unwrap();
    client.interpret(utterance(TEXT)).await.unwrap();
    let seen = server.seen();
    let asked: Vec<_> = seen.iter().map(format).collect();
    let (schema, object, none) = ((Some("json_schema"), false), (Some("json_object"), true), (None, true));
    assert_eq!(asked, [schema, object, none, none]);
}

#[tokio::test]
async fn a_server_that_refuses_whatever_it_is_asked_is_not_asked_for_ever() {
    let [refusal, ..] = REFUSALS;
    let server = Server::start([refusal]).await;
    let client = client(server.config());
    client.interpret(utterance(TEXT)).await.unwrap_err();
    assert_eq!(server.seen().len(), 3);
    assert_eq!(failures(&client, RemoteFailure::Rejected), 1);
    client.interpret(utterance(TEXT)).await.unwrap_err();
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn a_refusal_for_another_reason_changes_nothing() {
    let refusal = Reply::Refusal(400, r#"{"error": {"message": "temperature is not supported"}}"#);
    let server = Server::start([refusal, good()]).await;
    let client = client(server.config());
    client.interpret(utterance(TEXT)).await.unwrap_err();
    client.interpret(utterance(TEXT)).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.iter().map(format).collect::<Vec<_>>(), [(Some("json_schema"), false); 2]);
}
