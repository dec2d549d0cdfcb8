//! The model on a thread of its own.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::error::ModelError;
use crate::matrix::Kernel;
use crate::model::{ChatModel, Prompt};
use crate::queue::{Entry, Queue};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum GenerateError {
    /// Too many wait already.
    #[error("the chat model is busy")]
    Overloaded,
    /// This caller waits for another answer.
    #[error("the chat model is already asked by the same caller")]
    AlreadyAsked,
    /// Its thread has ended.
    #[error("the chat model has stopped")]
    Stopped,
}

/// A chat model on a thread of its own behind a short, fair queue: first come, first served, but nobody waits with two
/// prompts at once. Dropping it ends the thread after the answer in progress.
pub struct Generator {
    queue: Arc<Queue>,
    description: String,
}

impl Generator {
    /// Loads the model, reads the `system` message that every conversation begins with, and starts the thread. Takes a
    /// second or more, so not for an async thread.
    ///
    /// # Errors
    /// If the file is not a model that this program runs, or the thread cannot be started.
    pub fn start(path: &Path, kernel: Kernel, system: &str) -> Result<Self, ModelError> {
        let begun = Instant::now();
        let mut model = ChatModel::load(path, kernel)?;
        let loading = begun.elapsed();
        model.prepare(system)?;
        let description = model.describe().to_owned();
        tracing::info!(
            model = description,
            loading_ms = loading.as_millis(),
            preparing_ms = (begun.elapsed() - loading).as_millis(),
            "the chat model is ready"
        );
        let queue = Arc::new(Queue::default());
        let entries = Arc::clone(&queue);
        std::thread::Builder::new().name("generate".into()).spawn(move || serve(&mut model, &entries))?;
        Ok(Self { queue, description })
    }

    /// Which model.
    #[must_use]
    pub fn describe(&self) -> &str {
        &self.description
    }

    /// Asks for an answer, which comes in pieces until it is complete, `patience` is over, or the receiver is dropped.
    /// `caller` is whoever the answer is for.
    ///
    /// # Errors
    /// [`GenerateError`], at once.
    pub fn ask(
        &self,
        caller: u128,
        prompt: Prompt,
        patience: Duration,
    ) -> Result<mpsc::UnboundedReceiver<String>, GenerateError> {
        // An answer is short: a slow listener must not hold the model up for the others.
        let (listener, answer) = mpsc::unbounded_channel();
        self.queue.push(Entry { caller, prompt, deadline: Instant::now() + patience, listener })?;
        Ok(answer)
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// Answers until the queue is closed.
fn serve(model: &mut ChatModel, queue: &Queue) {
    while let Some(Entry { prompt, deadline, listener, .. }) = queue.next() {
        let mut speak = |piece: &str| {
            if Instant::now() >= deadline || listener.is_closed() {
                return ControlFlow::Break(());
            }
            match piece {
                "" => ControlFlow::Continue(()),
                piece => match listener.send(piece.to_owned()) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                },
            }
        };
        // A defect met by one prompt must not take the model away from all others.
        match catch_unwind(AssertUnwindSafe(|| model.answer(&prompt, &mut speak))) {
            Ok(Ok(spent)) => tracing::debug!(
                ended = ?spent.ended,
                known = spent.known,
                read = spent.read,
                reading_ms = spent.reading.as_millis(),
                made = spent.made,
                making_ms = spent.making.as_millis(),
                "the chat model answered"
            ),
            Ok(Err(error)) => tracing::warn!(%error, "the chat model failed"),
            Err(_) => tracing::error!("the chat model panicked"),
        }
    }
}
