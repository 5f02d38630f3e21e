//! One file per page of the portal.

use leptos::prelude::*;

pub mod crash;
pub mod frame;
pub mod home;
pub mod integrate;
pub mod results;
pub mod start;

/// The main part of a page: what it is, how it stands, and why, for whoever looks from outside.
fn main_part(
    page: &'static str,
    title: &str,
    outcome: Option<&'static str>,
    reason: Option<&'static str>,
    content: AnyView,
) -> AnyView {
    document().set_title(title);
    view! {
        <main data-page=page data-outcome=outcome data-reason=reason>
            {content}
        </main>
    }
    .into_any()
}
