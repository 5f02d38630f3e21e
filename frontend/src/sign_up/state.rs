//! The `state` of each flow in this tab: minted, kept in `sessionStorage`, taken once.

use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;
use webkyc_shared::sign_up::{SignUpState, SiteReturn};

use crate::{
    random,
    sign_up::storage::{self, StorageBlocked},
};

/// The state follows, so that two flows in one tab do not overwrite each other.
const KEPT: &str = "authenteq.state.";
/// Marks a state that was taken: tells "already used" from "never seen".
const USED: &str = "authenteq.used.";

const BORN: &str = "born";
const SITE: &str = "site";
const RETURN: &str = "return";

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
}

/// The storage's answer about a state that came back. [`take`] has removed the state itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Taken {
    /// The flow that the state belongs to.
    pub(crate) flow: Option<Flow>,
    /// The state was taken before.
    pub(crate) used: bool,
    /// Other flows of this tab are still open.
    pub(crate) others: bool,
}

impl Flow {
    fn at(began_at: u64) -> Self {
        Self {
            began_at,
            site_return: SiteReturn::default(),
        }
    }

    fn write(&self) -> Result<String, StorageBlocked> {
        let fields = UrlSearchParams::new().map_err(|_| StorageBlocked)?;
        // The browser writes the number: Rust's formatting weighs a kilobyte.
        let born = js_sys::JSON::stringify(&JsValue::from_f64(self.began_at as f64));
        fields.set(BORN, &String::from(born.map_err(|_| StorageBlocked)?));
        let SiteReturn { site, return_key } = &self.site_return;
        for (name, key) in [(SITE, site), (RETURN, return_key)] {
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
        taken.used = storage::get(&key(USED, state))?.is_some();
        taken.flow = kept.as_deref().and_then(Flow::read);
        if kept.is_some() {
            drop_oldest(USED, MAX_USED - 1)?;
            storage::set(&key(USED, state), &Flow::at(now).write()?)?;
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

/// Whether this tab began a flow after the last callback.
pub(crate) fn is_waiting() -> Result<bool, StorageBlocked> {
    Ok(newest(KEPT)? > newest(USED)?)
}

/// Removes a flow that never left.
pub(crate) fn forget(state: &SignUpState) {
    // An entry that cannot be removed ends with the tab.
    let _ = storage::remove(&key(KEPT, state));
}

/// Removes all flows and marks of this tab, and no other entry.
pub(crate) fn forget_all() {
    for prefix in [KEPT, USED] {
        for key in storage::keys(prefix).unwrap_or_default() {
            // An entry that cannot be removed ends with the tab.
            let _ = storage::remove(&key);
        }
    }
}

fn key(prefix: &str, state: &SignUpState) -> String {
    [prefix, state.as_str()].concat()
}

/// The newest value under a prefix. Values begin with the same word and a time of thirteen digits
/// (until the year 2286), so they sort by time.
fn newest(prefix: &str) -> Result<String, StorageBlocked> {
    let mut newest = String::new();
    for key in storage::keys(prefix)? {
        newest = newest.max(storage::get(&key)?.unwrap_or_default());
    }
    Ok(newest)
}

fn drop_oldest(prefix: &str, keep: usize) -> Result<(), StorageBlocked> {
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
