//! Which page stands at which address.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

use crate::account::Account;
use crate::appointments::Appointments;
use crate::chat::{Chat, Talk};
use crate::enter::{LogIn, SignUp};
use crate::shell::{LeadOn, Shell, Visits, arrive};
use crate::visitor::Visitor;

#[component]
pub fn App() -> impl IntoView {
    let visitor = Visitor::arrive();
    let talk = Talk::resume(visitor);
    provide_context(visitor);
    provide_context(talk);
    provide_context(Visits::none_yet());
    // Nobody's conversation stays in sight when its person has left.
    Effect::new(move |_| {
        if !visitor.is_logged_in() {
            talk.close();
        }
    });
    view! {
        <Router>
            <Shell>
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/") view=|| view! { <LeadOn to="/chat"/> }/>
                    <Route path=path!("/login") view=LogIn/>
                    <Route path=path!("/signup") view=SignUp/>
                    <Route path=path!("/chat") view=Chat/>
                    <Route path=path!("/appointments") view=Appointments/>
                    <Route path=path!("/account") view=Account/>
                </FlatRoutes>
            </Shell>
        </Router>
    }
}

#[component]
fn NotFound() -> impl IntoView {
    arrive("Page not found");
    view! {
        <section class="page">
            <h1>"Page not found"</h1>
            <p>"There is nothing at this address. "<a href="/">"Go to the front desk"</a>"."</p>
        </section>
    }
}
