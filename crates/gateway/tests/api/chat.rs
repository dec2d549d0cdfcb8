//! Conversations, their history, and appointments.

use std::time::Duration;

use crate::support::{Server, config, now};
use calendar::{FreeSlot, Profile};
use chrono::{DateTime, TimeDelta, Utc};
use gateway::Config;
use serde_json::{Value, json};
use store::{NewAppointment, Place};
use uuid::Uuid;

const SESSION: Uuid = Uuid::from_u128(1);

async fn talks(server: &Server) {
    let jwt = server.person("ada@example.org").await;
    let token = server.chat_token(&jwt, SESSION).await;
    let reply = server.chat(&token, SESSION, " Book a meeting ").send().await.expect(200);
    let expected = json!({"reply": "You said:  Book a meeting ", "session_id": SESSION});
    assert_eq!(reply.json(), expected);

    let history = server.get(&format!("/api/chat/sessions/{SESSION}")).bearer(&jwt).send().await.expect(200);
    let history = history.json();
    assert_eq!(history["session_id"], SESSION.to_string());
    let lines: Vec<_> = history["messages"].as_array().unwrap().iter().collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["role"], &lines[0]["content"]), (&json!("user"), &json!(" Book a meeting ")));
    assert_eq!(lines[1]["role"], "assistant");
    assert!(lines.iter().all(|line| line["ts"].as_str().unwrap().starts_with("2026-11-23T10:20:00")));
}

#[tokio::test]
async fn a_person_talks_on_sqlite() {
    talks(&Server::start().await).await;
}

#[tokio::test]
async fn a_person_talks_on_postgres() {
    talks(&Server::on_postgres().await).await;
}

#[tokio::test]
async fn a_message_sent_again_is_answered_once() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let send = |message: &str| {
        let body = json!({"session_id": SESSION, "message": message, "message_id": "m1"});
        server.post("/api/chat", &body).bearer(&jwt).send()
    };
    let first = send("hi").await.expect(200).body;
    assert_eq!(send("hi").await.expect(200).body, first);
    send("something else").await.expect_error(409, "conflict", None);
    let history = server.get(&format!("/api/chat/sessions/{SESSION}")).bearer(&jwt).send().await.json();
    assert_eq!(history["messages"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn failures_of_the_assistant_say_nothing_internal() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let send = |message: &'static str| server.chat(&jwt, SESSION, message).send();
    send("invalid").await.expect_error(422, "invalid", Some("message"));
    let busy = send("overload").await.expect_error(503, "unavailable", None);
    assert_eq!(busy.header("retry-after"), Some("3"));
    for message in ["fail", "panic"] {
        let failed = send(message).await.expect_error(500, "internal", None);
        assert!(!failed.body.contains("scripted"), "{}", failed.body);
    }
    send("hi").await.expect(200);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let hasty = Config { request_timeout: Duration::from_millis(200), ..config() };
    let server = Server::with(hasty, Profile::default()).await;
    // Hashing takes its time, and this server gives none.
    let jwt = server.at(now()).person("ada@example.org").await;
    let late = server.chat(&jwt, SESSION, "sleep").send().await.expect_error(503, "unavailable", None);
    assert_eq!(late.header("retry-after"), Some("1"));
}

async fn book(server: &Server, email: &str, id: u128, start: DateTime<Utc>) -> Uuid {
    let user = server.user_id(email).await;
    let id = Uuid::from_u128(id);
    let slot = FreeSlot { start, end: start + TimeDelta::hours(1), resource: "front desk".to_owned() };
    let appointment = NewAppointment {
        id,
        place: Place { slot, buffer: TimeDelta::zero() },
        service_type: "general".to_owned(),
        timezone: "Europe/Berlin".to_owned(),
        name: None,
    };
    server.store.book(user, &appointment, start - TimeDelta::days(30)).await.unwrap();
    id
}

async fn keeps_a_calendar(server: &Server) {
    let jwt = server.person("ada@example.org").await;
    let eve = server.person("eve@example.org").await;
    let ahead = book(server, "ada@example.org", 1, now() + TimeDelta::days(2)).await;
    let past = book(server, "ada@example.org", 2, now() - TimeDelta::days(2)).await;
    let hers = book(server, "eve@example.org", 3, now() + TimeDelta::days(3)).await;

    let list = async |jwt: &str| {
        let answer = server.get("/api/appointments").bearer(jwt).send().await.expect(200).json();
        answer["appointments"].as_array().unwrap().clone()
    };
    let own = list(&jwt).await;
    assert_eq!(own.iter().map(|one| &one["id"]).collect::<Vec<_>>(), [&json!(past), &json!(ahead)]);
    let expected = json!({
        "id": ahead, "start_time": "2026-11-25T10:20:00Z", "end_time": "2026-11-25T11:20:00Z",
        "timezone": "Europe/Berlin", "service_type": "general", "status": "BOOKED",
        "created_at": "2026-10-26T10:20:00Z",
    });
    assert_eq!(own[1], expected);

    let cancel = |id: Uuid| server.delete(&format!("/api/appointments/{id}")).bearer(&jwt).send();
    let mut cancelled = expected;
    cancelled["status"] = Value::from("CANCELLED");
    assert_eq!(cancel(ahead).await.expect(200).json(), cancelled);
    assert_eq!(cancel(ahead).await.expect(200).json(), cancelled, "again");
    cancel(past).await.expect_error(409, "conflict", None);
    cancel(hers).await.expect_error(404, "not_found", None);
    cancel(Uuid::from_u128(9)).await.expect_error(404, "not_found", None);
    assert_eq!(list(&jwt).await[1], cancelled);
    assert_eq!(list(&eve).await[0]["status"], "BOOKED");
}

#[tokio::test]
async fn a_person_sees_and_cancels_their_own_on_sqlite() {
    keeps_a_calendar(&Server::start().await).await;
}

#[tokio::test]
async fn a_person_sees_and_cancels_their_own_on_postgres() {
    keeps_a_calendar(&Server::on_postgres().await).await;
}
