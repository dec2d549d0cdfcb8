//! What the gateway is told when it starts.

use std::time::Duration;

use prometheus_client::registry::Registry;

use crate::address::TrustedProxies;
use crate::metrics::Metrics;
use crate::origin::PublicUrl;

/// Fewest bytes of the secret that tokens are signed with (RFC 7518, 3.2: as long as the hash).
pub const JWT_SECRET_MIN_BYTES: usize = 32;

/// The secret that tokens are signed with. It has no readable `Debug`.
#[derive(Clone)]
pub struct JwtSecret(Vec<u8>);

impl JwtSecret {
    /// Takes the secret.
    ///
    /// # Errors
    /// If it has fewer than [`JWT_SECRET_MIN_BYTES`] bytes.
    pub fn new(secret: impl Into<Vec<u8>>) -> Result<Self, ConfigError> {
        let secret = secret.into();
        if secret.len() < JWT_SECRET_MIN_BYTES {
            return Err(ConfigError::ShortSecret { bytes: secret.len() });
        }
        Ok(Self(secret))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for JwtSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JwtSecret(…)")
    }
}

/// The settings of the public API; see the configuration's documentation for the variables.
#[derive(Clone, Debug)]
pub struct Config {
    /// `JWT_SECRET`.
    pub jwt_secret: JwtSecret,
    /// `PUBLIC_URL`: the address people type; https switches on `Secure`, the `__Host-` prefix and HSTS.
    pub public_url: Option<PublicUrl>,
    /// `RATE_LIMIT_CHAT`: turns, and apart from them chat tokens, per minute and user; 0 switches the limits off.
    pub chat_per_minute: u32,
    /// `RATE_LIMIT_AUTH`: sign-ups and logins per minute and address, and apart from them logins per minute and
    /// account name; 0 switches the limits off.
    pub auth_per_minute: u32,
    /// `TRUSTED_PROXIES`: whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// `REFUSE_COMMON_PASSWORDS`: whether new passwords that are tried first by whoever guesses are refused.
    pub refuse_common_passwords: bool,
    /// How long a request may take before it is answered 503.
    pub request_timeout: Duration,
    /// What `GET /metrics` shows.
    pub metrics: Metrics,
}

impl Config {
    /// The documented defaults around a secret.
    #[must_use]
    pub fn new(jwt_secret: JwtSecret) -> Self {
        Self {
            jwt_secret,
            public_url: None,
            chat_per_minute: 60,
            auth_per_minute: 10,
            trusted_proxies: TrustedProxies::default(),
            refuse_common_passwords: false,
            request_timeout: Duration::from_secs(30),
            metrics: Metrics::new(Registry::default()),
        }
    }
}

/// A setting that cannot be.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// The secret could be guessed.
    #[error("JWT_SECRET has {bytes} bytes; it needs at least {JWT_SECRET_MIN_BYTES}")]
    ShortSecret {
        /// How many it has.
        bytes: usize,
    },
    /// Not the address of a site.
    #[error("PUBLIC_URL must be like https://book.example.org, without a path: {0:?}")]
    PublicUrl(String),
    /// Not an address or network.
    #[error("TRUSTED_PROXIES must be addresses or networks like 10.0.0.0/8, separated by commas: {0:?}")]
    TrustedProxies(String),
}
