//! The first half of a sign-up: up to the moment the browser leaves for the identity server.
//!
//! The button does this on other sites' pages, so it has to be light: it uses the browser's own JSON
//! and no type that would bring a deserializer along.

use js_sys::{JSON, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, Window};
use webkyc_shared::sign_up::SiteReturn;

use crate::{
    api::json,
    sign_up::{
        state::{self, Flow},
        storage,
    },
};

/// The options of the `fetch` call for `POST /api/begin`. Credentials are included, because a page on
/// a sibling subdomain needs the cookie too; the backend takes only the origins that it lists.
const REQUEST: &str = r#"{"method":"POST","headers":{"x-webkyc":"1","accept":"application/json","content-type":"application/json"},"cache":"no-store","credentials":"include","redirect":"error"}"#;

#[wasm_bindgen]
extern "C" {
    /// Throws at once where a page or an extension has replaced it so.
    #[wasm_bindgen(catch)]
    fn fetch(address: &str, request: &JsValue) -> Result<Promise, JsValue>;
}

/// Why a sign-up cannot begin.
#[derive(Clone, Debug)]
pub enum BeginError {
    /// The browser refuses cookies or `sessionStorage` for this page.
    StorageBlocked,
    /// The browser has no Web Crypto.
    NoRandomness,
    /// The backend did not answer.
    Offline,
    /// The answer did not come from the backend.
    Unreadable,
    /// The backend refuses: a [`Problem`](webkyc_shared::problem::Problem), as the browser parsed it.
    Refused(JsValue),
}

impl BeginError {
    /// The code that a visitor reads to the support desk, the same as that of a
    /// [`Reason`](crate::Reason).
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

/// Makes and keeps a `state`, and returns the authorize URL from the backend at `base`.
///
/// # Errors
/// [`BeginError`]; nothing of this flow stays in the storage.
pub async fn begin(base: &str, site_return: SiteReturn) -> Result<String, BeginError> {
    let window = web_sys::window().ok_or(BeginError::StorageBlocked)?;
    // Better noticed now than after the visitor has shown a passport.
    if !takes_cookies(&window) || storage::probe().is_err() {
        return Err(BeginError::StorageBlocked);
    }
    let state = state::mint().ok_or(BeginError::NoRandomness)?;
    let body = json::object(&[
        ("state", Some(state.as_str())),
        ("site", site_return.site.as_deref()),
        ("return", site_return.return_key.as_deref()),
    ]);
    let flow = Flow {
        began_at: js_sys::Date::now() as u64,
        site_return,
    };
    state::keep(&state, &flow).map_err(|_| BeginError::StorageBlocked)?;
    let url = authorize_url(&[base, "api/begin"].concat(), body).await;
    if url.is_err() {
        state::forget(&state);
    }
    url
}

async fn authorize_url(address: &str, body: Option<String>) -> Result<String, BeginError> {
    let request = JSON::parse(REQUEST).map_err(|_| BeginError::Unreadable)?;
    // Cannot fail: a plain object takes every key.
    let _ = Reflect::set(&request, &"body".into(), &body.into());
    let response = fetch(address, &request).map_err(|_| BeginError::Offline)?;
    let response = JsFuture::from(response)
        .await
        .map_err(|_| BeginError::Offline)?;
    let response: Response = response.unchecked_into();
    let answer = response.json().map_err(|_| BeginError::Unreadable)?;
    let answer = JsFuture::from(answer)
        .await
        .map_err(|_| BeginError::Unreadable)?;
    if response.ok() {
        json::member(&answer, "authorizeUrl")
            .filter(|url| is_web(url))
            .ok_or(BeginError::Unreadable)
    } else {
        Err(BeginError::Refused(answer))
    }
}

/// Whether the address is `http` or `https`, so that following it runs no script here.
pub(crate) fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Reads `navigator.cookieEnabled`, which web-sys leaves out.
fn takes_cookies(window: &Window) -> bool {
    let enabled = Reflect::get(&window.navigator(), &"cookieEnabled".into());
    enabled.is_ok_and(|enabled| enabled.is_truthy())
}
