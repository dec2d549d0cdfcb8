//! The lines, and where the reader is among them.

use leptos::html::Div;
use leptos::prelude::*;
use protocol::MessageRole;
use web_sys::{ScrollBehavior, ScrollToOptions};

use super::line::{self, Placed};
use super::talk::{Loading, Talk, talk};
use crate::appointment::Card;
use crate::times;
use crate::visitor::visitor;

/// The reader is at the end when at most this many pixels are below.
const END: i32 = 80;
/// What can be said first; each a valid message.
const OPENERS: [&str; 3] = ["Book an appointment", "What is free tomorrow?", "What have I booked?"];

#[component]
pub fn Log() -> impl IntoView {
    let (talk, visitor) = (talk(), visitor());
    let scroller: NodeRef<Div> = NodeRef::new();
    let at_end = RwSignal::new(true);
    let top = StoredValue::new(0);
    // Called from the next frame, when the page may be gone.
    let to_end = move |behaviour: ScrollBehavior| {
        if let Some(scroller) = scroller.try_get_untracked().flatten() {
            let options = ScrollToOptions::new();
            options.set_top(f64::from(scroller.scroll_height()));
            options.set_behavior(behaviour);
            scroller.scroll_to_with_scroll_to_options(&options);
        }
    };
    let read_place = move |_| {
        if let Some(scroller) = scroller.try_get_untracked().flatten() {
            let below = scroller.scroll_height() - scroller.scroll_top() - scroller.client_height();
            // On the way down, gliding, the end is not reached yet but still wanted.
            let goes_up = scroller.scroll_top() < top.get_value();
            top.set_value(scroller.scroll_top());
            if below <= END || goes_up {
                at_end.set(below <= END);
            }
        }
    };
    // Who reads the end goes on reading the end; who reads further up is left there, unless they speak themselves.
    Effect::new(move |before: Option<(usize, bool)>| {
        let lines = talk.lines.with(Vec::len);
        let speaks = talk.outgoing.with(Option::is_some);
        talk.loading.track();
        talk.heard.track();
        talk.draft.track();
        // Cards come after their line.
        visitor.appointments.track();
        let (had, spoke) = before.unwrap_or((0, false));
        if at_end.get_untracked() || (speaks && !spoke) {
            // The first lines are simply there; later ones glide in, where motion is wanted.
            let behaviour = if had == 0 { ScrollBehavior::Instant } else { ScrollBehavior::Auto };
            request_animation_frame(move || to_end(behaviour));
        }
        (lines, speaks)
    });
    let placed = move || talk.lines.with(|lines| line::place(lines, times::day_number));
    view! {
        <div class="log-frame">
            <div class="log" node_ref=scroller on:scroll=read_place tabindex="0" role="region" aria-label="Messages">
                <Beginning/>
                <ol class="lines">
                    <For
                        each=placed
                        key=|placed| (placed.index, placed.line.at_ms, placed.line.role == MessageRole::User)
                        children=move |placed| view! { <LineView placed/> }
                    />
                    <UnderWay/>
                </ol>
                <Choices/>
            </div>
            <Show when=move || !at_end.get()>
                <button type="button" class="to-end" on:click=move |_| to_end(ScrollBehavior::Auto)>
                    <span aria-hidden="true">"↓"</span>"Latest messages"
                </button>
            </Show>
        </div>
    }
}

/// What stands above the first line: a greeting, that the lines are on their way, or why they are not there.
#[component]
fn Beginning() -> impl IntoView {
    let talk = talk();
    let is_empty = move || talk.lines.with(Vec::is_empty) && talk.outgoing.with(Option::is_none);
    move || match talk.loading.get() {
        Loading::UnderWay => view! { <p class="loading">"Loading your conversation …"</p> }.into_any(),
        Loading::Failed(trouble) => view! {
            <div class="empty">
                <p role="alert">{trouble.message()}</p>
                <button type="button" class="secondary" on:click=move |_| talk.load()>"Try again"</button>
            </div>
        }
        .into_any(),
        Loading::Done if is_empty() => view! { <Greeting talk/> }.into_any(),
        Loading::Done => ().into_any(),
    }
}

#[component]
fn Greeting(talk: Talk) -> impl IntoView {
    let opener = move |text: &'static str| {
        view! {
            <li>
                <button type="button" class="choice" on:click=move |_| { talk.say(text); }>
                    {text}
                </button>
            </li>
        }
    };
    view! {
        <div class="empty">
            <p class="greeting">"Hello, how can I help?"</p>
            <p>
                "Write as you would to a person: “A check-up next Tuesday afternoon”, “Move my Friday appointment to 3pm”."
            </p>
            <ul class="choices" aria-label="Ways to begin">{OPENERS.map(opener).collect_view()}</ul>
        </div>
    }
}

#[component]
fn LineView(placed: Placed) -> impl IntoView {
    let talk = talk();
    let Placed { index, line, begins_day, begins_group } = placed;
    let (class, speaker) = match line.role {
        MessageRole::User => ("line mine", "You"),
        MessageRole::Assistant => ("line theirs", "Front desk"),
    };
    let at = times::clock(line.at_ms);
    let day = begins_day.then(|| view! { <p class="day">{times::day_of_talk(line.at_ms)}</p> });
    let meta = if begins_group {
        view! { <p class="meta">{speaker}" "{at}</p> }.into_any()
    } else {
        view! { <p class="unseen">{speaker}" "{at}</p> }.into_any()
    };
    let card = move || talk.lines.with(|lines| line::shows_appointment(lines, index));
    view! {
        <li class=class class:begins=begins_group class:new=line.is_new>
            {day}
            {meta}
            <p class="bubble">{line.text}</p>
            {move || card().map(|id| view! { <Card id/> })}
        </li>
    }
}

/// The message that was not answered yet, and that somebody is at it.
#[component]
fn UnderWay() -> impl IntoView {
    let talk = talk();
    let said = move || {
        talk.outgoing
            .with(|outgoing| outgoing.as_ref().map(|outgoing| (outgoing.text.clone(), outgoing.at_ms)))
    };
    let failed = move || !talk.is_waiting();
    let message = Memo::new(move |_| said());
    move || {
        message.get().map(|(text, at_ms)| {
            view! {
                <li class="line mine begins new" class:failed=failed>
                    <p class="meta">
                        {move || if failed() { "Not sent".to_owned() } else { format!("You {}", times::clock(at_ms)) }}
                    </p>
                    <p class="bubble">{text}</p>
                </li>
                <Show when=move || talk.is_waiting()>
                    <li class="line theirs begins typing">
                        <p class="meta">"Front desk"</p>
                        <p class="bubble">
                            {talk.heard}
                            <span class="unseen">"is writing"</span>
                            <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
                        </p>
                    </li>
                </Show>
            }
        })
    }
}

/// What the last reply offers, as buttons.
#[component]
fn Choices() -> impl IntoView {
    let talk = talk();
    let offered = Memo::new(move |_| {
        let is_free = talk.outgoing.with(Option::is_none);
        if is_free { talk.lines.with(|lines| line::choices(lines).to_vec()) } else { Vec::new() }
    });
    move || {
        let offered = offered.get();
        (!offered.is_empty()).then(|| {
            let choice = |text: String| {
                let said = text.clone();
                view! {
                    <li>
                        <button type="button" class="choice" on:click=move |_| { talk.say(&said); }>{text}</button>
                    </li>
                }
            };
            view! {
                <ul class="choices" aria-label="Quick replies">
                    {offered.into_iter().map(choice).collect_view()}
                </ul>
            }
        })
    }
}
