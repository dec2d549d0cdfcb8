//! Sends events to the operator's webhook, signed, until they arrive.
//!
//! `POST` of `{"id", "event", "created_at", "data"}`, with the headers `X-Frontdesk-Event`, `X-Frontdesk-Delivery` (the id,
//! the same at every try) and `X-Frontdesk-Signature: t=SECONDS,v1=HEX`: HMAC-SHA-256, under the secret, of `SECONDS.BODY`.
//! Any status from 200 to 299 means that it has arrived.

use std::time::Duration;

use assistant::ambient::Clock;
use calendar::Webhook;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac as _};
use serde_json::json;
use sha2::Sha256;
use store::{Store, StoreError, WaitingEvent};

use crate::error::Failure;

/// How short the secret may be.
pub const SECRET_MIN_BYTES: usize = 32;
/// How often events that are due are looked for.
const EVERY: Duration = Duration::from_secs(1);
/// How many are sent before looking again.
const AT_ONCE: u32 = 20;
/// How long a try may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// For how long taken events are nobody else's: longer than all of them can take.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// Tries of one event, over about two days.
const TRIES: u32 = 16;
/// The pause after the first failure; each further one is four times as long, up to the longest.
const PAUSE: TimeDelta = TimeDelta::seconds(2);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(6);

/// Where events go, and what signs them.
#[derive(Clone)]
pub struct Hook {
    url: String,
    secret: Vec<u8>,
    agent: ureq::Agent,
}

impl Hook {
    /// The webhook of the profile with the secret from the environment.
    ///
    /// # Errors
    /// When the secret is not set or too short.
    pub fn from_profile(webhook: &Webhook) -> Result<Self, Failure> {
        let variable = &webhook.secret_env;
        let secret = std::env::var(variable).unwrap_or_default();
        if secret.len() < SECRET_MIN_BYTES {
            return Err(Failure::Usage(format!(
                "the profile has a webhook, so {variable} must hold its secret, at least {SECRET_MIN_BYTES} bytes. \
                 Make one with: openssl rand -hex 32"
            )));
        }
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            // Where it goes is what the profile says, and nowhere else.
            .max_redirects(0)
            .build()
            .into();
        Ok(Self { url: webhook.url.clone(), secret: secret.into_bytes(), agent })
    }

    /// Where events go.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sends one event. Blocks.
    fn send(&self, event: &WaitingEvent, now: DateTime<Utc>) -> Result<(), String> {
        let body = json!({
            "id": event.id,
            "event": event.event,
            "created_at": event.created_at,
            "data": event.payload,
        })
        .to_string();
        let sent = self
            .agent
            .post(&self.url)
            .header("Content-Type", "application/json")
            .header("X-Frontdesk-Event", &event.event)
            .header("X-Frontdesk-Delivery", &event.id)
            .header("X-Frontdesk-Signature", self.signature(&body, now.timestamp())?)
            .send(body);
        match sent {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("status {}", answer.status().as_u16())),
            Err(ureq::Error::StatusCode(status)) => Err(format!("status {status}")),
            Err(error) => Err(error.to_string()),
        }
    }

    fn signature(&self, body: &str, seconds: i64) -> Result<String, String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).map_err(|error| error.to_string())?;
        mac.update(format!("{seconds}.{body}").as_bytes());
        let code: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("t={seconds},v1={code}"))
    }
}

/// Delivers what is due, for ever.
pub async fn deliver(store: Store, hook: Hook, clock: Clock) {
    loop {
        if let Err(error) = round(&store, &hook, clock).await {
            tracing::warn!(%error, "events could not be read from the outbox; it is tried again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn round(store: &Store, hook: &Hook, clock: Clock) -> Result<(), StoreError> {
    for event in store.take_due_events(AT_ONCE, LEASE, clock.now()).await? {
        let (sender, now) = (hook.clone(), clock.now());
        let sending = event.clone();
        let sent = tokio::task::spawn_blocking(move || sender.send(&sending, now)).await;
        let sent = sent.unwrap_or_else(|error| Err(error.to_string()));
        match sent {
            Ok(()) => store.event_delivered(&event.id, clock.now()).await?,
            Err(why) => {
                let next = next_try(event.tries, clock.now());
                tracing::warn!(
                    event = event.id,
                    tries = event.tries,
                    why,
                    "the webhook did not take an event"
                );
                store.event_failed(&event.id, &why, next).await?;
            }
        }
    }
    Ok(())
}

/// When to try again after so many tries; never after the last.
fn next_try(tries: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if tries >= TRIES {
        return None;
    }
    let factor = 4_i32.saturating_pow(tries.saturating_sub(1));
    Some(now + PAUSE.checked_mul(factor).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{Hook, next_try};

    #[test]
    fn pauses_grow_to_some_hours_and_end_after_two_days() {
        let now: DateTime<Utc> = "2026-11-23T10:20:00Z".parse().unwrap();
        let pauses: Vec<TimeDelta> = (1..).map_while(|tries| Some(next_try(tries, now)? - now)).collect();
        assert_eq!(pauses[..3], [2, 8, 32].map(TimeDelta::seconds));
        assert_eq!(pauses.iter().max(), Some(&TimeDelta::hours(6)));
        let all: TimeDelta = pauses.into_iter().sum();
        assert!((40..72).contains(&all.num_hours()), "{all}");
    }

    #[test]
    fn the_signature_is_hmac_sha256_of_time_and_body() {
        let hook = Hook {
            url: String::new(),
            secret: b"0123456789abcdef0123456789abcdef".to_vec(),
            agent: ureq::Agent::new_with_defaults(),
        };
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
        let expected = "t=1700000000,v1=417adf36b901772f658597a76d329694e335e65fc0849d7715c3ca33406309b5";
        assert_eq!(hook.signature("{}", 1_700_000_000).unwrap(), expected);
    }
}
