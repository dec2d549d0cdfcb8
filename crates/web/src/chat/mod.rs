//! The chat.

mod composer;
mod line;
mod log;
mod outgoing;
mod retry;
mod talk;
mod trouble;

use leptos::html::Textarea;
use leptos::prelude::*;

use crate::shell::{Guarded, arrive};
use composer::Composer;
use log::Log;
pub use talk::{Talk, talk};
use trouble::Notice;

/// `/chat`.
#[component]
pub fn Chat() -> impl IntoView {
    arrive("Chat");
    view! {
        <Guarded path="/chat">
            <Conversation/>
        </Guarded>
    }
}

#[component]
fn Conversation() -> impl IntoView {
    let talk = talk();
    talk.open();
    let input: NodeRef<Textarea> = NodeRef::new();
    let anew = move |_| {
        talk.begin_anew();
        if let Some(input) = input.get_untracked() {
            focus(&input);
        }
    };
    view! {
        <section class="chat" aria-labelledby="chat-title">
            <header class="chat-head">
                <h1 id="chat-title">"Front desk"</h1>
                <Show when=move || !talk.lines.with(Vec::is_empty)>
                    <button type="button" class="quiet" on:click=anew disabled=move || talk.is_waiting()>
                        "New conversation"
                    </button>
                </Show>
            </header>
            <Log/>
            <Notice/>
            <Composer input/>
        </section>
    }
}

fn focus(element: &web_sys::HtmlElement) {
    drop(element.focus());
}
