//! What surrounds every page: the way between them, who may see them, and what is said to a screen reader.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;

use crate::api;
use crate::appointment::CancelDialog;
use crate::chat::talk;
use crate::route::{self, route};
use crate::visitor::visitor;

const CONTENT: &str = "content";

/// The frame of every page.
#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let visitor = visitor();
    view! {
        <a class="skip" href="#content" on:click=|event| { event.prevent_default(); focus_content(); }>
            "Skip to content"
        </a>
        <header class="top">
            <a class="brand" href="/">
                <svg viewBox="0 0 32 32" aria-hidden="true">
                    <rect width="32" height="32" rx="9"/>
                    <path d="M8 22h16M10 22a6 6 0 0 1 12 0M16 16v-3m-2 0h4"/>
                </svg>
                <span>"Frontdesk"</span>
            </a>
            <Show when=move || visitor.is_logged_in()>
                <nav aria-label="Pages">
                    <Link to="/chat" name="Chat"/>
                    <Link to="/appointments" name="Appointments"/>
                    <Link to="/account" name="Account"/>
                </nav>
            </Show>
        </header>
        <main id=CONTENT tabindex="-1">{children()}</main>
        <CancelDialog/>
        <p class="unseen" role="status">{move || visitor.said()}</p>
    }
}

/// A link of the navigation, which says where one is.
#[component]
fn Link(to: &'static str, name: &'static str) -> impl IntoView {
    let route = route();
    view! {
        <a href=to aria-current=move || route.is_at(to).then_some("page")>
            {name}
        </a>
    }
}

/// What only a person who is logged in sees; others are sent to log in, and come back to `path`.
#[component]
pub fn Guarded(path: &'static str, children: ChildrenFn) -> impl IntoView {
    let (visitor, route) = (visitor(), route());
    Effect::new(move |_| {
        if !visitor.is_logged_in() {
            // Who leaves of their own will need not come back here.
            let asked = visitor.notice.with_untracked(Option::is_some) || visitor.login() == 0;
            let target = if asked { format!("/login?next={path}") } else { "/login".to_owned() };
            route.go_instead(&target);
        }
    });
    view! { <Show when=move || visitor.is_logged_in()>{children()}</Show> }
}

/// Names the page, and takes the keyboard there when the person came from another one.
pub fn arrive(title: &'static str) {
    document().set_title(&format!("{title} – Frontdesk"));
    let visits: Visits = expect_context();
    let is_first = visits.0.get_value();
    visits.0.set_value(false);
    let anchor = route::anchor();
    request_animation_frame(move || {
        match document().get_element_by_id(&anchor) {
            Some(target) => target.scroll_into_view(),
            // A page may have taken the keyboard to where one writes.
            None if !is_first && !has_keyboard() => focus_content(),
            None => {}
        }
    });
}

/// Whether no page was shown before.
#[derive(Clone, Copy)]
pub struct Visits(StoredValue<bool>);

impl Visits {
    pub fn none_yet() -> Self {
        Self(StoredValue::new(true))
    }
}

/// Logs the person out, here and in every other tab.
pub fn log_out() {
    let (visitor, talk) = (visitor(), talk());
    spawn_local(async move {
        // When the server is away the cookie stays; the person is told, rather than left with a false belief.
        match api::call("POST", "/api/auth/logout", None).await {
            Ok(_) => {
                talk.forget();
                visitor.log_out();
                visitor.say("You are logged out.");
            }
            Err(trouble) => visitor.problem.set(Some(trouble)),
        }
    });
}

/// Whether the keyboard is somewhere in the page's content.
fn has_keyboard() -> bool {
    let content = document().get_element_by_id(CONTENT);
    content.is_some_and(|content| content.contains(document().active_element().as_deref()))
}

fn focus_content() {
    let content = document().get_element_by_id(CONTENT);
    if let Some(content) = content.and_then(|content| content.dyn_into::<web_sys::HtmlElement>().ok()) {
        drop(content.focus());
    }
}
