//! Downloads from the hub, continued where they broke off.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::Duration;

use hf_hub::api::Progress;
use hf_hub::api::sync::{ApiBuilder, ApiError, ApiRepo};
use hf_hub::{Cache, Repo, RepoType};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Entry, Shelf, sha256_of_file};
use crate::error::Failure;

/// How often a download that broke off is continued before the operator is told.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(500);

/// A complete download.
#[derive(Debug)]
pub struct Download {
    /// The file, to be moved to its place.
    pub file: PathBuf,
    /// Its sum, as it should be.
    pub sha256: String,
}

/// Fetches a model's file and checks it against the catalogue's SHA-256 or, where that has none, against the hub's. What
/// has arrived is kept for the next time, unless it is wrong. Blocks.
///
/// # Errors
/// [`Failure::Hub`] when the hub cannot be reached or breaks off too often; [`Failure::Refused`] for a wrong checksum.
pub fn download(entry: &Entry, shelf: &Shelf, endpoint: Option<&str>) -> Result<Download, Failure> {
    let hub = |error| Failure::Hub(Box::new(error));
    let cache = Cache::new(shelf.unfinished());
    let place = Repo::with_revision(entry.repo.clone(), RepoType::Model, entry.revision.clone());
    let mut builder = ApiBuilder::from_cache(cache.clone()).with_token(None).with_retries(0);
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint.trim_end_matches('/').to_owned());
    }
    let api = builder.build().map_err(hub)?;
    let remote = api.repo(place.clone());
    let metadata = api.metadata(&remote.url(&entry.file)).map_err(hub)?;
    // For large files the hub's ETag is their SHA-256.
    let etag = metadata.etag();
    let of_hub = (etag.len() == 64 && etag.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(etag);
    let Some(expected) = entry.sha256.as_deref().or(of_hub).map(str::to_ascii_lowercase) else {
        return Err(Failure::Refused(format!(
            "neither the catalogue nor the hub says what the SHA-256 of {} is",
            entry.name
        )));
    };
    let blob = cache.repo(place).blob_path(etag);
    let part = blob.with_extension("part");
    let size = u64::try_from(metadata.size()).unwrap_or(u64::MAX);
    // More than there can be cannot be continued.
    if part.metadata().is_ok_and(|part| part.len() >= size) {
        std::fs::remove_file(&part).map_err(Failure::io(format!("removing {}", part.display())))?;
    }
    fetch(&remote, &entry.file).map_err(hub)?;
    let found = sha256_of_file(&blob).map_err(Failure::io(format!("reading {}", blob.display())))?;
    if found != expected {
        std::fs::remove_file(&blob).map_err(Failure::io(format!("removing {}", blob.display())))?;
        return Err(Failure::Refused(format!(
            "{} has the SHA-256 {found}, not {expected}: it was thrown away",
            entry.file
        )));
    }
    Ok(Download { file: blob, sha256: expected })
}

/// Downloads, and goes on where it broke off. The library's own way of trying again starts from the beginning when a
/// connection breaks before its first byte.
fn fetch(remote: &ApiRepo, file: &str) -> Result<(), ApiError> {
    let mut attempt = 1;
    loop {
        match remote.download_with_progress(file, Bar::new()) {
            Ok(_) => return Ok(()),
            Err(error) if attempt >= ATTEMPTS => return Err(error),
            Err(error) => tracing::warn!(%error, attempt, "the download broke off; going on with it"),
        }
        attempt += 1;
        std::thread::sleep(PAUSE);
    }
}

/// A bar on the terminal; nothing elsewhere.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let shown = std::io::stderr().is_terminal();
        Self(if shown { ProgressBar::new(0) } else { ProgressBar::hidden() })
    }
}

impl Progress for Bar {
    fn init(&mut self, size: usize, filename: &str) {
        let layout = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        if let Ok(style) = ProgressStyle::with_template(layout) {
            self.0.set_style(style);
        }
        self.0.set_message(filename.to_owned());
        self.0.set_length(u64::try_from(size).unwrap_or(u64::MAX));
        // A download that goes on says first how much is there.
        self.0.set_position(0);
    }

    fn update(&mut self, size: usize) {
        self.0.inc(u64::try_from(size).unwrap_or(u64::MAX));
    }

    fn finish(&mut self) {
        self.0.finish();
    }
}
