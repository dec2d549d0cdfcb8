//! Which page stands at which address.

use leptos::prelude::*;

use crate::account::Account;
use crate::appointments::Appointments;
use crate::chat::{Chat, Talk};
use crate::enter::{LogIn, SignUp};
use crate::route::{Page, Route};
use crate::shell::{Shell, Visits};
use crate::visitor::Visitor;

#[component]
pub fn App() -> impl IntoView {
    let visitor = Visitor::arrive();
    let talk = Talk::resume(visitor);
    let route = Route::arrive();
    provide_context(route);
    provide_context(visitor);
    provide_context(talk);
    provide_context(Visits::none_yet());
    // Nobody's conversation stays in sight when its person has left.
    Effect::new(move |before: Option<Option<String>>| {
        let who = visitor.who();
        if before.flatten().is_some_and(|before| who.as_ref() != Some(&before)) {
            talk.close();
            // Somebody else is at the desk already, by way of another tab.
            if who.is_some() {
                talk.open();
            }
        }
        who
    });
    let page = Memo::new(move |_| route.page());
    Effect::new(move |_| {
        if page.get() == Page::Start {
            route.go_instead("/chat");
        }
    });
    view! {
        <Shell>
            {move || match page.get() {
                Page::Start => ().into_any(),
                Page::LogIn => view! { <LogIn/> }.into_any(),
                Page::SignUp => view! { <SignUp/> }.into_any(),
                Page::Chat => view! { <Chat/> }.into_any(),
                Page::Appointments => view! { <Appointments/> }.into_any(),
                Page::Account => view! { <Account/> }.into_any(),
            }}
        </Shell>
    }
}
