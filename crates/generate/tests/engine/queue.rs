//! The thread behind the queue.

use std::time::Duration;

use generate::{Generator, Kernel, Message, Prompt, Role, Sampling};

use crate::on_disk;
use crate::tiny::LLAMA;

const PATIENCE: Duration = Duration::from_secs(60);

fn start() -> Generator {
    let (_folder, path) = on_disk(LLAMA);
    Generator::start(&path, Kernel::native(), "Be kind.").unwrap()
}

fn prompt(max_tokens: usize) -> Prompt {
    let messages = vec![Message::new(Role::System, "Be kind."), Message::new(Role::User, "hello")];
    Prompt { messages, max_tokens, sampling: Sampling::GREEDY }
}

#[tokio::test]
async fn an_answer_comes_in_pieces() {
    let generator = start();
    let mut answer = generator.ask(1, prompt(12), PATIENCE).unwrap();
    let mut pieces = Vec::new();
    while let Some(piece) = answer.recv().await {
        pieces.push(piece);
    }
    assert!(pieces.len() > 3 && pieces.iter().all(|piece| !piece.is_empty()), "{pieces:?}");
}

#[tokio::test]
async fn patience_ends_an_answer() {
    let generator = start();
    let mut answer = generator.ask(1, prompt(100_000), Duration::ZERO).unwrap();
    assert_eq!(answer.recv().await, None);
}

#[tokio::test]
async fn a_prompt_that_fails_leaves_the_thread_to_the_next() {
    let generator = start();
    let long = vec![Message::new(Role::User, "x".repeat(1_000))];
    let mut refused = generator.ask(1, Prompt { messages: long, ..prompt(5) }, PATIENCE).unwrap();
    assert_eq!(refused.recv().await, None);
    assert!(generator.ask(1, prompt(5), PATIENCE).unwrap().recv().await.is_some());
}
