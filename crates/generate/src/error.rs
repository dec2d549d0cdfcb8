//! What can go wrong with a chat model.

/// Why a file cannot be used, or a text not be made.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file cannot be read, or no thread can be started.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The file is not the one that was noted beside it.
    #[error("its SHA-256 is {found}, but the note beside it says {expected}; pull the model again")]
    Checksum {
        /// What the note says.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// Not a chat model that this program can run.
    #[error("{0}")]
    Invalid(String),
    /// The container, or a product.
    #[error("{0}")]
    Candle(#[from] candle_core::Error),
    /// The tokenizer in the file.
    #[error("the tokenizer: {0}")]
    Tokenizer(String),
    /// The chat template in the file.
    #[error("the chat template: {0}")]
    Template(#[from] minijinja::Error),
    /// The conversation has more tokens than the model can hold.
    #[error("{tokens} tokens, of which the model holds {limit}")]
    TooLong {
        /// Of the conversation.
        tokens: usize,
        /// With room for an answer.
        limit: usize,
    },
}
