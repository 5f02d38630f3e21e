//! The `state` of each flow in this tab: minted, kept in `sessionStorage`, taken once.

use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;
use webkyc_shared::sign_up::{SignUpState, SiteReturn};

use crate::{
    random,
    sign_up::storage::{self, FLOWS, StorageBlocked, USED},
};

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
    pub(crate) site_return: Option<SiteReturn>,
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
        let from = self.site_return.as_ref();
        for (name, key) in [
            (SITE, from.map(|from| &from.site)),
            (RETURN, from.and_then(|from| from.return_key.as_ref())),
            (KEPT_HANDLE, self.kept.as_ref()),
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
            site_return: SiteReturn::of_keys(fields.get(SITE), fields.get(RETURN)).ok()?,
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
    storage::drop_oldest(FLOWS, MAX_KEPT - 1)?;
    storage::set(&key(FLOWS, state), &flow.write()?)
}

/// Takes the flow of a state out of the storage. `None` stands for a state that cannot be ours.
pub(crate) fn take(state: Option<&SignUpState>, now: u64) -> Result<Taken, StorageBlocked> {
    storage::probe()?;
    let mut taken = Taken::default();
    if let Some(state) = state {
        let kept = storage::get(&key(FLOWS, state))?;
        storage::remove(&key(FLOWS, state))?;
        taken.used = storage::get(&key(USED, state))?
            .as_deref()
            .and_then(Flow::read);
        taken.flow = kept.as_deref().and_then(Flow::read);
        if let Some(flow) = &taken.flow {
            let used = Flow {
                began_at: now,
                ..flow.clone()
            };
            storage::drop_oldest(USED, MAX_USED - 1)?;
            storage::set(&key(USED, state), &used.write()?)?;
        }
    }
    taken.others = !storage::keys(FLOWS)?.is_empty();
    Ok(taken)
}

/// Whether this tab began the flow of this state, taken or not.
pub(crate) fn is_known(state: &SignUpState) -> Result<bool, StorageBlocked> {
    let keeps = |prefix| Ok(storage::get(&key(prefix, state))?.is_some());
    Ok(keeps(FLOWS)? || keeps(USED)?)
}

/// The flow that this tab began last, unless a callback came after that.
pub(crate) fn waiting() -> Option<(SignUpState, Flow)> {
    let (kept, key) = newest(FLOWS).ok()?;
    if kept <= newest(USED).ok()?.0 {
        return None;
    }
    let state = key.strip_prefix(FLOWS)?.to_owned();
    Some((state.try_into().ok()?, Flow::read(&kept)?))
}

/// Removes a flow that never left.
pub(crate) fn forget(state: &SignUpState) {
    // An entry that cannot be removed ends with the tab.
    let _ = storage::remove(&key(FLOWS, state));
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
