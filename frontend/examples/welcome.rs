//! The snippet of the page `/integrate` for a Leptos application, so that it is compiled.

use leptos::prelude::*;
use webkyc_frontend::{Locale, SignUpButton, Variant};

#[component]
fn Welcome() -> impl IntoView {
    provide_context(Locale::from_tags("en"));
    view! {
        <SignUpButton variant=Variant::Accessible href="https://shop.example/kyc/start?site=shop&return=done" />
    }
}

fn main() {
    leptos::mount::mount_to_body(Welcome);
}
