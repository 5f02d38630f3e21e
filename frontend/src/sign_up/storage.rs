//! `sessionStorage`, and a word to other tabs by `localStorage`. Every access may fail: a setting, a private window or an app's own browser can
//! block it, and it can be full.

use wasm_bindgen::JsCast;
use web_sys::Storage;

/// The browser keeps nothing for this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StorageBlocked;

const PROBE: &str = "authenteq.probe";

/// The keys of flows; the state follows, so that two flows in one tab do not overwrite each other.
pub(crate) const FLOWS: &str = "authenteq.state.";
/// The keys of states that were taken: tell "already used" from "never seen".
pub(crate) const USED: &str = "authenteq.used.";
/// The keys of handles of sign-ups; the id in this tab follows.
pub(crate) const HANDLES: &str = "authenteq.sign_up.";

/// The keys of the sessions that this tab has shown; the URL of the deployment follows.
const SESSION: &str = "authenteq.session.";

/// Writes, reads back and removes one value; fails if any of the three does.
pub(crate) fn probe() -> Result<(), StorageBlocked> {
    set(PROBE, "1")?;
    let kept = get(PROBE)?;
    remove(PROBE)?;
    if kept.as_deref() == Some("1") {
        Ok(())
    } else {
        Err(StorageBlocked)
    }
}

pub(crate) fn get(key: &str) -> Result<Option<String>, StorageBlocked> {
    storage()?.get_item(key).map_err(|_| StorageBlocked)
}

/// Keeps `value` under `key` until the tab closes.
pub(crate) fn set(key: &str, value: &str) -> Result<(), StorageBlocked> {
    storage()?.set_item(key, value).map_err(|_| StorageBlocked)
}

/// Removes `key`; it need not exist.
pub(crate) fn remove(key: &str) -> Result<(), StorageBlocked> {
    storage()?.remove_item(key).map_err(|_| StorageBlocked)
}

/// Every key that begins with `prefix`.
pub(crate) fn keys(prefix: &str) -> Result<Vec<String>, StorageBlocked> {
    let storage = storage()?;
    let mut keys = Vec::new();
    for index in 0..storage.length().map_err(|_| StorageBlocked)? {
        if let Some(key) = storage.key(index).map_err(|_| StorageBlocked)?
            && key.starts_with(prefix)
        {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// Whether this tab has shown another session of the same deployment.
pub(crate) fn has_shown_another(id: &str, deployment: &str) -> bool {
    matches!(get(&session_key(deployment)), Ok(Some(shown)) if shown != id)
}

/// Keeps the session that this tab shows.
pub(crate) fn shows(id: &str, deployment: &str) {
    // Where nothing can be kept, no tab has shown a session.
    let _ = set(&session_key(deployment), id);
}

fn session_key(deployment: &str) -> String {
    [SESSION, deployment].concat()
}

/// Forgets the session that this tab has shown.
pub(crate) fn shows_none(deployment: &str) {
    // An entry that cannot be removed ends with the tab.
    let _ = remove(&session_key(deployment));
}

/// Removes all flows, marks and handles of this tab, and no other entry.
pub(crate) fn forget_all() {
    for prefix in [FLOWS, USED, HANDLES] {
        for key in keys(prefix).unwrap_or_default() {
            // An entry that cannot be removed ends with the tab.
            let _ = remove(&key);
        }
    }
}

/// The key of `localStorage` with which a tab tells the others that the visitor has cleared this session's data.
pub(crate) fn cleared_key(id: &str) -> String {
    ["authenteq.cleared.", id].concat()
}

/// Tells it. `localStorage` keeps nothing.
pub(crate) fn tell(key: &str) {
    if let Some(Ok(Some(shared))) = web_sys::window().map(|window| window.local_storage()) {
        // Where it is blocked, other tabs show the data until its time is over.
        let _ = shared.set_item(key, "");
        let _ = shared.remove_item(key);
    }
}

/// Removes the smallest values under a prefix until `keep` are left.
pub(crate) fn drop_oldest(prefix: &str, keep: usize) -> Result<(), StorageBlocked> {
    loop {
        let keys = keys(prefix)?;
        if keys.len() <= keep {
            return Ok(());
        }
        let mut oldest = None;
        for key in &keys {
            let entry = (get(key)?, key);
            oldest = Some(oldest.map_or(entry.clone(), |oldest| entry.min(oldest)));
        }
        if let Some((_, key)) = oldest {
            remove(key)?;
        }
    }
}

/// Reading `window.sessionStorage` may throw, and a page may have replaced it by something else.
fn storage() -> Result<Storage, StorageBlocked> {
    let window = web_sys::window().ok_or(StorageBlocked)?;
    let storage = window
        .session_storage()
        .map_err(|_| StorageBlocked)?
        .ok_or(StorageBlocked)?;
    if storage.is_instance_of::<Storage>() {
        Ok(storage)
    } else {
        Err(StorageBlocked)
    }
}
