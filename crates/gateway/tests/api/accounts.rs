//! Signing up, logging in and out.

use std::time::{Duration, Instant};

use crate::support::{PASSWORD, Server, config, now};
use calendar::Profile;
use chrono::TimeDelta;
use gateway::Config;
use serde_json::json;

#[tokio::test]
async fn a_person_signs_up_logs_in_and_out() {
    let server = Server::start().await;
    let credentials = json!({"email": " Ada@Example.org ", "password": PASSWORD});
    let signed_up = server.post("/api/auth/signup", &credentials).send().await.expect(201);
    assert_eq!(
        signed_up.header("set-cookie").unwrap(),
        format!(
            "frontdesk_session={}; HttpOnly; SameSite=Strict; Path=/; Max-Age=86400",
            signed_up.text_of("jwt")
        )
    );
    let user = server.store.user_by_email("ada@example.org").await.unwrap().unwrap();
    assert!(user.password_hash.starts_with("$argon2id$"));
    assert_eq!(user.created_at, now());

    let login = json!({"email": "ADA@example.org", "password": PASSWORD});
    let logged_in = server.post("/api/auth/login", &login).send().await.expect(200);
    assert_ne!(logged_in.text_of("jwt"), signed_up.text_of("jwt"), "each token has its own jti");
    for answer in [&signed_up, &logged_in] {
        server.get("/api/appointments").bearer(&answer.text_of("jwt")).send().await.expect(200);
        server.get("/api/appointments").cookie_of(&answer.headers).send().await.expect(200);
    }

    let logged_out = server.post("/api/auth/logout", &json!({})).cookie_of(&signed_up.headers).send().await;
    let logged_out = logged_out.expect(204);
    assert_eq!(logged_out.body, "");
    assert_eq!(
        logged_out.header("set-cookie").unwrap(),
        "frontdesk_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"
    );
    server.get("/api/appointments").cookie_of(&logged_out.headers).send().await.expect(401);
}

#[tokio::test]
async fn an_address_is_taken_once_in_any_spelling() {
    let server = Server::start().await;
    server.person("ada@example.org").await;
    let again = json!({"email": "ADA@EXAMPLE.ORG", "password": "another password"});
    server.post("/api/auth/signup", &again).send().await.expect_error(409, "conflict", None);
    assert_eq!(server.store.users().await.unwrap().len(), 1);
}

#[tokio::test]
async fn sign_ups_of_one_address_at_once_make_one_account() {
    let server = Server::start().await;
    let credentials = json!({"email": "ada@example.org", "password": PASSWORD});
    let tries: Vec<_> =
        (0..8).map(|_| tokio::spawn(server.post("/api/auth/signup", &credentials).send())).collect();
    let mut statuses = Vec::new();
    for answer in tries {
        statuses.push(answer.await.unwrap().status.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn a_business_can_keep_sign_up_to_itself() {
    let profile = Profile { sign_up: false, ..Profile::default() };
    let server = Server::with(config(), profile).await;
    let credentials = json!({"email": "ada@example.org", "password": PASSWORD});
    server.post("/api/auth/signup", &credentials).send().await.expect_error(403, "forbidden", None);
    assert!(server.store.users().await.unwrap().is_empty());
}

#[tokio::test]
async fn wrong_credentials_do_not_say_what_is_wrong() {
    let server = Server::start().await;
    server.person("ada@example.org").await;
    let login = async |email: &str, password: &str| {
        let body = json!({"email": email, "password": password});
        server.post("/api/auth/login", &body).send().await.expect_error(401, "unauthorized", None)
    };
    let wrong = login("ada@example.org", "wrong").await;
    let unknown = login("eve@example.org", PASSWORD).await;
    assert_eq!(wrong.json()["error"]["message"], unknown.json()["error"]["message"]);
    assert_eq!((wrong.header("set-cookie"), unknown.header("set-cookie")), (None, None));
    assert_eq!(wrong.header("www-authenticate"), Some("Bearer"));
}

#[tokio::test]
async fn an_unknown_address_takes_as_long_as_a_wrong_password() {
    let server = Server::start().await;
    server.person("ada@example.org").await;
    let login = async |email: &str| {
        let body = json!({"email": email, "password": "wrong password"});
        let started = Instant::now();
        server.post("/api/auth/login", &body).send().await.expect(401);
        started.elapsed()
    };
    // In turns, so that a busy machine slows both down alike. Without a hash one would take a tenth of the other.
    let (mut known, mut unknown) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..8 {
        known += login("ada@example.org").await;
        unknown += login("eve@example.org").await;
    }
    assert!(unknown * 4 > known && known * 4 > unknown, "{known:?} and {unknown:?}");
}

#[tokio::test]
async fn a_deleted_person_is_gone_at_once() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let chat_token = server.chat_token(&jwt, uuid::Uuid::nil()).await;
    server.store.delete_user(server.user_id("ada@example.org").await).await.unwrap();
    server.get("/api/appointments").bearer(&jwt).send().await.expect_error(401, "unauthorized", None);
    server.chat(&chat_token, uuid::Uuid::nil(), "hi").send().await.expect_error(401, "unauthorized", None);
}

#[tokio::test]
async fn over_https_the_cookie_is_for_this_host_and_tls_only() {
    let https = Config { public_url: Some("https://book.example.org".parse().unwrap()), ..config() };
    let server = Server::with(https, Profile::default()).await;
    let credentials = json!({"email": "ada@example.org", "password": PASSWORD});
    let answer = server.post("/api/auth/signup", &credentials).send().await.expect(201);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-frontdesk_session="), "{cookie}");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Path=/; Max-Age=86400; Secure"), "{cookie}");
    server.get("/api/appointments").cookie_of(&answer.headers).send().await.expect(200);
    // Without the prefix anybody on a neighbouring host could have set it.
    let plain = format!("frontdesk_session={}", answer.text_of("jwt"));
    server.get("/api/appointments").header("cookie", &plain).send().await.expect(401);
}

#[tokio::test]
async fn a_session_lasts_a_day() {
    let server = Server::start().await;
    let jwt = server.person("ada@example.org").await;
    let call = async |after: TimeDelta| {
        server.at(now() + after).get("/api/appointments").bearer(&jwt).send().await.status.as_u16()
    };
    assert_eq!(call(TimeDelta::hours(24) - TimeDelta::seconds(1)).await, 200);
    assert_eq!(call(TimeDelta::hours(24)).await, 401);
    // The clock was set back.
    assert_eq!(call(TimeDelta::days(-2)).await, 200);
}

#[tokio::test]
async fn a_person_changes_their_password_and_is_logged_out_elsewhere() {
    for server in [Server::start().await, Server::on_postgres().await] {
        let jwt = server.person("ada@example.org").await;
        let login = |password: &str| {
            server.post("/api/auth/login", &json!({"email": "ada@example.org", "password": password})).send()
        };
        let elsewhere = login(PASSWORD).await.expect(200).text_of("jwt");
        let change = |old: &str, new: &str| {
            let body = json!({"password": old, "new_password": new});
            server.post("/api/auth/password", &body).bearer(&jwt).send()
        };
        change("wrong horse", "staple battery").await.expect_error(403, "forbidden", Some("password"));
        change("", "staple battery").await.expect_error(422, "invalid", Some("password"));
        change(PASSWORD, "short").await.expect_error(422, "invalid", Some("new_password"));
        server.get("/api/appointments").bearer(&elsewhere).send().await.expect(200);

        assert_eq!(change(PASSWORD, "staple battery").await.expect(204).body, "");
        server.get("/api/appointments").bearer(&elsewhere).send().await.expect_error(
            401,
            "unauthorized",
            None,
        );
        server.get("/api/appointments").bearer(&jwt).send().await.expect(200);
        login(PASSWORD).await.expect(401);
        login("staple battery").await.expect(200);
    }
}

#[tokio::test]
async fn who_guesses_the_old_password_is_slowed_down_and_other_sites_cannot_change_it() {
    let limited = Config { auth_per_minute: 2, ..config() };
    let server = Server::with(limited, Profile::default()).await;
    let credentials = json!({"email": "ada@example.org", "password": PASSWORD});
    let signed_up = server.post("/api/auth/signup", &credentials).send().await.expect(201);
    let body = json!({"password": "wrong horse", "new_password": "staple battery"});
    let evil = server.post("/api/auth/password", &body).cookie_of(&signed_up.headers);
    evil.header("sec-fetch-site", "cross-site").send().await.expect_error(403, "forbidden", None);
    let guess = || server.post("/api/auth/password", &body).cookie_of(&signed_up.headers).send();
    guess().await.expect_error(403, "forbidden", Some("password"));
    guess().await.expect_error(403, "forbidden", Some("password"));
    guess().await.expect_error(429, "rate_limited", None);
}

#[tokio::test]
async fn passwords_that_are_easily_guessed_are_refused_where_the_operator_says_so() {
    let strict = Config { refuse_common_passwords: true, ..config() };
    let clinic = || Profile { name: "Northside Clinic".to_owned(), ..Profile::default() };
    let server = Server::with(strict, clinic()).await;
    let sign_up = |password: &str| {
        server.post("/api/auth/signup", &json!({"email": "grace@example.org", "password": password})).send()
    };
    for guessed in ["password123", "Sunshine", "northside1", "grace@example.org"] {
        let refused = sign_up(guessed).await.expect_error(422, "invalid", Some("password"));
        assert!(refused.body.contains("easily guessed"), "{}", refused.body);
    }
    let jwt = sign_up("correct horse battery").await.expect(201).text_of("jwt");
    let body = json!({"password": "correct horse battery", "new_password": "qwertyuiop"});
    let changed = server.post("/api/auth/password", &body).bearer(&jwt).send().await;
    changed.expect_error(422, "invalid", Some("new_password"));

    // By default every password of the right length is taken.
    let server = Server::with(config(), clinic()).await;
    let body = json!({"email": "grace@example.org", "password": "password123"});
    server.post("/api/auth/signup", &body).send().await.expect(201);
}
