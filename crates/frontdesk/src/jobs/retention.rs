//! Forgets messages that are older than the profile keeps them, and events that are long over.

use std::sync::Arc;
use std::time::Duration;

use assistant::ambient::Clock;
use calendar::Profile;
use chrono::TimeDelta;
use store::{Store, StoreError};

/// How often it looks. Days are counted, so hours do not matter.
const EVERY: Duration = Duration::from_secs(6 * 60 * 60);
/// How long events that were delivered or given up are kept.
const EVENTS: TimeDelta = TimeDelta::days(30);

/// Looks now, and again every few hours.
pub async fn forget(store: Store, profile: Arc<Profile>, clock: Clock) {
    loop {
        if let Err(error) = once(&store, &profile, clock).await {
            tracing::warn!(%error, "old messages could not be forgotten; it is tried again later");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn once(store: &Store, profile: &Profile, clock: Clock) -> Result<(), StoreError> {
    let now = clock.now();
    store.forget_events(now - EVENTS).await?;
    if profile.keep_messages_days > 0 {
        let before = now - TimeDelta::days(profile.keep_messages_days.into());
        let forgotten = store.forget_messages(before).await?;
        tracing::info!(
            sessions = forgotten.sessions,
            turns = forgotten.turns,
            days = profile.keep_messages_days,
            "old messages are forgotten"
        );
    }
    Ok(())
}
