//! Somebody who talks to a server, and may find it away.

use serde_json::{Value, json};

/// Somebody with an account and a conversation.
#[derive(Clone)]
pub struct Person {
    url: String,
    jwt: String,
    pub session: String,
}

/// A status with the seconds of `Retry-After`, if any, and the body.
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<u64>,
    pub body: Value,
}

impl Person {
    /// Signs up.
    pub fn sign_up(url: &str, email: &str, number: u32) -> Self {
        let body = json!({"email": email, "password": "correct horse"});
        let answer = post(url, "/api/auth/signup", None, &body).unwrap();
        assert_eq!(answer.status, 201, "{}", answer.body);
        let jwt = answer.body["jwt"].as_str().unwrap().to_owned();
        let session = format!("00000000-0000-4000-8000-{number:012}");
        Self { url: url.to_owned(), jwt, session }
    }

    /// The same person at another door.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// Says something that must be answered.
    pub fn say(&self, message: &str) -> Value {
        let answer = self.send(message, None).unwrap();
        assert_eq!(answer.status, 200, "{message:?}: {}", answer.body);
        answer.body
    }

    /// Says something, under an id or without; `None` when the connection broke.
    pub fn send(&self, message: &str, message_id: Option<&str>) -> Option<Answer> {
        let mut body = json!({"session_id": self.session, "message": message});
        if let Some(id) = message_id {
            body["message_id"] = id.into();
        }
        post(&self.url, "/api/chat", Some(&self.jwt), &body)
    }

    /// Reads something of their own.
    pub fn get(&self, path: &str) -> Answer {
        get(&self.url, path, Some(&self.jwt)).unwrap()
    }
}

/// `None` when the connection broke.
pub fn get(url: &str, path: &str, bearer: Option<&str>) -> Option<Answer> {
    let mut request = agent().get(format!("{url}{path}"));
    if let Some(token) = bearer {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    request.call().ok().map(read)
}

/// `None` when the connection broke.
pub fn post(url: &str, path: &str, bearer: Option<&str>, body: &Value) -> Option<Answer> {
    let mut request = agent().post(format!("{url}{path}"));
    if let Some(token) = bearer {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    request.send_json(body).ok().map(read)
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Answer {
    let seconds = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    Answer {
        status: answer.status().as_u16(),
        retry_after: seconds,
        body: answer.body_mut().read_json().unwrap_or(Value::Null),
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}
