//! Where the person writes.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::Textarea;
use leptos::prelude::*;
use protocol::limits::MESSAGE_MAX_CHARS;

use super::talk::talk;
use crate::browser;

/// From how many characters left on the person is told.
const FEW_LEFT: usize = 200;

#[component]
pub fn Composer(input: NodeRef<Textarea>) -> impl IntoView {
    let talk = talk();
    let length = Memo::new(move |_| talk.draft.with(|draft| draft.trim().chars().count()));
    let is_too_long = move || length.get() > MESSAGE_MAX_CHARS;
    let send = move || {
        let text = talk.draft.get_untracked();
        if talk.say(&text) {
            talk.write(String::new());
        }
        // After a click on the button too: the next thing one does is write.
        if browser::has_fine_pointer()
            && let Some(input) = input.get_untracked()
        {
            super::focus(&input);
        }
    };
    let key = move |event: KeyboardEvent| {
        // While words are composed (Japanese, Chinese), Enter ends the word.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    if browser::has_fine_pointer() {
        Effect::new(move |_| {
            if let Some(input) = input.get() {
                super::focus(&input);
            }
        });
    }
    let hint = move || {
        let length = length.get();
        match MESSAGE_MAX_CHARS.checked_sub(length) {
            None if length == MESSAGE_MAX_CHARS + 1 => Some("One character too many".into()),
            None => Some(format!("{} characters too many", length - MESSAGE_MAX_CHARS)),
            Some(left) if left <= FEW_LEFT => Some(format!("{left} characters left")),
            Some(_) => None,
        }
    };
    view! {
        <form class="composer" on:submit=submit>
            <label class="unseen" for="message">"Your message"</label>
            // The copy behind it makes the field as high as its text, without a script that measures.
            <div class="grow" data-text=move || talk.draft.get()>
                <textarea
                    id="message"
                    node_ref=input
                    rows="1"
                    autocomplete="off"
                    enterkeyhint="send"
                    placeholder="Write a message"
                    prop:value=move || talk.draft.get()
                    on:input=move |event| talk.write(event_target_value(&event))
                    on:keydown=key
                    aria-invalid=move || is_too_long().to_string()
                    aria-describedby="message-hint"
                ></textarea>
            </div>
            <button
                type="submit"
                class="send"
                aria-label="Send"
                disabled=move || length.get() == 0 || is_too_long() || talk.outgoing.with(Option::is_some)
            >
                <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12h13M12 5l7 7-7 7"/></svg>
            </button>
            <p id="message-hint" class="hint" class:error=is_too_long>{hint}</p>
        </form>
    }
}
