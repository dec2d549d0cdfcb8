//! How often somebody may do something. Each limit holds for this process alone and starts full when it starts.
//!
//! `n` per minute means: `n` at once, and from then on one more every 60/`n` seconds (GCRA).

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::response::IntoResponse;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tower_governor::governor::{GovernorConfig, GovernorConfigBuilder};
use tower_governor::key_extractor::KeyExtractor;
use tower_governor::{GovernorError, GovernorLayer};
use uuid::Uuid;

use crate::address::{TrustedProxies, limited_as, peer};
use crate::caller::Caller;
use crate::error::ApiError;

const MINUTE: Duration = Duration::from_secs(60);
/// An export reads everything that is kept about a person; nobody needs it often.
const EXPORTS_PER_MINUTE: u32 = 6;
/// After so many requests, what is remembered of those who have their full limit again is forgotten.
const TIDY_EVERY: u32 = 4_096;

type Limiter<K> = Arc<GovernorConfig<K, NoOpMiddleware>>;
/// What stands before a route.
pub(crate) type LimitLayer<K> = GovernorLayer<K, NoOpMiddleware, Body>;

/// All limits; those that are switched off are `None`.
pub(crate) struct Limits {
    turns: Option<Limiter<ByUser>>,
    chat_tokens: Option<Limiter<ByUser>>,
    exports: Option<Limiter<ByUser>>,
    addresses: Option<Limiter<ByAddress>>,
    accounts: Option<DefaultKeyedRateLimiter<String>>,
    requests: AtomicU32,
}

impl Limits {
    /// The numbers are per minute; 0 switches off.
    pub(crate) fn new(chat: u32, auth: u32, trusted: TrustedProxies) -> Self {
        Self {
            turns: limiter(chat, ByUser),
            chat_tokens: limiter(chat, ByUser),
            exports: limiter(chat.min(EXPORTS_PER_MINUTE), ByUser),
            addresses: limiter(auth, ByAddress(Arc::new(trusted))),
            accounts: NonZeroU32::new(auth).map(|auth| RateLimiter::keyed(Quota::per_minute(auth))),
            requests: AtomicU32::new(0),
        }
    }

    /// Turns, per user.
    pub(crate) fn turns(&self) -> Option<LimitLayer<ByUser>> {
        self.turns.as_ref().map(layer)
    }

    /// Chat tokens, per user. Apart from the turns, so that fetching a token costs none.
    pub(crate) fn chat_tokens(&self) -> Option<LimitLayer<ByUser>> {
        self.chat_tokens.as_ref().map(layer)
    }

    /// Exports of an account, per user; off together with the turns.
    pub(crate) fn exports(&self) -> Option<LimitLayer<ByUser>> {
        self.exports.as_ref().map(layer)
    }

    /// Sign-ups and logins, per address.
    pub(crate) fn addresses(&self) -> Option<LimitLayer<ByAddress>> {
        self.addresses.as_ref().map(layer)
    }

    /// Counts a login for an account name, whether or not there is such an account: many addresses together guess no
    /// faster than one.
    ///
    /// # Errors
    /// 429.
    pub(crate) fn count_login(&self, email: &str) -> Result<(), ApiError> {
        let Some(accounts) = &self.accounts else { return Ok(()) };
        accounts.check_key(&email.to_owned()).map_err(|too_early| ApiError::RateLimited {
            retry_after: too_early.wait_time_from(DefaultClock::default().now()),
        })
    }

    /// Called for every request; keeps the memory of the limits to those who were here lately.
    pub(crate) fn tidy_now_and_then(&self) {
        if self.requests.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            forget(self.turns.as_ref());
            forget(self.chat_tokens.as_ref());
            forget(self.exports.as_ref());
            forget(self.addresses.as_ref());
            if let Some(accounts) = &self.accounts {
                accounts.retain_recent();
            }
        }
    }
}

fn limiter<K: KeyExtractor>(per_minute: u32, key: K) -> Option<Limiter<K>> {
    // `None` when the number is 0; a period is never 0, because 60 s are more nanoseconds than `u32` can count.
    let period = MINUTE.checked_div(per_minute)?;
    let mut builder = GovernorConfigBuilder::default().key_extractor(key);
    builder.period(period).burst_size(per_minute).finish().map(Arc::new)
}

fn layer<K: KeyExtractor>(limiter: &Limiter<K>) -> LimitLayer<K> {
    GovernorLayer::new(Arc::clone(limiter)).error_handler(|error| match error {
        GovernorError::TooManyRequests { wait_time, .. } => {
            // It counts whole seconds, rounded down.
            ApiError::RateLimited { retry_after: Duration::from_secs(wait_time.saturating_add(1)) }
                .into_response()
        }
        other => ApiError::internal(other).into_response(),
    })
}

fn forget<K: KeyExtractor<Key: Hash + Eq>>(limiter: Option<&Limiter<K>>) {
    if let Some(limiter) = limiter {
        limiter.limiter().retain_recent();
    }
}

/// Counts for the authenticated person: the layer stands behind authentication.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ByUser;

impl KeyExtractor for ByUser {
    type Key = Uuid;

    fn extract<T>(&self, request: &Request<T>) -> Result<Uuid, GovernorError> {
        let caller = request.extensions().get::<Caller>();
        caller.map(|caller| caller.user_id).ok_or(GovernorError::UnableToExtractKey)
    }
}

/// Counts for the client's address.
#[derive(Clone, Debug)]
pub(crate) struct ByAddress(Arc<TrustedProxies>);

impl KeyExtractor for ByAddress {
    type Key = IpAddr;

    fn extract<T>(&self, request: &Request<T>) -> Result<IpAddr, GovernorError> {
        Ok(limited_as(self.0.client(peer(request.extensions()), request.headers())))
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;
    use crate::address::TrustedProxies;
    use crate::error::ApiError;

    #[test]
    fn an_account_has_its_own_limit() {
        let limits = Limits::new(0, 2, TrustedProxies::default());
        assert!(limits.count_login("a@example.org").is_ok());
        assert!(limits.count_login("a@example.org").is_ok());
        assert!(limits.count_login("b@example.org").is_ok());
        let refused = limits.count_login("a@example.org");
        assert!(matches!(refused, Err(ApiError::RateLimited { retry_after }) if retry_after.as_secs() <= 30));
    }

    #[test]
    fn zero_switches_off_and_no_number_is_too_large() {
        let off = Limits::new(0, 0, TrustedProxies::default());
        assert!(off.turns().is_none() && off.chat_tokens().is_none() && off.addresses().is_none());
        assert!((0..100).all(|_| off.count_login("a@example.org").is_ok()));
        let wide = Limits::new(u32::MAX, u32::MAX, TrustedProxies::default());
        assert!(wide.turns().is_some() && wide.addresses().is_some());
        assert!(wide.count_login("a@example.org").is_ok());
    }
}
