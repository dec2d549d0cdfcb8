//! `frontdesk models`

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::ModelsCommand;
use crate::error::Failure;
use crate::models::{self, Entry, Shelf, sha256_of, sha256_of_file};
use crate::settings::Settings;
use crate::{compose, output};

/// Lists, pulls and verifies models.
///
/// # Errors
/// When a name is unknown, a download fails, or a checksum is wrong.
pub async fn run(settings: &Settings, command: ModelsCommand) -> Result<(), Failure> {
    let shelf = Shelf::in_data_dir(&settings.data_dir);
    match command {
        ModelsCommand::List { json } => list(&shelf, json),
        ModelsCommand::Pull { name, from, hf_endpoint } => {
            let entry = models::find(&name)?;
            compose::data_dir(settings)?;
            shelf.prepare()?;
            match from {
                Some(file) => copy(&entry, &shelf, &file),
                // Downloading and checking block.
                None => tokio::task::spawn_blocking(move || pull(&entry, &shelf, hf_endpoint.as_deref()))
                    .await
                    .map_err(|error| Failure::Internal(error.into()))?,
            }
        }
        ModelsCommand::Verify { json } => verify(&shelf, json),
    }
}

fn pull(entry: &Entry, shelf: &Shelf, endpoint: Option<&str>) -> Result<(), Failure> {
    let path = shelf.path_of(entry);
    if let (Some(expected), true) = (&entry.sha256, path.exists())
        && sha256_of_file(&path).is_ok_and(|found| found == *expected)
    {
        return output::lines([format!("{} is there already and whole: {}", entry.name, path.display())]);
    }
    let download = models::download(entry, shelf, endpoint)?;
    let path = shelf.keep(entry, &download.file, &download.sha256)?;
    kept(entry, &path, &download.sha256, "the hub's own")
}

fn copy(entry: &Entry, shelf: &Shelf, file: &Path) -> Result<(), Failure> {
    let copying = || format!("copying {}", file.display());
    let copy = shelf.unfinished().join(format!("{}.copy", entry.name));
    std::fs::copy(file, &copy).map_err(Failure::io(copying()))?;
    let found = sha256_of_file(&copy).map_err(Failure::io(copying()))?;
    if let Some(expected) = entry.sha256.as_ref().filter(|expected| **expected != found) {
        std::fs::remove_file(&copy).map_err(Failure::io(copying()))?;
        return Err(Failure::Refused(format!(
            "{} has the SHA-256 {found}, but {} has {expected}: it was not taken",
            file.display(),
            entry.name
        )));
    }
    let path = shelf.keep(entry, &copy, &found)?;
    kept(entry, &path, &found, "this copy's; the catalogue knows none to compare with")
}

fn kept(entry: &Entry, path: &Path, sha256: &str, otherwise: &str) -> Result<(), Failure> {
    let whose = if entry.sha256.is_some() { "the catalogue's" } else { otherwise };
    output::lines([
        format!("{} is in {}", entry.name, path.display()),
        format!("SHA-256 {sha256} ({whose})"),
        format!("Use it with CHAT_MODEL={}", path.display()),
    ])
}

fn list(shelf: &Shelf, as_json: bool) -> Result<(), Failure> {
    let embedded = models::embedded()?;
    let catalogue = models::catalogue()?;
    let stored = shelf.stored()?;
    let on_disk = |entry: &Entry| stored.iter().find(|model| model.name == entry.name);
    if as_json {
        let entries: Vec<Value> = catalogue
            .iter()
            .map(|entry| json!({ "model": entry, "path": on_disk(entry).map(|model| &model.path) }))
            .collect();
        let files: Vec<Value> = stored
            .iter()
            .map(|model| json!({ "name": model.name, "path": model.path, "size": model.size }))
            .collect();
        return output::json(&json!({ "embedded": embedded, "catalogue": entries, "stored": files }));
    }
    let mut rows: Vec<Vec<String>> = embedded
        .iter()
        .map(|model| {
            row(
                &format!("{} {}", model.name, model.version),
                "inside the program",
                Some(model.size),
                &model.licence,
                Some(&model.sha256),
            )
        })
        .collect();
    rows.extend(catalogue.iter().map(|entry| {
        let place = if on_disk(entry).is_some() { "pulled" } else { "can be pulled" };
        let size = on_disk(entry).map(|model| model.size).or(entry.size);
        row(&entry.name, place, size, &entry.licence, entry.sha256.as_deref())
    }));
    let strangers = stored.iter().filter(|model| !catalogue.iter().any(|entry| entry.name == model.name));
    rows.extend(strangers.map(|model| row(&model.name, "yours", Some(model.size), "?", None)));
    output::table(&["MODEL", "WHERE", "SIZE", "LICENCE", "SHA-256"], rows, "No models.")
}

fn row(name: &str, place: &str, size: Option<u64>, licence: &str, sha256: Option<&str>) -> Vec<String> {
    let size = size.map_or_else(|| "?".to_owned(), |size| format!("{} MB", size.div_ceil(1_000_000)));
    vec![
        name.to_owned(),
        place.to_owned(),
        size,
        licence.to_owned(),
        sha256.unwrap_or("the hub's").to_owned(),
    ]
}

/// What came of one check.
struct Check {
    name: String,
    found: String,
    expected: Option<String>,
}

impl Check {
    fn is_good(&self) -> bool {
        self.expected.as_ref().is_none_or(|expected| *expected == self.found)
    }

    fn verdict(&self) -> &'static str {
        match (&self.expected, self.is_good()) {
            (None, _) => "nothing to compare with",
            (Some(_), true) => "good",
            (Some(_), false) => "WRONG",
        }
    }
}

fn verify(shelf: &Shelf, as_json: bool) -> Result<(), Failure> {
    let catalogue = models::catalogue()?;
    let mut checks = Vec::new();
    for model in models::embedded()? {
        let found = sha256_of(weights::UNDERSTANDING);
        checks.push(Check { name: model.name, found, expected: Some(model.sha256) });
    }
    for model in shelf.stored()? {
        let (found, expected) = (model.sha256()?, shelf.expected(&model, &catalogue));
        checks.push(Check { name: model.name, found, expected });
    }
    if as_json {
        let checks: Vec<Value> = checks
            .iter()
            .map(|check| json!({ "name": check.name, "sha256": check.found, "expected": check.expected, "verdict": check.verdict() }))
            .collect();
        output::json(&json!({ "models": checks }))?;
    } else {
        let rows = checks
            .iter()
            .map(|check| vec![check.name.clone(), check.verdict().to_owned(), check.found.clone()]);
        output::table(&["MODEL", "CHECKSUM", "SHA-256"], rows.collect(), "No models.")?;
    }
    let wrong: Vec<&str> =
        checks.iter().filter(|check| !check.is_good()).map(|check| check.name.as_str()).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "not what they should be: {}; delete and pull them again",
        wrong.join(", ")
    )))
}
