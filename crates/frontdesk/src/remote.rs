//! The remote model that messages may be sent to.

use std::sync::Arc;
use std::time::Duration;

use assistant::ambient::random_bytes;
use nlu::openai::{OPENAI_BASE_URL, OPENAI_MODEL, OpenAiConfig, Price, RemoteServer, ResponseFormat};
use nlu::{Chain, Interpreter, LocalInterpreter, OpenAi, Policy};

use crate::error::Failure;
use crate::settings::{AiProvider, JsonFormat, ModelSettings};

/// Where messages go, or `None` if they stay in this program.
///
/// # Errors
/// When a setting is missing or wrong.
pub fn config(settings: &ModelSettings) -> Result<Option<OpenAiConfig>, Failure> {
    if settings.ai_provider == AiProvider::Local {
        return Ok(None);
    }
    let set = |value: &Option<String>, default: &str| {
        value.clone().filter(|value| !value.trim().is_empty()).unwrap_or_else(|| default.to_owned())
    };
    let base_url = set(&settings.openai_base_url, OPENAI_BASE_URL);
    let model = set(&settings.openai_model, OPENAI_MODEL);
    let key = settings.openai_api_key.as_ref().map(|key| key.expose());
    let server = RemoteServer::new(&base_url, key, &model).map_err(usage)?;
    // clap has seen to it that there are both or none.
    let prices = settings.openai_price_in.zip(settings.openai_price_out);
    let price = prices.map(|(per_million_in, per_million_out)| Price { per_million_in, per_million_out });
    let deadline = Duration::from_secs(settings.openai_timeout.into());
    let response_format = match settings.openai_response_format {
        JsonFormat::JsonSchema => ResponseFormat::JsonSchema,
        JsonFormat::JsonObject => ResponseFormat::JsonObject,
        JsonFormat::None => ResponseFormat::None,
    };
    Ok(Some(OpenAiConfig { response_format, deadline, price, ..OpenAiConfig::new(server) }))
}

/// The remote model, if the settings say so. Says in the log that messages leave, and where to.
///
/// # Errors
/// When a setting is missing or wrong, or this machine cannot do TLS.
pub fn model(settings: &ModelSettings) -> Result<Option<Arc<OpenAi>>, Failure> {
    let Some(config) = config(settings)? else { return Ok(None) };
    announce(settings, &config.server);
    Ok(Some(Arc::new(OpenAi::new(config, jitter).map_err(usage)?)))
}

/// The local model, with the remote one beside it if there is one.
pub fn chain(
    settings: &ModelSettings,
    local: &Arc<LocalInterpreter>,
    remote: Option<&Arc<OpenAi>>,
) -> Arc<dyn Interpreter> {
    let local: Arc<dyn Interpreter> = Arc::<LocalInterpreter>::clone(local);
    let Some(remote) = remote else { return local };
    let sure_from = settings.ai_confidence_threshold;
    let policy = match settings.ai_provider {
        AiProvider::Auto => Policy::LocalFirst { sure_from },
        AiProvider::Local | AiProvider::OpenAi => Policy::RemoteFirst { sure_from },
    };
    Arc::new(Chain::new(policy, local, Arc::clone(remote)))
}

fn announce(settings: &ModelSettings, server: &RemoteServer) {
    let (to, model) = (server.destination(), server.model());
    let which = match settings.ai_provider {
        AiProvider::Auto => "those that the local model is not sure of",
        AiProvider::Local | AiProvider::OpenAi => "all",
    };
    if server.stays_on_this_machine() {
        tracing::warn!(to, model, which, "messages are sent to another program on this machine");
        return;
    }
    tracing::warn!(
        to,
        model,
        which,
        "MESSAGES LEAVE THIS MACHINE; e-mail addresses and telephone numbers are masked, all else is sent as written"
    );
    if !server.is_encrypted() {
        tracing::warn!(to, "they are sent unencrypted: use https, or keep the server in your own network");
    }
}

fn usage(error: impl ToString) -> Failure {
    Failure::Usage(error.to_string())
}

/// A random number from 0 to 1; the middle where the machine has no randomness.
fn jitter() -> f64 {
    random_bytes().map_or(0.5, |bytes| f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
}
