//! Listening, and stopping without cutting anybody off.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::error::Failure;
use crate::output;
use crate::settings::ListenSettings;

/// How long running requests get to finish after the signal to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Serves until SIGTERM or SIGINT; running requests finish. `begun` is when the program was started.
///
/// # Errors
/// When the address cannot be had.
pub async fn serve(app: Router, listen: ListenSettings, begun: Instant) -> Result<(), Failure> {
    let asked_to_stop = stop_signals()?;
    let listener = TcpListener::bind(listen.listen_addr)
        .await
        .map_err(Failure::io(format!("listening on {} (LISTEN_ADDR)", listen.listen_addr)))?;
    let address = listener.local_addr().map_err(Failure::io("reading the address"))?;
    // The port is open: whoever reads this line can connect.
    output::lines([format!("Frontdesk listens on http://{address}")])?;
    tracing::info!(ready_after_ms = begun.elapsed().as_millis(), "ready");

    let app = app.into_make_service_with_connect_info::<SocketAddr>();
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
    tracing::info!("stopped");
    Ok(())
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
