//! What every handler shares.

use std::sync::Arc;
use std::time::Duration;

use assistant::Assistant;
use assistant::ambient::{Clock, new_id};
use calendar::Profile;
use store::Store;
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::cookie::SessionCookie;
use crate::error::ApiError;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::origin::PublicUrl;
use crate::password::{self, Hasher, PasswordError};
use crate::token::{Bearer, Tokens};

/// Each holds all that is kept about one person in memory.
const EXPORTS_AT_A_TIME: usize = 2;

/// The public API, ready to be served. Clones share everything.
#[derive(Clone)]
pub struct Gateway(Arc<Shared>);

/// What stands behind a [`Gateway`]; nameable in this crate only.
pub struct Shared {
    pub(crate) store: Store,
    pub(crate) assistant: Arc<dyn Assistant>,
    pub(crate) profile: Arc<Profile>,
    pub(crate) clock: Clock,
    pub(crate) tokens: Tokens,
    pub(crate) cookie: SessionCookie,
    pub(crate) passwords: Hasher,
    pub(crate) limits: Limits,
    /// Who may put an export together now.
    pub(crate) exports: Semaphore,
    pub(crate) refuse_common_passwords: bool,
    pub(crate) public_url: Option<PublicUrl>,
    pub(crate) request_timeout: Duration,
    pub(crate) metrics: Metrics,
}

impl Gateway {
    /// Puts the parts together. `store` must be migrated.
    ///
    /// # Errors
    /// If passwords cannot be hashed here: argon2 or the machine's randomness fails.
    pub fn new(
        config: Config,
        store: Store,
        assistant: Arc<dyn Assistant>,
        profile: Arc<Profile>,
        clock: Clock,
    ) -> Result<Self, PasswordError> {
        Ok(Self(Arc::new(Shared {
            store,
            assistant,
            profile,
            clock,
            tokens: Tokens::new(&config.jwt_secret),
            cookie: SessionCookie::new(config.public_url.as_ref()),
            passwords: Hasher::new()?,
            limits: Limits::new(config.chat_per_minute, config.auth_per_minute, config.trusted_proxies),
            exports: Semaphore::new(EXPORTS_AT_A_TIME),
            refuse_common_passwords: config.refuse_common_passwords,
            public_url: config.public_url,
            request_timeout: config.request_timeout,
            metrics: config.metrics,
        })))
    }

    /// Whether this can become the password of the account with this address. `field` is where it was sent.
    ///
    /// # Errors
    /// 422.
    pub(crate) fn check_new_password(
        &self,
        field: &str,
        password: &str,
        email: &str,
    ) -> Result<(), ApiError> {
        password::check_length(password).map_err(|_| ApiError::invalid(field, password::length_message()))?;
        if self.refuse_common_passwords && password::is_easily_guessed(password, &[email, &self.profile.name])
        {
            return Err(ApiError::invalid(field, password::GUESSED));
        }
        Ok(())
    }

    /// A new token.
    pub(crate) fn issue(&self, bearer: Bearer) -> Result<String, ApiError> {
        self.tokens.issue(bearer, new_id()?, self.clock.now()).map_err(ApiError::internal)
    }
}

impl std::ops::Deref for Gateway {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}
