//! `/appointments`: what the person has booked.

use leptos::prelude::*;
use protocol::Appointment;

use crate::appointment::{Details, is_to_come};
use crate::shell::{Guarded, arrive};
use crate::visitor::visitor;

#[component]
pub fn Appointments() -> impl IntoView {
    arrive("Appointments");
    view! {
        <Guarded path="/appointments">
            <List/>
        </Guarded>
    }
}

#[component]
fn List() -> impl IntoView {
    let visitor = visitor();
    visitor.refresh_appointments();
    let content = move || match visitor.appointments.get() {
        None => view! { <p class="loading">"Loading your appointments …"</p> }.into_any(),
        Some(Err(trouble)) => view! {
            <div class="empty">
                <p role="alert">{trouble.message()}</p>
                <button type="button" class="secondary" on:click=move |_| visitor.refresh_appointments()>
                    "Try again"
                </button>
            </div>
        }
        .into_any(),
        Some(Ok(list)) => {
            let (to_come, mut others): (Vec<_>, Vec<_>) = list.into_iter().partition(is_to_come);
            // The latest first: what lies long back is looked for least.
            others.reverse();
            view! { <ToCome list=to_come/> <Others list=others/> }.into_any()
        }
    };
    view! {
        <section class="page">
            <h1>"Appointments"</h1>
            {content}
        </section>
    }
}

#[component]
fn ToCome(list: Vec<Appointment>) -> impl IntoView {
    if list.is_empty() {
        return view! {
            <div class="empty">
                <p>"Nothing is booked."</p>
                <a class="button primary" href="/chat">"Book in the chat"</a>
            </div>
        }
        .into_any();
    }
    view! {
        <h2 class="unseen">"Coming up"</h2>
        <Cards list/>
        <p class="page-note">"To move an appointment, say so in the "<a href="/chat">"chat"</a>"."</p>
    }
    .into_any()
}

#[component]
fn Others(list: Vec<Appointment>) -> impl IntoView {
    (!list.is_empty()).then(|| {
        view! {
            <details class="others">
                <summary><h2>{format!("Past and cancelled ({})", list.len())}</h2></summary>
                <Cards list/>
            </details>
        }
    })
}

#[component]
fn Cards(list: Vec<Appointment>) -> impl IntoView {
    view! {
        <ul class="cards">
            {list.into_iter().map(|appointment| view! { <li><Details appointment/></li> }).collect_view()}
        </ul>
    }
}
