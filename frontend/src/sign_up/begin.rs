//! Leaving for the identity server, from whatever page the visitor comes back to.
//!
//! The button does this on the pages of other sites, so it is written for weight: the browser's own
//! JSON, and no types that a program of its own would have to carry.

use js_sys::{JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, Window};

use crate::{
    api::json,
    sign_up::{
        state::{self, Pending, SignInState},
        storage,
    },
};

/// How a request of ours is sent: `webkyc_shared::api` says what it carries. Cookies go with it to a
/// sibling subdomain too, which the backend has to list.
const REQUEST: &str = r#"{"method":"POST","headers":{"x-webkyc":"1","accept":"application/json","content-type":"application/json"},"cache":"no-store","credentials":"include","redirect":"error"}"#;

/// Why the visitor stays.
#[derive(Clone, Debug)]
pub enum Stay {
    /// The browser keeps nothing for this page.
    StorageBlocked,
    /// The browser has no Web Crypto.
    NoRandomness,
    /// No answer came.
    Offline,
    /// Something else answered in the backend's place.
    Unreadable,
    /// The backend says why: [`webkyc_shared::problem::Problem`], as it was parsed.
    Refused(JsValue),
}

impl Stay {
    /// What a visitor reads to the support desk; `crate::sign_up::failure::Reason` has the same ones.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        let code = match self {
            Self::StorageBlocked => "STORAGE_BLOCKED",
            Self::NoRandomness => "NO_RANDOMNESS",
            Self::Offline => "OFFLINE",
            Self::Unreadable => "UNREADABLE_ANSWER",
            Self::Refused(problem) => return json::member(problem, "code"),
        };
        Some(code.to_owned())
    }
}

/// Makes and keeps the state, asks the backend at `base` where to go, and answers that.
///
/// # Errors
/// What keeps the visitor here. Nothing of this sign-up is kept then.
pub async fn prepare(
    base: &str,
    site: Option<String>,
    return_key: Option<String>,
) -> Result<String, Stay> {
    let window = web_sys::window().ok_or(Stay::StorageBlocked)?;
    // Noticed now, and not after the visitor has shown a passport.
    if !takes_cookies(&window) || storage::probe().is_err() {
        return Err(Stay::StorageBlocked);
    }
    let state = SignInState::mint().map_err(|_| Stay::NoRandomness)?;
    let body = json::object(&[
        ("state", Some(state.as_str())),
        ("site", site.as_deref()),
        ("return", return_key.as_deref()),
    ]);
    let pending = Pending {
        born: js_sys::Date::now() as u64,
        site,
        return_key,
    };
    state::keep(&state, &pending).map_err(|_| Stay::StorageBlocked)?;
    let begun = begin(&window, &[base, "api/begin"].concat(), body).await;
    if begun.is_err() {
        state::forget(&state);
    }
    begun
}

async fn begin(window: &Window, address: &str, body: Option<String>) -> Result<String, Stay> {
    let request = JSON::parse(REQUEST).map_err(|_| Stay::Unreadable)?;
    // What was just parsed takes every key.
    let _ = Reflect::set(&request, &"body".into(), &body.into());
    let response = JsFuture::from(window.fetch_with_str_and_init(address, request.unchecked_ref()))
        .await
        .map_err(|_| Stay::Offline)?;
    let response: Response = response.unchecked_into();
    let answer = response.json().map_err(|_| Stay::Unreadable)?;
    let answer = JsFuture::from(answer).await.map_err(|_| Stay::Unreadable)?;
    if response.ok() {
        // Followed, so it must be an address of the web.
        json::member(&answer, "authorizeUrl")
            .filter(|url| is_web(url))
            .ok_or(Stay::Unreadable)
    } else {
        Err(Stay::Refused(answer))
    }
}

/// Whether following this address leads to a page, and runs nothing here.
#[must_use]
pub fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// web-sys leaves this member of the navigator out.
fn takes_cookies(window: &Window) -> bool {
    let enabled = Reflect::get(&window.navigator(), &"cookieEnabled".into());
    enabled.is_ok_and(|enabled| enabled.is_truthy())
}
