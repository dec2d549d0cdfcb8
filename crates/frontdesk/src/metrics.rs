//! The counts of what is put together here: the model's queue, the remote model, the database's connections.

use std::fmt;
use std::sync::Arc;

use nlu::{LocalInterpreter, OpenAi};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use store::{Connections, Store};

use crate::compose::Understanding;

/// A registry with the counts of the database.
pub fn registry(store: &Store) -> Registry {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Database(store.clone())));
    registry
}

/// Registers the counts of whoever understands; they are read when somebody asks.
pub fn of_understanding(registry: &mut Registry, understanding: &Understanding) {
    let (local, remote) = (Arc::clone(&understanding.local), understanding.remote.clone());
    registry.register_collector(Box::new(Models { local, remote }));
}

#[derive(Debug)]
struct Database(Store);

struct Models {
    local: Arc<LocalInterpreter>,
    remote: Option<Arc<OpenAi>>,
}

#[derive(EncodeLabelSet)]
struct ReasonLabel {
    reason: &'static str,
}

#[derive(EncodeLabelSet)]
struct DirectionLabel {
    direction: &'static str,
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Models").finish_non_exhaustive()
    }
}

impl Collector for Database {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Connections { open, idle } = self.0.connections();
        gauge(&mut encoder, "frontdesk_database_connections", "Connections to the database", open)?;
        gauge(&mut encoder, "frontdesk_database_connections_idle", "Those of them that nobody uses", idle)
    }
}

impl Collector for Models {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let waiting = u64::try_from(self.local.waiting()).unwrap_or(u64::MAX);
        gauge(&mut encoder, "frontdesk_model_queue", "Messages that wait for the local model", waiting)?;
        self.remote.as_ref().map_or(Ok(()), |remote| encode_remote(&mut encoder, remote))
    }
}

fn encode_remote(encoder: &mut DescriptorEncoder<'_>, remote: &OpenAi) -> fmt::Result {
    let usage = remote.usage();
    counter(encoder, "frontdesk_remote_requests", "HTTP requests to the remote model", usage.requests)?;
    counter(encoder, "frontdesk_remote_retries", "Those of them that were repetitions", usage.retries)?;
    counter(
        encoder,
        "frontdesk_remote_fallbacks",
        "Messages that the local model understood because the remote one did not",
        usage.fallbacks,
    )?;
    counter(
        encoder,
        "frontdesk_remote_masked_messages",
        "Messages in which something was masked before they were sent",
        usage.redacted,
    )?;
    let kind = ConstCounter::new(0_u64).metric_type();
    let help = "Messages that the remote model did not understand";
    let mut failures = encoder.encode_descriptor("frontdesk_remote_failures", help, None, kind)?;
    for (reason, count) in usage.failures {
        ConstCounter::new(count).encode(failures.encode_family(&ReasonLabel { reason })?)?;
    }
    let help = "Tokens as the server counts them";
    let mut tokens = encoder.encode_descriptor("frontdesk_remote_tokens", help, None, kind)?;
    for (direction, count) in [("in", usage.tokens_in), ("out", usage.tokens_out)] {
        ConstCounter::new(count).encode(tokens.encode_family(&DirectionLabel { direction })?)?;
    }
    if let Some(cost) = usage.cost {
        let help = "What the tokens cost at OPENAI_PRICE_IN and OPENAI_PRICE_OUT";
        let metric = ConstCounter::new(cost);
        let kind = metric.metric_type();
        metric.encode(encoder.encode_descriptor("frontdesk_remote_cost", help, None, kind)?)?;
    }
    let given_up = u64::from(remote.is_given_up());
    gauge(encoder, "frontdesk_remote_given_up", "1 while the remote model is not asked", given_up)
}

fn counter(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    let metric = ConstCounter::new(value);
    let kind = metric.metric_type();
    metric.encode(encoder.encode_descriptor(name, help, None, kind)?)
}

fn gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    let metric = ConstGauge::new(value);
    let kind = metric.metric_type();
    metric.encode(encoder.encode_descriptor(name, help, None, kind)?)
}
