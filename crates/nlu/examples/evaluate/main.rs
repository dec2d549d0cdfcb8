//! How right the model is on messages with known answers:
//! `cargo run --release -p nlu --example evaluate [-- [--errors] [MODEL.gguf [MESSAGES.txt]]]`.
#![expect(clippy::print_stdout, reason = "the tables are what it is for")]

mod scores;

use std::path::PathBuf;

use nlu::Model;
use nlu::annotated::Annotated;
use protocol::Intent;

use crate::scores::{Answered, Counts, calibration_error, mean};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    nlu::restart_with_single_threaded_candle();
    let (options, files): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let models = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models"));
    let file =
        |index: usize, default: &str| files.get(index).map_or_else(|| models.join(default), PathBuf::from);
    let model = Model::load(&std::fs::read(file(0, "understanding.gguf"))?)?;
    let messages = Annotated::parse_document(&std::fs::read_to_string(file(1, "evaluation/messages.txt"))?)?;

    let mut answered = Vec::with_capacity(messages.len());
    let mut sure = Vec::with_capacity(messages.len());
    for expected in messages {
        let probabilities = model.read(&expected.text, expected.asked)?.intents;
        let understanding = model.understand(&expected.text, expected.asked)?;
        sure.push(understanding.confidence);
        answered.push(Answered::new(expected, understanding.interpretation, model.intents(), probabilities));
    }
    println!("{}\n{} messages\n", model.describe(), answered.len());
    print_overall(&answered);
    print_intents(&answered);
    print_groups(&answered);
    print_thresholds(&answered, &sure);
    if options.iter().any(|option| option == "--errors") {
        for one in answered.iter().filter(|one| !one.all_right()) {
            println!("\nexpected  {}\nfound     {}", one.expected, one.found);
        }
    }
    Ok(())
}

fn print_overall(all: &[Answered]) {
    let foreign = |one: &&Answered| one.expected.intents.contains(&Intent::OutOfScope);
    let ours = |one: &&Answered| {
        let wanted = [Intent::Book, Intent::Reschedule, Intent::Cancel, Intent::CheckAvailability];
        !foreign(one) && wanted.iter().any(|intent| one.expected.intents.contains(intent))
    };
    let refused = |one: &Answered| one.found.intents.contains(&Intent::OutOfScope);
    let when = |roles| all.iter().map(|one| one.when(roles)).sum::<Counts>().f1();
    println!("| score | |\n|---|---:|");
    for (name, score) in [
        ("intents exact", mean(all.iter().map(Answered::intents_right))),
        ("intents F1", all.iter().map(Answered::intents).sum::<Counts>().f1()),
        ("`when` span F1", when(false)),
        ("`when` span F1, with role", when(true)),
        ("role of exact `when` spans", mean(all.iter().flat_map(Answered::roles_right))),
        ("other spans F1", all.iter().map(Answered::other_spans).sum::<Counts>().f1()),
        ("everything exact", mean(all.iter().map(Answered::all_right))),
        ("out-of-scope recall", mean(all.iter().filter(foreign).map(refused))),
        ("bookings refused", mean(all.iter().filter(ours).map(refused))),
        ("calibration error, all decisions", calibration_error(all, 0.0)),
        ("calibration error, probability ≥ 0.05", calibration_error(all, 0.05)),
    ] {
        println!("| {name} | {score:.4} |");
    }
}

fn print_intents(all: &[Answered]) {
    println!("\n| intent | messages | precision | recall | F1 |\n|---|---:|---:|---:|---:|");
    for &intent in Intent::ALL {
        let counts: Counts = all.iter().map(|one| one.intent(intent)).sum();
        println!(
            "| `{intent}` | {} | {:.3} | {:.3} | {:.3} |",
            counts.expected(),
            counts.precision(),
            counts.recall(),
            counts.f1()
        );
    }
}

/// What `AI_CONFIDENCE_THRESHOLD` means: how many messages would be sent away, and how right the others are.
fn print_thresholds(all: &[Answered], sure: &[f32]) {
    println!("\n| threshold | sent to the remote model | everything exact of those kept | of those sent |");
    println!("|---:|---:|---:|---:|");
    for threshold in [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99] {
        let (kept, sent): (Vec<_>, Vec<_>) =
            all.iter().zip(sure).partition(|(_, confidence)| **confidence >= threshold);
        let exact = |part: &[(&Answered, &f32)]| mean(part.iter().map(|(one, _)| one.all_right()));
        let share = sent.len() as f64 / all.len() as f64;
        println!("| {threshold} | {share:.3} | {:.3} | {:.3} |", exact(&kept), exact(&sent));
    }
}

fn print_groups(all: &[Answered]) {
    println!("\n| group | messages | intents exact | `when` F1, with role | everything exact |");
    println!("|---|---:|---:|---:|---:|");
    for group in all.chunk_by(|a, b| a.expected.group == b.expected.group) {
        println!(
            "| {} | {} | {:.3} | {:.3} | {:.3} |",
            group.first().map_or("", |one| &one.expected.group),
            group.len(),
            mean(group.iter().map(Answered::intents_right)),
            group.iter().map(|one| one.when(true)).sum::<Counts>().f1(),
            mean(group.iter().map(Answered::all_right)),
        );
    }
}
