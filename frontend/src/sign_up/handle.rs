//! The handle of a sign-up that a site's server created. It comes in the fragment of `/start` and stays in
//! this tab's `sessionStorage` under an id. The page is loaded anew with that id in its address, because a
//! browser keeps the address of a page while it is open (`performance.getEntries()`). So reload, Back and
//! "start again" find the handle, and another tab does not.

use leptos::prelude::window;
use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;
use webkyc_shared::{
    problem::ErrorCode,
    sign_up::{FailureReason, SignUpHandle},
};

use crate::{
    random,
    sign_up::storage::{self, HANDLES, StorageBlocked},
};

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

/// The reason for which `/start` is opened.
pub(crate) enum Opened {
    /// A sign-up of a link or button.
    Link,
    /// A sign-up that a site's server created.
    SignUp(Kept),
    /// The page is being loaded anew.
    Reloading,
}

/// Reads the page's address.
///
/// # Errors
/// [`FailureReason`]: the handle is malformed or of another tab, or the browser keeps nothing.
pub(crate) fn take() -> Result<Opened, FailureReason> {
    let location = window().location();
    let parameter = |text: &str, name| UrlSearchParams::new_with_str(text).ok()?.get(name);
    let hash = location.hash().unwrap_or_default();
    if let Some(handle) = parameter(hash.trim_start_matches('#'), HANDLE) {
        return arrive(handle);
    }
    let search = location.search().unwrap_or_default();
    let Some(id) = parameter(&search, ID) else {
        return Ok(Opened::Link);
    };
    let handle = read(&id).map_err(|_| FailureReason::StorageBlocked)?;
    let handle = handle.ok_or(FailureReason::Backend(ErrorCode::SignUpNotFound))?;
    Ok(Opened::SignUp(Kept { id, handle }))
}

/// Keeps the handle, and takes it out of the address in any case.
fn arrive(handle: String) -> Result<Opened, FailureReason> {
    let location = window().location();
    let kept = SignUpHandle::try_from(handle)
        .map_err(|_| FailureReason::Backend(ErrorCode::SignUpNotFound))
        .and_then(|handle| {
            let id = random::text().ok_or(FailureReason::NoRandomness)?;
            Ok(Kept { id, handle })
        })
        .and_then(|kept| {
            let now = js_sys::Date::now() as u64;
            keep(&kept, now).map_err(|_| FailureReason::StorageBlocked)?;
            Ok(kept.id)
        });
    let path = location.pathname().unwrap_or_default();
    let address = [&path, "?", ID, "=", kept.as_deref().unwrap_or_default()].concat();
    if let Err(reason) = kept {
        // The reason is shown without a second load.
        let history = window().history().map_err(|_| FailureReason::BadReturn)?;
        history
            .replace_state_with_url(&JsValue::NULL, "", Some(&address))
            .map_err(|_| FailureReason::BadReturn)?;
        return Err(reason);
    }
    location
        .replace(&address)
        .map_err(|_| FailureReason::BadReturn)?;
    Ok(Opened::Reloading)
}

/// The time comes first, so that the oldest goes first.
pub(crate) fn keep(kept: &Kept, now: u64) -> Result<(), StorageBlocked> {
    storage::probe()?;
    storage::drop_oldest(HANDLES, MAX_KEPT - 1)?;
    let value = [&now.to_string(), " ", kept.handle.as_str()].concat();
    storage::set(&[HANDLES, &kept.id].concat(), &value)
}

fn read(id: &str) -> Result<Option<SignUpHandle>, StorageBlocked> {
    let value = storage::get(&[HANDLES, id].concat())?;
    let handle = value.and_then(|value| Some(value.split_once(' ')?.1.to_owned()));
    Ok(handle.and_then(|handle| handle.try_into().ok()))
}
