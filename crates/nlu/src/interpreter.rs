//! What the rest of the program knows of understanding.

use async_trait::async_trait;
use protocol::{Asked, Interpretation};

/// One message to be understood.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Utterance {
    /// The message, of any length and content.
    pub text: String,
    /// What the assistant asked for last, if anything.
    pub asked: Option<Asked>,
}

/// What was understood, and by whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Understanding {
    /// Intents and spans.
    pub interpretation: Interpretation,
    /// Which interpreter answered: `local`, `openai`, …
    pub provider: &'static str,
    /// How sure the least sure of its decisions is (an intent present or absent, a span), 0 to 1.
    pub confidence: f32,
    /// The meaning of the message as a unit vector, to compare with other texts; empty if the interpreter has none.
    pub sentence: Vec<f32>,
}

/// Understands messages.
#[async_trait]
pub trait Interpreter: Send + Sync {
    /// Understands one message. Dropping the future gives the message up.
    ///
    /// # Errors
    /// See [`InterpretError`]; none of them says anything about the message itself: every text can be understood.
    async fn interpret(&self, utterance: Utterance) -> Result<Understanding, InterpretError>;

    /// The meaning of a text as [`Understanding::sentence`] has it, for texts of the business's own; nothing of them leaves
    /// the machine.
    ///
    /// # Errors
    /// As [`interpret`](Self::interpret).
    async fn sentence(&self, text: &str) -> Result<Vec<f32>, InterpretError> {
        let utterance = Utterance { text: text.to_owned(), asked: None };
        self.interpret(utterance).await.map(|understanding| understanding.sentence)
    }

    /// Whether the next message could be understood. Costs no more than understanding one on this machine does.
    ///
    /// # Errors
    /// As [`interpret`](Self::interpret).
    async fn ready(&self) -> Result<(), InterpretError> {
        self.interpret(Utterance { text: "hello".into(), asked: None }).await.map(drop)
    }
}

/// Why a message was not understood this time.
#[derive(Debug, thiserror::Error)]
pub enum InterpretError {
    /// Too many messages are waiting; try again in a moment.
    #[error("too many messages are waiting to be understood")]
    Overloaded,
    /// The interpreter is shut down.
    #[error("the interpreter is stopped")]
    Stopped,
    /// The interpreter broke on this message.
    #[error("understanding failed: {0}")]
    Failed(String),
}
