//! The only module that reads the machine's clock and randomness; everything else is handed what it needs.

use std::time::Instant;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// Says what time it is, UTC, to the microsecond (what both databases can hold).
#[derive(Clone, Copy, Debug)]
pub struct Clock(Source);

#[derive(Clone, Copy, Debug)]
enum Source {
    Machine,
    /// Started at an instant, and ticking since.
    Started {
        at: DateTime<Utc>,
        since: Instant,
    },
    Stopped(DateTime<Utc>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn machine() -> Self {
        Self(Source::Machine)
    }

    /// A clock that shows `at` now and ticks on: for demonstrations and for tests of the whole program.
    #[must_use]
    pub fn starting_at(at: DateTime<Utc>) -> Self {
        Self(Source::Started { at, since: Instant::now() })
    }

    /// A clock that always shows `at`.
    #[must_use]
    pub const fn stopped_at(at: DateTime<Utc>) -> Self {
        Self(Source::Stopped(at))
    }

    /// The present instant.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self.0 {
            Source::Machine => Utc::now(),
            Source::Started { at, since } => chrono::Duration::from_std(since.elapsed())
                .ok()
                .and_then(|run| at.checked_add_signed(run))
                .unwrap_or(at),
            Source::Stopped(at) => at,
        };
        now.trunc_subsecs(6)
    }
}

/// The machine has no source of randomness: nothing that needs a secret or an identifier can go on.
#[derive(Debug, thiserror::Error)]
#[error("the machine gives no randomness: {0}")]
pub struct NoRandomness(#[from] getrandom::Error);

/// Bytes that nobody can guess.
///
/// # Errors
/// When the operating system has no source of randomness.
#[expect(clippy::disallowed_methods, reason = "this is the one place that draws randomness")]
pub fn random_bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A new random identifier (UUID version 4).
///
/// # Errors
/// When the operating system has no source of randomness.
pub fn new_id() -> Result<Uuid, NoRandomness> {
    Ok(uuid::Builder::from_random_bytes(random_bytes()?).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::{Clock, new_id};

    #[test]
    fn a_started_clock_ticks_and_a_stopped_one_does_not() {
        let at = "2026-11-23T10:20:00Z".parse().unwrap();
        let started = Clock::starting_at(at);
        assert!(started.now() >= at);
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(started.now() > at);
        assert_eq!(Clock::stopped_at(at).now(), at);
    }

    #[test]
    fn identifiers_are_random_uuids() {
        let (a, b) = (new_id().unwrap(), new_id().unwrap());
        assert_ne!(a, b);
        assert_eq!(a.get_version_num(), 4);
    }
}
