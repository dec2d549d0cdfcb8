//! What keeps a message from being sent, and what happens next.

use leptos::prelude::*;

use super::retry;
use super::talk::talk;
use crate::api::{Trouble, in_words};

#[component]
pub fn Notice() -> impl IntoView {
    let talk = talk();
    let trouble = Memo::new(move |_| {
        talk.outgoing.with(|outgoing| outgoing.as_ref().and_then(|now| now.trouble.clone()))
    });
    let waits = Memo::new(move |_| talk.wait.get().is_some());
    let text = move || match trouble.get() {
        Some(trouble) => Some(retry::notice(&trouble, talk.online.get(), waits.get())),
        None if !talk.online.get() => Some("You are offline.".into()),
        None => None,
    };
    // A limit that has not passed would only refuse again.
    let may_hurry = move || !matches!(trouble.get(), Some(Trouble::TooMany { .. })) || !waits.get();
    view! {
        <div class="notice" class:shown=move || text().is_some()>
            // Said once; the seconds that run are only shown.
            <p role="status">{text}</p>
            <Show when=move || trouble.with(Option::is_some)>
                <div class="notice-actions">
                    {move || {
                        talk.wait
                            .get()
                            .map(|seconds| view! { <span class="wait" aria-hidden="true">"Again in "{in_words(seconds)}</span> })
                    }}
                    <Show when=may_hurry>
                        <button type="button" class="secondary" on:click=move |_| talk.send_again()>
                            "Try again"
                        </button>
                    </Show>
                    <button type="button" class="quiet" on:click=move |_| talk.take_back()>"Edit"</button>
                </div>
            </Show>
        </div>
    }
}
