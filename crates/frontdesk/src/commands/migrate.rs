//! `frontdesk migrate`

use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, output};

/// Brings the database to this program's schema.
///
/// # Errors
/// When the database cannot be reached or was changed by a newer program.
pub async fn run(settings: &Settings) -> Result<(), Failure> {
    compose::store(settings).await?;
    output::lines(["The database is up to date."])
}
