//! One sign-up seen from this tab: its state is minted, kept, and taken once.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::json;
use crate::session_storage::{self, Blocked};

/// Keyed by the state, so that two sign-ups in one tab do not overwrite each other.
const PENDING: &str = "authenteq.state.";
/// A mark that a state was taken: tells "already used" from "never seen".
const USED: &str = "authenteq.used.";

/// As many as the backend keeps for one browser.
const MAX_PENDING: usize = 4;
const MAX_USED: usize = 8;

/// 256 random bits as 43 characters of base64url: what comes back must be what left.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInState(String);

/// The browser has no source of randomness for this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRandomness;

impl SignInState {
    /// A new one, from Web Crypto.
    ///
    /// # Errors
    /// [`NoRandomness`]
    pub fn mint() -> Result<Self, NoRandomness> {
        let mut bytes = [0; 32];
        web_sys::window()
            .and_then(|window| window.crypto().ok())
            .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok())
            .ok_or(NoRandomness)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
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

/// What this tab remembers of a sign-up that is under way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Pending {
    /// When it left, in milliseconds since 1970.
    pub born: u64,
    /// The `site` it came from, to start again from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The `return` it wants to go back to.
    #[serde(default, rename = "return", skip_serializing_if = "Option::is_none")]
    pub return_key: Option<String>,
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
    let json = json::write(pending).ok_or(Blocked)?;
    forget_oldest(PENDING, MAX_PENDING - 1, born)?;
    session_storage::set(&key(PENDING, state), &json)
}

/// Takes the sign-up out of the storage. `None` is a return whose state cannot be one of ours.
///
/// # Errors
/// [`Blocked`]
pub fn take(state: Option<&SignInState>, now: u64) -> Result<Taken, Blocked> {
    session_storage::probe()?;
    let mut taken = Taken::default();
    if let Some(state) = state {
        let kept = session_storage::get(&key(PENDING, state))?;
        session_storage::remove(&key(PENDING, state))?;
        taken.used = session_storage::get(&key(USED, state))?.is_some();
        taken.pending = kept.as_deref().and_then(|json| json::read(json).ok());
        if kept.is_some() {
            forget_oldest(USED, MAX_USED - 1, taken_at)?;
            session_storage::set(&key(USED, state), &now.to_string())?;
        }
    }
    taken.others = !session_storage::keys(PENDING)?.is_empty();
    Ok(taken)
}

/// Whether this tab began a sign-up after the last one that came back to it.
///
/// # Errors
/// [`Blocked`]
pub fn is_waiting() -> Result<bool, Blocked> {
    Ok(newest(PENDING, born)? > newest(USED, taken_at)?)
}

/// Removes a sign-up that never left.
pub fn forget(state: &SignInState) {
    // Nothing to do about a storage that breaks here: the entry ends with the tab.
    let _ = session_storage::remove(&key(PENDING, state));
}

/// The page that starts another sign-up for the same site.
#[must_use]
pub fn start_address(pending: &Pending) -> String {
    let mut address = "start".to_owned();
    let mut separator = "?";
    for (name, key) in [("site=", &pending.site), ("return=", &pending.return_key)] {
        if let Some(key) = key {
            let key = String::from(js_sys::encode_uri_component(key));
            address.extend([separator, name, &key]);
            separator = "&";
        }
    }
    address
}

fn key(prefix: &str, state: &SignInState) -> String {
    [prefix, state.as_str()].concat()
}

fn born(pending: &str) -> u64 {
    json::read::<Pending>(pending).map_or(0, |pending| pending.born)
}

fn taken_at(mark: &str) -> u64 {
    mark.parse().unwrap_or(0)
}

fn newest(prefix: &str, time: fn(&str) -> u64) -> Result<u64, Blocked> {
    let mut newest = 0;
    for key in session_storage::keys(prefix)? {
        let value = session_storage::get(&key)?.unwrap_or_default();
        newest = newest.max(time(&value));
    }
    Ok(newest)
}

fn forget_oldest(prefix: &str, keep: usize, age: fn(&str) -> u64) -> Result<(), Blocked> {
    let mut entries = Vec::new();
    for key in session_storage::keys(prefix)? {
        let born = session_storage::get(&key)?.map_or(0, |value| age(&value));
        entries.push((born, key));
    }
    while entries.len() > keep {
        let oldest = (0..entries.len())
            .min_by_key(|&index| entries[index].0)
            .unwrap_or(0);
        session_storage::remove(&entries.swap_remove(oldest).1)?;
    }
    Ok(())
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
