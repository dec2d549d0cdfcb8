//! `frontdesk probe`: whether the service at LISTEN_ADDR is alive. Small images have no other HTTP client.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use upstream::Upstream;

use crate::cli::ProbeArgs;
use crate::error::Failure;

const TIMEOUT: Duration = Duration::from_secs(4);

/// Succeeds when the service says that it is alive, or with `--ready` that it is ready.
///
/// # Errors
/// When it does not answer, or says no.
pub async fn run(args: &ProbeArgs) -> Result<(), Failure> {
    ask(args.listen.listen_addr, if args.ready { "/readyz" } else { "/healthz" }).await
}

/// Succeeds when the service that listens there answers a page with success.
///
/// # Errors
/// When it does not answer, or says no.
pub async fn ask(listening: SocketAddr, path: &str) -> Result<(), Failure> {
    let address = reachable(listening);
    let service =
        Upstream::new(&format!("http://{address}")).map_err(|error| Failure::Internal(error.into()))?;
    match service.ask(path, TIMEOUT).await {
        Ok(status) if status.is_success() => Ok(()),
        Ok(status) => Err(Failure::Refused(format!("{address}{path} answered {status}"))),
        Err(error) => Err(Failure::Refused(format!("{address}{path}: {error}"))),
    }
}

/// Who listens on every address is asked on this machine's own.
fn reachable(listening: SocketAddr) -> SocketAddr {
    let address = match listening.ip() {
        IpAddr::V4(all) if all.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(all) if all.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        one => one,
    };
    SocketAddr::new(address, listening.port())
}
