//! Takes the callback's parameters out of the page's address: a code in an address would stay in the
//! history too. A site's page may have parameters of the same names from another program, which stay.

use leptos::prelude::window;
use wasm_bindgen::JsValue;
use web_sys::{Location, UrlSearchParams};

use webkyc_shared::sign_up::FailureReason;

use crate::sign_up::{callback::CallbackQuery, state};

/// The parameters of RFC 6749 sections 4.1.2 and 4.1.2.1, of RFC 9207, and of our own.
const PARAMETERS: [&str; 7] = [
    "code",
    "state",
    "error",
    "error_description",
    "error_uri",
    "iss",
    "webkyc_flow",
];

/// Begins the state of a history entry that holds the parameters, to tell it from other scripts'
/// states. The portal's own page puts them there (`arrival.js`).
const CARRIED: &str = "authenteq.return:";

/// The same once the page has read them, until the exchange is answered: the page may be loaded anew
/// before that.
const READ: &str = "authenteq.read:";

/// The callback in a page's address.
pub(crate) enum Arrival {
    /// A callback of a flow that this tab began, or any callback on the portal's own page.
    Callback(CallbackQuery),
    /// The callback that the portal's own page has read before, and whose exchange was not answered.
    Reloaded(CallbackQuery),
    /// A state of our form that this tab does not keep: of another tab or device, or of another
    /// program's sign-in. The address stays as it is.
    UnknownState,
    /// No callback, as after a reload, or one of another program.
    Nothing,
}

/// Takes our callback out of the address and leaves every other parameter in it.
///
/// # Errors
/// [`FailureReason::BadReturn`] if the browser refuses to change the address, because a code that stays there
/// must not be used; [`FailureReason::StorageBlocked`] if it cannot be seen whether the callback is ours.
pub(crate) fn take() -> Result<Arrival, FailureReason> {
    let location = window().location();
    let history = window().history().map_err(|_| FailureReason::BadReturn)?;
    let kept = history.state().unwrap_or(JsValue::NULL);
    let text = kept.as_string().unwrap_or_default();
    if let Some(search) = text.strip_prefix(READ) {
        return Ok(CallbackQuery::parse(search).map_or(Arrival::Nothing, Arrival::Reloaded));
    }
    if let Some(search) = text.strip_prefix(CARRIED) {
        let read = JsValue::from_str(&[READ, search].concat());
        history
            .replace_state_with_url(&read, "", None)
            .map_err(|_| FailureReason::BadReturn)?;
        return Ok(CallbackQuery::parse(search).map_or(Arrival::Nothing, Arrival::Callback));
    }
    let search = location.search().unwrap_or_default();
    let Some(query) = CallbackQuery::parse(&search) else {
        return Ok(Arrival::Nothing);
    };
    let Some(state) = query.sign_up_state() else {
        return Ok(Arrival::Nothing);
    };
    if !state::is_known(&state).map_err(|_| FailureReason::StorageBlocked)? {
        return Ok(Arrival::UnknownState);
    }
    let address = without_callback(&location, &search);
    history
        .replace_state_with_url(&kept, "", Some(&address))
        .map_err(|_| FailureReason::BadReturn)?;
    Ok(Arrival::Callback(query))
}

/// Takes the callback out of the portal's history entry: its exchange is answered.
pub(crate) fn forget() {
    if let Ok(history) = window().history()
        && let Ok(state) = history.state()
        && state.as_string().is_some_and(|text| text.starts_with(READ))
    {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", None);
    }
}

/// Path, query and fragment of the page.
fn without_callback(location: &Location, search: &str) -> String {
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
