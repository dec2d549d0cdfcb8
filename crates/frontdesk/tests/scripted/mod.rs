//! A server of OpenAI's protocol that answers what the local model would, or lies.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use nlu::{Interpreter, Utterance};
use protocol::{Asked, Interpretation};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// How the server behaves.
#[derive(Clone, Copy, Debug)]
pub enum Manner {
    /// It answers what the local model sees.
    Honest,
    /// It claims what cannot be, answers no JSON, or fails; each in turn.
    Lying,
}

/// A server that runs as long as its runtime does.
pub struct Server {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Answering {
    model: Arc<dyn Interpreter>,
    manner: Manner,
    asked: Arc<AtomicUsize>,
}

#[derive(Deserialize)]
struct Question {
    asked: Option<Asked>,
    message: String,
}

impl Server {
    /// Starts it on any port of this machine.
    pub fn start(runtime: &Runtime, model: Arc<dyn Interpreter>, manner: Manner) -> Self {
        let asked = Arc::<AtomicUsize>::default();
        let answering = Answering { model, manner, asked: Arc::clone(&asked) };
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(answer).with_state(answering);
        runtime.spawn(async { axum::serve(listener, app).await.unwrap() });
        Self { address, asked }
    }

    /// What `OPENAI_BASE_URL` is set to.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// How many requests have come.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

async fn answer(State(answering): State<Answering>, Json(request): Json<Value>) -> Response {
    let turn = answering.asked.fetch_add(1, Ordering::Relaxed);
    let questions = request["messages"].as_array().unwrap().iter().rev();
    let question: Question = questions
        .filter_map(|message| serde_json::from_str(message["content"].as_str()?).ok())
        .next()
        .unwrap();
    match answering.manner {
        Manner::Honest => {
            let utterance = Utterance { text: question.message.clone(), asked: question.asked };
            let seen = answering.model.interpret(utterance).await.unwrap().interpretation;
            completion(&as_answer(&question.message, &seen).to_string())
        }
        Manner::Lying => lie(turn, &question.message),
    }
}

fn lie(turn: usize, message: &str) -> Response {
    let pointing = |words: &str| json!({"kind": "when.wanted", "text": words, "occurrence": 1});
    let booking = |spans: Value| json!({"intents": ["book", "affirm"], "spans": spans}).to_string();
    match turn % 8 {
        0 => completion(&booking(json!([pointing("2026-12-01T11:00")]))),
        1 => completion(&booking(json!([pointing(message), pointing(message)]))),
        2 => completion(&json!({"intents": ["approve"], "spans": []}).to_string()),
        3 => completion("It is booked for tomorrow at 11!"),
        4 => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        5 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")]).into_response(),
        6 => "{\"choices\": [{\"message\"".into_response(),
        _ => completion(&booking(json!([{"kind": "when.wanted", "text": message, "occurrence": 2}]))),
    }
}

fn completion(content: &str) -> Response {
    Json(json!({"choices": [{"message": {"role": "assistant", "content": content}}]})).into_response()
}

/// An interpretation in the form that the schema asks for.
fn as_answer(message: &str, seen: &Interpretation) -> Value {
    let spans = seen.spans.iter().map(|span| {
        let kind = span.role.map_or_else(|| span.slot.to_string(), |role| format!("{}.{role}", span.slot));
        json!({"kind": kind, "text": span.text, "occurrence": occurrence(message, &span.text, span.start)})
    });
    let intents: Vec<_> = seen.intents.iter().map(|scored| scored.name).collect();
    json!({"intents": intents, "spans": spans.collect::<Vec<_>>()})
}

/// Which of the places where the words stand begins at this character. Places inside of words are none.
fn occurrence(message: &str, words: &str, start: usize) -> usize {
    let one_word = |a: Option<char>, b: Option<char>| {
        let both = |is: fn(char) -> bool| a.is_some_and(is) && b.is_some_and(is);
        both(char::is_alphabetic) || both(char::is_numeric)
    };
    let places = message.match_indices(words).filter(|(at, _)| {
        let (before, after) = (&message[..*at], &message[at + words.len()..]);
        !one_word(before.chars().next_back(), words.chars().next())
            && !one_word(words.chars().next_back(), after.chars().next())
    });
    places.filter(|(at, _)| message[..*at].chars().count() <= start).count()
}
