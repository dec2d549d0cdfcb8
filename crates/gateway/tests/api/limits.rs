//! How often somebody may do something.

use crate::support::{Answer, PASSWORD, Server, config};
use calendar::Profile;
use gateway::Config;
use serde_json::json;
use uuid::Uuid;

const SESSION: Uuid = Uuid::from_u128(1);

fn refused(answer: Answer) {
    let answer = answer.expect_error(429, "rate_limited", None);
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn turns_count_per_person() {
    let server = Server::with(Config { chat_per_minute: 3, ..config() }, Profile::default()).await;
    let (jwt, eve) = (server.person("ada@example.org").await, server.person("eve@example.org").await);
    // Fetching tokens costs no turns, and which token is used makes no difference.
    let token = server.chat_token(&jwt, SESSION).await;
    server.chat(&token, SESSION, "one").send().await.expect(200);
    server.chat(&jwt, SESSION, "two").send().await.expect(200);
    let alias = json!({"session_id": SESSION, "message": "three"});
    server.post("/api/chat/messages", &alias).bearer(&token).send().await.expect(200);
    refused(server.chat(&token, SESSION, "four").send().await);
    refused(server.post("/api/chat/messages", &alias).bearer(&jwt).send().await);
    server.chat(&eve, Uuid::from_u128(2), "one").send().await.expect(200);
    // Reading is not limited, and strangers are told to log in before anything is counted.
    server.get(&format!("/api/chat/sessions/{SESSION}")).bearer(&token).send().await.expect(200);
    server.chat("garbage", SESSION, "hi").send().await.expect(401);
}

#[tokio::test]
async fn tokens_count_per_person() {
    let server = Server::with(Config { chat_per_minute: 2, ..config() }, Profile::default()).await;
    let jwt = server.person("ada@example.org").await;
    for _ in 0..2 {
        server.chat_token(&jwt, SESSION).await;
    }
    refused(server.post("/api/chatbot/token", &json!({})).bearer(&jwt).send().await);
    server.chat(&jwt, SESSION, "hi").send().await.expect(200);
}

#[tokio::test]
async fn sign_ups_and_logins_count_per_address() {
    let proxied = Config { auth_per_minute: 2, trusted_proxies: "10.0.0.0/8".parse().unwrap(), ..config() };
    let server = Server::with(proxied, Profile::default()).await;
    let login = |n: u32| {
        let body = json!({"email": format!("{n}@example.org"), "password": PASSWORD});
        server.post("/api/auth/login", &body)
    };
    login(1).send().await.expect(401);
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    server.post("/api/auth/signup", &body).send().await.expect(201);
    refused(login(2).send().await);
    refused(server.post("/api/auth/signup", &body).send().await);
    // A stranger's word for where it comes from counts for nothing; a proxy's does, as far as it saw.
    refused(login(3).header("x-forwarded-for", "198.51.100.1").send().await);
    let through = |n, forwarded: &str| login(n).coming_from("10.1.2.3").header("x-forwarded-for", forwarded);
    for (n, invented) in [(4, "203.0.113.1"), (5, "203.0.113.2")] {
        through(n, &format!("{invented}, 198.51.100.7")).send().await.expect(401);
    }
    refused(through(6, "203.0.113.3, 198.51.100.7").send().await);
    through(7, "198.51.100.8").send().await.expect(401);
    // Logging out is nobody's attack.
    for _ in 0..5 {
        server.post("/api/auth/logout", &json!({})).send().await.expect(204);
    }
}

#[tokio::test]
async fn logins_count_per_account_name_from_wherever_they_come() {
    let server = Server::with(Config { auth_per_minute: 2, ..config() }, Profile::default()).await;
    let login = |email: &str, n: u8| {
        let body = json!({"email": email, "password": "a guess"});
        server.post("/api/auth/login", &body).coming_from(&format!("192.0.2.{n}")).send()
    };
    for (n, spelling) in (1..).zip(["ada@example.org", " ADA@Example.org"]) {
        login(spelling, n).await.expect(401);
    }
    refused(login("ada@example.org", 3).await);
    login("eve@example.org", 4).await.expect(401);
}

#[tokio::test]
async fn zero_switches_the_limits_off() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    for _ in 0..100 {
        server.chat_token(&jwt, SESSION).await;
    }
}
