//! A shop with two pages: `/` has the button, `/verified` is where Authenteq sends the visitor back to.

use leptos::prelude::*;
use webkyc_frontend::{
    api::Backend,
    components::{
        results::Results,
        sign_up_button::{SignUpButton, Variant},
    },
    sign_up::{results::Visit, state::CameFrom},
};

/// Where the shop's web server passes requests on to `webkyc`.
const BACKEND: &str = "/kyc/";

fn main() {
    leptos::mount::mount_to_body(Shop);
}

#[component]
fn Shop() -> impl IntoView {
    provide_context(Backend::at(BACKEND));
    let path = window().location().pathname().unwrap_or_default();
    view! {
        <h1>"Example shop"</h1>
        {if path == "/verified" {
            view! { <Verified /> }.into_any()
        } else {
            view! { <Welcome /> }.into_any()
        }}
    }
}

#[component]
fn Welcome() -> impl IntoView {
    let start = Backend::current().address("start");
    view! {
        <p>"Before you can rent a car, please show us your driving licence."</p>
        <SignUpButton variant=Variant::Accessible href=start />
    }
}

#[component]
fn Verified() -> impl IntoView {
    let visit = Visit::start(CameFrom::default());
    let is_verified = move || visit.outcome().name() == "shown";
    view! {
        <div class="authenteq">
            <Results visit />
        </div>
        <Show when=is_verified>
            <p>"Thank you. " <a href="/">"Choose your car"</a></p>
        </Show>
    }
}
