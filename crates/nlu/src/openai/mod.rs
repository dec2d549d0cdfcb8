//! Understanding by a model behind an OpenAI-compatible server: OpenAI itself, Ollama, llama.cpp, vLLM, …
//!
//! The model is asked for pointers only and believed only as far as they point into the message (`answer`). What is
//! sent has e-mail addresses and telephone numbers masked (`redact`).

mod answer;
mod config;
mod counters;
mod format;
mod prompt;
mod redact;
mod transport;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use protocol::Interpretation;
use tokio::time::Instant;
use upstream::Breaker;

pub use self::config::{ApiKey, OPENAI_BASE_URL, OPENAI_MODEL, OpenAiConfig, RemoteServer, ResponseFormat};
pub use self::counters::{Price, RemoteCounters, RemoteFailure, RemoteUsage};

use self::transport::{Failed, Transport};
use crate::{InterpretError, Interpreter, Understanding, Utterance};

/// An answer that is no use is shown to the model again, but not more of it.
const OBJECTED_MAX_CHARS: usize = 2_000;

/// A setting that cannot be.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OpenAiError {
    /// Not the address of a server.
    #[error("OPENAI_BASE_URL must be like https://api.openai.com/v1 or http://127.0.0.1:11434/v1: {0:?}")]
    BaseUrl(String),
    /// OpenAI refuses those who have none.
    #[error(
        "OPENAI_API_KEY is not set, and api.openai.com needs one; set it, or OPENAI_BASE_URL to a server of your \
         own, or AI_PROVIDER=local"
    )]
    NoKey,
    /// The key does not fit into a header.
    #[error("OPENAI_API_KEY has characters that cannot be sent")]
    Key,
    /// No name of a model.
    #[error("OPENAI_MODEL must name a model of the server")]
    Model,
    /// TLS cannot be had.
    #[error("HTTPS cannot be used here: {0} (are the system's CA certificates installed?)")]
    Client(String),
}

/// Understands messages by asking a server. Its understanding has no sentence vector.
pub struct OpenAi {
    transport: Transport,
    breaker: Breaker,
    counters: Arc<RemoteCounters>,
    config: OpenAiConfig,
}

impl OpenAi {
    /// Prepares to ask; nothing is sent yet. `jitter` draws a number from 0 to 1 for each pause.
    ///
    /// # Errors
    /// If TLS cannot be used on this machine.
    pub fn new(config: OpenAiConfig, jitter: fn() -> f64) -> Result<Self, OpenAiError> {
        let counters = Arc::<RemoteCounters>::default();
        let transport = Transport::new(config.clone(), Arc::clone(&counters), jitter)?;
        let breaker = Breaker::new(config.breaker_failures, config.breaker_pause);
        Ok(Self { transport, breaker, counters, config })
    }

    /// What has been asked and what it cost.
    #[must_use]
    pub fn usage(&self) -> RemoteUsage {
        self.counters.at(self.config.price)
    }

    /// Whether the server has failed so often that it is not being asked for a while.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.breaker.is_open(Instant::now().into_std())
    }

    /// How it was set up.
    #[must_use]
    pub const fn config(&self) -> &OpenAiConfig {
        &self.config
    }

    /// A message had to be understood without it.
    pub(crate) fn count_fallback(&self) {
        self.counters.fallback();
    }

    async fn ask(&self, utterance: &Utterance) -> Result<Interpretation, Failed> {
        let deadline = Instant::now() + self.config.deadline;
        let (sent, masked) = redact::redact(&utterance.text);
        if masked {
            self.counters.redacted();
        }
        let mut conversation = prompt::asking_for(&sent, utterance.asked);
        let answer = self.transport.complete(&conversation, deadline).await?;
        let flaw = match answer::read(&answer, &sent, &utterance.text) {
            Ok(interpretation) => return Ok(interpretation),
            Err(flaw) => flaw,
        };
        tracing::debug!(flaw = flaw.0, "the remote model's answer cannot be used; asking once more");
        let shown = answer.chars().take(OBJECTED_MAX_CHARS).collect();
        prompt::objecting(&mut conversation, shown, &flaw.0);
        let answer = self.transport.complete(&conversation, deadline).await?;
        answer::read(&answer, &sent, &utterance.text)
            .map_err(|_| Failed::new(RemoteFailure::InvalidAnswer, "two answers that cannot be used"))
    }

    /// Counts the failure, and says in the log what an operator should know.
    fn note(&self, failed: &Failed) {
        self.counters.failure(failed.reason);
        let opened = self.breaker.failed(Instant::now().into_std(), failed.retry_after);
        let (reason, detail) = (failed.reason.as_str(), &failed.detail);
        tracing::warn!(reason, detail, "the remote model did not understand a message");
        if opened {
            let server = self.config.server.destination();
            tracing::warn!(server, "the remote model is not asked for a while");
        }
    }
}

#[async_trait]
impl Interpreter for OpenAi {
    async fn interpret(&self, utterance: Utterance) -> Result<Understanding, InterpretError> {
        if self.breaker.admit(Instant::now().into_std()).is_err() {
            self.counters.failure(RemoteFailure::BreakerOpen);
            return Err(InterpretError::Failed("the remote model has failed too often just now".into()));
        }
        match self.ask(&utterance).await {
            Ok(interpretation) => {
                self.breaker.succeeded();
                let least_sure = interpretation.intents.last().map_or(0.99, |intent| intent.confidence);
                Ok(Understanding {
                    interpretation,
                    provider: "openai",
                    confidence: least_sure,
                    sentence: Vec::new(),
                })
            }
            Err(failed) => {
                self.note(&failed);
                Err(InterpretError::Failed(format!("{}: {}", failed.reason.as_str(), failed.detail)))
            }
        }
    }

    /// Asks nobody: the local model answers when this one does not, and a probe should cost nothing.
    async fn ready(&self) -> Result<(), InterpretError> {
        Ok(())
    }
}
