//! A server that speaks OpenAI's protocol and answers what a test tells it to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode, Uri, header};
use axum::{Json, Router};
use nlu::openai::{OpenAiConfig, RemoteServer};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A chat completion with this content.
    Says(String),
    /// A chat completion whose content is this JSON.
    Answers(Value),
    /// A body that is no chat completion.
    Body(&'static str),
    /// A status.
    Status(u16),
    /// A status, and a body that explains it.
    Refusal(u16, &'static str),
    /// A status, and when to come again.
    StatusUntil(u16, &'static str),
    /// A redirect to another path of the same server.
    Elsewhere,
    /// An answer after a while.
    Late(Duration),
}

/// A running server; its replies are used in turn, the last one for ever.
pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub path: String,
    pub authorization: Option<String>,
    pub body: Value,
}

#[derive(Clone)]
struct Script {
    replies: Arc<Vec<Reply>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub async fn start(replies: impl Into<Vec<Reply>>) -> Self {
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let script = Script { replies: Arc::new(replies.into()), seen: Arc::clone(&seen) };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let app = Router::new().fallback(reply).with_state(script);
        tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
        Self { url, seen }
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Patience for tests: a failure shows in tenths of a second.
    pub fn config(&self) -> OpenAiConfig {
        config(&self.url)
    }
}

pub fn config(url: &str) -> OpenAiConfig {
    OpenAiConfig {
        deadline: Duration::from_secs(20),
        backoff: Duration::from_millis(10),
        breaker_failures: 100,
        ..OpenAiConfig::new(RemoteServer::new(url, Some("sk-test"), "a-model").unwrap())
    }
}

/// A server that breaks every connection off in the middle of its answer.
pub async fn that_cuts_off() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            let _ = connection.read(&mut request).await;
            let begun =
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{\"choic";
            let _ = connection.write_all(begun).await;
        }
    });
    url
}

/// An address where nobody listens.
pub async fn that_is_not_there() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}/v1", listener.local_addr().unwrap())
}

async fn reply(
    State(script): State<Script>,
    uri: Uri,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response<Body> {
    let authorization = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
    let turn = {
        let mut seen = script.seen.lock().unwrap();
        seen.push(Seen { path: uri.path().to_owned(), authorization, body });
        seen.len() - 1
    };
    match &script.replies[turn.min(script.replies.len() - 1)] {
        Reply::Says(content) => completion(content),
        Reply::Answers(answer) => completion(&answer.to_string()),
        Reply::Body(body) => response(StatusCode::OK, &[], (*body).to_owned()),
        Reply::Status(status) => response(StatusCode::from_u16(*status).unwrap(), &[], String::new()),
        Reply::Refusal(status, why) => {
            response(StatusCode::from_u16(*status).unwrap(), &[], (*why).to_owned())
        }
        Reply::StatusUntil(status, until) => {
            response(StatusCode::from_u16(*status).unwrap(), &[("retry-after", until)], String::new())
        }
        Reply::Elsewhere => {
            response(StatusCode::TEMPORARY_REDIRECT, &[("location", "/elsewhere")], String::new())
        }
        Reply::Late(pause) => {
            tokio::time::sleep(*pause).await;
            completion("{\"intents\": [], \"spans\": []}")
        }
    }
}

fn completion(content: &str) -> Response<Body> {
    let body = json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "a-model",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1_000, "completion_tokens": 10, "total_tokens": 1_010},
    });
    response(StatusCode::OK, &[], body.to_string())
}

fn response(status: StatusCode, headers: &[(&str, &str)], body: String) -> Response<Body> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(Body::from(body)).unwrap()
}
