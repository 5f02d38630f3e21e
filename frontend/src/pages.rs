//! The pages of the portal: a file for each, and the programs that show them.

use std::cell::OnceCell;

use leptos::prelude::*;

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
    if frame::page_name() != "start" {
        return frame::mount(Own::portal, || view! { <HomePage /> }.into_any());
    }
    // A handle may be put into the address of a page that is open already.
    browser::reload_on(&window(), "hashchange");
    frame::mount(Own::portal, start);
}

/// Of a link, or of a sign-up that a site's server created.
fn start() -> AnyView {
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
    // Not in the view: a sign-up goes on when the visitor chooses another language.
    let (owner, opened) = (Owner::new(), OnceCell::new());
    frame::mount(Own::results, move || {
        let open = || owner.with(|| SignUp::open(None));
        let sign_up = *opened.get_or_init(open);
        view! { <ResultsPage sign_up /> }.into_any()
    });
}
