//! How long one message takes, one thread, no queue: `cargo bench -p nlu [-- MODEL.gguf]`.
#![expect(clippy::print_stdout, reason = "the table is what it is for")]

use std::time::Instant;

use nlu::{Kernel, Model};

const RUNS: usize = 200;
const WORDS: &str = "could you move my friday 10 am haircut to wednesday after two please ";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    nlu::restart_with_single_threaded_candle();
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let path = path
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/understanding.gguf").into());
    let gguf = std::fs::read(&path)?;
    let begun = Instant::now();
    let model = Model::load(&gguf)?;
    println!("{}\nloaded in {:.0} ms\n", model.describe(), begun.elapsed().as_secs_f64() * 1e3);
    println!("| kernel | tokens | best ms | p50 ms | p95 ms |\n|---|---:|---:|---:|---:|");
    for kernel in [Kernel::Candle, Kernel::Avx2] {
        let model = Model::load_for(&gguf, kernel)?;
        for tokens in [16, 64] {
            let text = text_of(&model, tokens)?;
            for _ in 0..5 {
                model.understand(&text, None)?;
            }
            let mut times = Vec::with_capacity(RUNS);
            for _ in 0..RUNS {
                let begun = Instant::now();
                model.understand(&text, None)?;
                times.push(begun.elapsed().as_secs_f64() * 1e3);
            }
            times.sort_by(f64::total_cmp);
            println!(
                "| {kernel} | {tokens} | {:.2} | {:.2} | {:.2} |",
                times[0],
                times[RUNS / 2],
                times[RUNS * 95 / 100]
            );
        }
    }
    Ok(())
}

/// A message of exactly so many tokens, those that the model adds included.
fn text_of(model: &Model, tokens: usize) -> Result<String, Box<dyn std::error::Error>> {
    let mut text = String::new();
    for word in WORDS.split_inclusive(' ').cycle() {
        if model.count_tokens(&text)? >= tokens {
            break;
        }
        text.push_str(word);
    }
    Ok(text)
}
