//! What the identity server wrote into the address of the page it sent the visitor back to, taken
//! out of it: a code that stays in an address stays in the history too.

use leptos::prelude::window;
use wasm_bindgen::JsValue;
use web_sys::{Location, UrlSearchParams};

use crate::sign_up::{callback::Query, failure::Reason};

/// The parameters of RFC 6749 sections 4.1.2 and 4.1.2.1, and of RFC 9207.
const PARAMETERS: [&str; 6] = [
    "code",
    "state",
    "error",
    "error_description",
    "error_uri",
    "iss",
];

/// Before the parameters in the state of a history entry, to tell it from what others keep there.
/// The portal's own page has them there (`arrival.js`).
const CARRIED: &str = "authenteq.return:";

/// Takes the return out of the address, and leaves there what is not part of it. `None` when there is
/// none, as after a reload.
///
/// # Errors
/// [`Reason::BadReturn`] when the browser does not let go of it: a code that stays is not used.
pub fn take() -> Result<Option<Query>, Reason> {
    let location = window().location();
    let history = window().history().map_err(|_| Reason::BadReturn)?;
    let kept = history.state().unwrap_or(JsValue::NULL);
    if let Some(search) = carried(&kept) {
        history
            .replace_state_with_url(&JsValue::NULL, "", None)
            .map_err(|_| Reason::BadReturn)?;
        return Ok(Query::parse(&search));
    }
    let search = location.search().unwrap_or_default();
    let Some(query) = Query::parse(&search) else {
        return Ok(None);
    };
    let address = without_return(&location, &search);
    history
        .replace_state_with_url(&kept, "", Some(&address))
        .map_err(|_| Reason::BadReturn)?;
    Ok(Some(query))
}

fn carried(state: &JsValue) -> Option<String> {
    let state = state.as_string()?;
    state.strip_prefix(CARRIED).map(str::to_owned)
}

/// Path, query and fragment of the page.
fn without_return(location: &Location, search: &str) -> String {
    let rest = UrlSearchParams::new_with_str(search).map_or_else(
        |_| String::new(),
        |parameters| {
            for name in PARAMETERS {
                parameters.delete(name);
            }
            String::from(parameters.to_string())
        },
    );
    let path = location.pathname().unwrap_or_default();
    let fragment = location.hash().unwrap_or_default();
    let mark = if rest.is_empty() { "" } else { "?" };
    [&path, mark, &rest, &fragment].concat()
}
