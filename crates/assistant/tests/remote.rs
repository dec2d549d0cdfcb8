//! The assistant over HTTP: the client, the service, and what lies between them.

#![cfg(test)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use assistant::remote::{PassedOn, RemoteAssistant, ServiceSecret, router};
use assistant::{Assistant, AssistantError, Listener};
use async_trait::async_trait;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::{Next, from_fn};
use protocol::{ChatReply, ChatRequest, ErrorEnvelope, ForwardedChat};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::unbounded_channel;
use uuid::Uuid;

const SECRET: &str = "a secret for tests, thirty-two bytes or more";

fn secret() -> ServiceSecret {
    ServiceSecret::new(&SECRET.replace(' ', "-")).unwrap()
}

/// Repeats what it hears, and fails on demand.
struct Parrot {
    heard: Mutex<Vec<ForwardedChat>>,
    /// Lets it go on behind its first sentence.
    go_on: Semaphore,
}

impl Default for Parrot {
    fn default() -> Self {
        Self { heard: Mutex::default(), go_on: Semaphore::new(0) }
    }
}

#[async_trait]
impl Assistant for Parrot {
    async fn chat(&self, message: ForwardedChat) -> Result<ChatReply, AssistantError> {
        self.heard.lock().unwrap().push(message.clone());
        match message.chat.message.as_str() {
            "panic" => panic!("the scripted panic"),
            "not mine" => return Err(AssistantError::NotYours),
            "busy" => {
                let retry_after = Duration::from_secs(7);
                return Err(AssistantError::Unavailable { reason: "scripted".into(), retry_after });
            }
            _ => {}
        }
        Ok(ChatReply {
            reply: format!("You said: {}", message.chat.message),
            session_id: message.chat.session_id,
            extracted_slots: None,
            appointment_id: Some(message.user_id),
            quick_replies: Some(vec!["grüezi 🙂".to_owned()]),
        })
    }

    /// Says each line aloud, and waits behind the first.
    async fn chat_aloud(
        &self,
        message: ForwardedChat,
        listener: Listener,
    ) -> Result<ChatReply, AssistantError> {
        let text = message.chat.message.clone();
        let lines: Vec<&str> = text.lines().collect();
        let Some((last, said)) = lines.split_last() else { return self.chat(message).await };
        for line in said {
            listener.send((*line).to_owned()).unwrap();
            self.go_on.acquire().await.unwrap().forget();
        }
        let chat = ChatRequest { message: (*last).to_owned(), ..message.chat };
        self.chat(ForwardedChat { chat, ..message }).await
    }

    async fn ready(&self) -> Result<(), AssistantError> {
        Ok(())
    }
}

fn message(text: &str, message_id: Option<&str>) -> ForwardedChat {
    ForwardedChat {
        user_id: Uuid::from_u128(1),
        chat: ChatRequest {
            session_id: Uuid::from_u128(2),
            message: text.to_owned(),
            timezone: Some("Europe/Berlin".to_owned()),
            message_id: message_id.map(str::to_owned),
        },
    }
}

async fn listening(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn service() -> (SocketAddr, Arc<Parrot>) {
    let parrot = Arc::new(Parrot::default());
    (listening(router(parrot.clone(), secret())).await, parrot)
}

fn client(address: SocketAddr) -> RemoteAssistant {
    RemoteAssistant::new(&format!("http://{address}"), secret()).unwrap()
}

/// Hangs up on the first caller once it has read the request, and hands the others on.
async fn first_call_breaks(service: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut broken, _) = listener.accept().await.unwrap();
        let mut onward = TcpStream::connect(service).await.unwrap();
        let mut buffer = [0; 10_000];
        let read = broken.read(&mut buffer).await.unwrap();
        // The service answers this one, and nobody hears it.
        onward.write_all(&buffer[..read]).await.unwrap();
        assert!(onward.read(&mut buffer).await.unwrap() > 0);
        drop(broken);
        let (mut caller, _) = listener.accept().await.unwrap();
        let mut onward = TcpStream::connect(service).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut caller, &mut onward).await;
    });
    address
}

#[tokio::test]
async fn a_message_and_its_reply_arrive_as_they_were() {
    let (address, parrot) = service().await;
    let sent = message("Wie spät? 🕒\n\"x\"", Some("m-1"));
    let reply = client(address).chat(sent.clone()).await.unwrap();
    assert_eq!(reply.reply, "You said: Wie spät? 🕒\n\"x\"");
    assert_eq!((reply.session_id, reply.appointment_id), (Uuid::from_u128(2), Some(Uuid::from_u128(1))));
    assert_eq!(reply.quick_replies.unwrap(), ["grüezi 🙂"]);
    let heard = parrot.heard.lock().unwrap();
    assert_eq!(heard[0].chat.message_id.as_deref(), Some("m-1"));
    assert_eq!(heard[0].chat.timezone.as_deref(), Some("Europe/Berlin"));
}

#[tokio::test]
async fn a_broken_connection_is_no_reason_to_lose_a_message() {
    for given in [None, Some("m-1")] {
        let (address, parrot) = service().await;
        let reply = client(first_call_breaks(address).await).chat(message("hi", given)).await.unwrap();
        assert_eq!(reply.reply, "You said: hi");
        let heard = parrot.heard.lock().unwrap();
        assert_eq!(heard.len(), 2);
        // Under one id, so that the service answers once.
        assert!(heard[0].chat.message_id.is_some());
        assert_eq!(heard[0].chat.message_id, heard[1].chat.message_id);
        assert!(given.is_none() || heard[0].chat.message_id.as_deref() == given);
    }
}

#[tokio::test]
async fn sentences_arrive_while_the_reply_is_made() {
    let (address, parrot) = service().await;
    let (listener, mut heard) = unbounded_channel();
    let turn = tokio::spawn(async move {
        client(address).chat_aloud(message("Grüezi 🙂\nOne more.\nhi", Some("m-1")), listener).await
    });
    for sentence in ["Grüezi 🙂", "One more."] {
        assert_eq!(heard.recv().await.unwrap(), sentence);
        assert!(!turn.is_finished());
        parrot.go_on.add_permits(1);
    }
    assert_eq!(turn.await.unwrap().unwrap().reply, "You said: hi");
    assert!(heard.recv().await.is_none());
}

#[tokio::test]
async fn a_turn_that_fails_behind_its_first_sentence_fails_as_any_other() {
    let (address, parrot) = service().await;
    parrot.go_on.add_permits(2);
    let fail = |text: &'static str| async move {
        let (listener, mut heard) = unbounded_channel();
        let error = client(address).chat_aloud(message(text, None), listener).await.unwrap_err();
        (error, heard.recv().await.is_some())
    };
    for (text, sentence) in [("busy", false), ("Moment!\nbusy", true)] {
        let (error, heard) = fail(text).await;
        assert!(
            matches!(error, AssistantError::Unavailable { retry_after, .. } if retry_after.as_secs() == 7)
        );
        assert_eq!(heard, sentence);
    }
    assert!(matches!(fail("Moment!\nnot mine").await.0, AssistantError::NotYours));
}

#[tokio::test]
async fn a_connection_that_breaks_behind_the_first_sentence_is_no_reason_to_lose_the_reply() {
    let (service, parrot) = service().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut caller, _) = listener.accept().await.unwrap();
        let mut onward = TcpStream::connect(service).await.unwrap();
        let (mut buffer, mut passed) = ([0; 10_000], Vec::new());
        let read = caller.read(&mut buffer).await.unwrap();
        onward.write_all(&buffer[..read]).await.unwrap();
        while !passed.windows(7).any(|part| part == b"Moment!") {
            let read = onward.read(&mut buffer).await.unwrap();
            passed.extend_from_slice(&buffer[..read]);
            caller.write_all(&buffer[..read]).await.unwrap();
        }
        drop((caller, onward));
        let (mut caller, _) = listener.accept().await.unwrap();
        let mut onward = TcpStream::connect(service).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut caller, &mut onward).await;
    });
    let (listener, mut heard) = unbounded_channel();
    let reply = client(address).chat_aloud(message("Moment!\nhi", None), listener).await.unwrap();
    assert_eq!(heard.recv().await.unwrap(), "Moment!");
    assert_eq!(reply.reply, "You said: Moment!\nhi", "asked for as a whole");
    // The turn that nobody listened to any more was given up.
    assert_eq!(parrot.heard.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn errors_keep_their_meaning() {
    let (address, _) = service().await;
    let client = client(address);
    let error = client.chat(message("not mine", None)).await.unwrap_err();
    assert!(matches!(error, AssistantError::NotYours), "{error:?}");
    let error = client.chat(message("busy", None)).await.unwrap_err();
    assert!(matches!(error, AssistantError::Unavailable { retry_after, .. } if retry_after.as_secs() == 7));
    let error = client.chat(message("panic", None)).await.unwrap_err();
    assert!(matches!(error, AssistantError::Internal(_)), "{error:?}");
    assert!(client.chat(message("hi", None)).await.is_ok(), "a panic ends one turn only");
}

#[tokio::test]
async fn only_who_knows_the_secret_is_heard() {
    let (address, parrot) = service().await;
    let other = ServiceSecret::new("another-secret-of-thirty-two-bytes-or-more").unwrap();
    let stranger = RemoteAssistant::new(&format!("http://{address}"), other).unwrap();
    let error = stranger.chat(message("hi", None)).await.unwrap_err();
    assert!(
        matches!(&error, AssistantError::Unavailable { reason, .. } if reason.contains("AI_SERVICE_SECRET"))
    );
    assert!(stranger.ready().await.is_err(), "a gateway with a wrong secret is not ready");
    assert!(client(address).ready().await.is_ok());

    let body = serde_json::to_string(&message("hi", None)).unwrap();
    let bare =
        |head: &str| format!("POST /chat HTTP/1.0\r\n{head}content-length: {}\r\n\r\n{body}", body.len());
    assert!(raw(address, &bare("")).await.starts_with("HTTP/1.0 401"));
    assert!(parrot.heard.lock().unwrap().is_empty());
    let known = format!("authorization: Bearer {}\r\n", SECRET.replace(' ', "-"));
    assert!(raw(address, &bare(&known)).await.starts_with("HTTP/1.0 200"));
    assert!(raw(address, "GET /healthz HTTP/1.0\r\n\r\n").await.ends_with("ok\n"));
    assert!(raw(address, "GET /api/chat HTTP/1.0\r\n\r\n").await.starts_with("HTTP/1.0 404"));
}

#[tokio::test]
async fn a_wrong_field_is_named_as_the_gateway_names_it() {
    let (address, parrot) = service().await;
    let id = "5f9d2b57-7f6e-4d55-8a55-0f6cfe1a2b3c";
    let ids = format!(r#""user_id": "{id}", "session_id": "{id}""#);
    for (body, status, field) in [
        ("{".to_owned(), 400, None),
        (String::new(), 400, None),
        ("[]".to_owned(), 422, None),
        ("{}".to_owned(), 422, Some("user_id")),
        (format!(r#"{{"user_id": "{id}"}}"#), 422, Some("session_id")),
        (format!("{{{ids}}}"), 422, Some("message")),
        (format!(r#"{{"user_id": "me", "session_id": "{id}", "message": "hi"}}"#), 422, Some("user_id")),
        (format!(r#"{{"user_id": "{id}", "session_id": 5, "message": "hi"}}"#), 422, Some("session_id")),
        (format!(r#"{{{ids}, "message": null}}"#), 422, Some("message")),
        (format!(r#"{{{ids}, "message": "a\u0000"}}"#), 422, Some("message")),
        (format!(r#"{{{ids}, "message": "hi", "timezone": 1}}"#), 422, Some("timezone")),
        (format!(r#"{{{ids}, "message": "{}"}}"#, "x".repeat(200_000)), 413, None),
    ] {
        let answer = raw(
            address,
            &format!(
                "POST /chat HTTP/1.0\r\nauthorization: Bearer {}\r\nx-request-id: r-7\r\ncontent-length: {}\r\n\r\n\
                 {body}",
                SECRET.replace(' ', "-"),
                body.len()
            ),
        )
        .await;
        let (head, said) = answer.split_once("\r\n\r\n").unwrap();
        let shown: String = body.chars().take(200).collect();
        assert!(head.starts_with(&format!("HTTP/1.0 {status}")), "{shown}: {answer}");
        let envelope: ErrorEnvelope = serde_json::from_str(said).unwrap();
        assert_eq!(envelope.error.field.as_deref(), field, "{shown}: {said}");
        assert_eq!(envelope.error.request_id, "r-7");
    }
    assert!(parrot.heard.lock().unwrap().is_empty());
}

async fn raw(address: SocketAddr, request: &str) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_service_that_is_away_is_unavailable_until_it_is_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = client(address);
    for _ in 0..3 {
        let error = client.chat(message("hi", Some("m-1"))).await.unwrap_err();
        assert!(
            matches!(error, AssistantError::Unavailable { retry_after, .. } if !retry_after.is_zero()),
            "{error:?}"
        );
    }
    assert!(matches!(client.ready().await, Err(AssistantError::Unavailable { .. })));
    let listener = TcpListener::bind(address).await.unwrap();
    tokio::spawn(async move { axum::serve(listener, router(Arc::<Parrot>::default(), secret())).await });
    let mut tries = 0;
    while client.chat(message("hi", Some("m-1"))).await.is_err() {
        tries += 1;
        assert!(tries < 100);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(client.ready().await.is_ok());
}

#[tokio::test]
async fn request_id_and_trace_go_with_the_message() {
    let seen = Arc::new(Mutex::new(HeaderMap::new()));
    let kept = seen.clone();
    let keep = from_fn(move |request: Request, next: Next| {
        *kept.lock().unwrap() = request.headers().clone();
        next.run(request)
    });
    let address = listening(router(Arc::<Parrot>::default(), secret()).layer(keep)).await;
    let mut headers = HeaderMap::new();
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    headers.insert("traceparent", HeaderValue::from_static(parent));
    headers.insert("cookie", HeaderValue::from_static("frontdesk_session=x"));
    let passed_on = PassedOn::of(&headers, HeaderValue::from_static("r-1"));
    passed_on.during(client(address).chat(message("hi", None))).await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(
        (&seen["x-request-id"], &seen["traceparent"]),
        (&"r-1".parse().unwrap(), &parent.parse().unwrap())
    );
    assert!(seen.get("cookie").is_none());
}
