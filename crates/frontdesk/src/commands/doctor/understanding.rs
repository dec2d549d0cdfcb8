//! The model: is it what it should be, and how fast is it here?

use std::time::Instant;

use nlu::Model;

use super::Finding;
use crate::models::{VouchedBy, beside, embedded, read_weights, sha256_of};
use crate::settings::ModelSettings;

const MODEL: &str = "model";
/// A message of usual length.
const MESSAGE: &str = "could you move my friday 10am appointment to wednesday after 2?";
const RUNS: usize = 15;

pub(super) fn look(settings: &ModelSettings) -> Vec<Finding> {
    let Some(path) = &settings.model_file else {
        return vec![embedded_weights(), speed(weights::UNDERSTANDING)];
    };
    let (bytes, vouched) = match read_weights(path) {
        Ok(read) => read,
        Err(error) => return vec![Finding::bad(MODEL, error.to_string())],
    };
    let name = path.display();
    let checksum = match vouched {
        VouchedBy::Program => Finding::good(MODEL, format!("{name} is the shipped model")),
        VouchedBy::Checksum => Finding::good(MODEL, format!("{name} has the checksum that is beside it")),
        VouchedBy::Nobody => {
            let beside = beside(path);
            let says =
                format!("{name}: nobody says that it is whole; put its SHA-256 into {}", beside.display());
            Finding::note(MODEL, says)
        }
    };
    vec![checksum, speed(&bytes)]
}

fn embedded_weights() -> Finding {
    let sum = sha256_of(weights::UNDERSTANDING);
    if embedded().unwrap_or_default().into_iter().any(|model| model.sha256 == sum) {
        Finding::good(MODEL, "the embedded weights have the checksum that they should have".to_owned())
    } else {
        Finding::bad(MODEL, format!("the embedded weights are damaged (SHA-256 {sum})"))
    }
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
