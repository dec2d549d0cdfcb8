//! Whole turns with a scripted model.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use assistant::ambient::Clock;
use assistant::voice::{Ask, Silence, Voice};
use assistant::{Assistant, FrontDesk, Topics};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use nlu::Scripted;
use protocol::{ChatReply, ChatRequest, ForwardedChat};
use store::{NewUser, Store};
use tempfile::TempDir;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::check::LIES;
use crate::profile;

const PERSON: Uuid = Uuid::from_u128(7);
const UNDERSTOOD: &str = "small_talk | - | How was your weekend?
business_question | - | Can I leave my car somewhere?
business_question | - | Is there parking?
small_talk, book | - | How are you? Book {when:tomorrow at 3pm}
book | - | Book an appointment";

/// Says what it is told to say.
#[derive(Default)]
struct Model {
    says: Mutex<String>,
    asked: AtomicUsize,
}

#[async_trait]
impl Voice for Model {
    async fn speak(&self, ask: Ask) -> Result<mpsc::UnboundedReceiver<String>, Silence> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        assert!(ask.system.contains("There is parking behind the building"), "{}", ask.system);
        let (sender, receiver) = mpsc::unbounded_channel();
        match self.says.lock().unwrap().as_str() {
            "" => return Err(Silence("scripted".into())),
            text => sender.send(text.to_owned()).unwrap(),
        }
        Ok(receiver)
    }
}

struct Desk {
    desk: FrontDesk,
    model: Arc<Model>,
    store: Store,
    session: Uuid,
    _directory: TempDir,
}

impl Desk {
    async fn open() -> Self {
        let (directory, url) = testbed::sqlite_database();
        let store = Store::connect(&url).await.unwrap();
        store.migrate().await.unwrap();
        let now: DateTime<Utc> = "2026-11-23T10:20:00Z".parse().unwrap();
        let user = NewUser { id: PERSON, email: "ada@example.org", password_hash: "-", created_at: now };
        store.create_user(&user).await.unwrap();
        let model = Arc::new(Model::default());
        let interpreter = Arc::new(Scripted::new(UNDERSTOOD).unwrap());
        let topics = Arc::new(Topics::default());
        let desk =
            FrontDesk::new(store.clone(), interpreter, Arc::new(profile()), topics, Clock::stopped_at(now))
                .with_voice(model.clone());
        Self { desk, model, store, session: Uuid::nil(), _directory: directory }
    }

    /// Sends a message in a session of its own while the model says this; the reply, and what was heard before it.
    async fn say(&mut self, message: &str, model: &str) -> (ChatReply, Vec<String>) {
        self.session = Uuid::from_u128(self.session.as_u128() + 1);
        *self.model.says.lock().unwrap() = model.to_owned();
        let chat = ChatRequest {
            session_id: self.session,
            message: message.to_owned(),
            timezone: None,
            message_id: Some("one".into()),
        };
        let (listener, mut heard) = mpsc::unbounded_channel();
        let message = ForwardedChat { user_id: PERSON, chat };
        let reply = self.desk.chat_aloud(message.clone(), listener).await.unwrap();
        // Sent again it is the same reply, without the model.
        let asked = self.model.asked.load(Ordering::Relaxed);
        assert_eq!(self.desk.chat(message).await.unwrap(), reply);
        assert_eq!(self.model.asked.load(Ordering::Relaxed), asked);
        // Decided again from the log it is the same, whatever the model would say now.
        for turn in assistant::replay(&profile(), PERSON, &self.store.turns(self.session).await.unwrap()) {
            assert_eq!(turn.differences, Vec::<String>::new());
        }
        (reply, std::iter::from_fn(|| heard.try_recv().ok()).collect())
    }
}

#[tokio::test]
async fn small_talk_is_in_the_models_words_and_leads_back() {
    let mut desk = Desk::open().await;
    let (reply, heard) = desk.say("How was your weekend?", "Lovely, thank you! And yours?").await;
    assert_eq!(heard, ["Lovely, thank you!", "And yours?"]);
    assert!(reply.reply.contains("Lovely, thank you! And yours? What can I do for you?"), "{}", reply.reply);
    let turn = &desk.store.turns(desk.session).await.unwrap()[0];
    assert_eq!(turn.trace["input"]["voice"]["words"]["text"], "Lovely, thank you! And yours?");
    assert_eq!(turn.trace["decision"]["rules"].as_array().unwrap().last().unwrap(), "in_other_words");
}

#[tokio::test]
async fn a_fact_answers_a_question_that_the_rules_did_not_see() {
    let mut desk = Desk::open().await;
    let fact = "There is parking behind the building, free for two hours.";
    let (reply, heard) = desk.say("Can I leave my car somewhere?", fact).await;
    assert_eq!(heard, [fact]);
    assert!(reply.reply.contains(fact) && !reply.reply.contains("do not know"), "{}", reply.reply);
}

#[tokio::test]
async fn lying_models_are_not_heard() {
    let mut desk = Desk::open().await;
    for question in ["How was your weekend?", "Can I leave my car somewhere?"] {
        let plain = desk.say(question, "").await.0;
        let whole = ["You are booked for Tuesday at 3pm.", "That costs 20 EUR.", "We are open on Sundays."];
        for (index, lie) in LIES.iter().flat_map(|(_, lies)| lies.iter()).chain(&whole).enumerate() {
            let before = if index % 2 == 0 { "" } else { "Thank you for asking! " };
            let (reply, heard) = desk.say(question, &format!("{before}{lie} \n")).await;
            assert_eq!(reply.reply, plain.reply, "{lie}");
            assert!(heard.iter().all(|heard| heard == before.trim()), "{heard:?}");
        }
    }
}

#[tokio::test]
async fn the_model_is_not_asked_where_the_dialogue_has_words() {
    let mut desk = Desk::open().await;
    for message in ["Is there parking?", "How are you? Book tomorrow at 3pm", "Book an appointment"] {
        let (reply, heard) = desk.say(message, "Lovely, thank you!").await;
        assert!(heard.is_empty() && !reply.reply.contains("Lovely"), "{}", reply.reply);
        assert!(desk.store.turns(desk.session).await.unwrap()[0].trace["input"].get("voice").is_none());
    }
    assert_eq!(desk.model.asked.load(Ordering::Relaxed), 0);
}
