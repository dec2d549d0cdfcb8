//! What the program says when it cannot do what it was told.

/// A failure of a command; its text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The operator's words or settings; exit code 2.
    #[error("{0}")]
    Usage(String),
    /// Something asked for does not exist, or cannot be done now; exit code 1.
    #[error("{0}")]
    Refused(String),
    /// The store said no.
    #[error("the database: {0}")]
    Store(#[source] store::StoreError),
    /// The model could not be started.
    #[error("the understanding model: {0}")]
    Model(#[from] nlu::ModelError),
    /// The chat model could not be started.
    #[error("the chat model {file} (CHAT_MODEL): {source}")]
    ChatModel {
        /// Its path.
        file: String,
        /// Why.
        source: generate::ModelError,
    },
    /// The hub of models did not give what was asked for.
    #[error("the hub: {0}; run the same again, what has arrived is kept")]
    Hub(#[source] Box<hf_hub::api::sync::ApiError>),
    /// A file or a stream.
    #[error("{what}: {source}")]
    Io {
        /// What was being done to what.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// Not the operator's fault.
    #[error("internal error: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        match error {
            store::StoreError::InUse | store::StoreError::Backup { .. } => Self::Refused(error.to_string()),
            error => Self::Store(error),
        }
    }
}

impl Failure {
    /// An I/O failure with what was being done.
    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    /// The process's exit code.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            _ => 1,
        }
    }
}
