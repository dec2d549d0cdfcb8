//! Which token opens which door, and which request counts as whose.

use crate::support::{Answer, SECRET, Server, config, now};
use axum::http::Method;
use calendar::Profile;
use chrono::TimeDelta;
use gateway::Config;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use uuid::Uuid;

const ONE: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

#[tokio::test]
async fn a_chat_token_chats_in_its_session_and_nothing_else() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let token = server.chat_token(&jwt, ONE).await;
    server.chat(&token, ONE, "hi").send().await.expect(200);
    let alias = json!({"session_id": ONE, "message": "hi again"});
    server.post("/api/chat/messages", &alias).bearer(&token).send().await.expect(200);
    server.get(&format!("/api/chat/sessions/{ONE}")).bearer(&token).send().await.expect(200);

    let unauthorized = |answer: Answer| answer.expect_error(401, "unauthorized", None);
    unauthorized(server.get("/api/appointments").bearer(&token).send().await);
    unauthorized(server.delete(&format!("/api/appointments/{ONE}")).bearer(&token).send().await);
    unauthorized(server.post("/api/chatbot/token", &json!({})).bearer(&token).send().await);
    let cookie = format!("frontdesk_session={token}");
    unauthorized(server.get("/api/appointments").header("cookie", &cookie).send().await);
    let chat = json!({"session_id": ONE, "message": "hi"});
    unauthorized(server.post("/api/chat", &chat).header("cookie", &cookie).send().await);
}

#[tokio::test]
async fn a_chat_token_of_another_session_is_refused() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let eve = server.person("eve@example.org").await;
    server.chat(&jwt, OTHER, "mine too").send().await.expect(200);
    let hers = Uuid::from_u128(3);
    server.chat(&eve, hers, "hers").send().await.expect(200);
    let token = server.chat_token(&jwt, ONE).await;

    let unused = Uuid::from_u128(4);
    for (session, status, code) in
        [(OTHER, 403, "forbidden"), (hers, 404, "not_found"), (unused, 403, "forbidden")]
    {
        server.chat(&token, session, "hi").send().await.expect_error(status, code, None);
        let history = server.get(&format!("/api/chat/sessions/{session}")).bearer(&token).send().await;
        history.expect_error(status, code, None);
    }
}

#[tokio::test]
async fn a_session_belongs_to_the_first_who_used_it() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let eve = server.person("eve@example.org").await;
    server.chat(&jwt, ONE, "mine").send().await.expect(200);

    let not_found = |answer: Answer| answer.expect_error(404, "not_found", None);
    not_found(server.chat(&eve, ONE, "hi").send().await);
    not_found(server.get(&format!("/api/chat/sessions/{ONE}")).bearer(&eve).send().await);
    let body = json!({"session_id": ONE});
    not_found(server.post("/api/chatbot/token", &body).bearer(&eve).send().await);
    // She cannot tell it from one that nobody used.
    not_found(server.get(&format!("/api/chat/sessions/{OTHER}")).bearer(&eve).send().await);
}

#[tokio::test]
async fn a_chat_token_is_bound_to_the_session_it_names() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let bare = server.call(Method::POST, "/api/chatbot/token").bearer(&jwt).send().await.expect(200).json();
    let session: Uuid = bare["session_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(bare["expires_in_seconds"], 600);
    server.chat(bare["chat_token"].as_str().unwrap(), session, "hi").send().await.expect(200);

    let asked = server.post("/api/chatbot/token", &json!({"session_id": ONE})).bearer(&jwt).send().await;
    assert_eq!(asked.expect(200).json()["session_id"], ONE.to_string());

    let token = server.chat_token(&jwt, ONE).await;
    let later = |after| server.at(now() + after).chat(&token, ONE, "hi").send();
    later(TimeDelta::seconds(599)).await.expect(200);
    later(TimeDelta::seconds(600)).await.expect_error(401, "unauthorized", None);
}

fn claims_of(token: &str) -> Value {
    jsonwebtoken::dangerous::insecure_decode::<Value>(token).unwrap().claims
}

#[tokio::test]
async fn a_token_counts_no_more_after_its_logout() {
    for server in [Server::start().await, Server::on_postgres().await] {
        let jwt = server.person("ada@example.org").await;
        let login = json!({"email": "ada@example.org", "password": crate::support::PASSWORD});
        let phone = server.post("/api/auth/login", &login).send().await.expect(200);
        let (chat, phones_chat) =
            (server.chat_token(&jwt, ONE).await, server.chat_token(&phone.text_of("jwt"), OTHER).await);
        // A chat token ends nothing, and what is no token does no harm.
        for shown in [&chat, "garbage"] {
            server.post("/api/auth/logout", &json!({})).bearer(shown).send().await.expect(204);
        }
        server.get("/api/appointments").bearer(&jwt).send().await.expect(200);

        server.post("/api/auth/logout", &json!({})).bearer(&jwt).send().await.expect(204);
        let over = |answer: Answer| answer.expect_error(401, "unauthorized", None);
        over(server.get("/api/appointments").bearer(&jwt).send().await);
        over(server.chat(&chat, ONE, "hi").send().await);
        let cookie = format!("frontdesk_session={jwt}");
        over(server.get("/api/appointments").header("cookie", &cookie).send().await);
        // Elsewhere the person stays logged in.
        server.chat(&phones_chat, OTHER, "hi").send().await.expect(200);
        server.post("/api/auth/logout", &json!({})).cookie_of(&phone.headers).send().await.expect(204);
        over(server.get("/api/appointments").bearer(&phone.text_of("jwt")).send().await);
        over(server.chat(&phones_chat, OTHER, "hi").send().await);
    }
}

fn signed(secret: &str, algorithm: Algorithm, claims: &Value) -> String {
    encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

#[tokio::test]
async fn what_is_not_our_token_is_nobodys() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let user = server.user_id("ada@example.org").await;
    let at = now().timestamp();
    let login = &claims_of(&jwt)["sid"];
    let claims = json!({"sub": user, "aud": "frontdesk", "typ": "session", "jti": ONE, "sid": login,
                        "iat": at, "exp": at + 60});
    let with = |claim: &str, value: Value| {
        let mut claims = claims.clone();
        claims[claim] = value;
        signed(SECRET, Algorithm::HS256, &claims)
    };
    let ours = signed(SECRET, Algorithm::HS256, &claims);
    server.get("/api/appointments").bearer(&ours).send().await.expect(200);
    let from_the_future = with("iat", json!(at + 9_999));
    server.get("/api/appointments").bearer(&from_the_future).send().await.expect(200);

    let payload = ours.split('.').nth(1).unwrap();
    let forged = jwt.chars().rev().collect::<String>();
    for (what, token) in [
        ("none", format!("eyJhbGciOiJub25lIn0.{payload}.")),
        ("forged", signed("another secret of thirty-two bytes!!", Algorithm::HS256, &claims)),
        ("another algorithm", signed(SECRET, Algorithm::HS512, &claims)),
        ("expired", with("exp", json!(at))),
        ("another audience", with("aud", json!("frontdesk-chat"))),
        ("another type", with("typ", json!("chat"))),
        ("unknown user", with("sub", json!(ONE))),
        ("unknown login", with("sid", json!(ONE))),
        ("reversed", forged),
        ("empty", String::new()),
        ("garbage", "garbage".to_owned()),
    ] {
        let answer = server.get("/api/appointments").bearer(&token).send().await;
        println!("{what}: {}", answer.status);
        answer.expect_error(401, "unauthorized", None);
    }
    server.get("/api/appointments").send().await.expect_error(401, "unauthorized", None);
    let basic = server.get("/api/appointments").header("authorization", "Basic YTpi").send().await;
    basic.expect_error(401, "unauthorized", None);
}

#[tokio::test]
async fn a_bearer_wins_over_the_cookie() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let cookie = format!("frontdesk_session={jwt}");
    let call = |authorization: &str| {
        let call = server.get("/api/appointments").header("cookie", &cookie);
        call.header("authorization", authorization).send()
    };
    call("Bearer garbage").await.expect(401);
    call("bearer").await.expect(401);
    // Another scheme is not meant for us.
    call("Basic YTpi").await.expect(200);
}

#[tokio::test]
async fn other_sites_cannot_use_the_cookie() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let cookie = format!("frontdesk_session={jwt}");
    let chat = json!({"session_id": ONE, "message": "hi"});
    let call = |headers: &[(&'static str, &str)]| {
        let call = server.post("/api/chat", &chat).header("cookie", &cookie).header("host", "localhost:8080");
        headers.iter().fold(call, |call, (name, value)| call.header(name, value)).send()
    };
    call(&[]).await.expect(200);
    call(&[("sec-fetch-site", "same-origin")]).await.expect(200);
    call(&[("origin", "http://localhost:8080")]).await.expect(200);
    for headers in [
        [("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8080")],
        [("sec-fetch-site", "same-site"), ("origin", "http://localhost:8080")],
        [("origin", "http://evil.example"), ("x-forwarded-host", "evil.example")],
        [("origin", "null"), ("referer", "http://localhost:8080/")],
    ] {
        call(&headers).await.expect_error(403, "forbidden", None);
    }
    // Reading does no harm, and a bearer is never sent unasked.
    let read =
        server.get("/api/appointments").header("cookie", &cookie).header("sec-fetch-site", "cross-site");
    read.send().await.expect(200);
    server.chat(&jwt, ONE, "hi").header("origin", "http://evil.example").send().await.expect(200);
}

#[tokio::test]
async fn other_sites_cannot_log_a_person_in_or_out() {
    let https = Config { public_url: Some("https://book.example.org".parse().unwrap()), ..config() };
    let server = Server::with(https, Profile::default()).await;
    let body = json!({"email": "ada@example.org", "password": crate::support::PASSWORD});
    for path in ["/api/auth/signup", "/api/auth/login", "/api/auth/logout"] {
        let evil = server.post(path, &body).header("origin", "https://evil.example");
        evil.send().await.expect_error(403, "forbidden", None);
    }
    // Behind a proxy the Host is another, and PUBLIC_URL says what is ours.
    let ours = server.post("/api/auth/signup", &body).header("origin", "https://book.example.org");
    ours.header("host", "127.0.0.1:8080").send().await.expect(201);
}
