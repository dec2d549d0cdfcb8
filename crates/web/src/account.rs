//! `/account`: leaving, taking one's data along, deleting all of it.

use leptos::ev::SubmitEvent;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::PasswordConfirmation;

use crate::api::{self, Trouble};
use crate::browser;
use crate::chat::talk;
use crate::field::{Field, PasswordField, check_password};
use crate::shell::{Guarded, arrive, log_out};
use crate::visitor::visitor;

#[component]
pub fn Account() -> impl IntoView {
    arrive("Account");
    view! {
        <Guarded path="/account">
            <Sections/>
        </Guarded>
    }
}

#[component]
fn Sections() -> impl IntoView {
    let visitor = visitor();
    let deleting = RwSignal::new(false);
    visitor.problem.set(None);
    view! {
        <section class="page account">
            <h1>"Account"</h1>
            <p class="error" role="alert">{move || visitor.problem.get().map(|problem| problem.message())}</p>
            <div class="setting">
                <h2>"Time zone"</h2>
                <p>"Times are shown in the zone of your device: "<strong>{browser::zone()}</strong>"."</p>
            </div>
            <div class="setting">
                <h2>"Log out"</h2>
                <p>"On this device, in every tab."</p>
                <button type="button" class="secondary" on:click=|_| log_out()>"Log out"</button>
            </div>
            <div class="setting">
                <h2>"Your data"</h2>
                <p>"Everything that is kept about you, your appointments and conversations, as one file."</p>
                <a class="button secondary" href="/api/account/export" download="frontdesk-export.json">
                    "Download my data"
                </a>
            </div>
            <div class="setting">
                <h2>"Delete account"</h2>
                <p>"Cancels what you have booked and erases your account and conversations for good."</p>
                <button type="button" class="secondary danger" on:click=move |_| deleting.set(true)>
                    "Delete my account"
                </button>
            </div>
            <DeleteDialog open=deleting/>
        </section>
    }
}

#[component]
fn DeleteDialog(open: RwSignal<bool>) -> impl IntoView {
    let (visitor, talk) = (visitor(), talk());
    let dialog: NodeRef<Dialog> = NodeRef::new();
    let password = Field::new(check_password);
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Trouble>);
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        if wanted && !dialog.open() {
            trouble.set(None);
            password.error.set(None);
            password.clear();
            drop(dialog.show_modal());
            password.focus();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        if !password.is_right() {
            password.focus();
            return;
        }
        busy.set(true);
        trouble.set(None);
        spawn_local(async move {
            let body = PasswordConfirmation { password: password.value() };
            let answer = api::send("DELETE", "/api/account", &body).await;
            busy.set(false);
            match answer {
                Ok(_) => {
                    open.set(false);
                    talk.forget();
                    visitor.log_out();
                    visitor.say("Your account is deleted.");
                }
                Err(problem) if is_about_password(&problem) => {
                    password.error.set(Some("This is not your password.".into()));
                    password.focus();
                }
                Err(problem) if problem.is_logged_out() => visitor.was_logged_out(),
                Err(problem) => trouble.set(Some(problem)),
            }
        });
    };
    view! {
        <dialog node_ref=dialog class="dialog" aria-labelledby="delete-title" on:close=move |_| open.set(false)>
            <h2 id="delete-title">"Delete your account?"</h2>
            <p>"This cannot be undone. Your password shows that it is you."</p>
            <form novalidate on:submit=submit>
                <PasswordField field=password is_new=false/>
                <p class="error form-error" role="alert">{move || trouble.get().map(|trouble| trouble.message())}</p>
                <p class="dialog-actions">
                    <button type="button" class="secondary" on:click=move |_| open.set(false)>"Keep it"</button>
                    <button type="submit" class="primary danger" aria-disabled=move || busy.get().to_string()>
                        "Delete account"
                    </button>
                </p>
            </form>
        </dialog>
    }
}

fn is_about_password(problem: &Trouble) -> bool {
    matches!(problem, Trouble::Refused { field: Some(field), .. } if field == "password")
}
