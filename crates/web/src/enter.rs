//! `/login` and `/signup`.

use std::time::Duration;

use js_sys::{JSON, Reflect};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{Credentials, ErrorCode, JwtResponse};

use crate::api::{self, Trouble, in_words};
use crate::field::{EmailField, Field, PasswordField, check_email, check_new_password, check_password};
use crate::route::route;
use crate::shell::arrive;
use crate::visitor::visitor;

/// Where one can come back to; anything else, a link to another site above all, is not followed.
const RETURNS: [&str; 3] = ["/chat", "/appointments", "/account"];

/// `/login`.
#[component]
pub fn LogIn() -> impl IntoView {
    arrive("Log in");
    view! { <Enter is_new=false/> }
}

/// `/signup`.
#[component]
pub fn SignUp() -> impl IntoView {
    arrive("Sign up");
    view! { <Enter is_new=true/> }
}

#[component]
fn Enter(is_new: bool) -> impl IntoView {
    let (visitor, route) = (visitor(), route());
    let next = move || route.parameter("next").map(|next| return_to(&next));
    Effect::new(move |_| {
        if visitor.is_logged_in() {
            route.go_instead(untrack(next).unwrap_or(RETURNS[0]));
        }
    });

    let email = Field::new(check_email);
    let password = Field::new(if is_new { check_new_password } else { check_password });
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Trouble>);
    let wait = RwSignal::new(0_u32);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || wait.get_untracked() > 0 {
            return;
        }
        // Both, so that both errors show; the keyboard goes to the first.
        let (email_right, password_right) = (email.is_right(), password.is_right());
        if !email_right || !password_right {
            if email_right {
                password.focus()
            } else {
                email.focus()
            }
            return;
        }
        trouble.set(None);
        busy.set(true);
        spawn_local(async move {
            let path = if is_new { "/api/auth/signup" } else { "/api/auth/login" };
            let credentials =
                Credentials { email: email.value().trim().to_owned(), password: password.value() };
            let answer = api::post::<JwtResponse>(path, &credentials).await;
            busy.set(false);
            match answer {
                Ok(JwtResponse { jwt }) => visitor.log_in(subject(&jwt).unwrap_or_default()),
                Err(problem) => show(problem, [("email", email), ("password", password)], trouble, wait),
            }
        });
    };

    let (title, action) =
        if is_new { ("Create your account", "Sign up") } else { ("Welcome back", "Log in") };
    let other = move || {
        let (text, link, path) = if is_new {
            ("Already have an account? ", "Log in", "/login")
        } else {
            ("New here? ", "Create an account", "/signup")
        };
        let href = next().map_or_else(|| path.to_owned(), |next| format!("{path}?next={next}"));
        view! { <p class="other">{text}<a href=href>{link}</a></p> }
    };
    let problem = move || match trouble.get() {
        Some(Trouble::TooMany { .. }) if wait.get() == 0 => None,
        Some(trouble) => Some(trouble.message()),
        None => None,
    };
    view! {
        <section class="page enter">
            <h1>{title}</h1>
            {move || visitor.notice.get().map(|notice| view! { <p class="banner" role="status">{notice}</p> })}
            <form novalidate on:submit=submit aria-label=action>
                <EmailField field=email/>
                <PasswordField field=password is_new/>
                <p class="error form-error" role="alert">{problem}</p>
                <button type="submit" class="primary wide" aria-disabled=move || (busy.get() || wait.get() > 0).to_string()>
                    {move || match wait.get() {
                        0 if busy.get() => "One moment …".to_owned(),
                        0 => action.to_owned(),
                        seconds => format!("Wait {}", in_words(seconds)),
                    }}
                </button>
            </form>
            {other}
        </section>
    }
}

/// Puts what went wrong beside its field, or below them.
fn show(
    problem: Trouble,
    fields: [(&str, Field); 2],
    trouble: RwSignal<Option<Trouble>>,
    wait: RwSignal<u32>,
) {
    if let Trouble::TooMany { seconds } = problem {
        count_down(wait, seconds);
    }
    let about = match &problem {
        Trouble::Refused { field: Some(field), .. } => Some(field.as_str()),
        // The only thing that can contradict what is there.
        Trouble::Refused { code: ErrorCode::Conflict, .. } => Some("email"),
        _ => None,
    };
    match fields.into_iter().find(|(name, _)| about == Some(*name)) {
        Some((_, field)) => {
            field.error.set(Some(problem.message()));
            field.focus();
        }
        None => trouble.set(Some(problem)),
    }
}

/// Whom a token was given to. The token itself is for programs: the browser has it in its cookie, and we forget it.
fn subject(jwt: &str) -> Option<String> {
    let claims = jwt.split('.').nth(1)?.replace('-', "+").replace('_', "/");
    let claims = JSON::parse(&window().atob(&claims).ok()?).ok()?;
    Reflect::get(&claims, &"sub".into()).ok()?.as_string()
}

fn count_down(wait: RwSignal<u32>, seconds: u32) {
    // What comes back is what could not be set: the page is gone.
    let is_gone = wait.try_set(seconds).is_some();
    if seconds > 0 && !is_gone {
        set_timeout(move || count_down(wait, seconds - 1), Duration::from_secs(1));
    }
}

fn return_to(next: &str) -> &'static str {
    RETURNS.into_iter().find(|page| *page == next).unwrap_or(RETURNS[0])
}

#[cfg(test)]
mod tests {
    use super::return_to;

    #[test]
    fn one_comes_back_to_our_own_pages_only() {
        assert_eq!(return_to("/appointments"), "/appointments");
        for elsewhere in ["", "//evil.example", "https://evil.example/chat", "/chat/.."] {
            assert_eq!(return_to(elsewhere), "/chat", "{elsewhere:?}");
        }
    }
}
