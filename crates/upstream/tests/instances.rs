//! Several instances, of which some fail.

#![cfg(test)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes as Body;
use axum::http::{HeaderMap, StatusCode, Uri};
use bytes::Bytes;
use http::Request;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use upstream::{Repeat, Upstream, UpstreamError, read_body};

const SOON: Duration = Duration::from_secs(10);

/// How often an instance was asked.
type Count = Arc<AtomicUsize>;

/// Answers with its name, what it was asked and a status.
async fn instance(name: &'static str, status: StatusCode) -> (SocketAddr, Count) {
    let count = Count::default();
    let asked = count.clone();
    let answer = async move |uri: Uri, headers: HeaderMap, body: Body| {
        asked.fetch_add(1, Ordering::SeqCst);
        let host = headers["host"].to_str().unwrap().to_owned();
        (status, format!("{name} {uri} {host} {}", String::from_utf8_lossy(&body)))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    (address, count)
}

/// Reads a request and hangs up, or (`mute`) says nothing for ever.
async fn broken(mute: bool) -> (SocketAddr, Count) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Count::default();
    let asked = count.clone();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut connection, _)) = listener.accept().await {
            asked.fetch_add(1, Ordering::SeqCst);
            let mut buffer = [0; 1_024];
            let _ = connection.read(&mut buffer).await;
            if mute {
                kept.push(connection);
            }
        }
    });
    (address, count)
}

/// An address where nobody listens.
async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

fn at(addresses: &[SocketAddr]) -> Upstream {
    let list: Vec<String> = addresses.iter().map(|address| format!("http://{address}")).collect();
    Upstream::new(&list.join(",")).unwrap()
}

fn request() -> Request<Bytes> {
    Request::post("/chat/..%2f?x=%20").body(Bytes::from_static(b"hello")).unwrap()
}

async fn text(upstream: &Upstream, repeat: Repeat) -> Result<(StatusCode, String), UpstreamError> {
    let answer = upstream.send(&request(), repeat, SOON).await?;
    let status = answer.status();
    let body = read_body(answer.into_body(), 10_000).await?;
    Ok((status, String::from_utf8(body.into()).unwrap()))
}

#[tokio::test]
async fn instances_take_turns_and_get_the_request_as_it_is() {
    let ((one, first), (two, second)) =
        (instance("one", StatusCode::OK).await, instance("two", StatusCode::CONFLICT).await);
    let upstream = at(&[one, two]);
    let said = text(&upstream, Repeat::Never).await.unwrap();
    assert_eq!(said, (StatusCode::OK, format!("one /chat/..%2f?x=%20 {one} hello")));
    let said = text(&upstream, Repeat::Never).await.unwrap();
    assert_eq!(said, (StatusCode::CONFLICT, format!("two /chat/..%2f?x=%20 {two} hello")));
    text(&upstream, Repeat::Never).await.unwrap();
    assert_eq!((first.load(Ordering::SeqCst), second.load(Ordering::SeqCst)), (2, 1));
}

#[tokio::test]
async fn one_that_is_away_is_passed_over_for_every_request() {
    let (well, count) = instance("well", StatusCode::OK).await;
    let upstream = at(&[nobody().await, well]);
    for _ in 0..10 {
        assert_eq!(text(&upstream, Repeat::Never).await.unwrap().0, StatusCode::OK);
    }
    assert_eq!(count.load(Ordering::SeqCst), 10);
}

#[tokio::test]
async fn where_nobody_is_nothing_arrived() {
    for upstream in [at(&[nobody().await]), at(&[nobody().await, nobody().await])] {
        for _ in 0..4 {
            let error = text(&upstream, Repeat::Safe).await.unwrap_err();
            assert!(matches!(error, UpstreamError::Away { retry_after } if retry_after > Duration::ZERO));
        }
    }
}

#[tokio::test]
async fn after_a_broken_connection_only_what_is_safe_is_sent_again() {
    let (hangs_up, _) = broken(false).await;
    let (well, count) = instance("well", StatusCode::OK).await;
    let error = text(&at(&[hangs_up, well]), Repeat::Never).await.unwrap_err();
    assert!(matches!(error, UpstreamError::NoAnswer(_)), "{error}");
    assert_eq!(count.load(Ordering::SeqCst), 0);
    assert!(text(&at(&[hangs_up, well]), Repeat::Safe).await.is_ok());
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_is_safe_is_sent_once_more_and_no_oftener() {
    let (one, first) = broken(false).await;
    let error = text(&at(&[one]), Repeat::Safe).await.unwrap_err();
    assert!(matches!(error, UpstreamError::NoAnswer(_)), "{error}");
    assert_eq!(first.load(Ordering::SeqCst), 2);
    let (two, second) = broken(false).await;
    let (three, third) = broken(false).await;
    text(&at(&[one, two, three]), Repeat::Safe).await.unwrap_err();
    assert_eq!((second.load(Ordering::SeqCst), third.load(Ordering::SeqCst)), (1, 0));
}

#[tokio::test]
async fn one_that_says_nothing_is_given_up_on_and_then_left_alone() {
    let (mute, asked) = broken(true).await;
    let (well, count) = instance("well", StatusCode::OK).await;
    let upstream = at(&[mute, well]);
    let send = async || upstream.send(&request(), Repeat::Safe, Duration::from_millis(50)).await;
    for _ in 0..40 {
        assert_eq!(send().await.unwrap().status(), StatusCode::OK);
    }
    assert_eq!(count.load(Ordering::SeqCst), 40);
    // Every second request would have begun with it; its breaker opened long before, however slow this machine is.
    assert!(asked.load(Ordering::SeqCst) < 18, "{asked:?}");
}

#[tokio::test]
async fn a_busy_one_is_passed_over_where_that_is_safe() {
    let (busy, asked) = instance("busy", StatusCode::SERVICE_UNAVAILABLE).await;
    let (well, _) = instance("well", StatusCode::OK).await;
    let status = async |addresses: &[SocketAddr], repeat| text(&at(addresses), repeat).await.unwrap().0;
    assert_eq!(status(&[busy, well], Repeat::Safe).await, StatusCode::OK);
    assert_eq!(status(&[busy, well], Repeat::Never).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(status(&[busy], Repeat::Safe).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    assert_eq!(status(&[busy, busy, busy], Repeat::Safe).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(asked.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_it() {
    let (address, _) = instance("a long name", StatusCode::OK).await;
    let answer = at(&[address]).send(&request(), Repeat::Never, SOON).await.unwrap();
    assert!(matches!(read_body(answer.into_body(), 5).await, Err(UpstreamError::NoAnswer(_))));
}
