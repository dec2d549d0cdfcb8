//! The secret that the services share.

use axum::http::{HeaderMap, HeaderValue, header};
use subtle::ConstantTimeEq as _;

/// Fewest bytes of the secret.
pub const SECRET_MIN_BYTES: usize = 32;

/// What a caller of the AI service must know. It has no readable `Debug`.
#[derive(Clone)]
pub struct ServiceSecret(HeaderValue);

/// A secret that cannot be one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SecretError {
    /// It could be guessed.
    #[error("it has {bytes} bytes and needs at least {SECRET_MIN_BYTES}")]
    Short {
        /// How many it has.
        bytes: usize,
    },
    /// It cannot be sent in a header.
    #[error("it may hold visible ASCII characters only")]
    Characters,
}

impl ServiceSecret {
    /// Takes the secret.
    ///
    /// # Errors
    /// If it is too short or cannot be sent.
    pub fn new(secret: &str) -> Result<Self, SecretError> {
        if secret.len() < SECRET_MIN_BYTES {
            return Err(SecretError::Short { bytes: secret.len() });
        }
        if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SecretError::Characters);
        }
        let mut value: HeaderValue =
            format!("Bearer {secret}").try_into().map_err(|_| SecretError::Characters)?;
        value.set_sensitive(true);
        Ok(Self(value))
    }

    /// The value of `Authorization`.
    pub(super) fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// Whether the request shows the secret.
    pub(super) fn is_shown(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
        // However much of a guess is right, the answer takes as long.
        bool::from(shown.ct_eq(self.0.as_bytes()))
    }
}

impl std::fmt::Debug for ServiceSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServiceSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, header};

    use super::{SecretError, ServiceSecret};

    #[test]
    fn only_the_secret_itself_is_the_secret() {
        let text = "0123456789abcdef0123456789abcdef";
        let secret = ServiceSecret::new(text).unwrap();
        let shows = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            secret.is_shown(&headers)
        };
        assert!(shows(&format!("Bearer {text}")));
        for wrong in ["", "Bearer", "Bearer ", text, "Bearer 0123456789abcdef0123456789abcdeF"] {
            assert!(!shows(wrong), "{wrong}");
        }
        assert!(!secret.is_shown(&HeaderMap::new()));
        assert!(!format!("{secret:?} {:?}", secret.header()).contains("0123"));
    }

    #[test]
    fn what_is_short_or_cannot_be_sent_is_refused() {
        assert_eq!(ServiceSecret::new(&"x".repeat(31)).unwrap_err(), SecretError::Short { bytes: 31 });
        for wrong in [format!("{} ", "x".repeat(32)), "ü".repeat(32), format!("{}\n", "x".repeat(32))] {
            assert_eq!(ServiceSecret::new(&wrong).unwrap_err(), SecretError::Characters);
        }
    }
}
