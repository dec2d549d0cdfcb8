//! `frontdesk web`: the pages, and the door to the API behind them. It holds nothing and knows no secret.

use std::time::Instant;

use gateway::web::WebConfig;
use upstream::Upstream;

use crate::cli::WebArgs;
use crate::error::Failure;
use crate::settings::Settings;
use crate::{compose, serving};

/// Serves until SIGTERM or SIGINT; running requests finish. The API may come and go meanwhile.
///
/// # Errors
/// When a setting is missing or wrong, or the address cannot be had.
pub async fn run(_: &Settings, args: WebArgs) -> Result<(), Failure> {
    let begun = Instant::now();
    let addresses = compose::required("API_URL", args.api_url.as_deref(), "http://api:8080")?;
    let config = WebConfig {
        api: Upstream::new(addresses).map_err(|error| Failure::Usage(format!("API_URL: {error}")))?,
        public_url: compose::public_url(&args.public)?,
        trusted_proxies: compose::trusted_proxies(&args.public)?,
    };
    serving::serve(gateway::web::router(config), args.listen, begun).await
}
