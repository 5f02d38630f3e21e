//! Requests for programs that have to be light: the button, which is on other sites' pages, and the portal's
//! first pages. The browser parses the answers, and nothing deserializes them.

use js_sys::{JSON, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// The options of a `fetch` call, but for `method` and `body`. Credentials are included, because a page on a
/// sibling subdomain needs the cookies too; the backend takes only the origins that it lists.
const OPTIONS: &str = r#"{"headers":{"x-webkyc":"1","accept":"application/json","content-type":"application/json"},"cache":"no-store","credentials":"include","redirect":"error"}"#;

#[wasm_bindgen]
extern "C" {
    /// Throws at once where a page or an extension has replaced it so.
    #[wasm_bindgen(catch)]
    fn fetch(address: &str, request: &JsValue) -> Result<Promise, JsValue>;
}

/// Why a request has no result.
#[derive(Clone, Debug)]
pub enum Error {
    /// The backend did not answer.
    Offline,
    /// The answer did not come from the backend.
    Unreadable,
    /// The backend refuses: a [`Problem`](webkyc_shared::problem::Problem), as the browser parsed it.
    Refused(JsValue),
}

/// Sends a body by `POST`, or asks by `GET` without one; returns what the browser parsed.
pub(crate) async fn send(address: &str, body: Option<String>) -> Result<JsValue, Error> {
    let request = JSON::parse(OPTIONS).map_err(|_| Error::Unreadable)?;
    if let Some(body) = body {
        for (name, value) in [("method", "POST"), ("body", &body)] {
            // Cannot fail: a plain object takes every key.
            let _ = Reflect::set(&request, &name.into(), &value.into());
        }
    }
    let response = fetch(address, &request).map_err(|_| Error::Offline)?;
    let response = JsFuture::from(response).await.map_err(|_| Error::Offline)?;
    let response: Response = response.unchecked_into();
    let answer = response.json().map_err(|_| Error::Unreadable)?;
    let answer = JsFuture::from(answer)
        .await
        .map_err(|_| Error::Unreadable)?;
    if response.ok() {
        Ok(answer)
    } else {
        Err(Error::Refused(answer))
    }
}
