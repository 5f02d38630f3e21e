//! The pages of the portal: a file for each, and the programs that show them.

use leptos::prelude::*;

use self::{home::HomePage, results::ResultsPage, start::StartPage};

pub(crate) mod crash;
pub(crate) mod frame;
mod home;
mod results;
mod start;

/// Shows `/` or `/start`.
pub fn portal() {
    frame::mount(|| match frame::page_name().as_str() {
        "start" => view! { <StartPage /> }.into_any(),
        _ => view! { <HomePage /> }.into_any(),
    });
}

/// Shows `/results`.
pub fn results() {
    frame::mount(|| view! { <ResultsPage /> }.into_any());
}
