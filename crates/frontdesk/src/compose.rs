//! The composition root: settings become the parts of the program.

use std::borrow::Cow;
use std::sync::Arc;

use assistant::Topics;
use assistant::ambient::Clock;
use assistant::voice::{Voice, system_prompt};
use assistant::{Assistant, FrontDesk};
use calendar::Profile;
use gateway::{Config, ConfigError, JwtSecret, PublicUrl, TrustedProxies};
use generate::{Generator, Kernel};
use nlu::{Interpreter, LocalInterpreter, OpenAi};
use prometheus_client::registry::Registry;
use store::{Store, StoreError};

use crate::error::Failure;
use crate::models::{self, VouchedBy};
use crate::settings::{ApiSettings, ModelSettings, PublicSettings, Settings, VoiceSettings};
use crate::voice::LocalVoice;
use crate::{metrics, remote, secret};

/// How often a transaction that collided is tried in all.
const ATTEMPTS: u32 = 5;

/// The program's clock.
pub fn clock(settings: &Settings) -> Clock {
    let Some(now) = settings.frontdesk_now else { return Clock::machine() };
    tracing::warn!(%now, "FRONTDESK_NOW is set: the clock is not the machine's");
    Clock::starting_at(now)
}

/// A setting without which a service cannot be.
///
/// # Errors
/// When it is not set, or empty.
pub fn required<'v>(name: &str, value: Option<&'v str>, example: &str) -> Result<&'v str, Failure> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        Failure::Usage(format!("{name} is not set. It is needed here, such as {name}={example}"))
    })
}

/// `PUBLIC_URL`.
///
/// # Errors
/// When it is not the address of a site.
pub fn public_url(public: &PublicSettings) -> Result<Option<PublicUrl>, Failure> {
    let set = public.public_url.as_deref().filter(|url| !url.is_empty());
    set.map(str::parse).transpose().map_err(|error: ConfigError| Failure::Usage(error.to_string()))
}

/// `TRUSTED_PROXIES`.
///
/// # Errors
/// When one is no address or network.
pub fn trusted_proxies(public: &PublicSettings) -> Result<TrustedProxies, Failure> {
    let list = public.trusted_proxies.join(",");
    list.parse().map_err(|error: ConfigError| Failure::Usage(error.to_string()))
}

/// The settings of the public API.
///
/// # Errors
/// When one cannot be.
pub fn gateway_config(
    public: &PublicSettings,
    api: &ApiSettings,
    jwt_secret: JwtSecret,
) -> Result<Config, Failure> {
    Ok(Config {
        public_url: public_url(public)?,
        chat_per_minute: api.rate_limit_chat,
        auth_per_minute: api.rate_limit_auth,
        trusted_proxies: trusted_proxies(public)?,
        refuse_common_passwords: api.refuse_common_passwords,
        ..Config::new(jwt_secret)
    })
}

/// The assistant in this process, with its models warmed up. Blocks reach the resources that the profile has gained.
///
/// # Errors
/// When the weights are not those of this model, or the database cannot be reached.
pub async fn assistant(
    model: ModelSettings,
    voice: VoiceSettings,
    store: &Store,
    profile: &Arc<Profile>,
    clock: Clock,
    registry: &mut Registry,
) -> Result<Arc<dyn Assistant>, Failure> {
    let resources = &profile.booking.resources;
    retried(|| store.extend_blocks(resources, clock.now())).await?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let business = Arc::clone(profile);
    let models = move || Ok::<_, Failure>((understanding(&model, threads)?, self::voice(&voice, &business)?));
    let (understanding, voice) =
        tokio::task::spawn_blocking(models).await.map_err(|error| Failure::Internal(error.into()))??;
    let topics = topics(profile, &*understanding.local).await?;
    let metrics = assistant::metrics::Metrics::register(registry);
    metrics::of_understanding(registry, &understanding);
    let assistant =
        FrontDesk::new(store.clone(), understanding.interpreter, Arc::clone(profile), topics, clock)
            .counting(metrics);
    Ok(Arc::new(match voice {
        Some(voice) => assistant.with_voice(voice),
        None => assistant,
    }))
}

/// The business profile that was set, or the default one.
///
/// # Errors
/// When the file cannot be read or is not a profile; the error names key and line.
pub fn profile(settings: &Settings) -> Result<Profile, Failure> {
    let Some(path) = settings.profile_path() else { return Ok(Profile::default()) };
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(Failure::io(format!("reading the profile {name}")))?;
    Profile::from_toml(&text).map_err(|error| Failure::Usage(format!("the profile {name}: {error}")))
}

/// The database, with its tables as this program knows them.
///
/// # Errors
/// When it cannot be reached, or a newer program has changed it.
pub async fn store(settings: &Settings) -> Result<Store, Failure> {
    if settings.keeps_database_in_data_dir() {
        data_dir(settings)?;
    }
    let url = settings.database_url();
    secret::refuse_example("DATABASE_URL", &url)?;
    let store = Store::connect(&url).await?;
    store.migrate().await?;
    Ok(store)
}

/// Does a transaction, again if it collided with another one.
///
/// # Errors
/// What the store said, at last.
pub async fn retried<T, F: Future<Output = Result<T, StoreError>>>(
    mut transaction: impl FnMut() -> F,
) -> Result<T, StoreError> {
    for _ in 1..ATTEMPTS {
        match transaction().await {
            Err(error) if error.is_retry() => {}
            done => return done,
        }
    }
    transaction().await
}

/// Makes the data directory if it is not there, readable by the owner only.
///
/// # Errors
/// When it cannot be made.
pub fn data_dir(settings: &Settings) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt as _;
    let path = &settings.data_dir;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(Failure::io(format!("making the data directory {}", path.display())))
}

/// Whoever understands the messages.
pub struct Understanding {
    /// All of it, as the assistant sees it.
    pub interpreter: Arc<dyn Interpreter>,
    /// The model in this process.
    pub local: Arc<LocalInterpreter>,
    /// The remote one, if the settings say so.
    pub remote: Option<Arc<OpenAi>>,
}

/// The local model, warmed up, with `threads` inferences side by side, and what `AI_PROVIDER` puts beside it.
///
/// # Errors
/// When the weights are not those of this model or not what their checksum says, or the remote one is not set up as it
/// must be.
pub fn understanding(settings: &ModelSettings, threads: usize) -> Result<Understanding, Failure> {
    // A wrong setting is said before anything is loaded.
    remote::config(settings)?;
    let weights: Cow<'static, [u8]> = match &settings.model_file {
        None => Cow::Borrowed(weights::UNDERSTANDING),
        Some(path) => {
            let (weights, vouched) = models::read_weights(path)?;
            if vouched == VouchedBy::Nobody {
                let (file, checksum) = (path.display(), models::beside(path));
                tracing::warn!(%file, wanted = %checksum.display(), "these weights have no checksum beside them (sha256sum)");
            }
            Cow::Owned(weights)
        }
    };
    let local = Arc::new(LocalInterpreter::start(weights, threads)?);
    let remote = remote::model(settings)?;
    let interpreter = remote::chain(settings, &local, remote.as_ref());
    Ok(Understanding { interpreter, local, remote })
}

/// What the profile speaks of, for questions to be matched by meaning.
///
/// # Errors
/// When the interpreter does not answer.
pub async fn topics(profile: &Profile, interpreter: &dyn Interpreter) -> Result<Arc<Topics>, Failure> {
    let topics = Topics::learn(profile, interpreter).await;
    topics.map(Arc::new).map_err(|error| Failure::Internal(error.into()))
}

/// The chat model, ready to answer, if one is set. Takes seconds, so not for an async thread.
///
/// # Errors
/// When the file is not a chat model that this program runs.
pub fn voice(settings: &VoiceSettings, profile: &Profile) -> Result<Option<Arc<dyn Voice>>, Failure> {
    let Some(file) = settings.file() else { return Ok(None) };
    let generator = Generator::start(file, Kernel::native(), &system_prompt(profile));
    let generator =
        generator.map_err(|source| Failure::ChatModel { file: file.display().to_string(), source })?;
    Ok(Some(Arc::new(LocalVoice(generator))))
}
