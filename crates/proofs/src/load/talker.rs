//! Somebody who books, looks, moves and cancels without a pause, and a stopwatch for each answer.

use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, Days, Utc, Weekday};
use protocol::ChatRequest;
use uuid::Uuid;

use crate::Result;
use crate::program::{Client, NOW};

/// Messages after which a new conversation begins.
const SESSION_LENGTH: usize = 32;
/// Working days ahead from which a day is drawn.
const DAYS: u64 = 40;
const PAUSE_WHEN_OVERLOADED: Duration = Duration::from_millis(5);

/// One person's part of a conversation, again and again.
#[derive(Clone, Copy)]
enum Step {
    Open,
    Day,
    Hour,
    Offer,
    List,
    Ask,
    Move,
    Cancel,
    Yes,
}

const STEPS: [Step; 9] = [
    Step::Open,
    Step::Day,
    Step::Hour,
    Step::Offer,
    Step::List,
    Step::Ask,
    Step::Move,
    Step::Cancel,
    Step::Yes,
];

pub(super) struct Talker {
    client: Client,
    token: String,
    rng: fastrand::Rng,
    session: Uuid,
    said: usize,
    quick_replies: Vec<String>,
}

impl Talker {
    /// Somebody with a new account. What they say follows from its name.
    pub(super) fn new(url: &str, email: &str) -> Result<Self> {
        let client = Client::new(url);
        let token = client.sign_up(email)?;
        let seed = email.bytes().fold(0_u64, |seed, byte| seed.wrapping_mul(257).wrapping_add(byte.into()));
        let rng = fastrand::Rng::with_seed(seed);
        Ok(Self { client, token, rng, session: Uuid::nil(), said: 0, quick_replies: Vec::new() })
    }

    /// Says the next thing and waits for the answer; how long that took.
    pub(super) fn turn(&mut self) -> Result<Duration> {
        if self.said.is_multiple_of(SESSION_LENGTH) {
            self.session = uuid::Builder::from_random_bytes(self.rng.u128(..).to_be_bytes()).into_uuid();
        }
        let message = ChatRequest {
            session_id: self.session,
            message: self.words(),
            timezone: None,
            message_id: Some(format!("m-{}", self.said)),
        };
        self.said += 1;
        let begun = Instant::now();
        let reply = loop {
            match self.client.say(&self.token, &message)? {
                Some(reply) => break reply,
                None => std::thread::sleep(PAUSE_WHEN_OVERLOADED),
            }
        };
        let took = begun.elapsed();
        self.quick_replies = reply.quick_replies.unwrap_or_default();
        Ok(took)
    }

    fn words(&mut self) -> String {
        match STEPS[self.said % STEPS.len()] {
            Step::Open => "Hi, I'd like to book an appointment".to_owned(),
            Step::Day => self.day(),
            Step::Hour => format!("at {}:00", self.rng.u8(9..19)),
            // Where the hour was free, this opens the next request; where it was not, it takes what is offered.
            Step::Offer => self.quick_replies.first().cloned().unwrap_or_else(|| "thank you".to_owned()),
            Step::List => "what did I book?".to_owned(),
            Step::Ask => format!("is there anything free on {} in the afternoon?", self.day()),
            Step::Move => format!("move it to {} at {}:30", self.day(), self.rng.u8(9..19)),
            Step::Cancel => "please cancel my appointment".to_owned(),
            Step::Yes => "yes".to_owned(),
        }
    }

    /// A working day of the weeks to come.
    fn day(&mut self) -> String {
        let now: DateTime<Utc> = NOW.parse().unwrap_or_default();
        let mut day = now.date_naive() + Days::new(self.rng.u64(1..=DAYS));
        while day.weekday() == Weekday::Sun {
            day = day + Days::new(1);
        }
        day.format("%-d %B").to_string()
    }
}
