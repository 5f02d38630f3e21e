//! A shop with two pages: `/` has the button, `/verified` is the redirect URI and shows the results.

use leptos::prelude::*;
use webkyc_frontend::{Backend, Results, SignUp, SignUpButton, Variant};

/// The path that the shop's web server passes on to `webkyc`.
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
    let sign_up = SignUp::open(None);
    let is_verified = move || sign_up.outcome().name() == "shown";
    view! {
        <div class="authenteq">
            <Results sign_up />
        </div>
        <Show when=is_verified>
            <p>"Thank you. " <a href="/">"Choose your car"</a></p>
        </Show>
    }
}
