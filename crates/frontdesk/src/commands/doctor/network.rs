//! The port that is listened on, and what is connected to.

use std::net::{SocketAddr, TcpListener};

use calendar::Profile;

use super::Finding;
use crate::commands::probe;
use crate::origins::{self, Setting};
use crate::settings::Settings;

pub(super) async fn port(address: SocketAddr) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => Finding::good("port", format!("{address} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            match probe::ask(address, "/healthz").await {
                Ok(()) => Finding::good("port", format!("{address}: a service answers there and is alive")),
                Err(error) => Finding::bad(
                    "port",
                    format!("{address} (LISTEN_ADDR) is taken, and not by Frontdesk: {error}"),
                ),
            }
        }
        Err(error) => Finding::bad("port", format!("{address} (LISTEN_ADDR): {error}")),
    }
}

/// Every address that the program connects to as it is configured.
pub(super) fn leaves_the_box(
    settings: &Settings,
    environment: &[Setting],
    profile: Option<&Profile>,
) -> Finding {
    let mut out = Vec::new();
    if !settings.database_url().starts_with("sqlite:") {
        let shown = environment.iter().find(|setting| setting.name == "DATABASE_URL");
        let shown = shown.and_then(|setting| setting.value.clone()).unwrap_or_default();
        out.push(format!("everything that is kept, to the database {shown}"));
    }
    if origins::value(environment, "AI_PROVIDER").is_some_and(|provider| provider != "local") {
        let url = origins::value(environment, "OPENAI_BASE_URL").unwrap_or("OPENAI_BASE_URL's default");
        out.push(format!("messages, to {url} (AI_PROVIDER)"));
    }
    if let Some(url) = origins::value(environment, "AI_SERVICE_URL") {
        out.push(format!("messages, to the assistant at {url} (AI_SERVICE_URL)"));
    }
    if let Some(url) = origins::value(environment, "API_URL") {
        out.push(format!("what people send, to the API at {url} (API_URL)"));
    }
    if let Some(hook) = profile.and_then(|profile| profile.webhook.as_ref()) {
        out.push(format!("appointments with e-mail addresses, to the webhook {}", hook.url));
    }
    if out.is_empty() {
        Finding::good("leaves the box", "nothing")
    } else {
        Finding::note("leaves the box", out.join("; "))
    }
}
