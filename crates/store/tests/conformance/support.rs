//! What the tests have in common. Ids are counted, instants are fixed: nothing depends on today or on chance.

use calendar::FreeSlot;
use chrono::{DateTime, TimeDelta, Utc};
use protocol::ChatReply;
use serde_json::json;
use store::{NewAppointment, NewUser, Place, Store, StoreError, Turn, TurnRecord};
use uuid::Uuid;

pub const DESK: &str = "front desk";
pub const ROOM: &str = "room 2";

pub async fn migrated(url: &str) -> Store {
    let store = Store::connect(url).await.unwrap();
    store.migrate().await.unwrap();
    store
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A Monday morning.
pub fn now() -> DateTime<Utc> {
    at("2026-11-23T10:20:00Z")
}

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Makes a user with this number.
pub async fn user(store: &Store, number: u128) -> Uuid {
    let email = format!("person{number}@example.org");
    let user = NewUser { id: id(number), email: &email, password_hash: "$argon2id$", created_at: now() };
    store.create_user(&user).await.unwrap().id
}

/// A slot on this resource, of this many minutes.
pub fn place(resource: &str, start: &str, minutes: i64) -> Place {
    let start = at(start);
    let slot = FreeSlot { start, end: start + TimeDelta::minutes(minutes), resource: resource.to_owned() };
    Place { slot, buffer: TimeDelta::zero() }
}

pub fn appointment(number: u128, place: Place) -> NewAppointment {
    NewAppointment {
        id: id(number),
        place,
        service_type: "general".to_owned(),
        timezone: "Europe/Berlin".to_owned(),
        name: None,
    }
}

pub fn record(session: Uuid, text: &str, reply: &str) -> TurnRecord {
    TurnRecord {
        message_id: None,
        text: text.to_owned(),
        reply: ChatReply {
            reply: reply.to_owned(),
            session_id: session,
            extracted_slots: None,
            appointment_id: None,
            quick_replies: None,
        },
        trace: json!({ "rule": "test" }),
        hand_off: false,
        ts: now(),
        latency_ms: 7,
    }
}

/// Begins a turn, as often as it collides.
pub async fn begin(store: &Store, user: Uuid, session: Uuid) -> Turn {
    loop {
        match store.begin_turn(user, session, now()).await {
            Err(StoreError::Retry) => {}
            begun => return begun.unwrap(),
        }
    }
}

/// One turn that says something and books something, as the assistant does it.
pub async fn book_in_a_turn(
    store: &Store,
    user: Uuid,
    session: Uuid,
    new: &NewAppointment,
) -> Result<(), StoreError> {
    loop {
        let mut turn = begin(store, user, session).await;
        match turn.book(new).await {
            Err(StoreError::Retry) => {}
            Err(error) => return Err(error),
            Ok(receipt) => {
                assert_eq!(receipt.booking().appointment.id, new.id);
                return turn.commit(&record(session, "book", "Booked."), &json!({})).await;
            }
        }
    }
}

/// How a race ended: how many won, how many lost to each kind of clash.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Tally {
    pub booked: usize,
    pub resource_taken: usize,
    pub person_taken: usize,
}

impl Tally {
    pub fn of(results: impl IntoIterator<Item = Result<(), StoreError>>) -> Self {
        let mut tally = Self::default();
        for result in results {
            match result {
                Ok(()) => tally.booked += 1,
                Err(StoreError::SlotTaken(store::Clash::Resource)) => tally.resource_taken += 1,
                Err(StoreError::SlotTaken(store::Clash::Person)) => tally.person_taken += 1,
                Err(other) => panic!("{other}"),
            }
        }
        tally
    }
}

/// Runs the tasks at once and gives their results in order.
pub async fn all_at_once<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = tasks.into_iter().collect();
    let gate = std::sync::Arc::new(tokio::sync::Barrier::new(tasks.len()));
    let running: Vec<_> = tasks
        .into_iter()
        .map(|task| {
            let gate = gate.clone();
            tokio::spawn(async move {
                gate.wait().await;
                task.await
            })
        })
        .collect();
    let mut results = Vec::new();
    for task in running {
        results.push(task.await.unwrap());
    }
    results
}
