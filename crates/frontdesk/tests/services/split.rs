//! People talk to `web`; behind it, any instance may answer, and some may be away.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use nlu::{Interpreter, LocalInterpreter};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::person::{Person, get};
use crate::scripted::{Manner, Server};
use crate::stack::{Service, Stack, appointments, program};

/// Each line is one message of one person; a person's lines are one conversation.
const CONVERSATIONS: &[&[&str]] = &[
    &["Book a meeting on Wednesday at 3pm", "actually make it 4", "what did I book?"],
    &["Hi, I'd like to book an appointment", "tomorrow", "at 2pm"],
    &["Book a meeting on Wednesday at 4pm", "the second one"],
    &["I want to book an appointment on Thursday", "thanks! how are you today?", "11:00", "cancel it", "yes"],
    &[
        "book me a flight Friday 10am",
        "then an appointment Friday at 10am",
        "move it to next week Monday 9am",
        "yes",
    ],
    &["what times are free on Friday?", "the first one"],
];

/// Holds every conversation at these doors in turn, and gives what was answered.
fn converse(doors: &[String]) -> Vec<Vec<Value>> {
    let people = (1..).zip(CONVERSATIONS);
    people
        .map(|(number, lines)| {
            let person = Person::sign_up(&doors[0], &format!("p{number}@example.org"), number);
            let said = lines.iter().zip(doors.iter().cycle());
            said.map(|(line, door)| comparable(person.at(door).say(line))).collect()
        })
        .collect()
}

/// Everything but the ids that chance makes.
fn comparable(mut answer: Value) -> Value {
    if let Some(id) = answer.get_mut("appointment_id") {
        *id = json!(!id.is_null());
    }
    answer
}

/// What the operator sees, without the ids and the instants of booking.
fn rows(mut appointments: Vec<Value>) -> Vec<Value> {
    for row in &mut appointments {
        let row = row.as_object_mut().unwrap();
        row.remove("id");
        row.remove("created_at");
    }
    appointments
}

/// The conversations in one process with these settings: what was answered, and what the operator sees.
fn in_one_process(settings: &[(&str, &str)]) -> (Vec<Vec<Value>>, Vec<Value>) {
    let directory = tempfile::tempdir().unwrap();
    let data_dir = ("DATA_DIR", directory.path().to_str().unwrap());
    let own = [data_dir, ("RATE_LIMIT_AUTH", "0"), ("RATE_LIMIT_CHAT", "0")];
    let whole = Service::start("serve", &[&own, settings].concat());
    let answers = converse(&[whole.url()]);
    let listed = program(&["appointments", "list", "--json"], &[data_dir]).output().unwrap();
    (answers, rows(appointments(&listed)))
}

#[test]
fn split_or_not_and_whoever_understands_the_same_conversations_end_alike() {
    let stack = Stack::start();
    // Through the door, and from one instance to the other within a conversation.
    let doors = [stack.web.url(), stack.apis[0].url(), stack.apis[1].url()];
    let split = converse(&doors);
    let booked = rows(stack.appointments());
    assert!(booked.iter().filter(|row| row["status"] == "BOOKED").count() >= 4, "{booked:#?}");
    assert_eq!(in_one_process(&[]), (split.clone(), booked.clone()));

    let runtime = Runtime::new().unwrap();
    let model = LocalInterpreter::start(Cow::Borrowed(weights::UNDERSTANDING), 1).unwrap();
    let model: Arc<dyn Interpreter> = Arc::new(model);
    for (provider, manner) in [("auto", Manner::Honest), ("openai", Manner::Lying)] {
        let server = Server::start(&runtime, Arc::clone(&model), manner);
        let url = server.url();
        let asking = [
            ("AI_PROVIDER", provider),
            ("AI_CONFIDENCE_THRESHOLD", "0.99"),
            ("OPENAI_BASE_URL", url.as_str()),
        ];
        assert_eq!(in_one_process(&asking), (split.clone(), booked.clone()), "{provider}");
        assert!(server.asked() > 3, "only {} messages were asked about", server.asked());
    }
}

#[test]
fn services_come_and_go_and_nothing_is_lost() {
    let mut stack = Stack::start();
    let web = stack.web.url();
    let anna = Person::sign_up(&web, "anna@example.org", 1);
    anna.say("I'd like to book an appointment on Wednesday");

    // One of each is enough.
    stack.ais[0].kill();
    stack.apis[1].kill();
    for _ in 0..4 {
        assert_eq!(get(&web, "/readyz", None).unwrap().status, 200);
    }
    assert!(anna.say("at 3pm")["appointment_id"].is_string());

    // Without an assistant the API says when to come again, and is not ready.
    stack.ais[1].kill();
    let refused = anna.send("actually make it 4", Some("m-1")).unwrap();
    assert_eq!((refused.status, refused.body["error"]["code"].as_str()), (503, Some("unavailable")));
    assert!(refused.retry_after.is_some_and(|seconds| seconds >= 1));
    let api = stack.apis[0].url();
    assert_eq!(get(&api, "/readyz", None).unwrap().status, 503);
    assert_eq!(get(&api, "/healthz", None).unwrap().status, 200);
    assert_eq!(anna.get("/api/appointments").status, 200, "what needs no assistant goes on");

    // Back again, the message is answered, and once.
    stack.ais[1].start_again();
    let first = until_answered(&anna, "actually make it 4", "m-1");
    assert_eq!(anna.send("actually make it 4", Some("m-1")).unwrap().body, first);
    let session = anna.get(&format!("/api/chat/sessions/{}", anna.session));
    assert_eq!(session.body["messages"].as_array().unwrap().len(), 6, "{}", session.body);

    // Without an API the door stays open, and says so too.
    stack.apis[0].kill();
    let refused = anna.send("thanks", None).unwrap();
    assert_eq!((refused.status, refused.body["error"]["code"].as_str()), (503, Some("unavailable")));
    assert!(refused.retry_after.is_some());
    assert_eq!(get(&web, "/healthz", None).unwrap().status, 200);
    stack.apis[1].start_again();
    until_answered(&anna, "thanks", "m-2");

    let rows = stack.appointments();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (&rows[0]["start_time"], &rows[0]["status"]),
        (&json!("2026-11-25T16:00:00Z"), &json!("BOOKED"))
    );
}

/// Sends it again and again under its id, as a client does.
pub fn until_answered(person: &Person, message: &str, message_id: &str) -> Value {
    for _ in 0..600 {
        match person.send(message, Some(message_id)) {
            Some(answer) if answer.status == 200 => return answer.body,
            Some(answer) => assert_eq!(answer.status, 503, "{}", answer.body),
            None => {}
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{message:?} was never answered");
}

/// A service, its settings, and a part of what it says about them.
type Refusal = (&'static str, &'static [(&'static str, &'static str)], &'static str);

#[test]
fn a_service_without_its_secret_does_not_start() {
    let refusals: [Refusal; 7] = [
        ("api", &[], "JWT_SECRET is not set"),
        (
            "api",
            &[("JWT_SECRET", "change-me-to-32-bytes-or-more-of-chance")],
            "JWT_SECRET holds the secret of the example",
        ),
        (
            "api",
            &[("JWT_SECRET", "a-jwt-secret-for-tests-of-32-bytes-or-more")],
            "AI_SERVICE_SECRET is not set",
        ),
        ("ai", &[("AI_SERVICE_SECRET", "short")], "at least 32"),
        ("ai", &[("AI_SERVICE_SECRET", "change-me-to-32-bytes-or-more-of-chance")], "example"),
        ("web", &[], "API_URL is not set"),
        ("web", &[("API_URL", "https://api")], "plain HTTP"),
    ];
    let directory = tempfile::tempdir().unwrap();
    for (service, settings, expected) in refusals {
        let data_dir = [("DATA_DIR", directory.path().to_str().unwrap())];
        let output = program(&[service], &[settings, &data_dir[..]].concat()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{service}: {said}");
        assert!(said.contains(expected), "{service}: {said}");
        assert!(!said.contains("chance"), "a secret is never printed: {said}");
    }
}

#[test]
fn a_probe_says_whether_a_service_is_well() {
    let nobody = ["127.0.0.1:9", "[::1]:9"];
    for address in nobody {
        assert_eq!(program(&["probe"], &[("LISTEN_ADDR", address)]).output().unwrap().status.code(), Some(1));
    }
    let web = Service::start("web", &[("API_URL", "http://127.0.0.1:9")]);
    let port = web.address.rsplit_once(':').unwrap().1;
    let everywhere = format!("0.0.0.0:{port}");
    let probe =
        |words: &[&str]| program(words, &[("LISTEN_ADDR", &everywhere)]).output().unwrap().status.code();
    assert_eq!(probe(&["probe"]), Some(0));
    assert_eq!(probe(&["probe", "--ready"]), Some(1));
}
