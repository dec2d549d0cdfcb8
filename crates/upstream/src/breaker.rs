//! A circuit breaker: who fails again and again is left alone for a while, so that nobody waits for it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The breaker of one server. It opens after so many failures in a row, or when the server itself asks to be left
/// alone; after each pause it lets one request through, until one succeeds.
#[derive(Debug)]
pub struct Breaker {
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
    /// A closed one, which opens after `failures_to_open` failures in a row, for `pause`.
    #[must_use]
    pub const fn new(failures_to_open: u32, pause: Duration) -> Self {
        Self { failures_to_open, pause, state: Mutex::new(State { failures: 0, refuses_until: None }) }
    }

    /// Whether a request may be tried now. Whoever is let through after a pause is alone and finds out for all: the next
    /// comes a pause later, also if this one never says how it went.
    ///
    /// # Errors
    /// How long to wait before it is worth asking again.
    pub fn admit(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.state();
        let Some(until) = state.refuses_until else { return Ok(()) };
        if now < until {
            return Err(until - now);
        }
        state.refuses_until = Some(now + self.pause);
        Ok(())
    }

    /// Whether requests are being refused.
    #[must_use]
    pub fn is_open(&self, now: Instant) -> bool {
        self.state().refuses_until.is_some_and(|until| now < until)
    }

    /// The server answered.
    pub fn succeeded(&self) {
        *self.state() = State::default();
    }

    /// The server did not answer. `retry_after` is what it asked for itself, if it did. Whether this has opened the
    /// breaker.
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
        // Nothing panics while it is locked; a poisoned state would be as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Breaker;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn who_fails_in_a_row_is_left_alone_and_then_tried_by_one() {
        let breaker = Breaker::new(3, 10 * SECOND);
        let start = Instant::now();
        assert!(!breaker.failed(start, None) && !breaker.failed(start, None));
        assert_eq!(breaker.admit(start), Ok(()));
        assert!(!breaker.is_open(start));
        assert!(breaker.failed(start, None));
        assert_eq!(breaker.admit(start), Err(10 * SECOND));
        assert_eq!(breaker.admit(start + 9 * SECOND), Err(SECOND));

        // One in each pause, whatever becomes of it.
        let later = start + 10 * SECOND;
        assert_eq!(breaker.admit(later), Ok(()));
        assert_eq!(breaker.admit(later), Err(10 * SECOND), "one finds out for all");
        assert_eq!(breaker.admit(later + 9 * SECOND), Err(SECOND));
        assert_eq!(breaker.admit(later + 10 * SECOND), Ok(()));
        assert!(!breaker.failed(later + 10 * SECOND, None), "it has been open all the time");
        assert!(breaker.is_open(later + 19 * SECOND), "one failure more is enough now");

        let back = later + 20 * SECOND;
        assert_eq!(breaker.admit(back), Ok(()));
        breaker.succeeded();
        assert_eq!((breaker.admit(back), breaker.admit(back)), (Ok(()), Ok(())));
        assert!(!breaker.failed(back, None), "counted from the beginning");
    }

    #[test]
    fn a_success_in_between_starts_the_count_again() {
        let breaker = Breaker::new(3, SECOND);
        let now = Instant::now();
        for _ in 0..10 {
            assert!(!breaker.failed(now, None) && !breaker.failed(now, None));
            breaker.succeeded();
        }
        assert_eq!(breaker.admit(now), Ok(()));
    }

    #[test]
    fn a_server_that_says_when_is_left_alone_until_then() {
        let breaker = Breaker::new(5, SECOND);
        let now = Instant::now();
        assert!(breaker.failed(now, Some(30 * SECOND)));
        assert_eq!(breaker.admit(now + 29 * SECOND), Err(SECOND));
        assert_eq!(breaker.admit(now + 30 * SECOND), Ok(()));
    }

    #[test]
    fn the_pause_is_never_shorter_than_its_own() {
        let breaker = Breaker::new(5, 10 * SECOND);
        let now = Instant::now();
        assert!(breaker.failed(now, Some(SECOND)));
        assert_eq!(breaker.admit(now), Err(10 * SECOND));
    }
}
