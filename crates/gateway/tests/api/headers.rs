//! What every answer carries.

use crate::support::{Server, config};
use axum::http::Method;
use calendar::Profile;
use gateway::Config;
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
        assert_ne!(server.get("/").send().await.header("cache-control"), Some("no-store"));
    }
}
