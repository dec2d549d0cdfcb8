//! A real chat model, `CHAT_MODEL=FILE`: `make test-voice` fetches one.

// Lets clippy see that all of this is tests, the helpers too.
#![cfg(test)]

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use generate::{ChatModel, Ended, Kernel, Message, Prompt, Role, Sampling, Spent};

fn file() -> PathBuf {
    std::env::var_os("CHAT_MODEL").expect("CHAT_MODEL=FILE, see `make test-voice`").into()
}

fn answer(model: &mut ChatModel, system: &str, text: &str, max_tokens: usize) -> (String, Spent) {
    let messages = vec![Message::new(Role::System, system), Message::new(Role::User, text)];
    let mut said = String::new();
    let spent = model.answer(&Prompt { messages, max_tokens, sampling: Sampling::GREEDY }, &mut |piece| {
        said.push_str(piece);
        ControlFlow::Continue(())
    });
    (said, spent.unwrap())
}

#[test]
#[ignore = "needs a model file: make test-voice"]
fn it_answers_in_english_and_knows_when_it_is_done() {
    let mut model = ChatModel::load(&file(), Kernel::native()).unwrap();
    let system = "You are a helpful assistant. Answer in one short sentence.";
    let (said, spent) = answer(&mut model, system, "What is the capital of France?", 80);
    println!("{said}");
    assert!(said.contains("Paris"), "{said}");
    assert_eq!(spent.ended, Ended::Turn, "{said}");
}

#[test]
#[ignore = "needs a model file: make test-voice"]
fn both_kernels_agree_on_what_is_likely() {
    let system = "You are a helpful assistant.";
    let said = [Kernel::Candle, Kernel::native()].map(|kernel| {
        answer(&mut ChatModel::load(&file(), kernel).unwrap(), system, "Say hello to Anna.", 5).0
    });
    assert_eq!(said[0], said[1]);
}

#[test]
#[ignore = "needs a model file: make test-voice"]
fn it_is_quick_enough_to_talk_to() {
    let mut model = ChatModel::load(&file(), Kernel::native()).unwrap();
    let system = "You are the friendly assistant of a clinic. Answer in one or two short sentences.";
    model.prepare(system).unwrap();
    let best = (0..5).map(|run| {
        let begun = Instant::now();
        answer(&mut model, system, &format!("Hello number {run}, how are you?"), 24);
        begun.elapsed()
    });
    let best = best.min().unwrap();
    println!("24 tokens in {} ms", best.as_millis());
    // On two idle cores it is a fraction of a second; a busy machine is given time.
    assert!(best < Duration::from_secs(10), "{best:?}");
}
