//! `frontdesk serve`: everything in one process.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use assistant::FrontDesk;
use gateway::{Config, Gateway, PublicUrl, TrustedProxies};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::ServeArgs;
use crate::error::Failure;
use crate::settings::{ServeSettings, Settings};
use crate::{compose, output, secret};

/// How long running turns get to finish after the signal to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Serves until SIGTERM or SIGINT; running requests finish.
///
/// # Errors
/// When a setting is wrong, or the database, the model or the address cannot be had.
pub async fn run(settings: &Settings, ServeArgs { serve, model }: ServeArgs) -> Result<(), Failure> {
    let begun = Instant::now();
    let profile = Arc::new(compose::profile(settings)?);
    compose::data_dir(settings)?;
    let config = config(&serve, settings)?;
    let clock = compose::clock(settings);
    if settings.frontdesk_now.is_some() {
        tracing::warn!(now = %clock.now(), "FRONTDESK_NOW is set: the clock is not the machine's");
    }
    let store = compose::store(settings).await?;
    let resources = &profile.booking.resources;
    compose::retried(|| store.extend_blocks(resources, clock.now())).await?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let interpreter = tokio::task::spawn_blocking(move || compose::interpreter(&model, threads))
        .await
        .map_err(|error| Failure::Internal(error.into()))??;
    let assistant = FrontDesk::new(store.clone(), interpreter, Arc::clone(&profile), clock);
    let gateway = Gateway::new(config, store.clone(), Arc::new(assistant), profile, clock)
        .map_err(|error| Failure::Internal(error.into()))?;

    let asked_to_stop = stop_signals()?;
    let listener = TcpListener::bind(serve.listen_addr)
        .await
        .map_err(Failure::io(format!("listening on {} (LISTEN_ADDR)", serve.listen_addr)))?;
    let address = listener.local_addr().map_err(Failure::io("reading the address"))?;
    // The port is open: whoever reads this line can connect.
    output::lines([format!("Frontdesk listens on http://{address}")])?;
    tracing::info!(ready_after_ms = begun.elapsed().as_millis(), "ready");

    let app = gateway::router(gateway).into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
        asked_to_stop.await;
        tracing::info!("stopping; running requests finish first");
        let _ = stopping.send(true);
    });
    let overdue = async {
        let _ = stopped.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = async { serving.await } => served.map_err(Failure::io("serving"))?,
        () = overdue => tracing::warn!("some requests did not finish in time; their turns are undone"),
    }
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

fn config(serve: &ServeSettings, settings: &Settings) -> Result<Config, Failure> {
    let usage = |error: gateway::ConfigError| Failure::Usage(error.to_string());
    let public_url = serve.public_url.as_deref().filter(|url| !url.is_empty());
    let proxies = serve.trusted_proxies.join(",");
    Ok(Config {
        public_url: public_url.map(str::parse::<PublicUrl>).transpose().map_err(usage)?,
        chat_per_minute: serve.rate_limit_chat,
        auth_per_minute: serve.rate_limit_auth,
        trusted_proxies: proxies.parse::<TrustedProxies>().map_err(usage)?,
        ..Config::new(secret::jwt_secret(serve.jwt_secret.as_deref(), &settings.data_dir)?)
    })
}

/// Resolves when the process is asked to stop. The signals are caught from this call on, so that none that comes while
/// the program starts ends it on the spot.
fn stop_signals() -> Result<impl Future<Output = ()>, Failure> {
    let catch = |kind| signal(kind).map_err(Failure::io("catching signals"));
    let (mut terminate, mut interrupt) = (catch(SignalKind::terminate())?, catch(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}
