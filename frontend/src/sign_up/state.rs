//! One sign-up seen from this tab: its state is minted, kept, and taken once.

use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;

use crate::{
    random,
    sign_up::storage::{self, Blocked},
};

/// Keyed by the state, so that two sign-ups in one tab do not overwrite each other.
const PENDING: &str = "authenteq.state.";
/// A mark that a state was taken: tells "already used" from "never seen".
const USED: &str = "authenteq.used.";

const BORN: &str = "born";
const SITE: &str = "site";
const RETURN: &str = "return";

/// As many as the backend keeps for one browser.
const MAX_PENDING: usize = 4;
const MAX_USED: usize = 8;

/// 256 random bits as 43 characters of base64url: what comes back must be what left.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInState(String);

/// The browser has no source of randomness for this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRandomness;

impl Pending {
    fn at(born: u64) -> Self {
        Self {
            born,
            site: None,
            return_key: None,
        }
    }

    fn write(&self) -> Result<String, Blocked> {
        let fields = UrlSearchParams::new().map_err(|_| Blocked)?;
        // A number of the browser's, whose digits it has: Rust's own weigh a kilobyte.
        let born = js_sys::JSON::stringify(&JsValue::from_f64(self.born as f64));
        fields.set(BORN, &String::from(born.map_err(|_| Blocked)?));
        for (name, key) in [(SITE, &self.site), (RETURN, &self.return_key)] {
            if let Some(key) = key {
                fields.set(name, key);
            }
        }
        Ok(fields.to_string().into())
    }

    /// `None` for what was not written by [`Self::write`].
    fn read(text: &str) -> Option<Self> {
        let fields = UrlSearchParams::new_with_str(text).ok()?;
        Some(Self {
            born: fields.get(BORN)?.parse().ok()?,
            site: fields.get(SITE),
            return_key: fields.get(RETURN),
        })
    }

    /// What another sign-up of the same visitor is told.
    #[must_use]
    pub fn came_from(&self) -> CameFrom {
        CameFrom {
            site: self.site.clone(),
            return_key: self.return_key.clone(),
        }
    }
}

impl SignInState {
    /// A new one, from Web Crypto.
    ///
    /// # Errors
    /// [`NoRandomness`]
    pub fn mint() -> Result<Self, NoRandomness> {
        random::text().map(Self).ok_or(NoRandomness)
    }

    /// The state in a query parameter, if it looks like one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let ours = text.len() == 43
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        ours.then(|| Self(text.to_owned()))
    }

    /// As it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What this tab remembers of a sign-up that is under way. Kept as a query string, because the
/// browser reads and writes those, and the button has to be light.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// When it left, in milliseconds since 1970.
    pub born: u64,
    /// The `site` it came from, to start again from there.
    pub site: Option<String>,
    /// The `return` it wants to go back to.
    pub return_key: Option<String>,
}

/// Where a visitor comes from and wants to go back to: keys of the backend's configuration.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CameFrom {
    /// The `site`.
    pub site: Option<String>,
    /// The `return` of that site.
    pub return_key: Option<String>,
}

impl CameFrom {
    /// The page that starts a sign-up from there.
    #[must_use]
    pub fn start_address(&self) -> String {
        let mut address = "start".to_owned();
        let mut separator = "?";
        for (name, key) in [("site=", &self.site), ("return=", &self.return_key)] {
            if let Some(key) = key {
                let key = String::from(js_sys::encode_uri_component(key));
                address.extend([separator, name, &key]);
                separator = "&";
            }
        }
        address
    }
}

/// What this tab knew of a state that came back. The state itself is no longer kept.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Taken {
    /// The sign-up it belongs to.
    pub pending: Option<Pending>,
    /// It was taken before.
    pub used: bool,
    /// Other sign-ups of this tab are still under way.
    pub others: bool,
}

/// Keeps a sign-up for the way back, and forgets the oldest ones.
///
/// # Errors
/// [`Blocked`]
pub fn keep(state: &SignInState, pending: &Pending) -> Result<(), Blocked> {
    forget_oldest(PENDING, MAX_PENDING - 1)?;
    storage::set(&key(PENDING, state), &pending.write()?)
}

/// Takes the sign-up out of the storage. `None` is a return whose state cannot be one of ours.
///
/// # Errors
/// [`Blocked`]
pub fn take(state: Option<&SignInState>, now: u64) -> Result<Taken, Blocked> {
    storage::probe()?;
    let mut taken = Taken::default();
    if let Some(state) = state {
        let kept = storage::get(&key(PENDING, state))?;
        storage::remove(&key(PENDING, state))?;
        taken.used = storage::get(&key(USED, state))?.is_some();
        taken.pending = kept.as_deref().and_then(Pending::read);
        if kept.is_some() {
            forget_oldest(USED, MAX_USED - 1)?;
            storage::set(&key(USED, state), &Pending::at(now).write()?)?;
        }
    }
    taken.others = !storage::keys(PENDING)?.is_empty();
    Ok(taken)
}

/// Whether this tab began a sign-up after the last one that came back to it.
///
/// # Errors
/// [`Blocked`]
pub fn is_waiting() -> Result<bool, Blocked> {
    Ok(newest(PENDING)? > newest(USED)?)
}

/// Removes a sign-up that never left.
pub fn forget(state: &SignInState) {
    // Nothing to do about a storage that breaks here: the entry ends with the tab.
    let _ = storage::remove(&key(PENDING, state));
}

/// Removes all that this tab keeps of sign-ups, and nothing that others keep beside it.
pub fn forget_all() {
    for prefix in [PENDING, USED] {
        for key in storage::keys(prefix).unwrap_or_default() {
            // As above: what cannot be removed ends with the tab.
            let _ = storage::remove(&key);
        }
    }
}

fn key(prefix: &str, state: &SignInState) -> String {
    [prefix, state.as_str()].concat()
}

/// The newest of what is kept under a prefix. Each value begins with the same word and a time of
/// thirteen digits (until the year 2286), so the values are in the order of their times.
fn newest(prefix: &str) -> Result<String, Blocked> {
    let mut newest = String::new();
    for key in storage::keys(prefix)? {
        newest = newest.max(storage::get(&key)?.unwrap_or_default());
    }
    Ok(newest)
}

fn forget_oldest(prefix: &str, keep: usize) -> Result<(), Blocked> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: &str = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq83";

    #[test]
    fn a_state_of_43_base64url_characters_is_recognised() {
        assert_eq!(SignInState::parse(STATE).expect("is one").as_str(), STATE);
    }

    #[test]
    fn oa_03_anything_else_is_not_a_state() {
        let long = "a".repeat(10_000);
        let padded = format!("{STATE}=");
        for text in [
            "",
            &STATE[1..],
            &padded,
            &long,
            &STATE.replace('q', "+"),
            &STATE.replace('q', "é"),
        ] {
            assert!(SignInState::parse(text).is_none(), "{text}");
        }
    }
}
