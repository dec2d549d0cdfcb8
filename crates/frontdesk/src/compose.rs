//! The composition root: settings become the parts of the program.

use std::borrow::Cow;
use std::sync::Arc;

use assistant::ambient::Clock;
use calendar::Profile;
use nlu::LocalInterpreter;
use store::{Store, StoreError};

use crate::error::Failure;
use crate::settings::{AiProvider, ModelSettings, Settings};

/// How often a transaction that collided is tried in all.
const ATTEMPTS: u32 = 5;

/// The program's clock.
pub fn clock(settings: &Settings) -> Clock {
    settings.frontdesk_now.map_or_else(Clock::machine, Clock::starting_at)
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
    let store = Store::connect(&settings.database_url()).await?;
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

/// The model, warmed up, with `threads` inferences side by side.
///
/// # Errors
/// When the weights are not those of this model.
pub fn interpreter(settings: &ModelSettings, threads: usize) -> Result<Arc<LocalInterpreter>, Failure> {
    let AiProvider::Local = settings.ai_provider;
    let weights: Cow<'static, [u8]> = match &settings.model_file {
        None => Cow::Borrowed(weights::UNDERSTANDING),
        Some(path) => {
            let name = path.display();
            Cow::Owned(std::fs::read(path).map_err(Failure::io(format!("reading the weights {name}")))?)
        }
    };
    Ok(Arc::new(LocalInterpreter::start(weights, threads)?))
}
