//! The model on threads of its own.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::oneshot;

use crate::model::{Model, ModelError};
use crate::single_thread::candle_threads;
use crate::{InterpretError, Interpreter, Understanding, Utterance};

/// Messages that may wait. At some milliseconds each, the last of them is answered within a second or two; more are
/// refused at the door rather than answered when nobody waits any more.
const QUEUE: usize = 256;
/// candle lays out the weights anew when they are first used: a short and a long text before anybody waits.
const WARM_UP: [&str; 2] = [
    "hello",
    "Hi there, I was wondering whether you could move my appointment on Friday at 10 to next Wednesday afternoon, any \
     time after 2 would be great, but not Thursday, and could you also tell me how much a deep tissue massage costs?",
];

/// Understands messages in this process, by a model on threads of its own behind a bounded queue. Entries whose caller
/// has gone are dropped unread; when the queue is full, callers are refused at once. Dropping it ends the threads.
pub struct LocalInterpreter {
    queue: SyncSender<Entry>,
    waiting: Arc<AtomicUsize>,
    description: String,
}

struct Entry {
    utterance: Utterance,
    answer: oneshot::Sender<Result<Understanding, InterpretError>>,
}

impl LocalInterpreter {
    /// Loads the model from the bytes of its GGUF file and starts `threads` threads (at least one), each of which runs
    /// one inference at a time. Warms up before it returns; takes some tenths of a second, so not for an async thread.
    ///
    /// # Errors
    /// If the file is not a model, or a thread cannot be started.
    pub fn start(gguf: impl Into<Cow<'static, [u8]>>, threads: usize) -> Result<Self, ModelError> {
        let model = Arc::new(Model::load(&gguf.into())?);
        for text in WARM_UP {
            model.understand(text, None)?;
        }
        let threads = threads.max(1);
        let (queue, entries) = sync_channel(QUEUE);
        let entries = Arc::new(Mutex::new(entries));
        let waiting = Arc::<AtomicUsize>::default();
        for index in 0..threads {
            let (model, entries) = (Arc::clone(&model), Arc::clone(&entries));
            let waiting = Arc::clone(&waiting);
            let thread = std::thread::Builder::new().name(format!("understand-{index}"));
            thread.spawn(move || serve(&model, &entries, &waiting))?;
        }
        let description = format!("{}, {threads} at a time", model.describe());
        tracing::info!(model = description, "the understanding model is ready");
        if candle_threads() > 1 {
            tracing::warn!(
                threads = candle_threads(),
                "candle splits each inference over several threads, which slows a busy machine down: \
                 set CANDLE_NUM_THREADS=1 and RAYON_NUM_THREADS=1"
            );
        }
        Ok(Self { queue, waiting, description })
    }

    /// Which model, in which precision, on how many threads.
    #[must_use]
    pub fn describe(&self) -> &str {
        &self.description
    }

    /// How many messages wait for a thread now.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Interpreter for LocalInterpreter {
    async fn interpret(&self, utterance: Utterance) -> Result<Understanding, InterpretError> {
        let (answer, answered) = oneshot::channel();
        // Counted before it can be taken out, so that the count is never below nought.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.queue.try_send(Entry { utterance, answer }).map_err(|refused| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            match refused {
                TrySendError::Full(_) => InterpretError::Overloaded,
                TrySendError::Disconnected(_) => InterpretError::Stopped,
            }
        })?;
        answered.await.unwrap_or(Err(InterpretError::Stopped))
    }
}

/// Answers entries until the queue is closed and empty.
fn serve(model: &Model, entries: &Mutex<Receiver<Entry>>, waiting: &AtomicUsize) {
    loop {
        // The lock is held while waiting: the other threads then wait for the lock instead of for the queue.
        let next = entries.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Entry { utterance, answer }) = next else { return };
        waiting.fetch_sub(1, Ordering::Relaxed);
        if answer.is_closed() {
            continue;
        }
        let Utterance { text, asked } = &utterance;
        // A defect met by one message must not take the thread away from all others.
        let result = match catch_unwind(AssertUnwindSafe(|| model.understand(text, *asked))) {
            Ok(Ok(understanding)) => Ok(understanding),
            Ok(Err(error)) => Err(InterpretError::Failed(error.to_string())),
            Err(_) => Err(InterpretError::Failed("the model panicked".into())),
        };
        // If the caller has gone meanwhile, nobody minds.
        let _ = answer.send(result);
    }
}
