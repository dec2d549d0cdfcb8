//! What the operator does that others may ask about.

use assistant::ambient::new_id;
use chrono::{DateTime, Utc};
use serde_json::Value;
use store::NewAuditEntry;

use crate::error::Failure;

/// An entry for the audit; `detail` is an object without personal data.
///
/// # Errors
/// When the machine gives no randomness for its id.
pub fn deed(
    action: &'static str,
    subject: impl ToString,
    detail: Value,
    now: DateTime<Utc>,
) -> Result<NewAuditEntry, Failure> {
    let id = new_id().map_err(|error| Failure::Internal(error.into()))?;
    Ok(NewAuditEntry { id, ts: now, actor: actor(), action, subject: subject.to_string(), detail })
}

/// Who runs this command, as the shell says; behind `sudo` who called it.
fn actor() -> String {
    let named = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    named.filter(|name| !name.is_empty()).unwrap_or_else(|| "operator".to_owned())
}
