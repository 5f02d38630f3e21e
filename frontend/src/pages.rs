//! The pages of the portal: a file for each, and the programs that show them.

use leptos::prelude::*;
use webkyc_shared::sign_up::SiteReturn;

use self::{consent::ConsentPage, home::HomePage, results::ResultsPage, start::StartPage};
use crate::{
    browser,
    sign_up::{
        handle::{self, Opened},
        results::SignUp,
    },
    texts::Own,
};

mod consent;
pub(crate) mod crash;
pub(crate) mod frame;
mod home;
mod results;
mod start;

/// Shows `/` or `/start`.
pub fn portal() {
    frame::mount(Own::portal, || match frame::page_name().as_str() {
        "start" => start(),
        _ => view! { <HomePage /> }.into_any(),
    });
}

/// Of a link, or of a sign-up that a site's server created.
fn start() -> AnyView {
    // A handle may be put into the address of a page that is open already.
    browser::reload_on(&window(), "hashchange");
    if browser::is_prerendered() {
        return view! { <StartPage /> }.into_any();
    }
    match handle::take() {
        Ok(Opened::Link) => view! { <StartPage /> }.into_any(),
        Ok(Opened::SignUp(kept)) => view! { <ConsentPage kept /> }.into_any(),
        Ok(Opened::Reloading) => consent::opening(),
        Err(reason) => consent::failed(reason.into(), None),
    }
}

/// Shows `/results`.
pub fn results() {
    frame::mount(Own::results, || {
        let sign_up = SignUp::open(SiteReturn::default());
        view! { <ResultsPage sign_up /> }.into_any()
    });
}
