//! What a service does on the side: deliver events, forget old messages. Each is safe to run in several processes at once.

mod retention;
mod webhook;

use std::sync::Arc;

use assistant::ambient::Clock;
use calendar::Profile;
use chrono::TimeDelta;
use store::Store;
use tokio::task::JoinSet;

use crate::error::Failure;

pub use webhook::{Hook, SECRET_MIN_BYTES};

/// Starts the jobs that the profile asks for. They end when the value is dropped.
///
/// # Errors
/// When the webhook's secret is missing or too short, or the database fails.
pub async fn start(store: &Store, profile: &Arc<Profile>, clock: Clock) -> Result<JoinSet<()>, Failure> {
    let mut jobs = JoinSet::new();
    let hook = profile.webhook.as_ref().map(Hook::from_profile).transpose()?;
    let remind_before =
        profile.webhook.as_ref().map(|hook| TimeDelta::minutes(hook.remind_minutes_before.into()));
    store.want_events(remind_before).await?;
    if let Some(hook) = hook {
        tracing::info!(url = hook.url(), "events are sent to the webhook");
        jobs.spawn(webhook::deliver(store.clone(), hook, clock));
    }
    jobs.spawn(retention::forget(store.clone(), Arc::clone(profile), clock));
    Ok(jobs)
}
