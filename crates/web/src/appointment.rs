//! An appointment as a card, and the dialog that cancels it.

use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{Appointment, AppointmentStatus};
use uuid::Uuid;

use crate::api::{self, Trouble};
use crate::visitor::visitor;
use crate::{browser, times};

/// An appointment that a reply was about, as it stands now.
#[component]
pub fn Card(id: Uuid) -> impl IntoView {
    let visitor = visitor();
    let appointment = Memo::new(move |_| visitor.appointment(id));
    move || {
        appointment
            .get()
            .map(|appointment| view! { <div class="card-frame"><Details appointment linked=true/></div> })
    }
}

/// Whether it is still to come.
pub fn is_to_come(appointment: &Appointment) -> bool {
    appointment.status == AppointmentStatus::Booked
        && appointment.start_time.timestamp_millis() > browser::now_ms()
}

/// The card itself; `linked`: its title leads to the list.
#[component]
pub fn Details(appointment: Appointment, #[prop(optional)] linked: bool) -> impl IntoView {
    let visitor = visitor();
    let (id, start) = (appointment.id, appointment.start_time.timestamp_millis());
    let day = times::day(start);
    let title = if linked {
        view! { <a href=format!("/appointments#a-{id}")>{day.clone()}</a> }.into_any()
    } else {
        view! { {day.clone()} }.into_any()
    };
    let state = match appointment.status {
        AppointmentStatus::Cancelled => Some("Cancelled"),
        AppointmentStatus::Booked if !is_to_come(&appointment) => Some("Past"),
        AppointmentStatus::Booked => None,
    };
    let cancelled = appointment.status == AppointmentStatus::Cancelled;
    let zone = browser::zone().unwrap_or_default();
    let which = format!("{day}, {}", times::clock(start));
    let span = times::span(&appointment);
    let service = appointment.service_type.clone();
    let actions = is_to_come(&appointment).then(|| {
        let cancel = move |_| visitor.cancelling.set(Some(appointment.clone()));
        view! {
            <p class="card-actions">
                <a class="button secondary" href=format!("/api/appointments/{id}.ics") download="appointment.ics">
                    "Add to calendar"<span class="unseen">" "{which.clone()}</span>
                </a>
                <button type="button" class="quiet danger" on:click=cancel>
                    "Cancel"<span class="unseen">" "{which}</span>
                </button>
            </p>
        }
    });
    view! {
        <article class="card" class:cancelled=cancelled id=(!linked).then(|| format!("a-{id}")) tabindex="-1">
            <p class="card-title">{title}</p>
            <p class="card-time">{span}" "<span class="zone">{zone}</span></p>
            <p class="card-service">
                <span class="service">{service}</span>
                {state.map(|state| view! { <span class="tag">{state}</span> })}
            </p>
            {actions}
        </article>
    }
}

/// Asks whether the appointment shall really be cancelled, and does it.
#[component]
pub fn CancelDialog() -> impl IntoView {
    let visitor = visitor();
    let dialog: NodeRef<Dialog> = NodeRef::new();
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Trouble>);
    Effect::new(move |_| {
        let wanted = visitor.cancelling.with(Option::is_some);
        let Some(dialog) = dialog.get() else { return };
        if wanted && !dialog.open() {
            trouble.set(None);
            drop(dialog.show_modal());
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let cancel = move |_| {
        let Some(appointment) = visitor.cancelling.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        trouble.set(None);
        spawn_local(async move {
            let path = format!("/api/appointments/{}", appointment.id);
            let answer = api::call("DELETE", &path, None).await;
            busy.set(false);
            match answer {
                Ok(text) => {
                    if let Ok(changed) = api::read(&text) {
                        visitor.replace_appointment(changed);
                    }
                    visitor.cancelling.set(None);
                    visitor.say("The appointment is cancelled.");
                    visitor.refresh_appointments();
                }
                Err(problem) if problem.is_logged_out() => visitor.was_logged_out(),
                Err(problem) => trouble.set(Some(problem)),
            }
        });
    };
    let what = move || {
        visitor.cancelling.get().map(|appointment| {
            format!(
                "{}, {}, {}",
                times::day(appointment.start_time.timestamp_millis()),
                times::span(&appointment),
                appointment.service_type
            )
        })
    };
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            aria-labelledby="cancel-title"
            on:close=move |_| visitor.cancelling.set(None)
        >
            <h2 id="cancel-title">"Cancel this appointment?"</h2>
            <p>{what}</p>
            <p class="error" role="alert">{move || trouble.get().map(|trouble| trouble.message())}</p>
            <p class="dialog-actions">
                <button type="button" class="secondary" on:click=move |_| visitor.cancelling.set(None)>"Keep it"</button>
                <button type="button" class="primary danger" on:click=cancel disabled=move || busy.get()>
                    "Cancel appointment"
                </button>
            </p>
        </dialog>
    }
}
