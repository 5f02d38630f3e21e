//! The link to a new sign-up.

use leptos::prelude::*;
use webkyc_shared::sign_up::SiteReturn;

use crate::api::Backend;

/// A link to `/start` with the same keys. Inside an element, `elements.js` begins the sign-up in place
/// instead: `/start` may be of another origin than the page that checks the state.
#[component]
pub(crate) fn StartLink(
    class: &'static str,
    label: &'static str,
    site_return: SiteReturn,
) -> impl IntoView {
    let address = Backend::current().address(&start_address(&site_return));
    view! {
        <a class=class part="action" href=address data-test="start-again">
            {label}
        </a>
    }
}

/// The address of `/start` with these keys, relative to the portal.
pub(crate) fn start_address(site_return: &SiteReturn) -> String {
    let mut address = "start".to_owned();
    let mut separator = "?";
    let SiteReturn { site, return_key } = site_return;
    for (name, key) in [("site=", site), ("return=", return_key)] {
        if let Some(key) = key {
            let key = String::from(js_sys::encode_uri_component(key));
            address.extend([separator, name, &key]);
            separator = "&";
        }
    }
    address
}
