//! Pulling optional models from a hub that is a few lines of this test, and checking what is on disk.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use sha2::{Digest as _, Sha256};

use crate::harness::{Database, Desk};

/// The size of the file that the hub serves; larger than what sockets hold, so that breaking off is felt.
const SIZE: usize = 3_000_000;

/// A hub with one file, which hangs up in the middle as often as it is told to.
struct Hub {
    url: String,
    /// The first byte that each request for the file asked for.
    asked_from: Arc<Mutex<Vec<usize>>>,
}

impl Hub {
    fn serve(content: Vec<u8>, mut breaks_off: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked_from = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked_from);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                answer(&connection.unwrap(), &content, &mut breaks_off, &log);
            }
        });
        Self { url, asked_from }
    }
}

fn answer(mut connection: &TcpStream, content: &[u8], breaks_off: &mut usize, log: &Mutex<Vec<usize>>) {
    let mut range = String::new();
    for line in BufReader::new(connection).lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some(bytes) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            range = bytes.to_owned();
        }
    }
    let (from, to) = range.split_once('-').unwrap();
    let from: usize = from.parse().unwrap();
    let to = to.parse::<usize>().map_or(content.len(), |last| last + 1);
    let is_probe = to - from == 1;
    let head = format!(
        "HTTP/1.1 206 Partial Content\r\nX-Repo-Commit: 0123456789abcdef\r\nETag: \"{}\"\r\n\
         Content-Range: bytes {from}-{}/{}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        sum(content),
        to - 1,
        content.len(),
        to - from,
    );
    connection.write_all(head.as_bytes()).unwrap();
    if is_probe {
        connection.write_all(&content[from..to]).unwrap();
        return;
    }
    log.lock().unwrap().push(from);
    if *breaks_off > 0 {
        *breaks_off -= 1;
        connection.write_all(&content[from..from + (to - from) / 2]).unwrap();
    } else {
        // The other side may hang up when it has seen enough.
        let _ = connection.write_all(&content[from..to]);
    }
}

fn content() -> Vec<u8> {
    (0..SIZE).map(|index| (index % 251) as u8).collect()
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_download_that_breaks_off_goes_on_where_it_was() {
    // Six times: more than one run tries, so that a second run has to go on with what the first one left.
    let hub = Hub::serve(content(), 6);
    let desk = Desk::prepare(Database::Sqlite, &[("HF_ENDPOINT", &hub.url)]);
    let pull = ["models", "pull", "smollm2-360m-instruct"];
    let broken = desk.operator(&pull);
    assert_eq!(broken.status.code(), Some(1));
    assert!(said(&broken).contains("run the same again"), "{}", said(&broken));
    let pulled = desk.operator(&pull);
    assert!(pulled.status.success(), "{}", said(&pulled));

    let asked_from = hub.asked_from.lock().unwrap().clone();
    assert_eq!(asked_from.len(), 7, "{asked_from:?}");
    assert_eq!(asked_from[0], 0);
    assert!(asked_from.is_sorted_by(|one, next| one < next), "{asked_from:?}");
    let file = desk.directory().join("models/SmolLM2-360M-Instruct.gguf");
    assert!(std::fs::read(&file).unwrap() == content());
    assert!(desk.operator(&["models", "verify"]).status.success());

    let mut damaged = content();
    damaged[1_000] ^= 1;
    std::fs::write(&file, damaged).unwrap();
    let verified = desk.operator(&["models", "verify"]);
    assert_eq!(verified.status.code(), Some(1));
    assert!(said(&verified).contains("SmolLM2-360M-Instruct"), "{}", said(&verified));
}

#[test]
fn a_wrong_checksum_is_refused_whoever_brings_the_file() {
    let hub = Hub::serve(content(), 0);
    let desk = Desk::prepare(Database::Sqlite, &[("HF_ENDPOINT", &hub.url)]);
    let pulled = desk.operator(&["models", "pull", "SmolLM2-135M-Instruct"]);
    assert_eq!(pulled.status.code(), Some(1));
    assert!(said(&pulled).contains("thrown away"), "{}", said(&pulled));

    let file = desk.directory().join("mine.gguf");
    std::fs::write(&file, content()).unwrap();
    let from = ["models", "pull", "SmolLM2-135M-Instruct", "--from", file.to_str().unwrap()];
    let copied = desk.operator(&from);
    assert_eq!(copied.status.code(), Some(1));
    assert!(said(&copied).contains("was not taken"), "{}", said(&copied));
    assert_eq!(desk.operator_json(&["models", "list", "--json"])["stored"], serde_json::json!([]));
}

#[test]
fn a_file_can_be_brought_instead_of_downloaded() {
    let desk = Desk::prepare(Database::Sqlite, &[]);
    let file = desk.directory().join("mine.gguf");
    std::fs::write(&file, content()).unwrap();
    let from = ["models", "pull", "Qwen2.5-0.5B-Instruct", "--from", file.to_str().unwrap()];
    let copied = desk.operator(&from);
    assert!(copied.status.success(), "{}", said(&copied));
    let listed = desk.operator_json(&["models", "list", "--json"]);
    assert_eq!(listed["embedded"][0]["name"], "understanding");
    assert_eq!(listed["stored"][0]["size"], SIZE);
    let verified = desk.operator_json(&["models", "verify", "--json"]);
    assert_eq!(verified["models"][0]["verdict"], "good");
    assert_eq!(verified["models"][1]["sha256"], sum(&content()));

    let unknown = desk.operator(&["models", "pull", "gpt-5"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(said(&unknown).contains("SmolLM2-135M-Instruct"), "{}", said(&unknown));
}
