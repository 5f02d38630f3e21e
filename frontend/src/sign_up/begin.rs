//! The first half of a sign-up: up to the moment the browser leaves for the identity server.
//!
//! The button does this on other sites' pages, so it has to be light.

use js_sys::Reflect;
use web_sys::Window;
use webkyc_shared::sign_up::{FailureReason, SiteReturn};

use crate::{
    api::{self, json, light},
    sign_up::{
        failure::Failure,
        handle::Kept,
        state::{self, Flow},
        storage,
    },
};

/// Why a sign-up cannot begin.
#[derive(Clone, Debug)]
pub enum BeginError {
    /// The browser refuses cookies or `sessionStorage` for this page.
    StorageBlocked,
    /// The browser has no Web Crypto.
    NoRandomness,
    /// The backend gives no authorize URL.
    Unanswered(light::Error),
}

impl BeginError {
    /// [`FailureReason::code`], of the backend's problem too, which is read as little as possible.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        let code = match self {
            Self::StorageBlocked => FailureReason::StorageBlocked.code(),
            Self::NoRandomness => FailureReason::NoRandomness.code(),
            Self::Unanswered(light::Error::Offline) => FailureReason::Offline.code(),
            Self::Unanswered(light::Error::Unreadable) => FailureReason::UnreadableAnswer.code(),
            Self::Unanswered(light::Error::Refused(problem)) => {
                return json::member(problem, "code");
            }
        };
        Some(code.to_owned())
    }
}

impl From<BeginError> for Failure {
    fn from(error: BeginError) -> Self {
        match error {
            BeginError::StorageBlocked => FailureReason::StorageBlocked.into(),
            BeginError::NoRandomness => FailureReason::NoRandomness.into(),
            BeginError::Unanswered(error) => api::Error::from(error).into(),
        }
    }
}

/// Where a flow comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A link or button, with keys of the backend's configuration.
    Link(Option<SiteReturn>),
    /// A sign-up that a site's server created.
    SignUp(Kept),
}

/// Makes and keeps a `state`, and returns the authorize URL from the backend at `base`.
///
/// # Errors
/// [`BeginError`]; nothing of this flow stays in the storage.
pub async fn begin(base: &str, origin: Origin) -> Result<String, BeginError> {
    let window = web_sys::window().ok_or(BeginError::StorageBlocked)?;
    // Better noticed now than after the visitor has shown a passport.
    if !takes_cookies(&window) || storage::probe().is_err() {
        return Err(BeginError::StorageBlocked);
    }
    let state = state::mint().ok_or(BeginError::NoRandomness)?;
    let (site_return, sign_up) = match origin {
        Origin::Link(site_return) => (site_return, None),
        Origin::SignUp(kept) => (None, Some(kept)),
    };
    let from = site_return.as_ref();
    let body = json::object(&[
        ("state", Some(state.as_str())),
        ("site", from.map(|from| from.site.as_str())),
        ("return", from.and_then(|from| from.return_key.as_deref())),
        ("signUp", sign_up.as_ref().map(|kept| kept.handle.as_str())),
    ]);
    let flow = Flow {
        // Not `Date.now`, which pages replace: its exception would leave the button waiting.
        began_at: js_sys::Date::new_0().get_time() as u64,
        site_return,
        kept: sign_up.map(|kept| kept.id),
    };
    state::keep(&state, &flow).map_err(|_| BeginError::StorageBlocked)?;
    let answer = light::send(&[base, "api/begin"].concat(), body).await;
    let url = answer.and_then(|answer| {
        json::member(&answer, "authorizeUrl")
            .filter(|url| is_web(url))
            .ok_or(light::Error::Unreadable)
    });
    if url.is_err() {
        state::forget(&state);
    }
    url.map_err(BeginError::Unanswered)
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
