//! Who is at the desk: whether somebody is logged in, and what every page shows of theirs.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{Appointment, AppointmentList};
use uuid::Uuid;

use crate::api::{self, Trouble};
use crate::browser::Kept;

/// Says that a cookie was given, and to whom: their id. The cookie itself no script can see. Without this no page needs
/// to ask the server first.
const LOGGED_IN: Kept = Kept::for_all_tabs("frontdesk.logged-in");

/// The state that all pages share.
#[derive(Clone, Copy)]
pub struct Visitor {
    /// The id of the person who is logged in, as far as we know.
    who: RwSignal<Option<String>>,
    /// Why the login page is shown, when the person did not ask for it.
    pub notice: RwSignal<Option<&'static str>>,
    /// What a screen reader should say next.
    said: RwSignal<String>,
    /// The person's appointments, once they were asked for.
    pub appointments: RwSignal<Option<Result<Vec<Appointment>, Trouble>>>,
    /// The appointment that the person may want to cancel: a dialog asks.
    pub cancelling: RwSignal<Option<Appointment>>,
    /// Why leaving did not work.
    pub problem: RwSignal<Option<Trouble>>,
    /// Counts the logins and logouts, so that an answer for somebody else is dropped.
    turn: RwSignal<u32>,
}

impl Visitor {
    /// Reads what the browser knows, and listens to the other tabs.
    pub fn arrive() -> Self {
        let visitor = Self {
            who: RwSignal::new(LOGGED_IN.read()),
            notice: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            appointments: RwSignal::new(None),
            cancelling: RwSignal::new(None),
            problem: RwSignal::new(None),
            turn: RwSignal::new(0),
        };
        window_event_listener(ev::storage, move |event| {
            // No key: everything was cleared.
            if event.key().is_none_or(|key| key == LOGGED_IN.name()) {
                let who = LOGGED_IN.read();
                if who != visitor.who.get_untracked() {
                    visitor.become_(who);
                }
            }
        });
        visitor
    }

    /// Whether somebody is logged in, as far as we know.
    pub fn is_logged_in(self) -> bool {
        self.who.with(Option::is_some)
    }

    /// Who that is.
    pub fn who(self) -> Option<String> {
        self.who.get()
    }

    /// Which login this is; changes with every login and logout.
    pub fn login(self) -> u32 {
        self.turn.get()
    }

    /// The person with this id has just shown that it is they.
    pub fn log_in(self, id: String) {
        LOGGED_IN.write(&id);
        self.notice.set(None);
        self.become_(Some(id));
    }

    /// The person leaves.
    pub fn log_out(self) {
        LOGGED_IN.forget();
        self.become_(None);
    }

    /// The server does not know the person any more.
    pub fn was_logged_out(self) {
        self.notice.set(Some("You were logged out. Log in to go on where you were."));
        self.log_out();
    }

    fn become_(self, who: Option<String>) {
        self.appointments.set(None);
        self.cancelling.set(None);
        self.said.set(String::new());
        self.turn.update(|turn| *turn += 1);
        self.who.set(who);
    }

    /// Lets a screen reader say something.
    pub fn say(self, what: impl Into<String>) {
        self.said.set(what.into());
    }

    /// What was said last.
    pub fn said(self) -> String {
        self.said.get()
    }

    /// Asks for the appointments (again); what is shown stays until they are there.
    pub fn refresh_appointments(self) {
        let turn = self.turn.get_untracked();
        spawn_local(async move {
            let answer = api::get::<AppointmentList>("/api/appointments").await;
            if self.turn.get_untracked() != turn {
                return;
            }
            match answer {
                Ok(list) => self.appointments.set(Some(Ok(list.appointments))),
                Err(trouble) if trouble.is_logged_out() => self.was_logged_out(),
                // What is shown is better than nothing.
                Err(trouble) => self.appointments.update(|shown| {
                    if !matches!(shown, Some(Ok(_))) {
                        *shown = Some(Err(trouble));
                    }
                }),
            }
        });
    }

    /// An appointment of the person, if it is known.
    pub fn appointment(self, id: Uuid) -> Option<Appointment> {
        self.appointments.with(|known| match known {
            Some(Ok(list)) => list.iter().find(|appointment| appointment.id == id).cloned(),
            _ => None,
        })
    }

    /// Puts a changed appointment in the place of the old one.
    pub fn replace_appointment(self, changed: Appointment) {
        self.appointments.update(|known| {
            if let Some(Ok(list)) = known
                && let Some(place) = list.iter_mut().find(|known| known.id == changed.id)
            {
                *place = changed;
            }
        });
    }
}

/// The state of this visit.
pub fn visitor() -> Visitor {
    expect_context()
}
