//! Somebody who chats as long as the program lives, and remembers every word of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Days, NaiveTime, Utc};
use protocol::{AppointmentStatus, ChatReply, ChatRequest, Intent};
use uuid::Uuid;

use crate::program::Client;
use crate::{ProofError, Result};

/// Messages after which a new conversation begins.
const SESSION_LENGTH: usize = 40;
/// Days from which a wish is drawn: few, so that people get into each other's way.
const DAYS: u64 = 12;
const PAUSE_WHEN_OVERLOADED: Duration = Duration::from_millis(20);

/// A message and what it was answered.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) message: ChatRequest,
    pub(super) reply: ChatReply,
}

/// An appointment as the person was told it stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Told {
    pub(super) start: DateTime<Utc>,
    pub(super) status: AppointmentStatus,
}

pub(super) struct Person {
    pub(super) email: String,
    pub(super) token: String,
    rng: fastrand::Rng,
    now: DateTime<Utc>,
    session: Uuid,
    /// Everything acknowledged, by session, in order.
    pub(super) log: BTreeMap<Uuid, Vec<Said>>,
    /// Sessions of this life of the program.
    pub(super) touched: BTreeSet<Uuid>,
    pub(super) appointments: BTreeMap<Uuid, Told>,
    /// Sent, and the program was killed before it answered.
    pub(super) unanswered: Option<ChatRequest>,
    /// What the database says an unanswered message was answered: sent again, it must be answered the same.
    pub(super) found: Option<Said>,
    quick_replies: Vec<String>,
    pub(super) resent: u64,
}

impl Person {
    pub(super) fn new(email: String, token: String, seed: u64, now: DateTime<Utc>) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let session = new_session(&mut rng);
        Self {
            email,
            token,
            rng,
            now,
            session,
            log: BTreeMap::new(),
            touched: BTreeSet::new(),
            appointments: BTreeMap::new(),
            unanswered: None,
            found: None,
            quick_replies: Vec::new(),
            resent: 0,
        }
    }

    /// Chats until the program is gone, and counts the answers. First sends again what got no answer in its last life, and something that
    /// got one long ago.
    ///
    /// # Errors
    /// When an answer is not what it must be.
    pub(super) fn talk(&mut self, url: &str, answered: &AtomicU64) -> Result<()> {
        let client = Client::new(url);
        if let Some(found) = self.found.take()
            && !self.compare(&client, &found)?
        {
            self.found = Some(found);
            return Ok(());
        }
        if let Some(old) = self.any_old()
            && !self.compare(&client, &old)?
        {
            return Ok(());
        }
        loop {
            let message = match self.unanswered.take() {
                Some(message) => message,
                None => self.next_message(),
            };
            self.touched.insert(message.session_id);
            match client.say(&self.token, &message) {
                Ok(Some(reply)) => {
                    self.learn(Said { message, reply })?;
                    answered.fetch_add(1, Ordering::Relaxed);
                }
                Ok(None) => {
                    self.unanswered = Some(message);
                    std::thread::sleep(PAUSE_WHEN_OVERLOADED);
                }
                Err(ProofError::Http(_)) => {
                    self.unanswered = Some(message);
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Sends a message again; `false` if the program is gone.
    fn compare(&mut self, client: &Client, said: &Said) -> Result<bool> {
        match client.say(&self.token, &said.message) {
            Ok(Some(reply)) if reply == said.reply => {
                self.resent += 1;
                Ok(true)
            }
            Ok(Some(reply)) => Err(ProofError::Broken(format!(
                "{}: {:?} was first answered {:?}, and sent again {:?}",
                self.email, said.message, said.reply, reply
            ))),
            Ok(None) => Ok(false),
            Err(ProofError::Http(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn any_old(&mut self) -> Option<Said> {
        let session = self.log.keys().nth(self.rng.usize(..self.log.len().max(1)))?;
        let said = &self.log[session];
        said.get(self.rng.usize(..said.len().max(1))).cloned()
    }

    /// Takes a reply for the truth.
    ///
    /// # Errors
    /// When it claims a deed without saying of which appointment.
    pub(super) fn learn(&mut self, said: Said) -> Result<()> {
        let reply = &said.reply;
        let deeds = [
            ("Booked: your", Intent::Book, AppointmentStatus::Booked),
            ("Moved: your", Intent::Reschedule, AppointmentStatus::Booked),
            ("Cancelled: your", Intent::Cancel, AppointmentStatus::Cancelled),
        ];
        for (words, intent, status) in deeds {
            if !reply.reply.contains(words) {
                continue;
            }
            let id = reply.appointment_id.ok_or_else(|| {
                ProofError::Broken(format!("a deed without an appointment: {:?}", reply.reply))
            })?;
            // Where the reply goes on to the next request, its slots are that one's: the time is as it was.
            let start = start_of(reply, intent).or(self.appointments.get(&id).map(|told| told.start));
            let start = start
                .ok_or_else(|| ProofError::Broken(format!("a deed without a time: {:?}", reply.reply)))?;
            self.appointments.insert(id, Told { start, status });
        }
        self.quick_replies = reply.quick_replies.clone().unwrap_or_default();
        self.log.entry(said.message.session_id).or_default().push(said);
        Ok(())
    }

    fn next_message(&mut self) -> ChatRequest {
        if self.log.get(&self.session).is_some_and(|said| said.len() >= SESSION_LENGTH) {
            self.session = new_session(&mut self.rng);
            self.quick_replies.clear();
        }
        let message = self.words();
        let number = self.log.get(&self.session).map_or(0, Vec::len);
        ChatRequest {
            session_id: self.session,
            message,
            timezone: None,
            message_id: Some(format!("m-{number}")),
        }
    }

    fn words(&mut self) -> String {
        if !self.quick_replies.is_empty() && self.rng.u8(..10) < 6 {
            return self.quick_replies.swap_remove(self.rng.usize(..self.quick_replies.len()));
        }
        let booked: Vec<_> =
            self.appointments.values().filter(|told| told.status == AppointmentStatus::Booked).collect();
        let one = (!booked.is_empty()).then(|| booked[self.rng.usize(..booked.len())].start);
        match (self.rng.u8(..10), one) {
            (0, _) => "What did I book?".to_owned(),
            (1, _) => "What is free on Friday?".to_owned(),
            (2..=3, Some(one)) => format!("Cancel my appointment on {}", spoken(one)),
            (4..=5, Some(one)) => {
                let wish = self.wish();
                format!("Move my appointment on {} to {}", spoken(one), spoken(wish))
            }
            _ => {
                let wish = self.wish();
                format!("Book a meeting on {}", spoken(wish))
            }
        }
    }

    /// Some hour of the days to come; closed on weekends, which makes for other replies.
    fn wish(&mut self) -> DateTime<Utc> {
        let day = self.now.date_naive() + Days::new(self.rng.u64(1..=DAYS));
        let hour = NaiveTime::from_hms_opt(self.rng.u32(9..17), 0, 0).unwrap_or_default();
        day.and_time(hour).and_utc()
    }
}

fn new_session(rng: &mut fastrand::Rng) -> Uuid {
    uuid::Builder::from_random_bytes(rng.u128(..).to_be_bytes()).into_uuid()
}

fn spoken(at: DateTime<Utc>) -> String {
    at.format("%-d %B at %H:%M").to_string()
}

/// The time that the reply states, in the business's zone, which is UTC here.
fn start_of(reply: &ChatReply, intent: Intent) -> Option<DateTime<Utc>> {
    let slots = reply.extracted_slots.as_ref().filter(|slots| slots.intent == Some(intent))?;
    let time = NaiveTime::parse_from_str(slots.time.as_deref()?, "%H:%M").ok()?;
    Some(slots.date?.and_time(time).and_utc())
}
