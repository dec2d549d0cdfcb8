//! `frontdesk serve`: everything in one process.

use std::sync::Arc;
use std::time::Instant;

use gateway::{Gateway, Metrics};

use crate::cli::ServeArgs;
use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, jobs, metrics, secret, serving};

/// Serves until SIGTERM or SIGINT; running requests finish.
///
/// # Errors
/// When a setting is wrong, or the database, the model or the address cannot be had.
pub async fn run(settings: &Settings, args: ServeArgs) -> Result<(), Failure> {
    let begun = Instant::now();
    let profile = Arc::new(compose::profile(settings)?);
    compose::data_dir(settings)?;
    let jwt_secret = secret::kept_jwt_secret(args.api.jwt_secret.as_deref(), &settings.data_dir)?;
    let mut config = compose::gateway_config(&args.public, &args.api, jwt_secret)?;
    let clock = compose::clock(settings);
    let store = compose::store(settings).await?;
    // They end with this function.
    let _jobs = jobs::start(&store, &profile, clock).await?;
    let mut registry = metrics::registry(&store);
    let assistant =
        compose::assistant(args.model, args.voice, &store, &profile, clock, &mut registry).await?;
    config.metrics = Metrics::new(registry);
    let gateway = Gateway::new(config, store.clone(), assistant, profile, clock)
        .map_err(|error| Failure::Internal(error.into()))?;
    serving::serve(gateway::router(gateway), args.listen, begun).await?;
    store.close().await;
    Ok(())
}
