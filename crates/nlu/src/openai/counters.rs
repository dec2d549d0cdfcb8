//! What the remote model has done so far, for `/metrics`.

use std::sync::atomic::{AtomicU64, Ordering};

use super::wire;

/// Counts since the program started. Nothing in it says anything about a person or a message.
#[derive(Debug, Default)]
pub struct RemoteCounters {
    requests: AtomicU64,
    retries: AtomicU64,
    failures: [AtomicU64; RemoteFailure::ALL.len()],
    fallbacks: AtomicU64,
    tokens_in: AtomicU64,
    tokens_out: AtomicU64,
    redacted: AtomicU64,
}

/// Why a question to the remote model came to nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RemoteFailure {
    /// No connection, or one that broke off.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// 429, also after waiting.
    RateLimited,
    /// 5xx.
    ServerError,
    /// Another status than 2xx: the key, the model's name, the request.
    Rejected,
    /// An answer that is not what was asked for, twice.
    InvalidAnswer,
    /// Not asked: it has failed too often just now.
    BreakerOpen,
}

impl RemoteFailure {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Unreachable,
        Self::Timeout,
        Self::RateLimited,
        Self::ServerError,
        Self::Rejected,
        Self::InvalidAnswer,
        Self::BreakerOpen,
    ];

    /// The name in metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::RateLimited => "rate_limited",
            Self::ServerError => "server_error",
            Self::Rejected => "rejected",
            Self::InvalidAnswer => "invalid_answer",
            Self::BreakerOpen => "breaker_open",
        }
    }
}

/// The counts at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RemoteUsage {
    /// HTTP requests sent, those sent again included.
    pub requests: u64,
    /// Requests sent again after a failure that may pass.
    pub retries: u64,
    /// Messages that the remote model did not understand, by reason.
    pub failures: Vec<(&'static str, u64)>,
    /// Messages understood by the local model because the remote one failed.
    pub fallbacks: u64,
    /// Tokens read, as the server counts them.
    pub tokens_in: u64,
    /// Tokens written, as the server counts them.
    pub tokens_out: u64,
    /// Messages in which something was masked before they were sent.
    pub redacted: u64,
    /// What the tokens cost at the configured prices, in their currency; `None` without prices.
    pub cost: Option<f64>,
}

impl RemoteUsage {
    /// All failures together.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failures.iter().map(|(_, count)| count).sum()
    }
}

/// What a million tokens cost, in whatever currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// Of what the model reads.
    pub per_million_in: f64,
    /// Of what it writes.
    pub per_million_out: f64,
}

impl RemoteCounters {
    pub(super) fn request(&self, again: bool) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.retries.fetch_add(again.into(), Ordering::Relaxed);
    }

    pub(super) fn failure(&self, reason: RemoteFailure) {
        self.failures[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn redacted(&self) {
        self.redacted.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn tokens(&self, usage: wire::Usage) {
        self.tokens_in.fetch_add(usage.prompt_tokens, Ordering::Relaxed);
        self.tokens_out.fetch_add(usage.completion_tokens, Ordering::Relaxed);
    }

    pub(crate) fn fallback(&self) {
        self.fallbacks.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn at(&self, price: Option<Price>) -> RemoteUsage {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (tokens_in, tokens_out) = (read(&self.tokens_in), read(&self.tokens_out));
        let cost = |price: Price| {
            (tokens_in as f64 * price.per_million_in + tokens_out as f64 * price.per_million_out) / 1e6
        };
        RemoteUsage {
            requests: read(&self.requests),
            retries: read(&self.retries),
            failures: RemoteFailure::ALL
                .iter()
                .map(|&reason| (reason.as_str(), read(&self.failures[reason as usize])))
                .collect(),
            fallbacks: read(&self.fallbacks),
            tokens_in,
            tokens_out,
            redacted: read(&self.redacted),
            cost: price.map(cost),
        }
    }
}
