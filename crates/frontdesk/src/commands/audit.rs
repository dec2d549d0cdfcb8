//! `frontdesk audit`: what operators did.

use serde_json::{Value, json};

use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, output};

/// How many entries are shown.
const LISTED: u32 = 1_000;

/// Lists what operators did that others may ask about, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn run(settings: &Settings, as_json: bool) -> Result<(), Failure> {
    let entries = compose::store(settings).await?.audit(LISTED).await?;
    if as_json {
        let entries: Vec<Value> = entries
            .iter()
            .map(|entry| {
                json!({
                    "ts": entry.ts,
                    "actor": entry.actor,
                    "action": entry.action,
                    "subject": entry.subject,
                    "detail": entry.detail,
                })
            })
            .collect();
        return output::json(&json!({ "audit": entries }));
    }
    let rows = entries.into_iter().map(|entry| {
        vec![
            output::wall(entry.ts, chrono_tz::UTC),
            entry.actor,
            entry.action,
            entry.subject,
            entry.detail.to_string(),
        ]
    });
    output::table(&["WHEN (UTC)", "WHO", "DID", "TO", "DETAIL"], rows.collect(), "Nothing was noted.")
}
