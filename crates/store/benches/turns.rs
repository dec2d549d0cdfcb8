//! What the database alone takes for a turn, without HTTP and without the model: `cargo bench -p store`.
//!
//! One person writes one conversation; then 32 write one each at once. SQLite waits for the disk at every commit, and
//! so does the PostgreSQL server here. The last columns are medians of a turn's parts.
#![expect(clippy::print_stdout, reason = "the table is what it is for")]
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on is none")]

use std::time::{Duration, Instant};

use calendar::Window;
use chrono::{DateTime, TimeDelta, Utc};
use protocol::{ChatReply, ExtractedSlots};
use serde_json::{Value, json};
use store::{NewUser, Store, TurnRecord};
use uuid::Uuid;

const AT_ONCE: u128 = 32;
const TURNS: usize = 2_000;
/// Messages after which a new conversation begins.
const SESSION_LENGTH: usize = 24;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    println!("| database | people at once | turns a second | p50 ms | p99 ms | begin | read | commit |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    let (_directory, sqlite) = testbed::sqlite_database();
    for (name, url) in [("SQLite", sqlite), ("PostgreSQL", testbed::durable_postgres_database())] {
        let store = Store::connect(&url).await.unwrap();
        store.migrate().await.unwrap();
        for number in 0..AT_ONCE {
            let email = format!("person{number}@example.org");
            let id = Uuid::from_u128(number);
            let user = NewUser { id, email: &email, password_hash: "none", created_at: now() };
            store.create_user(&user).await.unwrap();
        }
        for people in [1, AT_ONCE] {
            measure(name, &store, people).await;
        }
        store.close().await;
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_429_200, 0).unwrap_or_default()
}

/// How long the parts of a turn took.
#[derive(Clone, Copy)]
struct Took {
    begin: Duration,
    read: Duration,
    commit: Duration,
}

impl Took {
    fn all(self) -> Duration {
        self.begin + self.read + self.commit
    }
}

async fn measure(name: &str, store: &Store, people: u128) {
    let turns = TURNS / usize::try_from(people).unwrap();
    let begun = Instant::now();
    let writing: Vec<_> =
        (0..people).map(|person| tokio::spawn(conversation(store.clone(), person, people, turns))).collect();
    let mut all: Vec<Took> = Vec::new();
    for task in writing {
        all.extend(task.await.unwrap());
    }
    let wall = begun.elapsed().as_secs_f64();
    all.sort_by_key(|took| took.all());
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let middle = |part: fn(&Took) -> Duration| {
        let mut parts: Vec<_> = all.iter().map(part).collect();
        parts.sort_unstable();
        ms(parts[parts.len() / 2])
    };
    println!(
        "| {name} | {people} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |",
        all.len() as f64 / wall,
        ms(all[all.len() / 2].all()),
        ms(all[all.len() * 99 / 100].all()),
        middle(|took| took.begin),
        middle(|took| took.read),
        middle(|took| took.commit),
    );
}

async fn conversation(store: Store, person: u128, run: u128, turns: usize) -> Vec<Took> {
    let user = Uuid::from_u128(person);
    let mut all = Vec::with_capacity(turns);
    for number in 0..turns {
        let session = Uuid::from_u128(((number / SESSION_LENGTH) as u128) << 64 | run << 32 | person);
        let begun = Instant::now();
        let mut turn = store.begin_turn(user, session, now()).await.unwrap();
        let begin = begun.elapsed();
        turn.answered(&number.to_string(), "at 10:00").await.unwrap();
        let ahead = Window::new(now() - TimeDelta::days(1), now() + TimeDelta::days(30));
        turn.busy(&["front desk".to_owned()], ahead).await.unwrap();
        turn.appointments(now() - TimeDelta::days(1)).await.unwrap();
        let read = begun.elapsed() - begin;
        turn.commit(&record(session, number), &state()).await.unwrap();
        all.push(Took { begin, read, commit: begun.elapsed() - begin - read });
    }
    all
}

/// As large as what a turn really writes.
fn record(session: Uuid, number: usize) -> TurnRecord {
    TurnRecord {
        message_id: Some(number.to_string()),
        text: "I'd like to book an appointment on 8 December at 10:00".to_owned(),
        reply: ChatReply {
            reply: "On Tuesday 8 December I can offer 10:00, 11:00 or 14:00. Which do you prefer?".to_owned(),
            session_id: session,
            extracted_slots: Some(ExtractedSlots::default()),
            appointment_id: None,
            quick_replies: Some(vec!["10:00".to_owned(), "11:00".to_owned(), "14:00".to_owned()]),
        },
        trace: json!({ "rules": vec!["a rule that was used in this turn"; 20] }),
        ts: now(),
        latency_ms: 5,
        hand_off: false,
    }
}

fn state() -> Value {
    json!({ "open": vec!["something that is known of the request in progress"; 10] })
}
