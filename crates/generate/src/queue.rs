//! Who waits for the model.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::mpsc::UnboundedSender;

use crate::generator::GenerateError;
use crate::model::Prompt;

/// Prompts that may wait. An answer takes about a second: whoever came behind more of them would not wait for it.
const LENGTH: usize = 8;

/// A short queue: first come, first served, but nobody waits in it twice.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    entries: VecDeque<Entry>,
    closed: bool,
}

/// Somebody who waits.
pub(crate) struct Entry {
    pub caller: u128,
    pub prompt: Prompt,
    /// When they no longer want an answer.
    pub deadline: Instant,
    /// Closed once they are gone.
    pub listener: UnboundedSender<String>,
}

impl Queue {
    /// Adds an entry, or refuses it at once.
    pub fn push(&self, entry: Entry) -> Result<(), GenerateError> {
        let mut waiting = self.lock();
        if waiting.closed {
            return Err(GenerateError::Stopped);
        }
        waiting.entries.retain(|entry| !entry.listener.is_closed());
        if waiting.entries.iter().any(|other| other.caller == entry.caller) {
            return Err(GenerateError::AlreadyAsked);
        }
        if waiting.entries.len() >= LENGTH {
            return Err(GenerateError::Overloaded);
        }
        waiting.entries.push_back(entry);
        self.changed.notify_one();
        Ok(())
    }

    /// The next entry; waits for one. Nothing once the queue is closed.
    pub fn next(&self) -> Option<Entry> {
        let mut waiting = self.lock();
        loop {
            if waiting.closed {
                return None;
            }
            if let Some(entry) = waiting.entries.pop_front() {
                return Some(entry);
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whoever waits goes without an answer.
    pub fn close(&self) {
        let mut waiting = self.lock();
        waiting.closed = true;
        waiting.entries.clear();
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::{Entry, LENGTH, Queue};
    use crate::choice::Sampling;
    use crate::generator::GenerateError;
    use crate::model::Prompt;

    fn push(queue: &Queue, caller: u128) -> Result<UnboundedReceiver<String>, GenerateError> {
        let prompt = Prompt { messages: Vec::new(), max_tokens: 1, sampling: Sampling::GREEDY };
        let (listener, answer) = unbounded_channel();
        queue.push(Entry { caller, prompt, deadline: Instant::now(), listener }).map(|()| answer)
    }

    #[test]
    fn first_come_first_served_and_nobody_twice() {
        let queue = Queue::default();
        let _listening = [push(&queue, 3).unwrap(), push(&queue, 1).unwrap()];
        assert_eq!(push(&queue, 3).unwrap_err(), GenerateError::AlreadyAsked);
        assert_eq!(queue.next().unwrap().caller, 3);
        let _listening_again = push(&queue, 3).unwrap();
        assert_eq!([queue.next(), queue.next()].map(|entry| entry.unwrap().caller), [1, 3]);
    }

    #[test]
    fn a_full_queue_refuses_until_somebody_goes() {
        let queue = Queue::default();
        let mut listening: Vec<_> = (0..LENGTH as u128).map(|caller| push(&queue, caller).unwrap()).collect();
        assert_eq!(push(&queue, 99).unwrap_err(), GenerateError::Overloaded);
        listening.remove(0);
        let _listening = push(&queue, 99).unwrap();
        assert_eq!(queue.next().unwrap().caller, 1);
    }

    #[test]
    fn closing_sends_everybody_away() {
        let queue = Queue::default();
        let mut answer = push(&queue, 1).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| while queue.next().is_some() {});
            queue.close();
        });
        assert!(answer.blocking_recv().is_none());
        assert_eq!(push(&queue, 2).unwrap_err(), GenerateError::Stopped);
    }
}
