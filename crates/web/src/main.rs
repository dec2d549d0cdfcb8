//! The web chat: a client of the public API, rendered in the browser.
//!
//! Compiles for every target, so that it is checked and its logic tested with the rest; it runs in a browser only,
//! where `cargo xtask ui` puts it.

mod account;
mod api;
mod app;
mod appointment;
mod appointments;
mod browser;
mod chat;
mod enter;
mod field;
mod json;
mod route;
mod shell;
mod times;
mod visitor;

use leptos::prelude::document;

fn main() {
    // A page that no longer answers should at least say so; what went wrong is on the console.
    std::panic::set_hook(Box::new(|_| {
        if let Some(notice) = document().get_element_by_id("broken") {
            drop(notice.remove_attribute("hidden"));
        }
    }));
    // What stood there while the browser was loading us.
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    leptos::mount::mount_to_body(app::App);
}
