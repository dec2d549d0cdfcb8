//! Logs go to standard error, so that standard output stays for results.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::error::Failure;
use crate::settings::{LogFormat, Settings};

/// Starts logging; called once.
///
/// # Errors
/// When `RUST_LOG` is not a filter.
pub fn start(settings: &Settings, default: &str) -> Result<(), Failure> {
    let directives = settings.rust_log.as_deref().filter(|filter| !filter.is_empty()).unwrap_or(default);
    let filter = EnvFilter::try_new(directives)
        .map_err(|error| Failure::Usage(format!("RUST_LOG={directives:?} is not a log filter: {error}")))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match settings.log_format {
        LogFormat::Text => builder.with_ansi(std::io::stderr().is_terminal()).finish().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).finish().try_init(),
    };
    started.map_err(|error| Failure::Internal(error.into()))
}
