//! What a person may take away, and how they leave.

use gateway::Config;
use serde_json::json;
use uuid::Uuid;

use crate::support::{PASSWORD, Server, config};

const ONE: Uuid = Uuid::from_u128(1);
const SESSION: Uuid = Uuid::from_u128(100);

#[tokio::test]
async fn an_export_is_the_persons_own_data() {
    for server in [Server::start().await, Server::on_postgres().await] {
        let jwt = server.person("ada@example.org").await;
        let eve = server.person("eve@example.org").await;
        server.book("ada@example.org", ONE, "2026-11-25T15:00:00Z".parse().unwrap()).await;
        server.chat(&jwt, SESSION, "hello there").send().await.expect(200);
        server.chat(&eve, Uuid::from_u128(101), "not hers").send().await.expect(200);

        let answer = server.get("/api/account/export").bearer(&jwt).send().await.expect(200);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert!(answer.header("content-disposition").unwrap().starts_with("attachment"));
        let export = answer.json();
        assert_eq!(export["account"]["email"], "ada@example.org");
        assert_eq!(export["appointments"][0]["id"], ONE.to_string());
        assert_eq!(export["appointments"][0]["status"], "BOOKED");
        assert_eq!(export["sessions"].as_array().unwrap().len(), 1);
        assert_eq!(export["sessions"][0]["session_id"], SESSION.to_string());
        let said: Vec<_> = export["sessions"][0]["messages"].as_array().unwrap().iter().collect();
        assert_eq!((&said[0]["role"], &said[0]["content"]), (&json!("user"), &json!("hello there")));
        assert_eq!(said[1]["content"], "You said: hello there");
        for foreign in ["password", "argon2", "eve@", "not hers"] {
            assert!(!answer.body.contains(foreign), "{foreign}: {}", answer.body);
        }
        server.get("/api/account/export").send().await.expect_error(401, "unauthorized", None);
        let token = server.chat_token(&jwt, SESSION).await;
        server.get("/api/account/export").bearer(&token).send().await.expect_error(401, "unauthorized", None);
    }
}

#[tokio::test]
async fn who_leaves_is_gone_at_once() {
    for server in [Server::start().await, Server::on_postgres().await] {
        let jwt = server.person("ada@example.org").await;
        let eve = server.person("eve@example.org").await;
        server.book("ada@example.org", ONE, "2026-11-25T15:00:00Z".parse().unwrap()).await;
        let token = server.chat_token(&jwt, SESSION).await;
        server.chat(&token, SESSION, "hello").send().await.expect(200);

        let answer =
            server.delete_with("/api/account", &json!({"password": PASSWORD})).bearer(&jwt).send().await;
        let cookie = answer.expect(204).header("set-cookie").unwrap().to_owned();
        assert!(cookie.contains("Max-Age=0"), "{cookie}");
        for gone in [&jwt, &token] {
            server.chat(gone, SESSION, "hello?").send().await.expect_error(401, "unauthorized", None);
        }
        server.get("/api/appointments").bearer(&jwt).send().await.expect_error(401, "unauthorized", None);
        let login = json!({"email": "ada@example.org", "password": PASSWORD});
        server.post("/api/auth/login", &login).send().await.expect_error(401, "unauthorized", None);
        // The time and the session's name are free again, and others keep what is theirs.
        server.book("eve@example.org", Uuid::from_u128(2), "2026-11-25T15:00:00Z".parse().unwrap()).await;
        server.chat(&eve, SESSION, "mine now").send().await.expect(200);
        let history =
            server.get(&format!("/api/chat/sessions/{SESSION}")).bearer(&eve).send().await.expect(200);
        assert!(!history.body.contains("hello"), "{}", history.body);
        server.person("ada@example.org").await;
    }
}

#[tokio::test]
async fn leaving_takes_the_password() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let leave = |body| server.delete_with("/api/account", &body).bearer(&jwt).send();
    leave(json!({"password": "wrong horse"})).await.expect_error(403, "forbidden", Some("password"));
    leave(json!({"password": ""})).await.expect_error(422, "invalid", Some("password"));
    leave(json!({"password": "x".repeat(129)})).await.expect_error(422, "invalid", Some("password"));
    leave(json!({})).await.expect_error(422, "invalid", Some("password"));
    let bare = server.delete("/api/account").bearer(&jwt).send().await;
    bare.expect_error(415, "unsupported_media_type", None);
    server.delete_with("/api/account", &json!({"password": PASSWORD})).send().await.expect(401);

    // A page of another site cannot, even if it knew the password.
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let cookie = server.post("/api/auth/login", &login).send().await.expect(200).headers;
    let evil = server.delete_with("/api/account", &json!({"password": PASSWORD})).cookie_of(&cookie);
    evil.header("sec-fetch-site", "cross-site").send().await.expect_error(403, "forbidden", None);
    server.get("/api/appointments").bearer(&jwt).send().await.expect(200);
}

#[tokio::test]
async fn guessing_is_limited_as_logins_are() {
    let limited = Config { auth_per_minute: 2, ..config() };
    let server = Server::with(limited, calendar::Profile::default()).await;
    let jwt = server.person("ada@example.org").await;
    let guess =
        || server.delete_with("/api/account", &json!({"password": "wrong horse"})).bearer(&jwt).send();
    guess().await.expect(403);
    guess().await.expect(403);
    assert!(guess().await.expect_error(429, "rate_limited", None).header("retry-after").is_some());
}

#[tokio::test]
async fn exports_are_limited_per_person() {
    let limited = Config { chat_per_minute: 2, ..config() };
    let server = Server::with(limited, calendar::Profile::default()).await;
    let (jwt, eve) = (server.person("ada@example.org").await, server.person("eve@example.org").await);
    let export = |jwt: &str| server.get("/api/account/export").bearer(jwt).send();
    export(&jwt).await.expect(200);
    export(&jwt).await.expect(200);
    assert!(export(&jwt).await.expect_error(429, "rate_limited", None).header("retry-after").is_some());
    export(&eve).await.expect(200);
}
