//! Stops asking a server that does not answer, so that nobody waits for it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Opens after so many failures in a row; then lets one question through after each pause, until one succeeds.
#[derive(Debug)]
pub(super) struct Breaker {
    failures_to_open: u32,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Nobody is let through before it.
    refuses_until: Option<Instant>,
}

impl Breaker {
    pub fn new(failures_to_open: u32, pause: Duration) -> Self {
        Self { failures_to_open, pause, state: Mutex::default() }
    }

    /// Whether to ask now. Whoever is let through after a pause is alone: the next comes a pause later, also if this
    /// one never says how it went.
    pub fn lets_through(&self, now: Instant) -> bool {
        let mut state = self.state();
        match state.refuses_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                state.refuses_until = Some(now + self.pause);
                true
            }
        }
    }

    /// Whether questions are being refused.
    pub fn is_open(&self, now: Instant) -> bool {
        self.state().refuses_until.is_some_and(|until| now < until)
    }

    /// It answered.
    pub fn succeeded(&self) {
        *self.state() = State::default();
    }

    /// It did not. `retry_after` is what the server itself asked for. Whether this has opened the breaker.
    pub fn failed(&self, now: Instant, retry_after: Option<Duration>) -> bool {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        let was_open = state.refuses_until.is_some();
        if state.failures >= self.failures_to_open || retry_after.is_some() {
            state.refuses_until = Some(now + retry_after.unwrap_or_default().max(self.pause));
        }
        !was_open && state.refuses_until.is_some()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Breaker;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn it_opens_probes_and_closes() {
        let breaker = Breaker::new(3, 10 * SECOND);
        let start = Instant::now();
        assert!(!breaker.failed(start, None) && !breaker.failed(start, None));
        assert!(breaker.lets_through(start) && !breaker.is_open(start));
        assert!(breaker.failed(start, None));
        assert!(!breaker.lets_through(start + 9 * SECOND));

        // One probe in each pause, whatever becomes of it.
        let later = start + 10 * SECOND;
        assert!(breaker.lets_through(later));
        assert!(!breaker.lets_through(later + 9 * SECOND));
        assert!(breaker.lets_through(later + 10 * SECOND));
        assert!(!breaker.failed(later + 10 * SECOND, None), "it has been open all the time");
        assert!(breaker.is_open(later + 19 * SECOND));

        assert!(breaker.lets_through(later + 20 * SECOND));
        breaker.succeeded();
        assert!(breaker.lets_through(later + 20 * SECOND) && breaker.lets_through(later + 20 * SECOND));
    }

    #[test]
    fn successes_in_between_start_the_count_again() {
        let breaker = Breaker::new(2, SECOND);
        let now = Instant::now();
        for _ in 0..5 {
            assert!(!breaker.failed(now, None));
            breaker.succeeded();
        }
        assert!(breaker.lets_through(now));
    }

    #[test]
    fn a_server_that_says_when_is_left_alone_until_then() {
        let breaker = Breaker::new(5, SECOND);
        let now = Instant::now();
        assert!(breaker.failed(now, Some(30 * SECOND)));
        assert!(!breaker.lets_through(now + 29 * SECOND));
        assert!(breaker.lets_through(now + 30 * SECOND));
    }
}
