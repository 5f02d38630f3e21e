//! `sessionStorage`, where every access may fail: blocked by a setting, in a private window, in
//! an application's own browser, or full.

use wasm_bindgen::JsCast;
use web_sys::Storage;

/// The browser refuses to keep anything for this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocked;

const PROBE: &str = "authenteq.probe";

/// Writes, reads back and removes one value.
///
/// # Errors
/// [`Blocked`] when any of the three does not work.
pub fn probe() -> Result<(), Blocked> {
    set(PROBE, "1")?;
    let kept = get(PROBE)?;
    remove(PROBE)?;
    if kept.as_deref() == Some("1") {
        Ok(())
    } else {
        Err(Blocked)
    }
}

/// The value of `key`.
///
/// # Errors
/// [`Blocked`]
pub fn get(key: &str) -> Result<Option<String>, Blocked> {
    storage()?.get_item(key).map_err(|_| Blocked)
}

/// Keeps `value` under `key` until the tab closes.
///
/// # Errors
/// [`Blocked`]
pub fn set(key: &str, value: &str) -> Result<(), Blocked> {
    storage()?.set_item(key, value).map_err(|_| Blocked)
}

/// Removes `key`; it need not exist.
///
/// # Errors
/// [`Blocked`]
pub fn remove(key: &str) -> Result<(), Blocked> {
    storage()?.remove_item(key).map_err(|_| Blocked)
}

/// Every key that begins with `prefix`.
///
/// # Errors
/// [`Blocked`]
pub fn keys(prefix: &str) -> Result<Vec<String>, Blocked> {
    let storage = storage()?;
    let mut keys = Vec::new();
    for index in 0..storage.length().map_err(|_| Blocked)? {
        if let Some(key) = storage.key(index).map_err(|_| Blocked)?
            && key.starts_with(prefix)
        {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// Through the global object, because reading `window.sessionStorage` itself may throw, and a page
/// may have put something else in its place.
fn storage() -> Result<Storage, Blocked> {
    let window = web_sys::window().ok_or(Blocked)?;
    let storage = window
        .session_storage()
        .map_err(|_| Blocked)?
        .ok_or(Blocked)?;
    if storage.is_instance_of::<Storage>() {
        Ok(storage)
    } else {
        Err(Blocked)
    }
}
