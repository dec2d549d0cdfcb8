//! What the assistant counts. Nothing of it says anything about a person, and every label has few values.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use dialogue::Effect;
use nlu::Understanding;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use protocol::Intent;

use crate::AssistantError;
use crate::voice::Spoken;

/// Upper ends of the buckets, in seconds: from a model in this process to a remote one that is slow.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// What `prometheus_client` writes.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that the registry holds, as `GET /metrics` answers it.
pub fn page(registry: &Registry) -> Response {
    let mut text = String::new();
    match prometheus_client::encoding::text::encode(&mut text, registry) {
        Ok(()) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(fmt::Error) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `GET /metrics`, to be merged into the router of a service.
pub fn router(registry: Registry) -> Router {
    let registry = Arc::new(registry);
    Router::new().route("/metrics", get(async move || page(&registry)))
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct IntentLabel {
    intent: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct ProviderLabel {
    provider: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct StageLabel {
    stage: &'static str,
}

/// Counts of turns. Clones share everything.
#[derive(Clone, Debug)]
pub struct Metrics {
    turns: Family<OutcomeLabel, Counter>,
    intents: Family<IntentLabel, Counter>,
    understood: Family<ProviderLabel, Counter>,
    again: Counter,
    spoken: Family<OutcomeLabel, Counter>,
    stages: Family<StageLabel, Histogram>,
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ended {
    Said,
    Booked,
    Moved,
    Cancelled,
    /// A message that had been answered before.
    Repeated,
}

impl Ended {
    /// With this deed, once it is written.
    pub(crate) const fn by(effect: &Effect) -> Self {
        match effect {
            Effect::Book { .. } => Self::Booked,
            Effect::Move { .. } => Self::Moved,
            Effect::Cancel { .. } => Self::Cancelled,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Said => "said",
            Self::Booked => "booked",
            Self::Moved => "moved",
            Self::Cancelled => "cancelled",
            Self::Repeated => "repeated",
        }
    }
}

/// A part of a turn that takes its time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stage {
    /// Reading the conversation.
    Read,
    /// The model, its queue included.
    Understand,
    /// The chat model, if it was asked.
    Speak,
    /// Deciding and writing, the wait for the database included.
    Commit,
    /// From the message to the reply.
    Turn,
}

impl Stage {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Understand => "understand",
            Self::Speak => "speak",
            Self::Commit => "commit",
            Self::Turn => "turn",
        }
    }
}

impl Default for Metrics {
    /// Counts that nobody reads.
    fn default() -> Self {
        Self {
            turns: Family::default(),
            intents: Family::default(),
            understood: Family::default(),
            again: Counter::default(),
            spoken: Family::default(),
            stages: Family::new_with_constructor(|| Histogram::new(SECONDS)),
        }
    }
}

impl Metrics {
    /// Counts that are read with the others of the registry. Those of the intents are there from the start.
    #[must_use]
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        for intent in Intent::ALL {
            drop(metrics.intents.get_or_create(&IntentLabel { intent: intent.as_str() }));
        }
        for ended in [Ended::Said, Ended::Booked, Ended::Moved, Ended::Cancelled, Ended::Repeated] {
            drop(metrics.turns.get_or_create(&OutcomeLabel { outcome: ended.as_str() }));
        }
        registry.register("frontdesk_turns", "Messages by how their turn ended", metrics.turns.clone());
        registry.register("frontdesk_intents", "Intents seen in messages", metrics.intents.clone());
        registry.register(
            "frontdesk_understood",
            "Messages by who understood them",
            metrics.understood.clone(),
        );
        registry.register(
            "frontdesk_turns_decided_again",
            "Attempts at a turn that lost against a concurrent one",
            metrics.again.clone(),
        );
        registry.register(
            "frontdesk_turn_stage_seconds",
            "How long the parts of a turn take: read, understand, speak, commit, and the whole turn",
            metrics.stages.clone(),
        );
        registry.register(
            "frontdesk_spoken",
            "Times that the chat model was asked, by what became of its words",
            metrics.spoken.clone(),
        );
        metrics
    }

    pub(crate) fn spoke(&self, spoken: &Spoken) {
        self.spoken.get_or_create(&OutcomeLabel { outcome: spoken.as_str() }).inc();
    }

    pub(crate) fn understood(&self, understanding: &Understanding) {
        self.understood.get_or_create(&ProviderLabel { provider: understanding.provider }).inc();
        for scored in &understanding.interpretation.intents {
            self.intents.get_or_create(&IntentLabel { intent: scored.name.as_str() }).inc();
        }
    }

    pub(crate) fn decided_again(&self) {
        self.again.inc();
    }

    pub(crate) fn took(&self, stage: Stage, since: Instant) {
        self.stages
            .get_or_create(&StageLabel { stage: stage.as_str() })
            .observe(since.elapsed().as_secs_f64());
    }

    pub(crate) fn ended(&self, ended: Result<Ended, &AssistantError>) {
        let outcome = match ended {
            Ok(ended) => ended.as_str(),
            Err(AssistantError::Unavailable { .. }) => "unavailable",
            Err(AssistantError::Internal(_)) => "failed",
            Err(_) => "refused",
        };
        self.turns.get_or_create(&OutcomeLabel { outcome }).inc();
    }
}
