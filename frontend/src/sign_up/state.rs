//! The `state` of each flow in this tab: minted, kept in `sessionStorage`, taken once.

use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;
use webkyc_shared::sign_up::{SignUpState, SiteReturn};

use crate::{
    random,
    sign_up::{
        handle,
        storage::{self, StorageBlocked},
    },
};

/// The state follows, so that two flows in one tab do not overwrite each other.
const KEPT: &str = "authenteq.state.";
/// Marks a state that was taken: distinguishes "already used" from "never seen".
const USED: &str = "authenteq.used.";

const BORN: &str = "born";
const SITE: &str = "site";
const RETURN: &str = "return";
const KEPT_HANDLE: &str = "kept";

/// As many flows as the backend keeps for one browser.
const MAX_KEPT: usize = 4;
const MAX_USED: usize = 8;

/// A flow in this tab's storage, written as a query string: the browser reads and writes those, which
/// keeps the button light.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Flow {
    /// Milliseconds since 1970.
    pub(crate) began_at: u64,
    pub(crate) site_return: SiteReturn,
    /// The id of the handle in this tab, in a sign-up that a site's server created.
    pub(crate) kept: Option<String>,
}

/// The storage's answer about a state that came back. [`take`] has removed the state itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Taken {
    /// The flow that the state belongs to.
    pub(crate) flow: Option<Flow>,
    /// The same, if the state was taken before.
    pub(crate) used: Option<Flow>,
    /// Other flows of this tab are still open.
    pub(crate) others: bool,
}

impl Flow {
    fn write(&self) -> Result<String, StorageBlocked> {
        let fields = UrlSearchParams::new().map_err(|_| StorageBlocked)?;
        // The browser writes the number: Rust's formatting weighs a kilobyte.
        let born = js_sys::JSON::stringify(&JsValue::from_f64(self.began_at as f64));
        fields.set(BORN, &String::from(born.map_err(|_| StorageBlocked)?));
        let SiteReturn { site, return_key } = &self.site_return;
        for (name, key) in [
            (SITE, site),
            (RETURN, return_key),
            (KEPT_HANDLE, &self.kept),
        ] {
            if let Some(key) = key {
                fields.set(name, key);
            }
        }
        Ok(fields.to_string().into())
    }

    /// `None` for a text that [`Self::write`] did not write.
    fn read(text: &str) -> Option<Self> {
        let fields = UrlSearchParams::new_with_str(text).ok()?;
        Some(Self {
            began_at: fields.get(BORN)?.parse().ok()?,
            site_return: SiteReturn {
                site: fields.get(SITE),
                return_key: fields.get(RETURN),
            },
            kept: fields.get(KEPT_HANDLE),
        })
    }
}

/// A new state from Web Crypto; `None` where the browser has none.
pub(crate) fn mint() -> Option<SignUpState> {
    random::text()?.try_into().ok()
}

/// Keeps a flow for its callback, and drops the oldest ones.
pub(crate) fn keep(state: &SignUpState, flow: &Flow) -> Result<(), StorageBlocked> {
    drop_oldest(KEPT, MAX_KEPT - 1)?;
    storage::set(&key(KEPT, state), &flow.write()?)
}

/// Takes the flow of a state out of the storage. `None` stands for a state that cannot be ours.
pub(crate) fn take(state: Option<&SignUpState>, now: u64) -> Result<Taken, StorageBlocked> {
    storage::probe()?;
    let mut taken = Taken::default();
    if let Some(state) = state {
        let kept = storage::get(&key(KEPT, state))?;
        storage::remove(&key(KEPT, state))?;
        taken.used = storage::get(&key(USED, state))?
            .as_deref()
            .and_then(Flow::read);
        taken.flow = kept.as_deref().and_then(Flow::read);
        if let Some(flow) = &taken.flow {
            let used = Flow {
                began_at: now,
                ..flow.clone()
            };
            drop_oldest(USED, MAX_USED - 1)?;
            storage::set(&key(USED, state), &used.write()?)?;
        }
    }
    taken.others = !storage::keys(KEPT)?.is_empty();
    Ok(taken)
}

/// Whether this tab began the flow of this state, taken or not.
pub(crate) fn is_known(state: &SignUpState) -> Result<bool, StorageBlocked> {
    let keeps = |prefix| Ok(storage::get(&key(prefix, state))?.is_some());
    Ok(keeps(KEPT)? || keeps(USED)?)
}

/// The flow that this tab began last, unless a callback came after that.
pub(crate) fn waiting() -> Option<(SignUpState, Flow)> {
    let (kept, key) = newest(KEPT).ok()?;
    if kept <= newest(USED).ok()?.0 {
        return None;
    }
    let state = key.strip_prefix(KEPT)?.to_owned();
    Some((state.try_into().ok()?, Flow::read(&kept)?))
}

/// Removes a flow that never left.
pub(crate) fn forget(state: &SignUpState) {
    // An entry that cannot be removed ends with the tab.
    let _ = storage::remove(&key(KEPT, state));
}

/// Removes all flows, marks and handles of this tab, and no other entry.
pub(crate) fn forget_all() {
    for prefix in [KEPT, USED, handle::KEPT] {
        for key in storage::keys(prefix).unwrap_or_default() {
            // An entry that cannot be removed ends with the tab.
            let _ = storage::remove(&key);
        }
    }
}

fn key(prefix: &str, state: &SignUpState) -> String {
    [prefix, state.as_str()].concat()
}

/// The newest value under a prefix, and its key. Values begin with the same word and a time of thirteen
/// digits (until the year 2286), so they sort by time.
fn newest(prefix: &str) -> Result<(String, String), StorageBlocked> {
    let mut newest = Default::default();
    for key in storage::keys(prefix)? {
        newest = (storage::get(&key)?.unwrap_or_default(), key).max(newest);
    }
    Ok(newest)
}

/// Removes the smallest values under a prefix until `keep` are left.
pub(crate) fn drop_oldest(prefix: &str, keep: usize) -> Result<(), StorageBlocked> {
    loop {
        let keys = storage::keys(prefix)?;
        if keys.len() <= keep {
            return Ok(());
        }
        let mut oldest = None;
        for key in &keys {
            let entry = (storage::get(key)?, key);
            oldest = Some(oldest.map_or(entry.clone(), |oldest| entry.min(oldest)));
        }
        if let Some((_, key)) = oldest {
            storage::remove(key)?;
        }
    }
}
