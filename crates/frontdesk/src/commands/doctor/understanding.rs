//! The model: is it what it should be, and how fast is it here?

use std::time::Instant;

use nlu::Model;

use super::Finding;
use crate::models::{embedded, sha256_of};
use crate::settings::ModelSettings;

const MODEL: &str = "model";
/// A message of usual length.
const MESSAGE: &str = "could you move my friday 10am appointment to wednesday after 2?";
const RUNS: usize = 15;

pub(super) fn look(settings: &ModelSettings) -> Vec<Finding> {
    let (name, bytes) = match &settings.model_file {
        None => ("the embedded weights".to_owned(), None),
        Some(path) => match std::fs::read(path) {
            Ok(bytes) => (path.display().to_string(), Some(bytes)),
            Err(error) => return vec![Finding::bad(MODEL, format!("{}: {error}", path.display()))],
        },
    };
    let weights = bytes.as_deref().unwrap_or(weights::UNDERSTANDING);
    let sum = sha256_of(weights);
    let known = embedded().unwrap_or_default().into_iter().any(|model| model.sha256 == sum);
    let checksum = match (known, bytes.is_some()) {
        (true, _) => Finding::good(MODEL, format!("{name} have the checksum that they should have")),
        (false, true) => Finding::note(MODEL, format!("{name} is not the shipped model (SHA-256 {sum})")),
        (false, false) => Finding::bad(MODEL, format!("{name} are damaged (SHA-256 {sum})")),
    };
    vec![checksum, speed(weights)]
}

fn speed(weights: &[u8]) -> Finding {
    let begun = Instant::now();
    let model = match Model::load(weights) {
        Ok(model) => model,
        Err(error) => return Finding::bad(MODEL, error.to_string()),
    };
    // The first inference lays the weights out anew.
    if let Err(error) = model.understand(MESSAGE, None) {
        return Finding::bad(MODEL, error.to_string());
    }
    let loaded = begun.elapsed();
    let mut times: Vec<f64> = (0..RUNS)
        .filter_map(|_| {
            let begun = Instant::now();
            model.understand(MESSAGE, None).ok()?;
            Some(begun.elapsed().as_secs_f64() * 1e3)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    Finding::good(
        MODEL,
        format!("{}: ready in {} ms, {median:.1} ms a message", model.describe(), loaded.as_millis()),
    )
}
