//! What the browser knows and keeps for us.

use leptos::prelude::window;
use uuid::{Builder, Uuid};
use wasm_bindgen::JsValue;
use web_sys::Storage;

/// The IANA name of the zone that the machine is set to.
pub fn zone() -> Option<String> {
    let options = js_sys::Intl::DateTimeFormat::default().resolved_options();
    js_sys::Reflect::get(&options, &JsValue::from_str("timeZone")).ok()?.as_string()
}

/// How dates are written: as the person's English does, since everything else here is English too.
pub fn locale() -> String {
    window()
        .navigator()
        .language()
        .filter(|name| name.starts_with("en"))
        .unwrap_or_else(|| "en-GB".to_owned())
}

/// Milliseconds since 1970, UTC.
pub fn now_ms() -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a date of JavaScript is a whole number of this size"
    )]
    let now = js_sys::Date::now() as i64;
    now
}

/// A random identifier. `crypto.randomUUID` would do it too, but not on plain http.
pub fn fresh_id() -> Uuid {
    let mut bytes = [0; 16];
    let random = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    if random.is_err() {
        // No browser that runs WebAssembly lacks it; two equal ids would still only be answered "not yours".
        for byte in &mut bytes {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 up to 256")]
            let random = (js_sys::Math::random() * 256.0) as u8;
            *byte = random;
        }
    }
    Builder::from_random_bytes(bytes).into_uuid()
}

/// Whether the person has a mouse or the like, and so no keyboard that covers half the screen.
pub fn has_fine_pointer() -> bool {
    window().match_media("(pointer: fine)").ok().flatten().is_some_and(|query| query.matches())
}

/// Whether the browser believes to be connected.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// A text that is kept in the browser: for all tabs, or for one. A browser that keeps nothing keeps it for as long as
/// the page lives elsewhere in our state, so failures are no errors.
#[derive(Clone, Copy)]
pub struct Kept {
    name: &'static str,
    for_all_tabs: bool,
}

impl Kept {
    pub const fn for_all_tabs(name: &'static str) -> Self {
        Self { name, for_all_tabs: true }
    }

    pub const fn for_this_tab(name: &'static str) -> Self {
        Self { name, for_all_tabs: false }
    }

    pub const fn name(self) -> &'static str {
        self.name
    }

    pub fn read(self) -> Option<String> {
        self.storage()?.get_item(self.name).ok().flatten()
    }

    pub fn write(self, value: &str) {
        if let Some(storage) = self.storage() {
            drop(storage.set_item(self.name, value));
        }
    }

    pub fn forget(self) {
        if let Some(storage) = self.storage() {
            drop(storage.remove_item(self.name));
        }
    }

    fn storage(self) -> Option<Storage> {
        let storage = if self.for_all_tabs { window().local_storage() } else { window().session_storage() };
        storage.ok().flatten()
    }
}
