//! What every handler shares.

use std::sync::Arc;
use std::time::Duration;

use assistant::Assistant;
use assistant::ambient::{Clock, new_id};
use calendar::Profile;
use store::Store;

use crate::config::Config;
use crate::cookie::SessionCookie;
use crate::error::ApiError;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::origin::PublicUrl;
use crate::password::{Hasher, PasswordError};
use crate::token::{Bearer, Tokens};

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
            public_url: config.public_url,
            request_timeout: config.request_timeout,
            metrics: config.metrics,
        })))
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
