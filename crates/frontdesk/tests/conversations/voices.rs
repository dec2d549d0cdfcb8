//! Chat models to hold the conversations with.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use assistant::voice::{Ask, Silence, Voice, system_prompt};
use async_trait::async_trait;
use calendar::Profile;
use generate::{Generator, Kernel};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::voice::LocalVoice;

/// What the parrot says: harmless words, lies, and lies behind harmless words.
const SAYINGS: [&str; 9] = [
    "That sounds lovely!",
    "You are booked for Tuesday 24 November at 15:00.",
    "I have cancelled it. See you soon!",
    "I'm glad to hear that! That costs 20 EUR.",
    "Yes, you are!",
    "It's nice to hear from you. Someone will call you back in ten minutes.",
    "We are open on Sundays from 8:00 to 22:00.",
    "There is parking behind the building, free for nine hours.",
    "Ask me anything!",
];

/// Says one of its sayings, the same to the same message.
#[derive(Default)]
pub struct Parrot {
    asked: AtomicUsize,
}

impl Parrot {
    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Voice for Parrot {
    async fn speak(&self, ask: Ask) -> Result<UnboundedReceiver<String>, Silence> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = unbounded_channel();
        let which = ask.user.bytes().map(usize::from).sum::<usize>() % SAYINGS.len();
        sender.send(SAYINGS[which].to_owned()).map_err(|error| Silence(error.to_string()))?;
        Ok(receiver)
    }
}

/// The chat model in this file.
pub fn real(file: &Path) -> Arc<dyn Voice> {
    let system = system_prompt(&Profile::default());
    Arc::new(LocalVoice(Generator::start(file, Kernel::native(), &system).unwrap()))
}
