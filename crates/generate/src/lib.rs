//! A generative model on this machine: any GGUF chat model of the llama, qwen2 and qwen3 families, offline.
//!
//! [`ChatModel`] is the model: sizes, tokenizer and chat template come from the file, candle reads the container and the
//! formats for which this crate has no products of its own. [`Generator`] runs it on a thread of its own behind a short queue. What it
//! says is words, never facts: whoever shows them to people checks them first.

mod choice;
mod error;
mod file;
mod generator;
mod loops;
mod matrix;
mod model;
mod network;
mod queue;
mod template;
mod tokens;

pub use choice::Sampling;
pub use error::ModelError;
pub use generator::{GenerateError, Generator};
pub use matrix::Kernel;
pub use model::{ChatModel, Ended, Prompt, Spent};
pub use template::{Message, Role};
