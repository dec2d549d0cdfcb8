//! A circuit breaker: who fails again and again is left alone for a while.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// After so many failures in a row nobody is let through any more.
pub const FAILURES: u32 = 3;
/// For so long; then one is let through to see whether things are better, and the others wait as long again.
pub const COOL_DOWN: Duration = Duration::from_secs(1);

/// The breaker of one instance.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Until when nobody is let through.
    closed_until: Option<Instant>,
}

impl Breaker {
    /// Whether a request may be tried now.
    ///
    /// # Errors
    /// How long to wait before it is worth asking again.
    pub fn admit(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.state();
        if state.failures < FAILURES {
            return Ok(());
        }
        let wait = state.closed_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        if !wait.is_zero() {
            return Err(wait);
        }
        // This one finds out for all.
        state.closed_until = Some(now + COOL_DOWN);
        Ok(())
    }

    /// The instance answered.
    pub fn succeeded(&self) {
        *self.state() = State::default();
    }

    /// The instance did not answer. Whether it is left alone from now on.
    pub fn failed(&self, now: Instant) -> bool {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        if state.failures < FAILURES {
            return false;
        }
        state.closed_until = Some(now + COOL_DOWN);
        true
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing panics while it is locked; a poisoned state would be as good as any.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Breaker, COOL_DOWN, FAILURES};

    #[test]
    fn who_fails_in_a_row_is_left_alone_and_then_tried_by_one() {
        let (breaker, start) = (Breaker::default(), Instant::now());
        for _ in 1..FAILURES {
            assert!(!breaker.failed(start));
        }
        assert_eq!(breaker.admit(start), Ok(()));
        assert!(breaker.failed(start));
        assert_eq!(breaker.admit(start), Err(COOL_DOWN));
        let almost = start + COOL_DOWN - Duration::from_millis(1);
        assert_eq!(breaker.admit(almost), Err(Duration::from_millis(1)));
        let later = start + COOL_DOWN;
        assert_eq!(breaker.admit(later), Ok(()));
        assert_eq!(breaker.admit(later), Err(COOL_DOWN), "one finds out for all");
        assert!(breaker.failed(later), "one failure more is enough now");
        assert_eq!(breaker.admit(later), Err(COOL_DOWN));
        assert_eq!(breaker.admit(later + COOL_DOWN), Ok(()));
        breaker.succeeded();
        assert_eq!(breaker.admit(later), Ok(()));
        assert!(!breaker.failed(later), "counted from the beginning");
    }

    #[test]
    fn a_success_in_between_starts_the_count_again() {
        let (breaker, start) = (Breaker::default(), Instant::now());
        for _ in 0..10 {
            assert!(!breaker.failed(start));
            assert!(!breaker.failed(start));
            breaker.succeeded();
        }
        assert_eq!(breaker.admit(start), Ok(()));
    }
}
