//! A gateway over a real database, with a scripted assistant behind it.
mod answer;
mod script;

use std::net::SocketAddr;
use std::sync::Arc;

use assistant::ambient::Clock;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, header};
use calendar::{FreeSlot, Profile};
use chrono::{DateTime, TimeDelta, Utc};
use gateway::{Config, Gateway, JwtSecret};
use serde_json::{Value, json};
use store::{NewAppointment, Place, Store};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

pub use answer::Answer;
use script::Script;

pub const SECRET: &str = "a secret for tests, thirty-two bytes or more";
pub const PASSWORD: &str = "correct horse battery";

/// A Monday.
pub fn now() -> DateTime<Utc> {
    "2026-11-23T10:20:00Z".parse().unwrap()
}

/// The limits are off and sign-up is on.
pub fn config() -> Config {
    Config { chat_per_minute: 0, auth_per_minute: 0, ..Config::new(JwtSecret::new(SECRET).unwrap()) }
}

pub struct Server {
    pub store: Store,
    router: Router,
    _directory: Option<TempDir>,
}

impl Server {
    /// The usual one, on SQLite.
    pub async fn start() -> Self {
        Self::with(config(), Profile::default()).await
    }

    pub async fn with(config: Config, profile: Profile) -> Self {
        let (directory, url) = testbed::sqlite_database();
        Self::on(&url, Some(directory), config, profile).await
    }

    pub async fn on_postgres() -> Self {
        let url = tokio::task::spawn_blocking(testbed::postgres_database).await.unwrap();
        Self::on(&url, None, config(), Profile::default()).await
    }

    async fn on(url: &str, directory: Option<TempDir>, config: Config, profile: Profile) -> Self {
        let store = Store::connect(url).await.unwrap();
        store.migrate().await.unwrap();
        let router = router(&store, config, profile, now());
        Self { store, router, _directory: directory }
    }

    /// Another gateway over the same database, at another time.
    pub fn at(&self, now: DateTime<Utc>) -> Self {
        let router = router(&self.store, config(), Profile::default(), now);
        Self { store: self.store.clone(), router, _directory: None }
    }

    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Call {
        self.call(Method::POST, path).header("content-type", "application/json").body(body.to_string())
    }

    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    pub fn delete_with(&self, path: &str, body: &Value) -> Call {
        self.delete(path).header("content-type", "application/json").body(body.to_string())
    }

    pub fn call(&self, method: Method, path: &str) -> Call {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        Call { router: self.router.clone(), request }.coming_from("192.0.2.1")
    }

    /// Makes an account and gives its session token.
    pub async fn person(&self, email: &str) -> String {
        let body = json!({"email": email, "password": PASSWORD});
        self.post("/api/auth/signup", &body).send().await.expect(201).text_of("jwt")
    }

    pub async fn chat_token(&self, jwt: &str, session: Uuid) -> String {
        let body = json!({"session_id": session});
        self.post("/api/chatbot/token", &body).bearer(jwt).send().await.expect(200).text_of("chat_token")
    }

    pub fn chat(&self, token: &str, session: Uuid, message: &str) -> Call {
        self.post("/api/chat", &json!({"session_id": session, "message": message})).bearer(token)
    }

    /// Makes an appointment of this hour for them, as the operator does it.
    pub async fn book(&self, email: &str, id: Uuid, start: DateTime<Utc>) {
        let slot = FreeSlot { start, end: start + TimeDelta::hours(1), resource: "front desk".to_owned() };
        let new = NewAppointment {
            id,
            place: Place { slot, buffer: TimeDelta::zero() },
            service_type: "general".to_owned(),
            timezone: "Europe/Berlin".to_owned(),
            name: None,
        };
        self.store.book(self.user_id(email).await, &new, now()).await.unwrap();
    }

    pub async fn user_id(&self, email: &str) -> Uuid {
        self.store.user_by_email(email).await.unwrap().unwrap().id
    }
}

fn router(store: &Store, config: Config, profile: Profile, now: DateTime<Utc>) -> Router {
    let assistant = Arc::new(Script { store: store.clone(), now });
    let clock = Clock::stopped_at(now);
    gateway::router(Gateway::new(config, store.clone(), assistant, Arc::new(profile), clock).unwrap())
}

/// A request that is being put together.
pub struct Call {
    router: Router,
    request: Request<Body>,
}

impl Call {
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request.headers_mut().insert(name, value.parse().unwrap());
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Brings back the cookie that an answer set.
    pub fn cookie_of(self, headers: &HeaderMap) -> Self {
        let cookie = headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        self.header("cookie", &cookie)
    }

    pub fn body(mut self, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    pub fn coming_from(mut self, address: &str) -> Self {
        let peer = SocketAddr::new(address.parse().unwrap(), 4711);
        self.request.extensions_mut().insert(ConnectInfo(peer));
        self
    }

    pub async fn send(self) -> Answer {
        Answer::read(self.router.oneshot(self.request).await.unwrap()).await
    }
}
