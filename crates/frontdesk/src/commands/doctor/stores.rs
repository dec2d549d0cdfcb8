//! The database, its schema and what is in it.

use std::path::Path;
use std::time::Instant;

use store::{Store, StoreError};

use super::Finding;
use crate::settings::Settings;

const DATABASE: &str = "database";

pub(super) async fn look(settings: &Settings) -> Vec<Finding> {
    let url = settings.database_url();
    // Looking must not make a database.
    if let Some(path) = url.strip_prefix("sqlite://").map(|rest| rest.split('?').next().unwrap_or(rest))
        && !Path::new(path).exists()
    {
        return vec![Finding::note(DATABASE, format!("{path} is not there yet: `frontdesk serve` makes it"))];
    }
    let kind = if url.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" };
    match Store::connect(&url).await {
        Err(error) => vec![Finding::bad(DATABASE, error.to_string())],
        Ok(store) => {
            inside(&store, kind).await.unwrap_or_else(|error| vec![Finding::bad(DATABASE, error.to_string())])
        }
    }
}

async fn inside(store: &Store, kind: &str) -> Result<Vec<Finding>, StoreError> {
    match store.check_schema().await {
        Ok(()) => {}
        Err(error @ StoreError::OlderSchema) => {
            return Ok(vec![Finding::note("migrations", error.to_string())]);
        }
        Err(error @ StoreError::NewerSchema { .. }) => {
            return Ok(vec![Finding::bad("migrations", error.to_string())]);
        }
        Err(error) => return Err(error),
    }
    let begun = Instant::now();
    store.ping().await?;
    let mut found = vec![
        Finding::good(DATABASE, format!("{kind} answers in {:.1} ms", begun.elapsed().as_secs_f64() * 1e3)),
        Finding::good("migrations", "all are applied"),
    ];
    found.push(match disagreements(store).await? {
        0 => Finding::good("claims", "every booked appointment holds its time, and no cancelled one does"),
        several => Finding::bad(
            "claims",
            format!("{several} appointments and what they hold disagree: restore a backup"),
        ),
    });
    let outbox = store.outbox_state().await?;
    let why = outbox.last_error.map(|error| format!("; the latest failure: {error}")).unwrap_or_default();
    if outbox.given_up > 0 {
        found.push(Finding::note("events", format!("{} were given up{why}", outbox.given_up)));
    } else if !why.is_empty() {
        found.push(Finding::note("events", format!("{} wait{why}", outbox.waiting)));
    }
    Ok(found)
}

/// How many appointments disagree with what they hold. What is booked while it looks may look so once, but not twice.
async fn disagreements(store: &Store) -> Result<usize, StoreError> {
    let mut found = store.disagreements().await?;
    if !found.is_empty() {
        let again = store.disagreements().await?;
        found.retain(|disagreement| again.contains(disagreement));
    }
    Ok(found.len())
}
