//! The model behind its queue.

mod common;

use std::sync::Arc;

use nlu::{InterpretError, Interpreter, LocalInterpreter, Model, Utterance};
use tokio::task::JoinSet;

fn utterance(text: &str) -> Utterance {
    Utterance { text: text.into(), asked: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_thread_answers_the_same() {
    let expected =
        Model::load(&common::tiny_model()).unwrap().understand("move it to tuesday", None).unwrap();
    let interpreter = Arc::new(LocalInterpreter::start(common::tiny_model(), 3).unwrap());
    let mut answers = JoinSet::new();
    for _ in 0..100 {
        let interpreter = Arc::clone(&interpreter);
        answers.spawn(async move { interpreter.interpret(utterance("move it to tuesday")).await.unwrap() });
    }
    while let Some(answer) = answers.join_next().await {
        assert_eq!(answer.unwrap(), expected);
    }
    assert!(interpreter.describe().contains("3 at a time"));
}

#[tokio::test]
async fn too_many_are_refused_at_the_door_and_the_rest_answered() {
    let interpreter = Arc::new(LocalInterpreter::start(common::tiny_model(), 1).unwrap());
    let slow = "tuesday ".repeat(300);
    let mut answers = JoinSet::new();
    for _ in 0..600 {
        let (interpreter, utterance) = (Arc::clone(&interpreter), utterance(&slow));
        answers.spawn(async move { interpreter.interpret(utterance).await });
    }
    let (mut answered, mut refused) = (0, 0);
    while let Some(answer) = answers.join_next().await {
        match answer.unwrap() {
            Ok(_) => answered += 1,
            Err(InterpretError::Overloaded) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(answered >= 256 && refused > 0, "{answered} {refused}");
    assert!(interpreter.interpret(utterance("hello")).await.is_ok());
    assert_eq!(interpreter.waiting(), 0);
}

#[tokio::test]
async fn those_who_have_gone_do_not_hold_up_the_others() {
    let interpreter = LocalInterpreter::start(common::tiny_model(), 1).unwrap();
    for _ in 0..200 {
        let gone = interpreter.interpret(utterance(&"tuesday ".repeat(300)));
        // Polled once, so that it stands in the queue, then dropped.
        let _ = tokio::time::timeout(std::time::Duration::ZERO, gone).await;
    }
    assert!(interpreter.interpret(utterance("hello")).await.is_ok());
}
