//! Sending a request to one of the instances.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::uri::{Authority, Scheme};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{Full, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::addresses::{self, AddressError};
use crate::breaker::Breaker;

/// Inside one network a connection stands at once or not at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Shorter than servers commonly keep idle connections.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
const KEEPALIVE: Duration = Duration::from_secs(15);
/// Before the only instance is tried a second time.
const PAUSE: Duration = Duration::from_millis(100);
/// An instance that failed so often in a row is left alone …
const BREAKER_FAILURES: u32 = 3;
/// … for so long; then one request finds out whether things are better.
const BREAKER_PAUSE: Duration = Duration::from_secs(1);

/// What came back: status and headers are there, the body is still coming.
pub type Answer = Response<Incoming>;

/// Whether a request may be sent again after a failure that may have come after it took effect.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Repeat {
    /// Doing it twice does no more than doing it once.
    Safe,
    /// Only when it certainly did not arrive.
    Never,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// No instance took the request: it did not arrive anywhere.
    #[error("no instance can be reached")]
    Away {
        /// When it is worth trying again.
        retry_after: Duration,
    },
    /// The connection broke, or the answer took too long; the request may have taken effect.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The request itself cannot be sent.
    #[error("the request cannot be sent: {0}")]
    Request(#[from] http::Error),
}

/// One service, with all its instances.
#[derive(Debug)]
pub struct Upstream {
    instances: Vec<Instance>,
    next: AtomicUsize,
    client: Client<HttpConnector, Full<Bytes>>,
}

#[derive(Debug)]
struct Instance {
    authority: Authority,
    breaker: Breaker,
}

/// How an attempt failed.
enum Failure {
    /// It did not arrive.
    NotSent(String),
    /// It may have arrived.
    NoAnswer(String),
}

impl Upstream {
    /// The service at these addresses: one or more, separated by commas.
    ///
    /// # Errors
    /// If one is not like `http://host:port`.
    pub fn new(addresses: &str) -> Result<Self, AddressError> {
        let instances = addresses::parse(addresses)?
            .into_iter()
            .map(|authority| Instance { authority, breaker: Breaker::new(BREAKER_FAILURES, BREAKER_PAUSE) })
            .collect();
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        connector.set_keepalive(Some(KEEPALIVE));
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build(connector);
        Ok(Self { instances, next: AtomicUsize::new(0), client })
    }

    /// Sends a request, whose URI is a path with a query, to an instance that takes it. `timeout` is for the head of
    /// each answer. After a failure it is sent once more, if `repeat` allows it or it did not arrive; also after 503,
    /// if another instance is there.
    ///
    /// # Errors
    /// See [`UpstreamError`]. Any answer, also one with an error in it, is an answer.
    pub async fn send(
        &self,
        request: &Request<Bytes>,
        repeat: Repeat,
        timeout: Duration,
    ) -> Result<Answer, UpstreamError> {
        let mut wait: Option<Duration> = None;
        let mut unanswered = None;
        let mut busy = None;
        for (attempt, instance) in self.turn().enumerate() {
            if let Err(cool_down) = instance.breaker.admit(Instant::now()) {
                wait = Some(wait.map_or(cool_down, |wait| wait.min(cool_down)));
                continue;
            }
            if attempt > 0 && self.instances.len() == 1 {
                tokio::time::sleep(PAUSE).await;
            }
            match self.attempt(instance, request, timeout).await? {
                Ok(answer) if answer.status() != StatusCode::SERVICE_UNAVAILABLE => return Ok(answer),
                Ok(answer) if repeat == Repeat::Never || self.instances.len() == 1 => return Ok(answer),
                // One that is busy or stopping; another may not be. It is asked at most once.
                Ok(answer) if busy.is_some() => return Ok(answer),
                Ok(answer) => busy = Some(answer),
                Err(Failure::NotSent(_)) => {}
                Err(Failure::NoAnswer(why)) if repeat == Repeat::Never || unanswered.is_some() => {
                    return Err(UpstreamError::NoAnswer(why));
                }
                Err(Failure::NoAnswer(why)) => unanswered = Some(why),
            }
        }
        match (busy, unanswered) {
            (Some(answer), _) => Ok(answer),
            (None, Some(why)) => Err(UpstreamError::NoAnswer(why)),
            (None, None) => Err(UpstreamError::Away { retry_after: wait.unwrap_or(BREAKER_PAUSE) }),
        }
    }

    /// What a path answers to a plain `GET`.
    ///
    /// # Errors
    /// See [`UpstreamError`].
    pub async fn ask(&self, path: &str, timeout: Duration) -> Result<StatusCode, UpstreamError> {
        let request = Request::get(path).body(Bytes::new())?;
        Ok(self.send(&request, Repeat::Safe, timeout).await?.status())
    }

    /// The instances, each request beginning with the next; a single one comes twice.
    fn turn(&self) -> impl Iterator<Item = &Instance> {
        let first = self.next.fetch_add(1, Ordering::Relaxed) % self.instances.len().max(1);
        self.instances.iter().cycle().skip(first).take(self.instances.len().max(2))
    }

    async fn attempt(
        &self,
        instance: &Instance,
        request: &Request<Bytes>,
        timeout: Duration,
    ) -> Result<Result<Answer, Failure>, UpstreamError> {
        let request = addressed(request, &instance.authority)?;
        let failure = match tokio::time::timeout(timeout, self.client.request(request)).await {
            Ok(Ok(answer)) => {
                instance.breaker.succeeded();
                return Ok(Ok(answer));
            }
            Ok(Err(error)) if error.is_connect() => Failure::NotSent(causes(&error)),
            Ok(Err(error)) => Failure::NoAnswer(causes(&error)),
            Err(_) => Failure::NoAnswer(format!("nothing came for {timeout:?}")),
        };
        let (Failure::NotSent(why) | Failure::NoAnswer(why)) = &failure;
        let now = Instant::now();
        instance.breaker.failed(now, None);
        let left_alone = instance.breaker.is_open(now);
        tracing::warn!(instance = instance.authority.as_str(), error = why, left_alone, "no answer");
        Ok(Err(failure))
    }
}

fn addressed(request: &Request<Bytes>, authority: &Authority) -> Result<Request<Full<Bytes>>, http::Error> {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let uri =
        Uri::builder().scheme(Scheme::HTTP).authority(authority.clone()).path_and_query(path).build()?;
    let mut copy = Request::new(Full::new(request.body().clone()));
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = uri;
    *copy.headers_mut() = request.headers().clone();
    Ok(copy)
}

/// The error with what caused it; the outermost alone says little.
fn causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The next piece of a body, as soon as it is there; `None` at its end.
///
/// # Errors
/// If it breaks off.
pub async fn next_piece(body: &mut Incoming) -> Result<Option<Bytes>, UpstreamError> {
    use http_body_util::BodyExt as _;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| UpstreamError::NoAnswer(error.to_string()))?;
        // What is no data are trailers, which nobody sends here.
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// If it is longer, or breaks off.
pub async fn read_body(body: Incoming, limit: usize) -> Result<Bytes, UpstreamError> {
    use http_body_util::BodyExt as _;
    let whole = Limited::new(body, limit).collect().await;
    whole.map(http_body_util::Collected::to_bytes).map_err(|error| UpstreamError::NoAnswer(error.to_string()))
}
