//! A chat model: conversation in, text out, piece by piece.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::choice::{Chooser, Sampling};
use crate::error::ModelError;
use crate::file::File;
use crate::matrix::Kernel;
use crate::network::{Memory, Network};
use crate::template::{Message, Role, Template};
use crate::tokens::Tokens;

/// How many tokens of conversation a model holds here at most, whatever it was made for: they cost memory.
const CONTEXT: usize = 4_096;

/// What is asked of a model.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// The conversation; the model speaks next. What it has in common with the one before is not read again.
    pub messages: Vec<Message>,
    /// The answer ends after so many tokens, if not before.
    pub max_tokens: usize,
    /// How tokens are chosen.
    pub sampling: Sampling,
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ended {
    /// The model was done.
    Turn,
    /// It had as many tokens as it may, or the model holds no more.
    Length,
    /// The listener had heard enough.
    Listener,
}

/// What an answer took.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    /// Why it ended.
    pub ended: Ended,
    /// Tokens of the prompt that were known from the one before.
    pub known: usize,
    /// Tokens of the prompt that were read.
    pub read: usize,
    /// How long that took.
    pub reading: Duration,
    /// Tokens made.
    pub made: usize,
    /// How long that took.
    pub making: Duration,
}

/// A model in memory. It answers one prompt at a time.
pub struct ChatModel {
    network: Network,
    tokens: Tokens,
    template: Template,
    memory: Memory,
    description: String,
}

impl ChatModel {
    /// Loads a GGUF file whose architecture is llama, qwen2 or qwen3. If a checksum is noted beside it (`FILE.sha256`),
    /// it must agree.
    ///
    /// # Errors
    /// If it cannot be read, or is not such a model.
    pub fn load(path: &Path, kernel: Kernel) -> Result<Self, ModelError> {
        let mut file = File::open(path)?;
        let tokens = Tokens::of(&file)?;
        let template = Template::of(&file, tokens.bos.clone(), tokens.eos.clone())?;
        let network = Network::load(&mut file, kernel, CONTEXT)?;
        let name = file.text("general.name").or_else(|| path.file_stem()?.to_str()).unwrap_or("a chat model");
        let description =
            format!("{name}, {} with {}, {kernel} kernels", file.architecture(), network.describe());
        Ok(Self { memory: network.memory(), network, tokens, template, description })
    }

    /// Its name, architecture and size.
    #[must_use]
    pub fn describe(&self) -> &str {
        &self.description
    }

    /// What its weights and the conversation that it remembers take in memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.network.bytes() + self.memory.bytes()
    }

    /// Reads what every conversation begins with, so that the first answer need not wait for it.
    ///
    /// # Errors
    /// If the template refuses it, or it is too long.
    pub fn prepare(&mut self, system: &str) -> Result<(), ModelError> {
        let begin = [Message::new(Role::System, system), Message::new(Role::User, "Hello")];
        let prompt = Prompt { messages: begin.to_vec(), max_tokens: 1, sampling: Sampling::GREEDY };
        self.answer(&prompt, &mut |_| ControlFlow::Continue(())).map(drop)
    }

    /// Answers. `listener` hears each new piece of text, and an empty one now and then while the prompt is read; when it
    /// breaks, the answer ends.
    ///
    /// # Errors
    /// If the template refuses the conversation, or it is too long.
    pub fn answer(
        &mut self,
        prompt: &Prompt,
        listener: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Result<Spent, ModelError> {
        let ids = self.tokens.encode(&self.template.render(&self.harmless(&prompt.messages))?)?;
        if ids.len() >= self.network.context() {
            return Err(ModelError::TooLong { tokens: ids.len(), limit: self.network.context() });
        }
        let begun = Instant::now();
        let known = self.memory.keep_common(&ids);
        let new = ids.get(known..).unwrap_or_default();
        let mut logits = self.network.read(&mut self.memory, new, || listener("").is_continue())?;
        let (reading, read) = (begun.elapsed(), new.len());
        let begun = Instant::now();
        let room = self.network.context() - ids.len();
        let mut chooser = Chooser::new(prompt.sampling);
        let mut made = Vec::new();
        let mut said = 0;
        let ended = loop {
            let Some(next) = logits.as_deref().and_then(|logits| chooser.choose(logits)) else {
                break Ended::Listener;
            };
            if self.tokens.ends(next) {
                break Ended::Turn;
            }
            made.push(next);
            let text = self.tokens.decode(&made)?;
            // A character may need several tokens: until it is whole, it is not said.
            if !text.ends_with(char::REPLACEMENT_CHARACTER) {
                let new = text.get(said..).unwrap_or_default();
                said = text.len();
                if listener(new).is_break() {
                    break Ended::Listener;
                }
            }
            if made.len() >= prompt.max_tokens.min(room) {
                break Ended::Length;
            }
            logits = self.network.read(&mut self.memory, &[next], || true)?;
        };
        Ok(Spent { ended, known, read, reading, made: made.len(), making: begun.elapsed() })
    }

    /// What a person writes cannot end their turn and begin another.
    fn harmless(&self, messages: &[Message]) -> Vec<Message> {
        let harmless = |message: &Message| Message::new(message.role, self.tokens.harmless(&message.content));
        messages.iter().map(harmless).collect()
    }
}
