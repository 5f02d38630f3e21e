//! The links to a new sign-up, and back to the site.

use leptos::prelude::*;

use crate::{api::Backend, sign_up::ways::Ways};

/// A link to `/start` for the same site or sign-up, unless that is over. Inside an element, `elements.js`
/// begins the sign-up in place instead: `/start` may be of another origin than the page that checks the
/// state.
pub(crate) fn start_link(class: &'static str, label: &'static str, ways: &Ways) -> Option<AnyView> {
    let address = Backend::current().address(&ways.start_address()?);
    Some(link(class, label.into(), address, "start-again"))
}

/// The link back to the site, if the visitor came from one.
pub(crate) fn back_link(
    class: &'static str,
    label: impl Into<Oco<'static, str>>,
    ways: &Ways,
) -> Option<AnyView> {
    Some(link(class, label.into(), ways.back()?, "return"))
}

fn link(
    class: &'static str,
    label: Oco<'static, str>,
    href: String,
    test: &'static str,
) -> AnyView {
    view! {
        <a class=class part="action" href=href data-test=test>
            {label}
        </a>
    }
    .into_any()
}
