//! Listening, and stopping without cutting anybody off.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Extension;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Semaphore, watch};

use crate::error::Failure;
use crate::output;
use crate::settings::ListenSettings;

/// How long running requests get to finish after the signal to stop.
const GRACE: Duration = Duration::from_secs(20);
/// How long a client may take for the head of a request; between two requests as well. Longer than our own services keep
/// a connection that they do not use, so that none of them writes into one that is just being closed.
const HEAD_TIMEOUT: Duration = Duration::from_secs(40);
/// Tokens and cookies are some hundred bytes each.
const HEAD_MAX_BYTES: usize = 32 * 1024;
/// After a connection could not be accepted: too many open files, perhaps, and some may be closed by then.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

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

    let limits = Limits { connections: listen.max_connections, head: HEAD_TIMEOUT, grace: GRACE };
    let asked_to_stop = async {
        asked_to_stop.await;
        tracing::info!("stopping; running requests finish first");
    };
    if !until(asked_to_stop, listener, app, limits).await {
        tracing::warn!("some requests did not finish in time; their turns are undone");
    }
    tracing::info!("stopped");
    Ok(())
}

/// What clients are allowed.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// How many stand at once; the next ones wait to be accepted.
    connections: u32,
    /// How long the head of a request may take.
    head: Duration,
    /// How long running requests have when it is time to stop.
    grace: Duration,
}

/// Serves until it is time to stop; whether all requests finished in time.
async fn until(stop: impl Future<Output = ()>, listener: TcpListener, app: Router, limits: Limits) -> bool {
    let places = Arc::new(Semaphore::new(usize::try_from(limits.connections).unwrap_or(usize::MAX)));
    let (stopping, stopped) = watch::channel(false);
    let accepting = async {
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let (stream, peer) = accepted(&listener).await;
            let connection = answer(stream, peer, app.clone(), limits.head, stopped.clone());
            tokio::spawn(async move {
                connection.await;
                drop(place);
            });
        }
    };
    tokio::select! { () = accepting => {}, () = stop => {} }
    drop(listener);
    // Nobody listens when there is no connection.
    let _ = stopping.send(true);
    tokio::time::timeout(limits.grace, places.acquire_many(limits.connections)).await.is_ok()
}

/// The next connection. What goes wrong before is the client's (it has left), or passes: too many open files.
async fn accepted(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(connection) => return connection,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Answers the requests of one connection, one after the other, until either side ends it.
async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    head: Duration,
    mut stopped: watch::Receiver<bool>,
) {
    // Answers are small and are written at once: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(app.layer(Extension(ConnectInfo(peer))));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_header_size(HEAD_MAX_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let stopping = async { drop(stopped.wait_for(|stopped| *stopped).await) };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = &error as &dyn std::error::Error, "a connection ended early");
    }
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

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use axum::Router;
    use axum::extract::ConnectInfo;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    use super::{Limits, until};

    const REQUEST: &[u8] = b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n";
    const LONG: Duration = Duration::from_secs(60);
    const LIMITS: Limits = Limits { connections: 10, head: LONG, grace: LONG };

    struct Running {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        finished: JoinHandle<bool>,
    }

    /// Serves pages that say who asks; `/slow` takes half a second for it.
    async fn start(limits: Limits) -> Running {
        let slow = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| {
            tokio::time::sleep(Duration::from_millis(500)).await;
            format!("you are {}", peer.ip())
        };
        let app = Router::new().route("/slow", get(slow)).route("/", get(async || "quick"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        Running { address, stop, finished: tokio::spawn(until(stopped, listener, app, limits)) }
    }

    async fn connect(running: &Running) -> TcpStream {
        TcpStream::connect(running.address).await.unwrap()
    }

    /// Everything until the server closes.
    async fn rest(stream: &mut TcpStream) -> String {
        let mut bytes = Vec::new();
        // A reset is an end, too.
        let _ = stream.read_to_end(&mut bytes).await;
        String::from_utf8(bytes).unwrap()
    }

    #[tokio::test]
    async fn who_sends_a_head_slowly_or_never_is_left() {
        let running = start(Limits { head: Duration::from_millis(200), ..LIMITS }).await;
        let (mut silent, mut slow) = (connect(&running).await, connect(&running).await);
        slow.write_all(b"GET / HTTP/1.1\r\nhost:").await.unwrap();
        for stream in [&mut silent, &mut slow] {
            let ended = tokio::time::timeout(LONG, rest(stream)).await.unwrap();
            assert!(!ended.contains("200 OK"), "{ended}");
        }
        // After an answer, too.
        let mut idle = connect(&running).await;
        idle.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        assert!(tokio::time::timeout(LONG, rest(&mut idle)).await.unwrap().ends_with("quick"));
    }

    #[tokio::test]
    async fn a_head_has_a_largest_size() {
        let running = start(LIMITS).await;
        let mut stream = connect(&running).await;
        let head = format!("GET / HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", "x".repeat(64 * 1024));
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 431");
    }

    #[tokio::test]
    async fn further_connections_wait_for_a_place() {
        let running = start(Limits { connections: 1, ..LIMITS }).await;
        let mut first = connect(&running).await;
        first.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut answer = [0; 15];
        first.read_exact(&mut answer).await.unwrap();
        let mut second = connect(&running).await;
        second.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        let early = tokio::time::timeout(Duration::from_millis(300), second.read(&mut answer)).await;
        assert!(early.is_err(), "{early:?}");
        drop(first);
        assert!(rest(&mut second).await.ends_with("quick"));
    }

    #[tokio::test]
    async fn stopping_finishes_what_is_being_answered_and_takes_nothing_new() {
        let running = start(LIMITS).await;
        let (mut asking, mut idle) = (connect(&running).await, connect(&running).await);
        idle.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut begun = [0; 15];
        idle.read_exact(&mut begun).await.unwrap();
        asking.write_all(REQUEST).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        running.stop.send(()).unwrap();
        let answer = rest(&mut asking).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("you are 127.0.0.1"), "{answer}");
        rest(&mut idle).await;
        assert!(tokio::time::timeout(LONG, running.finished).await.unwrap().unwrap());
        assert!(TcpStream::connect(running.address).await.is_err());
    }

    #[tokio::test]
    async fn stopping_does_not_wait_for_ever() {
        let running = start(Limits { grace: Duration::from_millis(100), ..LIMITS }).await;
        let mut asking = connect(&running).await;
        asking.write_all(REQUEST).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        running.stop.send(()).unwrap();
        assert!(!running.finished.await.unwrap());
    }
}
