//! The handle of a sign-up that a site's server created. It comes in the fragment of `/start`, is taken out of
//! the address, and stays in this tab's `sessionStorage` under an id. That id is all that addresses hold
//! afterwards, so reload, Back and "start again" find the handle, and another tab does not.

use leptos::prelude::window;
use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;
use webkyc_shared::{problem::ErrorCode, sign_up::SignUpHandle};

use crate::{
    random,
    sign_up::{
        failure::Reason,
        state,
        storage::{self, StorageBlocked},
    },
};

/// The id follows.
pub(crate) const KEPT: &str = "authenteq.sign_up.";
/// In the fragment.
const HANDLE: &str = "sign_up";
/// In the query.
const ID: &str = "kept";

/// More than a visitor has open in one tab's history.
const MAX_KEPT: usize = 8;

/// A handle and its id in this tab.
#[derive(Clone, Debug)]
pub struct Kept {
    pub(crate) id: String,
    pub(crate) handle: SignUpHandle,
}

/// The sign-up that this page is opened for, if it is for one.
///
/// # Errors
/// [`Reason`]: the handle is malformed or of another tab, or the browser keeps nothing.
pub(crate) fn take() -> Result<Option<Kept>, Reason> {
    let location = window().location();
    let parameter = |text: &str, name| UrlSearchParams::new_with_str(text).ok()?.get(name);
    let hash = location.hash().unwrap_or_default();
    if let Some(handle) = parameter(hash.trim_start_matches('#'), HANDLE) {
        return arrive(handle).map(Some);
    }
    let search = location.search().unwrap_or_default();
    let Some(id) = parameter(&search, ID) else {
        return Ok(None);
    };
    let handle = read(&id).map_err(|_| Reason::StorageBlocked)?;
    let handle = handle.ok_or(Reason::Backend(ErrorCode::SignUpNotFound))?;
    Ok(Some(Kept { id, handle }))
}

/// Takes the handle out of the address in any case, then keeps it.
fn arrive(handle: String) -> Result<Kept, Reason> {
    let id = random::text().ok_or(Reason::NoRandomness);
    let path = window().location().pathname().unwrap_or_default();
    let address = [&path, "?", ID, "=", id.as_deref().unwrap_or_default()].concat();
    let history = window().history().map_err(|_| Reason::BadReturn)?;
    history
        .replace_state_with_url(&JsValue::NULL, "", Some(&address))
        .map_err(|_| Reason::BadReturn)?;
    let handle = SignUpHandle::try_from(handle);
    let kept = Kept {
        id: id?,
        handle: handle.map_err(|_| Reason::Backend(ErrorCode::SignUpNotFound))?,
    };
    keep(&kept, js_sys::Date::now() as u64).map_err(|_| Reason::StorageBlocked)?;
    Ok(kept)
}

/// The time comes first, so that the oldest goes first.
fn keep(kept: &Kept, now: u64) -> Result<(), StorageBlocked> {
    storage::probe()?;
    state::drop_oldest(KEPT, MAX_KEPT - 1)?;
    let value = [&now.to_string(), " ", kept.handle.as_str()].concat();
    storage::set(&[KEPT, &kept.id].concat(), &value)
}

fn read(id: &str) -> Result<Option<SignUpHandle>, StorageBlocked> {
    let value = storage::get(&[KEPT, id].concat())?;
    let handle = value.and_then(|value| Some(value.split_once(' ')?.1.to_owned()));
    Ok(handle.and_then(|handle| handle.try_into().ok()))
}
