//! `frontdesk ai`: the assistant and its model, for the APIs that know the secret.

use std::sync::Arc;
use std::time::Instant;

use crate::cli::AiArgs;
use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, jobs, metrics, secret, serving};

/// Serves until SIGTERM or SIGINT; running turns finish.
///
/// # Errors
/// When a setting is missing or wrong, or the database, the model or the address cannot be had.
pub async fn run(settings: &Settings, args: AiArgs) -> Result<(), Failure> {
    let begun = Instant::now();
    let profile = Arc::new(compose::profile(settings)?);
    let service_secret = secret::service_secret(args.secret.ai_service_secret.as_deref())?;
    let store = compose::store(settings).await?;
    let clock = compose::clock(settings);
    // They end with this function.
    let _jobs = jobs::start(&store, &profile, clock).await?;
    let mut registry = metrics::registry(&store);
    let assistant =
        compose::assistant(args.model, args.voice, &store, &profile, clock, &mut registry).await?;
    let router = assistant::remote::router(assistant, service_secret);
    serving::serve(router.merge(assistant::metrics::router(registry)), args.listen, begun).await?;
    store.close().await;
    Ok(())
}
