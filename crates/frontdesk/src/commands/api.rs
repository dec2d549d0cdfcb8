//! `frontdesk api`: the public API, with the assistant in another process.

use std::sync::Arc;
use std::time::Instant;

use assistant::remote::RemoteAssistant;
use gateway::{Gateway, Metrics};

use crate::cli::ApiArgs;
use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, metrics, secret, serving};

/// Serves until SIGTERM or SIGINT; running requests finish. The AI service may come and go meanwhile.
///
/// # Errors
/// When a setting is missing or wrong, or the database or the address cannot be had.
pub async fn run(settings: &Settings, args: ApiArgs) -> Result<(), Failure> {
    let begun = Instant::now();
    let profile = Arc::new(compose::profile(settings)?);
    let jwt_secret = secret::jwt_secret(args.api.jwt_secret.as_deref())?;
    let mut config = compose::gateway_config(&args.public, &args.api, jwt_secret)?;
    let service_secret = secret::service_secret(args.secret.ai_service_secret.as_deref())?;
    let addresses = compose::required("AI_SERVICE_URL", args.ai_service_url.as_deref(), "http://ai:8080")?;
    let assistant = RemoteAssistant::new(addresses, service_secret)
        .map_err(|error| Failure::Usage(format!("AI_SERVICE_URL: {error}")))?;
    let clock = compose::clock(settings);
    let store = compose::store(settings).await?;
    config.metrics = Metrics::new(metrics::registry(&store));
    let gateway = Gateway::new(config, store.clone(), Arc::new(assistant), profile, clock)
        .map_err(|error| Failure::Internal(error.into()))?;
    serving::serve(gateway::router(gateway), args.listen, begun).await?;
    store.close().await;
    Ok(())
}
