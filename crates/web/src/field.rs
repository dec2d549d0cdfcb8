//! A field of a form: label, hint, and its error beside it.

use leptos::html::Input;
use leptos::prelude::*;
use protocol::limits::{EMAIL_MAX_CHARS, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS};
use web_sys::HtmlInputElement;

/// What stands in a field, and what is wrong with it.
#[derive(Clone, Copy)]
pub struct Field {
    pub input: NodeRef<Input>,
    pub error: RwSignal<Option<String>>,
    check: fn(&str) -> Option<String>,
}

impl Field {
    /// An empty field; `check` says what is wrong with a value, in the server's words.
    pub fn new(check: fn(&str) -> Option<String>) -> Self {
        Self { input: NodeRef::new(), error: RwSignal::new(None), check }
    }

    /// What stands there now, whoever wrote it: password managers fill fields without a word.
    pub fn value(self) -> String {
        self.element().map(|input| input.value()).unwrap_or_default()
    }

    /// Checks it, shows what is wrong, and says whether it is right.
    pub fn is_right(self) -> bool {
        let error = (self.check)(&self.value());
        let is_right = error.is_none();
        self.error.set(error);
        is_right
    }

    pub fn focus(self) {
        if let Some(input) = self.element() {
            drop(input.focus());
        }
    }

    pub fn clear(self) {
        if let Some(input) = self.element() {
            input.set_value("");
        }
    }

    /// `None` when the page is gone, as it may be when an answer comes.
    fn element(self) -> Option<HtmlInputElement> {
        self.input.try_get_untracked().flatten()
    }
}

/// The server's rule for e-mail addresses.
pub fn check_email(email: &str) -> Option<String> {
    let email = email.trim();
    if email.is_empty() {
        Some("Enter your e-mail address.".into())
    } else if !protocol::is_email_address(email) {
        let is_long = email.chars().count() > EMAIL_MAX_CHARS;
        let long = format!("At most {EMAIL_MAX_CHARS} characters.");
        Some(if is_long { long } else { "Enter an address like name@example.org.".into() })
    } else {
        None
    }
}

/// The server's rule for new passwords.
pub fn check_new_password(password: &str) -> Option<String> {
    let right = (PASSWORD_MIN_CHARS..=PASSWORD_MAX_CHARS).contains(&password.chars().count());
    (!right).then(|| format!("A password has {PASSWORD_MIN_CHARS} to {PASSWORD_MAX_CHARS} characters."))
}

/// A password that exists already may only not be empty.
pub fn check_password(password: &str) -> Option<String> {
    password.is_empty().then(|| "Enter your password.".into())
}

/// An e-mail address.
#[component]
pub fn EmailField(field: Field) -> impl IntoView {
    view! {
        <div class="field">
            <label for="email">"E-mail address"</label>
            <input
                id="email"
                name="email"
                // Not `email`: the server takes letters of every script, which browsers rewrite in such fields.
                type="text"
                inputmode="email"
                autocomplete="username"
                autocapitalize="none"
                spellcheck="false"
                required
                node_ref=field.input
                aria-invalid=move || field.error.with(Option::is_some).to_string()
                aria-describedby="email-error"
                on:blur=move |_| recheck(field, true)
                on:input=move |_| recheck(field, false)
            />
            <FieldError id="email-error" field/>
        </div>
    }
}

/// A password, which can be shown; `is_new`: one that is chosen now.
#[component]
pub fn PasswordField(field: Field, is_new: bool) -> impl IntoView {
    let shown = RwSignal::new(false);
    view! {
        <div class="field">
            <label for="password">"Password"</label>
            {is_new
                .then(|| view! { <p class="hint" id="password-hint">{format!("At least {PASSWORD_MIN_CHARS} characters")}</p> })}
            <div class="with-button">
                <input
                    id="password"
                    name="password"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=if is_new { "new-password" } else { "current-password" }
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    node_ref=field.input
                    aria-invalid=move || field.error.with(Option::is_some).to_string()
                    aria-describedby=if is_new { "password-hint password-error" } else { "password-error" }
                    on:blur=move |_| recheck(field, true)
                    on:input=move |_| recheck(field, false)
                />
                <button
                    type="button"
                    class="quiet"
                    aria-label=move || if shown.get() { "Hide password" } else { "Show password" }
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { "Hide" } else { "Show" }}
                </button>
            </div>
            <FieldError id="password-error" field/>
        </div>
    }
}

#[component]
fn FieldError(id: &'static str, field: Field) -> impl IntoView {
    view! { <p class="error" id=id>{move || field.error.get()}</p> }
}

/// An error goes as soon as it is mended; a new one waits until the person has left the field.
fn recheck(field: Field, left: bool) {
    // A field is also left when its page goes, and takes all this along.
    let Some(was_wrong) = field.error.try_with_untracked(Option::is_some) else { return };
    if was_wrong || (left && !field.value().is_empty()) {
        field.is_right();
    }
}

#[cfg(test)]
mod tests {
    use super::{check_email, check_new_password, check_password};

    #[test]
    fn fields_are_checked_as_the_server_does() {
        assert_eq!(check_email(" zoë@exämple.org "), None);
        assert!(check_email("zoë").is_some() && check_email("  ").is_some());
        // Characters, not bytes.
        assert_eq!(check_new_password("pässwört"), None);
        assert!(check_new_password("1234567").is_some());
        assert_eq!(check_new_password(&"ß".repeat(128)), None);
        assert!(check_new_password(&"ß".repeat(129)).is_some());
        assert_eq!(check_password("x"), None);
        assert!(check_password("").is_some());
    }
}
