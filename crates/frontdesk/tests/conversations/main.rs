//! Scripted conversations through the whole program: the real model, the real assistant, one fresh database each.
//!
//! `README.md` has the notation. `FRONTDESK_CONVERSATION=part-of-a-name` runs those conversations only and shows them.

#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "this crate is a test")]

mod desk;
mod expect;
mod meaning;
mod notation;
mod pending;
mod play;
mod remote;
mod script;
#[path = "../scripted/mod.rs"]
mod scripted;
#[path = "../../src/voice.rs"]
mod voice;
mod voices;

use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use desk::Models;
use play::{Outcome, play};
use remote::Remote;
use script::Conversation;
use scripted::Manner;
use voices::Parrot;

#[test]
fn every_conversation_ends_as_it_should() {
    all_end_as_they_should(&Models::of(desk::interpreter()));
}

#[test]
fn so_they_do_when_a_remote_model_is_asked_about_what_the_local_one_is_not_sure_of() {
    let remote = Remote::start(desk::interpreter(), Manner::Honest);
    all_end_as_they_should(&Models::of(remote.interpreter()));
    assert!(remote.asked() > 100, "only {} messages were asked about", remote.asked());
}

#[test]
fn so_they_do_when_the_remote_model_lies_or_breaks() {
    let remote = Remote::start(desk::interpreter(), Manner::Lying);
    all_end_as_they_should(&Models::of(remote.interpreter()));
    assert!(remote.asked() > 100, "only {} messages were asked about", remote.asked());
}

#[test]
fn so_they_do_when_a_chat_model_chatters_and_lies() {
    let parrot = Arc::new(Parrot::default());
    all_end_as_they_should(&Models::of(desk::interpreter()).with_voice(Arc::clone(&parrot) as _));
    assert!(parrot.asked() > 20, "it was asked only {} times", parrot.asked());
}

/// `make test-voice` runs it.
#[test]
#[ignore = "needs a chat model, and minutes"]
fn so_they_do_with_the_chat_model_of_the_environment() {
    let file = std::env::var_os("CHAT_MODEL").expect("CHAT_MODEL names a GGUF file");
    all_end_as_they_should(&Models::of(desk::interpreter()).with_voice(voices::real(Path::new(&file))));
}

fn all_end_as_they_should(models: &Models) {
    let only = std::env::var("FRONTDESK_CONVERSATION").ok();
    let conversations: Vec<_> = script::all()
        .into_iter()
        .filter(|conversation| only.as_ref().is_none_or(|part| conversation.name.contains(part)))
        .collect();
    let pending = pending::read();
    let mut wrong = 0;
    for (conversation, outcome) in conversations.iter().zip(play_all(&conversations, models)) {
        let reason = pending.get(&conversation.name);
        match (&outcome.failure, reason) {
            (None, Some(reason)) => {
                wrong += 1;
                println!("PASSES AGAIN, take it out of pending.txt: {} ({reason})", conversation.name);
            }
            (Some(_), None) => {
                wrong += 1;
                println!("{outcome}");
            }
            _ if only.is_some() => println!("{outcome}"),
            _ => {}
        }
    }
    println!("{} conversations, {} known to fail, {wrong} wrong", conversations.len(), pending.len());
    assert_eq!(wrong, 0, "{wrong} conversations do not end as they should; they are printed above");
}

#[test]
fn the_scripts_are_well_formed() {
    let conversations = script::all();
    assert!(conversations.len() >= 150);
    let mut names: Vec<_> = conversations.iter().map(|conversation| &conversation.name).collect();
    names.sort_unstable();
    for pair in names.windows(2) {
        assert_ne!(pair[0], pair[1], "two conversations have the same name");
    }
    for name in pending::read().keys() {
        assert!(names.contains(&name), "pending.txt names {name}, which does not exist");
    }
    for conversation in &conversations {
        desk::profile(conversation.profile.as_deref());
    }
}

/// Plays them side by side; the outcomes are in the order of the conversations.
fn play_all(conversations: &[Conversation], models: &Models) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, NonZero::get) {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(conversation) = conversations.get(index) else { return };
                    let outcome = runtime.block_on(play(conversation, models));
                    outcomes.lock().unwrap().push((index, outcome));
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap();
    outcomes.sort_unstable_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}
