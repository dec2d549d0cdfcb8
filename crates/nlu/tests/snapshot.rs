//! The committed weights must answer what the training side computed for them.

use std::path::Path;

use nlu::{Kernel, Model};
use serde_json::Value;

/// Our kernel rounds activations to sixteen bits and is almost exact; candle's rounds them to eight.
const fn tolerance(kernel: Kernel) -> f64 {
    match kernel {
        Kernel::Avx2 => 0.002,
        Kernel::Candle => 0.05,
    }
}

fn numbers(value: &Value) -> impl Iterator<Item = f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64)
}

#[test]
fn the_model_answers_as_it_was_trained_to() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let gguf = std::fs::read(models.join("understanding.gguf")).unwrap();
    let snapshot: Value =
        serde_json::from_slice(&std::fs::read(models.join("snapshot.json")).unwrap()).unwrap();
    let rows = snapshot["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    for kernel in [Kernel::native(), Kernel::Candle] {
        let tolerance = tolerance(kernel);
        let model = Model::load_for(&gguf, kernel).unwrap();
        for row in rows {
            let text = row["text"].as_str().unwrap();
            let reading = model.read(text, row["asked"].as_str().unwrap().parse().ok()).unwrap();
            let offsets: Vec<(usize, usize)> = serde_json::from_value(row["offsets"].clone()).unwrap();
            assert_eq!(reading.offsets, offsets, "{text}");
            let differences = |found: &[f32], expected: &Value| {
                found
                    .iter()
                    .zip(numbers(expected))
                    .map(|(a, b)| (f64::from(*a) - b).abs())
                    .fold(0.0, f64::max)
            };
            let intents = differences(&reading.intents, &row["intents"]);
            assert!(intents < tolerance, "{kernel} kernel, {text}: an intent is off by {intents}");
            let sentence = differences(&reading.sentence, &row["sentence_head"]);
            assert!(sentence < tolerance, "{kernel} kernel, {text}: the sentence is off by {sentence}");
        }
    }
}
