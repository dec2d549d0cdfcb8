//! Understanding: from the words of one message to intents and pointers to words.
//!
//! [`Interpreter`] is what the rest of Frontdesk sees. [`LocalInterpreter`] is the one that needs no network: a small
//! BERT encoder, quantised, run by candle on threads of its own behind a bounded queue. [`OpenAi`] asks a server, and
//! [`Chain`] puts the two together. An interpreter only points at words; it never produces a date, a price or a sentence.

pub mod annotated;
mod chain;
mod interpreter;
mod local;
mod model;
pub mod openai;
#[cfg(feature = "testing")]
mod scripted;
mod single_thread;

pub use chain::{Chain, Policy};
pub use interpreter::{InterpretError, Interpreter, Understanding, Utterance};
pub use local::LocalInterpreter;
pub use model::{Kernel, Model, ModelError, Reading, verify_sha256};
pub use openai::OpenAi;
#[cfg(feature = "testing")]
pub use scripted::Scripted;
pub use single_thread::restart_with_single_threaded_candle;
