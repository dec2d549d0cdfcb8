//! Passwords: how long they are, and how they are kept (argon2id).
//!
//! [`hash`], [`check_length`] and [`is_easily_guessed`] also serve the operator's commands. Inside the gateway all work goes through
//! `Hasher`, which bounds how much of it, and of its memory, there is at a time.

mod common;

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use assistant::ambient::{NoRandomness, random_bytes};
use protocol::limits::{PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS};
use tokio::sync::{Semaphore, TryAcquireError};

use crate::error::ApiError;

pub use common::is_easily_guessed;

/// OWASP's first choice for argon2id in its smaller-memory form: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many requests may wait for a hash before further ones are refused. At some 30 ms each, those who wait last
/// are answered within the timeout of a request on two cores.
const QUEUE: usize = 1_000;
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Why there is no hash.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long to be taken.
    #[error("a password has {PASSWORD_MIN_CHARS} to {PASSWORD_MAX_CHARS} characters")]
    Length,
    /// The library refused.
    #[error("argon2: {0}")]
    Argon2(#[from] argon2::password_hash::Error),
    /// No salt can be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Whether a new password can be taken.
///
/// # Errors
/// [`PasswordError::Length`].
pub fn check_length(password: &str) -> Result<(), PasswordError> {
    let fits = (PASSWORD_MIN_CHARS..=PASSWORD_MAX_CHARS).contains(&password.chars().count());
    if fits { Ok(()) } else { Err(PasswordError::Length) }
}

/// The form in which a password is kept (a PHC string). Takes tens of milliseconds and 19 MiB: not for an async
/// thread.
///
/// # Errors
/// If its length is wrong, or argon2 or the machine's randomness fails.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    check_length(password)?;
    hash_any(password)
}

fn hash_any(password: &str) -> Result<String, PasswordError> {
    let salt = SaltString::encode_b64(&random_bytes::<16>()?)?;
    Ok(argon2id()?.hash_password(password.as_bytes(), &salt)?.to_string())
}

fn argon2id() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(argon2::password_hash::Error::from)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether `password` is the one that was hashed. A hash made with other parameters is checked with those.
fn verify(password: &str, hash: &str) -> Result<bool, PasswordError> {
    match argon2id()?.verify_password(password.as_bytes(), &PasswordHash::new(hash)?) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Hashes on threads of their own, a few at a time.
#[derive(Clone)]
pub(crate) struct Hasher {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// Checked when there is no such user, so that the answer takes as long.
    nobody: Arc<str>,
}

impl Hasher {
    /// # Errors
    /// If argon2 or the machine's randomness fails.
    pub(crate) fn new() -> Result<Self, PasswordError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            running: Arc::new(Semaphore::new(cores.clamp(1, 4))),
            waiting: Arc::new(Semaphore::new(QUEUE)),
            nobody: hash_any("")?.into(),
        })
    }

    /// See [`hash`].
    ///
    /// # Errors
    /// 422 for the field `password`, 503 when too many wait, 500.
    pub(crate) async fn hash(&self, password: String) -> Result<String, ApiError> {
        self.run(move || hash(&password)).await
    }

    /// Whether `password` belongs to `stored`. Without a stored hash it is no, in the same time.
    ///
    /// # Errors
    /// 503 when too many wait, 500.
    pub(crate) async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, ApiError> {
        let known = stored.is_some();
        let nobody = Arc::clone(&self.nobody);
        let same = self.run(move || verify(&password, stored.as_deref().unwrap_or(&nobody))).await?;
        Ok(known && same)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let _place = self.waiting.try_acquire().map_err(|error| match error {
            TryAcquireError::NoPermits => ApiError::unavailable("too many passwords at once", RETRY_AFTER),
            TryAcquireError::Closed => ApiError::internal(error),
        })?;
        let permit = Arc::clone(&self.running).acquire_owned().await.map_err(ApiError::internal)?;
        // The permit goes with the work: a client that leaves does not make room before its hash is done.
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(ApiError::internal)?.map_err(|error| match error {
            PasswordError::Length => ApiError::invalid("password", length_message()),
            other => ApiError::internal(other),
        })
    }
}

/// What to tell a person whose password is tried first by whoever guesses.
pub(crate) const GUESSED: &str = "This password is easily guessed: many people use it, or it is made of the address or \
                                  the business's name. Choose another one.";

/// What to tell a person whose password cannot be taken.
pub(crate) fn length_message() -> String {
    format!("A password has {PASSWORD_MIN_CHARS} to {PASSWORD_MAX_CHARS} characters.")
}

#[cfg(test)]
mod tests {
    use super::{Hasher, PasswordError, check_length, hash, verify};

    #[test]
    fn a_hash_knows_its_password_only() {
        let kept = hash("correct horse").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("correct horse", &kept).unwrap());
        assert!(!verify("correct house", &kept).unwrap());
        assert_ne!(kept, hash("correct horse").unwrap(), "each has its own salt");
        assert!(verify("correct horse", "not a hash").is_err());
    }

    #[test]
    fn characters_count_not_bytes() {
        for right in ["12345678", "ÄÖÜäöüß€", &"🔑".repeat(128)] {
            assert!(check_length(right).is_ok(), "{right}");
        }
        for wrong in ["", "1234567", "€€€", &"a".repeat(129)] {
            assert!(matches!(hash(wrong), Err(PasswordError::Length)), "{wrong}");
        }
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        let hasher = Hasher::new().unwrap();
        assert!(!hasher.verify(String::new(), None).await.unwrap());
        assert!(!hasher.verify("correct horse".to_owned(), None).await.unwrap());
        let kept = hasher.hash("correct horse".to_owned()).await.unwrap();
        assert!(hasher.verify("correct horse".to_owned(), Some(kept)).await.unwrap());
    }
}
