//! What stands in the database, compared with what people were told.

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::{ChatMessage, MessageRole};
use sqlx::{Connection as _, PgConnection};
use store::{LoggedTurn, Store};
use uuid::Uuid;

use super::person::{Person, Said, Told};
use crate::{ProofError, Result};

/// How unanswered messages turned out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unanswered {
    /// Their turn had been committed: the kill came between that and the answer.
    pub(super) written: u64,
    /// Nothing of them is there.
    pub(super) gone: u64,
}

/// Compares the database with what everybody was told, in the sessions that were used since the last time, or in
/// all. Nobody may be writing.
///
/// # Errors
/// [`ProofError::Broken`] says what is lost, there twice or different.
pub(super) async fn compare(url: &str, people: &mut [Person], all: bool) -> Result<Unanswered> {
    nobody_writes(url).await?;
    let store = Store::connect(url).await?;
    let mut found = Unanswered::default();
    for person in people {
        let sessions: Vec<Uuid> =
            if all { person.log.keys().copied().collect() } else { person.touched.iter().copied().collect() };
        for session in sessions {
            conversation(&store, person, session, &mut found).await?;
        }
        person.touched.clear();
        appointments(&store, person).await?;
    }
    let disagreements = store.disagreements().await?;
    store.close().await;
    if disagreements.is_empty() {
        return Ok(found);
    }
    Err(ProofError::Broken(format!("claims and appointments disagree: {disagreements:?}")))
}

/// PostgreSQL may still be carrying out the last statement of a program that is gone.
async fn nobody_writes(url: &str) -> Result<()> {
    if !url.starts_with("postgres") {
        return Ok(());
    }
    let others = "SELECT COUNT(*) FROM pg_stat_activity
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let mut connection = PgConnection::connect(url).await?;
    while sqlx::query_scalar::<_, i64>(others).fetch_one(&mut connection).await? > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(connection.close().await?)
}

/// The log has every acknowledged message once, in order, with its reply; and the history says the same. Beyond it,
/// only the message that got no answer may be there.
async fn conversation(
    store: &Store,
    person: &mut Person,
    session: Uuid,
    found: &mut Unanswered,
) -> Result<()> {
    let mut turns = store.turns(session).await?;
    let written = messages(&turns);
    let in_order = turns.iter().zip(1..).all(|(turn, seq)| turn.seq == seq);
    let said = person.log.get(&session).map_or(&[][..], Vec::as_slice);
    let broken = |what: &str| ProofError::Broken(format!("{}, session {session}: {what}", person.email));
    if !in_order || turns.len() < said.len() {
        let (there, told) = (turns.len(), said.len());
        return Err(broken(&format!("{there} turns are in the log, {told} were acknowledged")));
    }
    let beyond = turns.split_off(said.len());
    for (turn, said) in turns.iter().zip(said) {
        if !is_of(turn, said) {
            return Err(broken(&format!("turn {} is not what was acknowledged", turn.seq)));
        }
    }
    let unanswered = person.unanswered.clone().filter(|message| message.session_id == session);
    match (beyond.as_slice(), unanswered) {
        ([], None) => {}
        ([], Some(_)) => found.gone += 1,
        ([turn], Some(message)) if turn.message_id == message.message_id && turn.text == message.message => {
            found.written += 1;
            let said = Said { message, reply: turn.reply.clone() };
            person.unanswered = None;
            person.found = Some(said.clone());
            person.learn(said)?;
        }
        _ => return Err(broken(&format!("the log has turns that nobody sent: {beyond:?}"))),
    }
    if !written.is_empty() {
        history(store, person, session, &written).await?;
    }
    Ok(())
}

fn is_of(turn: &LoggedTurn, said: &Said) -> bool {
    turn.message_id == said.message.message_id
        && turn.text == said.message.message
        && turn.reply == said.reply
}

fn messages(turns: &[LoggedTurn]) -> Vec<(MessageRole, String)> {
    let both = |turn: &LoggedTurn| {
        [(MessageRole::User, turn.text.clone()), (MessageRole::Assistant, turn.reply.reply.clone())]
    };
    turns.iter().flat_map(both).collect()
}

async fn history(
    store: &Store,
    person: &Person,
    session: Uuid,
    written: &[(MessageRole, String)],
) -> Result<()> {
    let user = store.user_by_email(&person.email).await?;
    let user = user.ok_or_else(|| ProofError::Broken(format!("{} is gone", person.email)))?;
    let history = store.history(user.id, session).await?.messages;
    let same = |(message, (role, content)): (&ChatMessage, &(MessageRole, String))| {
        message.role == *role && message.content == *content
    };
    if history.len() == written.len() && history.iter().zip(written).all(same) {
        return Ok(());
    }
    Err(ProofError::Broken(format!("session {session}: the history is not what the log says")))
}

/// The person's appointments are those that they were told of, as they were told.
async fn appointments(store: &Store, person: &Person) -> Result<()> {
    let user = store.user_by_email(&person.email).await?;
    let user = user.ok_or_else(|| ProofError::Broken(format!("{} is gone", person.email)))?;
    let rows = store.appointments_of(user.id).await?;
    let there: BTreeMap<Uuid, Told> = rows
        .into_iter()
        .map(|row| row.appointment)
        .map(|row| (row.id, Told { start: row.start_time, status: row.status }))
        .collect();
    if there == person.appointments {
        return Ok(());
    }
    let difference = |(id, told): (&Uuid, &Told), other: &BTreeMap<Uuid, Told>| {
        (other.get(id) != Some(told)).then(|| format!("{id}: {told:?}"))
    };
    let lost: Vec<_> = person.appointments.iter().filter_map(|told| difference(told, &there)).collect();
    let extra: Vec<_> = there.iter().filter_map(|row| difference(row, &person.appointments)).collect();
    Err(ProofError::Broken(format!("{} was told {lost:?}, but the database has {extra:?}", person.email)))
}

#[cfg(test)]
mod tests {
    use protocol::{ChatReply, ChatRequest};
    use store::{NewUser, TurnRecord};

    use super::*;

    /// Says "m-0" to "m-N" in a database of its own.
    async fn said(url: &str, person: &Person, session: Uuid, texts: &[&str]) {
        let store = Store::connect(url).await.unwrap();
        store.migrate().await.unwrap();
        let now = crate::program::NOW.parse().unwrap();
        let id = Uuid::from_u128(1);
        let user = NewUser { id, email: &person.email, password_hash: "none", created_at: now };
        store.create_user(&user).await.unwrap();
        for (number, text) in texts.iter().enumerate() {
            let said = one(session, number, text);
            let record = TurnRecord {
                message_id: said.message.message_id,
                text: said.message.message,
                reply: said.reply,
                trace: serde_json::json!({}),
                ts: now,
                latency_ms: 1,
                hand_off: false,
            };
            let turn = store.begin_turn(id, session, now).await.unwrap();
            turn.commit(&record, &serde_json::json!({})).await.unwrap();
        }
        store.close().await;
    }

    fn one(session: Uuid, number: usize, text: &str) -> Said {
        let message_id = Some(format!("m-{number}"));
        let message =
            ChatRequest { session_id: session, message: text.to_owned(), timezone: None, message_id };
        let reply = format!("You said {text}.");
        let reply = ChatReply {
            reply,
            session_id: session,
            extracted_slots: None,
            appointment_id: None,
            quick_replies: None,
        };
        Said { message, reply }
    }

    /// What comparing says where `written` is in the database, and the person heard answers to `told` and sent
    /// `unanswered`.
    async fn verdict(
        written: &[&str],
        told: &[&str],
        unanswered: Option<&str>,
        lie: impl FnOnce(&mut Person),
    ) -> Result<Unanswered> {
        let (_directory, url) = testbed::sqlite_database();
        let session = Uuid::from_u128(2);
        let now = crate::program::NOW.parse().unwrap();
        let mut person = Person::new("ada@example.org".into(), String::new(), 1, now);
        said(&url, &person, session, written).await;
        for (number, text) in told.iter().enumerate() {
            person.learn(one(session, number, text)).unwrap();
        }
        person.log.entry(session).or_default();
        person.unanswered = unanswered.map(|text| one(session, told.len(), text).message);
        lie(&mut person);
        compare(&url, &mut [person], true).await
    }

    fn is_broken(verdict: &Result<Unanswered>) -> bool {
        matches!(verdict, Err(ProofError::Broken(_)))
    }

    #[tokio::test]
    async fn what_was_acknowledged_must_be_there_once() {
        let honest = |_: &mut Person| ();
        verdict(&["a", "b"], &["a", "b"], None, honest).await.unwrap();
        assert!(is_broken(&verdict(&["a"], &["a", "b"], None, honest).await), "lost");
        assert!(is_broken(&verdict(&["a", "x"], &["a", "b"], None, honest).await), "another");
        assert!(is_broken(&verdict(&["a", "b"], &["a"], None, honest).await), "nobody sent it");
        let told = Told { start: Default::default(), status: protocol::AppointmentStatus::Booked };
        let lie = |person: &mut Person| {
            person.appointments.insert(Uuid::nil(), told);
        };
        assert!(is_broken(&verdict(&["a"], &["a"], None, lie).await), "no such appointment");
    }

    #[tokio::test]
    async fn what_got_no_answer_may_be_there_or_not() {
        let honest = |_: &mut Person| ();
        let found = verdict(&["a", "b"], &["a"], Some("b"), honest).await.unwrap();
        assert_eq!((found.written, found.gone), (1, 0));
        let found = verdict(&["a"], &["a"], Some("b"), honest).await.unwrap();
        assert_eq!((found.written, found.gone), (0, 1));
        assert!(is_broken(&verdict(&["a", "b", "b"], &["a"], Some("b"), honest).await), "twice");
    }
}
