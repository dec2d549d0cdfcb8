//! The program around one conversation: a fresh database, the people, the assistant.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use assistant::ambient::Clock;
use assistant::voice::Voice;
use assistant::{Assistant as _, AssistantError, FrontDesk, Topics};
use calendar::{FreeSlot, Profile};
use chrono::{DateTime, TimeDelta, Utc};
use nlu::LocalInterpreter;
use protocol::{ChatReply, ChatRequest, ForwardedChat};
use serde_json::Value;
use store::{AppointmentFilter, Booking, NewAppointment, NewUser, Place, Store, StoreError};
use tempfile::TempDir;
use uuid::Uuid;

use crate::expect::Rows;
use crate::script::{Conversation, Held, directory};

/// Whoever understands, shared by all conversations.
pub type Interpreter = Arc<dyn nlu::Interpreter>;

/// Whoever understands, and whoever has words where the desk has none.
#[derive(Clone)]
pub struct Models {
    interpreter: Interpreter,
    voice: Option<Arc<dyn Voice>>,
}

impl Models {
    /// Without a voice.
    pub fn of(interpreter: Interpreter) -> Self {
        Self { interpreter, voice: None }
    }

    pub fn with_voice(self, voice: Arc<dyn Voice>) -> Self {
        Self { voice: Some(voice), ..self }
    }
}

/// Loads the shipped weights, or those of `MODEL_FILE`.
pub fn interpreter() -> Interpreter {
    let gguf = match std::env::var_os("MODEL_FILE") {
        Some(file) => Cow::Owned(std::fs::read(file).unwrap()),
        None => Cow::Borrowed(weights::UNDERSTANDING),
    };
    Arc::new(LocalInterpreter::start(gguf, 2).unwrap())
}

/// The profile with this name; the documented defaults without one.
pub fn profile(name: Option<&str>) -> Profile {
    let path = match name {
        None => return Profile::default(),
        Some("clinic") => directory().join("../../../../seeds/profile.toml"),
        Some(name) => directory().join("profiles").join(name).with_extension("toml"),
    };
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Profile::from_toml(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the profile with this name speaks of; learned once for all conversations.
pub async fn topics(name: Option<&str>, interpreter: &Interpreter) -> Arc<Topics> {
    static LEARNED: Mutex<BTreeMap<String, Arc<Topics>>> = Mutex::new(BTreeMap::new());
    let key = name.unwrap_or_default().to_owned();
    if let Some(topics) = LEARNED.lock().unwrap().get(&key) {
        return Arc::clone(topics);
    }
    let topics = Arc::new(Topics::learn(&profile(name), &**interpreter).await.unwrap());
    LEARNED.lock().unwrap().insert(key, Arc::clone(&topics));
    topics
}

/// One service with its database and the person who talks to it.
pub struct Desk {
    directory: TempDir,
    profile: Arc<Profile>,
    models: Models,
    topics: Arc<Topics>,
    zone: Option<String>,
    now: DateTime<Utc>,
    store: Store,
    person: Uuid,
    session: Uuid,
    /// Everybody's and everything's id counts up, so that a failure looks the same when it is run again.
    ids: u128,
}

impl Desk {
    /// Opens with the appointments that the script says are there.
    pub async fn open(conversation: &Conversation, models: &Models) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = connect(&directory).await;
        store.migrate().await.unwrap();
        let mut desk = Self {
            directory,
            profile: Arc::new(profile(conversation.profile.as_deref())),
            models: models.clone(),
            topics: topics(conversation.profile.as_deref(), &models.interpreter).await,
            zone: conversation.zone.clone(),
            now: conversation.now,
            store,
            person: Uuid::nil(),
            session: Uuid::nil(),
            ids: 0,
        };
        desk.person = desk.user().await;
        desk.session = desk.id();
        for held in &conversation.mine {
            desk.book(desk.person, held).await;
        }
        for held in &conversation.taken {
            desk.taken(held).await;
        }
        desk
    }

    /// The person writes.
    pub async fn say(&self, text: &str) -> Result<ChatReply, AssistantError> {
        let clock = Clock::stopped_at(self.now);
        let Models { interpreter, voice } = self.models.clone();
        let (profile, topics) = (Arc::clone(&self.profile), Arc::clone(&self.topics));
        let desk = FrontDesk::new(self.store.clone(), interpreter, profile, topics, clock);
        let assistant = match voice {
            Some(voice) => desk.with_voice(voice),
            None => desk,
        };
        let chat = ChatRequest {
            session_id: self.session,
            message: text.to_owned(),
            timezone: self.zone.clone(),
            message_id: None,
        };
        assistant.chat(ForwardedChat { user_id: self.person, chat }).await
    }

    /// Somebody else books it.
    pub async fn taken(&mut self, held: &Held) {
        // Each has an owner of their own: nobody can be in two rooms at once.
        let somebody = self.user().await;
        self.book(somebody, held).await;
    }

    /// Stops the service and starts it on the same database.
    pub async fn restart(&mut self) {
        self.store.close().await;
        self.store = connect(&self.directory).await;
    }

    pub fn advance(&mut self, by: TimeDelta) {
        self.now += by;
    }

    pub fn new_session(&mut self) {
        self.session = self.id();
    }

    /// The person's rows.
    pub async fn rows(&self) -> Rows {
        let rows = self.store.appointments_of(self.person).await.unwrap();
        rows.into_iter().map(|row| (row.appointment.id, row)).collect()
    }

    /// Everybody else's rows.
    pub async fn others(&self) -> Vec<Booking> {
        let rows = self.store.appointments(&AppointmentFilter::default()).await.unwrap();
        rows.into_iter().map(|row| row.booking).filter(|row| row.user_id != self.person).collect()
    }

    /// Why the last reply is what it is.
    pub async fn trace(&self) -> Value {
        let turns = self.store.turns(self.session).await.unwrap_or_default();
        turns.into_iter().next_back().map(|turn| turn.trace).unwrap_or_default()
    }

    /// What does not come out of the log of this person's sessions as it was said.
    pub async fn replay(&self) -> Vec<String> {
        let mut differences = Vec::new();
        for session in self.store.sessions(100).await.unwrap() {
            let turns = self.store.turns(session.id).await.unwrap();
            let replayed = assistant::replay(&self.profile, session.user_id, &turns);
            differences.extend(replayed.into_iter().flat_map(|turn| turn.differences));
        }
        differences
    }

    async fn book(&mut self, owner: Uuid, held: &Held) {
        let service = match &held.service {
            Some(name) => self.profile.service(name),
            None => self.profile.default_service(),
        };
        let service = service.unwrap_or_else(|| panic!("no such service: {:?}", held.service)).clone();
        let id = self.id();
        for resource in &self.profile.booking.resources {
            let slot = FreeSlot {
                start: held.start,
                end: held.start + service.duration(),
                resource: resource.clone(),
            };
            let new = NewAppointment {
                id,
                place: Place { slot, buffer: service.buffer() },
                service_type: service.name.clone(),
                timezone: self.profile.timezone.to_string(),
                name: None,
            };
            match self.store.book(owner, &new, self.now).await {
                Err(StoreError::SlotTaken(_)) => {}
                done => return drop(done.unwrap()),
            }
        }
        panic!("the script books {} more often than there is room", held.start);
    }

    async fn user(&mut self) -> Uuid {
        let id = self.id();
        let email = format!("person-{}@example.org", self.ids);
        let user = NewUser { id, email: &email, password_hash: "none", created_at: self.now };
        self.store.create_user(&user).await.unwrap().id
    }

    const fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }
}

async fn connect(directory: &TempDir) -> Store {
    let file = directory.path().join("frontdesk.db");
    Store::connect(&format!("sqlite://{}", file.display())).await.unwrap()
}
