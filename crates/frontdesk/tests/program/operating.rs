//! Configuration, health, events and retention of the whole program.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{self, Database, Desk, on_both_databases};

const SECRET: &str = "e5d2b846607a3f9a1c07fe31c98d5b24e5d2b846607a3f9a";

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A profile in a file that stays as long as the test.
fn profile(text: &str) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("profile.toml");
    std::fs::write(&path, text).unwrap();
    (directory, path.to_str().unwrap().to_owned())
}

fn setting<'a>(shown: &'a Value, name: &str) -> &'a Value {
    let settings = shown["settings"].as_array().unwrap();
    settings.iter().find(|setting| setting["name"] == name).unwrap()
}

#[test]
fn the_configuration_says_what_is_wrong_and_where() {
    let (_directory, path) = profile("name = \"Clinic\"\n\n[hours]\nmonday = [\"09:00-08:00\"]\n");
    let wrong = [
        ("BUSINESS_PROFILE", path.as_str()),
        ("JWT_SECRET", "short-hunter2"),
        ("RATE_LIMIT_CHAT", "many"),
        ("PUBLIC_URL", "ftp://x"),
        ("OPENAI_RESPONSE_FORMAT", "xml"),
    ];
    let desk = Desk::prepare(Database::Sqlite, &wrong);
    let checked = desk.operator(&["config", "check"]);
    assert_eq!(checked.status.code(), Some(2));
    let said = said(&checked);
    for part in [
        "line 4, hours.monday",
        "JWT_SECRET",
        "RATE_LIMIT_CHAT",
        "PUBLIC_URL",
        "OPENAI_RESPONSE_FORMAT",
        "5 things",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("hunter2"), "{said}");
    assert!(Desk::prepare(Database::Sqlite, &[]).operator(&["config", "check"]).status.success());
}

#[test]
fn what_is_set_to_nothing_is_not_set() {
    // As compose files and unit files set what nobody has filled in.
    let empty = [
        "BUSINESS_PROFILE",
        "MODEL_FILE",
        "CHAT_MODEL",
        "LISTEN_ADDR",
        "FRONTDESK_NOW",
        "OPENAI_PRICE_IN",
        "OPENAI_RESPONSE_FORMAT",
        "RATE_LIMIT_CHAT",
    ];
    let desk = Desk::prepare(Database::Sqlite, &empty.map(|name| (name, "")));
    let checked = desk.operator(&["config", "check"]);
    assert!(checked.status.success(), "{}", said(&checked));
    assert!(said(&desk.operator(&["config", "show"])).contains("127.0.0.1:8080"));
}

#[test]
fn the_configuration_is_shown_with_where_it_comes_from() {
    let (_directory, path) = profile("timezone = \"Europe/Berlin\"\n[booking]\nhorizon_days = 30\n");
    let url = "postgres://desk:hunter2@db.example.org/desk";
    let settings = [("BUSINESS_PROFILE", path.as_str()), ("JWT_SECRET", SECRET), ("DATABASE_URL", url)];
    let desk = Desk::prepare(Database::Sqlite, &settings);
    let text = said(&desk.operator(&["config", "show"]));
    assert!(!text.contains("hunter2") && !text.contains(SECRET), "{text}");
    let shown = desk.operator_json(&["config", "show", "--json", "--log-format", "json"]);
    assert_eq!(setting(&shown, "DATABASE_URL")["value"], "postgres://desk:***@db.example.org/desk");
    for (name, from) in [
        ("JWT_SECRET", "environment"),
        ("LOG_FORMAT", "flag"),
        ("PUBLIC_URL", "not set"),
        ("AI_PROVIDER", "default"),
    ] {
        assert_eq!(setting(&shown, name)["from"], from, "{name}");
    }
    let key = |name: &str| {
        let keys = shown["profile"].as_array().unwrap();
        let key = keys.iter().find(|key| key["name"] == name).unwrap();
        (key["value"].as_str().unwrap().to_owned(), key["from"].as_str().unwrap().to_owned())
    };
    assert_eq!(key("timezone"), ("Europe/Berlin".to_owned(), path.clone()));
    assert_eq!(key("booking.horizon_days"), ("30".to_owned(), path));
    assert_eq!(key("sign_up"), ("true".to_owned(), "default".to_owned()));
}

#[test]
fn shells_and_man_learn_every_command() {
    let desk = Desk::prepare(Database::Sqlite, &[]);
    for shell in ["bash", "zsh", "fish"] {
        let script = said(&desk.operator(&["completions", shell]));
        assert!(script.contains("appointments") && script.contains("set-password"), "{shell}");
    }
    let pages = desk.directory().join("man");
    assert!(desk.operator(&["man", pages.to_str().unwrap()]).status.success());
    let page = std::fs::read_to_string(pages.join("frontdesk-appointments-create.1")).unwrap();
    assert!(page.contains("\\-\\-force"), "{page}");
}

fn finding<'a>(report: &'a Value, check: &str) -> &'a Value {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["check"] == check).unwrap_or(&Value::Null)
}

on_both_databases! {
    fn a_healthy_box_is_called_healthy(desk: &mut Desk) {
        desk.sign_up("una@example.org").say("Book a meeting on Wednesday at 3pm");
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(desk.directory(), private).unwrap();
        let address = desk.url().trim_start_matches("http://").to_owned();
        let report = desk.operator_json(&["doctor", "--json", "--listen-addr", &address]);
        assert_eq!(report["healthy"], true, "{report}");
        for check in ["database", "migrations", "claims", "disk", "model", "zone data", "secrets", "port"] {
            assert_eq!(finding(&report, check)["verdict"], "good", "{report}");
        }
        // The clock of a test is not the machine's.
        assert_eq!(finding(&report, "clock")["verdict"], "note", "{report}");
        let leaves = finding(&report, "leaves the box")["says"].as_str().unwrap().to_owned();
        assert!(leaves == "nothing" || leaves.contains("the database postgres://"), "{leaves}");
        assert!(!leaves.contains("webhook"), "{leaves}");
    }
}

#[test]
fn a_sick_box_is_called_sick() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    std::thread::spawn({
        let taken = taken.try_clone().unwrap();
        move || taken.incoming().for_each(drop)
    });
    let (_directory, path) = profile("[webhook]\nurl = \"https://hooks.example.org/x\"\n");
    let guessable = "a".repeat(40);
    let settings = [
        ("BUSINESS_PROFILE", path.as_str()),
        ("WEBHOOK_SECRET", SECRET),
        ("JWT_SECRET", guessable.as_str()),
        ("MODEL_FILE", "/nowhere/model.gguf"),
        ("CHAT_MODEL", "/nowhere/chat.gguf"),
    ];
    let desk = Desk::prepare(Database::Sqlite, &settings);
    let address = taken.local_addr().unwrap().to_string();
    let output = desk.operator(&["doctor", "--json", "--listen-addr", &address]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    for check in ["secrets", "model", "chat model", "port", "configuration"] {
        assert_eq!(finding(&report, check)["verdict"], "bad", "{report}");
    }
    assert!(
        finding(&report, "leaves the box")["says"].as_str().unwrap().contains("https://hooks.example.org/x")
    );
    // Looking has made nothing.
    assert_eq!(finding(&report, "database")["verdict"], "note", "{report}");
    assert!(!desk.directory().join("frontdesk.db").exists());
}

/// What a request to the webhook brought: its headers in lower case, and its body.
struct Delivery {
    headers: Vec<String>,
    body: String,
}

impl Delivery {
    fn header(&self, name: &str) -> &str {
        let start = format!("{name}: ");
        self.headers.iter().find_map(|line| line.strip_prefix(&start)).unwrap()
    }
}

/// A receiver that answers the first delivery with 500 and the others with 204.
fn receiver() -> (String, Receiver<Delivery>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let mut answer = "500 Internal Server Error";
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut reader = BufReader::new(connection.try_clone().unwrap());
            let headers: Vec<String> = reader
                .by_ref()
                .lines()
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .map(|line| {
                    line.split_once(": ")
                        .map_or(line.clone(), |(name, value)| format!("{}: {value}", name.to_lowercase()))
                })
                .collect();
            let length = headers.iter().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let mut body = vec![0; length.parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            write!(connection, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .unwrap();
            answer = "204 No Content";
            let _ = tell.send(Delivery { headers, body: String::from_utf8(body).unwrap() });
        }
    });
    (url, told)
}

fn webhook_tells(database: Database) {
    let (url, told) = receiver();
    let (_directory, path) = profile(&format!("[webhook]\nurl = \"{url}\"\nremind_minutes_before = 4320\n"));
    let settings = [("BUSINESS_PROFILE", path.as_str()), ("WEBHOOK_SECRET", SECRET)];
    let desk = Desk::start_with(database, &settings);
    let vera = desk.sign_up("vera@example.org");
    let booked = vera.say("Book a meeting on Friday at 3pm");
    // Another process tells, too.
    let id = booked["appointment_id"].as_str().unwrap();
    desk.operator_json(&["appointments", "cancel", id, "--json"]);

    let wait = || told.recv_timeout(Duration::from_secs(20)).unwrap();
    let deliveries = [wait(), wait(), wait()];
    // The first was refused, so it comes again; a reminder of what is cancelled never comes.
    let id_of = |delivery: &Delivery| delivery.header("x-frontdesk-delivery").to_owned();
    assert!(deliveries[1..].iter().any(|again| id_of(again) == id_of(&deliveries[0])));
    let ids: BTreeSet<String> = deliveries.iter().map(id_of).collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    let of_event = |event: &str| {
        deliveries.iter().find(|delivery| delivery.header("x-frontdesk-event") == event).unwrap()
    };
    of_event("cancelled");
    let body: Value = serde_json::from_str(&of_event("booked").body).unwrap();
    assert_eq!(
        (&body["data"]["appointment"]["id"], &body["data"]["user_email"]),
        (&json!(id), &json!("vera@example.org"))
    );
    for delivery in &deliveries {
        let (time, code) = delivery.header("x-frontdesk-signature").split_once(",v1=").unwrap();
        let time = time.strip_prefix("t=").unwrap();
        assert_eq!(code, signature(&format!("{time}.{}", delivery.body)));
    }
    assert!(told.recv_timeout(Duration::from_secs(3)).is_err());
}

/// HMAC-SHA-256, by its definition in RFC 2104.
fn signature(message: &str) -> String {
    use sha2::{Digest as _, Sha256};
    let mut key = SECRET.as_bytes().to_vec();
    key.resize(64, 0);
    let pad = |byte: u8| key.iter().map(|part| part ^ byte).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36), message.as_bytes().to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_webhook_is_told_until_it_listens_on_sqlite() {
    webhook_tells(Database::Sqlite);
}

#[test]
fn a_webhook_is_told_until_it_listens_on_postgres() {
    webhook_tells(Database::Postgres);
}

#[test]
fn a_webhook_needs_its_secret() {
    let (_directory, path) = profile("[webhook]\nurl = \"https://hooks.example.org/x\"\n");
    let desk = Desk::prepare(Database::Sqlite, &[("BUSINESS_PROFILE", path.as_str())]);
    let refused = desk.operator(&["serve"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("WEBHOOK_SECRET"), "{}", said(&refused));
}

#[test]
fn messages_are_kept_as_long_as_the_profile_says() {
    let (_directory, path) = profile("keep_messages_days = 30\n");
    let mut desk = Desk::start_with(Database::Sqlite, &[("BUSINESS_PROFILE", path.as_str())]);
    let walt = desk.sign_up("walt@example.org");
    walt.say("Book a meeting on Wednesday at 3pm");
    desk.kill();
    let sessions = |desk: &Desk| {
        desk.operator_json(&["sessions", "list", "--json"])["sessions"].as_array().unwrap().len()
    };
    assert_eq!(sessions(&desk), 1);
    desk.set("FRONTDESK_NOW", "2027-01-15T10:00:00Z");
    desk.serve();
    let tries = std::iter::repeat_with(|| {
        std::thread::sleep(Duration::from_millis(200));
        sessions(&desk)
    });
    assert!(tries.take(50).any(|left| left == 0), "the conversation is still there");
    assert_eq!(desk.appointments().len(), 1);
}

/// The commands that the guide for operators shows: lines that begin with `desk`, and those of its tables.
fn commands_of_the_guide() -> BTreeSet<Vec<String>> {
    let guide = include_str!("../../../../docs/operating.md");
    let shown = guide.lines().filter_map(|line| line.trim_start().strip_prefix("desk ").map(str::to_owned));
    let tables = guide.lines().filter(|line| line.starts_with('|')).flat_map(|line| {
        line.split('`')
            .skip(1)
            .step_by(2)
            .filter(|code| code.starts_with(|c: char| c.is_ascii_lowercase()))
            .map(str::to_owned)
    });
    let is_setting = |code: &String| code.contains(" = ");
    shown
        .chain(tables)
        .filter(|code| !is_setting(code))
        .map(|code| {
            let words = code.split(['#', '|']).next().unwrap().split_whitespace();
            words.map(|word| word.trim_matches(['[', ']', '"']).to_owned()).collect()
        })
        .collect()
}

#[test]
fn every_command_of_the_guide_exists() {
    let desk = Desk::prepare(Database::Sqlite, &[]);
    let commands = commands_of_the_guide();
    for known in
        ["doctor", "backup", "restore", "block", "appointments", "users", "export", "sessions", "audit"]
    {
        assert!(commands.iter().any(|words| words[0] == known), "{known}: {commands:?}");
    }
    for words in commands {
        let is_name = |word: &&String| {
            word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
        };
        // The first word after a command with parts is a part of it.
        let depth = if ["appointments", "block", "users", "sessions", "config", "models"]
            .contains(&words[0].as_str())
        {
            2
        } else {
            1
        };
        let path: Vec<&str> = words.iter().take(depth).take_while(is_name).map(String::as_str).collect();
        let help = desk.operator(&[&path[..], &["--help"]].concat());
        assert!(help.status.success(), "{words:?}: {}", said(&help));
        let help = said(&help);
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(flag.as_str()), "{words:?}: no {flag} in {help}");
        }
    }
}
