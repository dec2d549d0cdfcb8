//! Which page is shown, and links from one to another that do not load the program again.
//!
//! Six addresses without parameters need no more than this; a router for everybody's needs would be a tenth of what a
//! browser has to load (ADR 6).

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent, UrlSearchParams};

/// What can stand at an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Page {
    Start,
    LogIn,
    SignUp,
    Chat,
    Appointments,
    Account,
}

impl Page {
    /// The page at this path; the server answers for all other paths.
    fn at(path: &str) -> Option<Self> {
        match path {
            "/" => Some(Self::Start),
            "/login" => Some(Self::LogIn),
            "/signup" => Some(Self::SignUp),
            "/chat" => Some(Self::Chat),
            "/appointments" => Some(Self::Appointments),
            "/account" => Some(Self::Account),
            _ => None,
        }
    }
}

/// Where the person is.
#[derive(Clone, Copy)]
pub struct Route {
    path: RwSignal<String>,
    query: RwSignal<String>,
}

impl Route {
    /// Reads the address, and follows links and the browser's ways back and forth from now on.
    pub fn arrive() -> Self {
        let route = Self { path: RwSignal::new(String::new()), query: RwSignal::new(String::new()) };
        route.read();
        window_event_listener(ev::popstate, move |_| route.read());
        window_event_listener(ev::click, move |event| {
            if let Some(link) = link_to_follow(&event) {
                event.prevent_default();
                route.go(&link.href());
            }
        });
        route
    }

    /// The page that stands here.
    pub fn page(self) -> Page {
        self.path.with(|path| Page::at(path)).unwrap_or(Page::Start)
    }

    /// Whether the person is at this path.
    pub fn is_at(self, path: &str) -> bool {
        self.path.with(|here| here == path)
    }

    /// A value in the query.
    pub fn parameter(self, name: &str) -> Option<String> {
        self.query.with(|query| UrlSearchParams::new_with_str(query).ok()?.get(name))
    }

    /// Goes to one of our own addresses.
    pub fn go(self, to: &str) {
        if let Ok(history) = window().history() {
            drop(history.push_state_with_url(&JsValue::NULL, "", Some(to)));
        }
        self.read();
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Goes there for good: the way back does not lead here.
    pub fn go_instead(self, to: &str) {
        if let Ok(history) = window().history() {
            drop(history.replace_state_with_url(&JsValue::NULL, "", Some(to)));
        }
        self.read();
    }

    fn read(self) {
        let location = window().location();
        self.query.set(location.search().unwrap_or_default());
        self.path.set(location.pathname().unwrap_or_default());
    }
}

/// Where the person is.
pub fn route() -> Route {
    expect_context()
}

/// The id after the `#` of the address; empty without one.
pub fn anchor() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// The link that was clicked, if it leads to a page of ours and nothing else was asked of the browser (a new tab, a
/// download).
fn link_to_follow(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let is_plain = event.button() == 0
        && !(event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key())
        && !event.default_prevented();
    let element: Element = event.target().filter(|_| is_plain)?.dyn_into().ok()?;
    let link: HtmlAnchorElement = element.closest("a[href]").ok()??.dyn_into().ok()?;
    let is_ours = window().location().origin().is_ok_and(|origin| origin == link.origin());
    (is_ours && Page::at(&link.pathname()).is_some()).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn only_pages_are_followed_to() {
        assert_eq!(Page::at("/chat"), Some(Page::Chat));
        for elsewhere in ["/chat/", "/api/account/export", "/assets/x.js", ""] {
            assert_eq!(Page::at(elsewhere), None, "{elsewhere}");
        }
    }
}
