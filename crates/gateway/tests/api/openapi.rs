//! The specification and the router say the same.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use serde_json::Value;

use crate::support::Server;

/// The router's paths, as its source has them. The page at `/` is not part of the API.
fn routes() -> BTreeSet<String> {
    let source = include_str!("../../src/router.rs");
    let quoted = |rest: &str| rest.split('"').nth(1).map(str::to_owned);
    source.split(".route(").skip(1).filter_map(quoted).filter(|path| path != "/").collect()
}

/// The specification's methods by path.
fn described(specification: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut methods = BTreeMap::<String, BTreeSet<String>>::new();
    for (path, item) in specification["paths"].as_object().unwrap() {
        let of_path = methods.entry(path.clone()).or_default();
        of_path.extend(item.as_object().unwrap().keys().map(|method| method.to_uppercase()));
    }
    methods
}

#[tokio::test]
async fn every_route_is_described_and_nothing_else() {
    let server = Server::start().await;
    let specification = server.get("/api/openapi.json").send().await.expect(200).json();
    assert!(specification["openapi"].as_str().unwrap().starts_with("3.1"));
    let described = described(&specification);
    assert!(described.len() > 10);
    // The calendar file shares its route with the appointment.
    let paths: BTreeSet<String> =
        described.keys().map(|path| path.trim_end_matches(".ics").to_owned()).collect();
    assert_eq!(paths, routes());
    for (path, methods) in described {
        // A method that no route has: the answer lists those that there are.
        let answer = server.call(Method::TRACE, &path.replace("{id}", "x")).send().await.expect(405);
        let allowed = answer.header("allow").unwrap().split(',').map(|method| method.trim().to_owned());
        let allowed: BTreeSet<String> = allowed.filter(|method| method != "HEAD").collect();
        assert_eq!(allowed, methods, "{path}");
    }
}

#[tokio::test]
async fn references_lead_somewhere_and_errors_have_their_form() {
    let server = Server::start().await;
    let specification = server.get("/api/openapi.json").send().await.expect(200).json();
    let intents: Vec<&str> = protocol::Intent::ALL.iter().map(|intent| intent.as_str()).collect();
    assert_eq!(specification["components"]["schemas"]["Intent"]["enum"], serde_json::json!(intents));
    let mut names = BTreeSet::new();
    references(&specification, &mut names);
    assert!(names.contains("ErrorEnvelope") && names.contains("ChatReply"));
    for name in names {
        assert!(specification["components"]["schemas"][&name].is_object(), "there is no {name}");
    }
    let mut ids = BTreeSet::new();
    for (path, item) in specification["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{operation}");
            let responses = operation["responses"].as_object().unwrap();
            for (_, error) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
                let form = &error["content"]["application/json"]["schema"]["$ref"];
                assert!(
                    !path.starts_with("/api") || form == "#/components/schemas/ErrorEnvelope",
                    "{path}: {error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_page_needs_nothing_but_itself() {
    let server = Server::start().await;
    let page = server.get("/api/docs").send().await.expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));
    for path in routes() {
        assert!(page.body.contains(&path), "{path}");
    }
    for other in ["<script", "<style", "style=", "src=", "<link"] {
        assert!(!page.body.contains(other), "{other}");
    }
}

fn references(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str) {
                names.insert(name.rsplit('/').next().unwrap().to_owned());
            }
            fields.values().for_each(|value| references(value, names));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, names)),
        _ => {}
    }
}
