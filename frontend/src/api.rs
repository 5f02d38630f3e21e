//! The backend's `/api`, as the pages use it.

mod export;
pub mod json;

use std::fmt;

use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::{SyntaxError, Uint8Array, encode_uri_component};
use leptos::prelude::use_context;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestCache, RequestCredentials, RequestRedirect};
use webkyc_shared::{
    api::{CSRF_HEADER, CSRF_HEADER_VALUE, ExchangeRequest, PublicConfig, SESSION_HEADER, Session},
    problem::Problem,
    verification::Verification,
};

pub use self::export::Format;
use crate::random;

/// Longer than the backend waits for Authenteq, so that it is the backend that gives up.
const TIMEOUT_MS: u32 = 25_000;
/// Eight megabytes over a slow line take their time.
const DETAILS_TIMEOUT_MS: u32 = 180_000;

/// Why there is no answer to use.
#[derive(Clone, PartialEq, Eq)]
pub enum Error {
    /// No answer came: no network, no backend, or not in time.
    Offline,
    /// An answer came that is not the backend's: a proxy's error page, a hotspot's login.
    Unreadable,
    /// The backend says why.
    Refused(Problem),
}

/// Names the kind only: a problem's text is for the network log.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offline => f.write_str("Offline"),
            Self::Unreadable => f.write_str("Unreadable"),
            Self::Refused(problem) => write!(f, "Refused({:?})", problem.code),
        }
    }
}

/// A session, with its end on this device's clock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiveSession {
    /// As the backend told it.
    pub session: Session,
    /// When the data can no longer be fetched, in milliseconds of `Date.now()`.
    pub ends: i64,
}

/// Where the backend is: beside the page on the portal, elsewhere for what a site embeds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Backend {
    base: String,
}

impl Backend {
    /// At `{PUBLIC_URL}`, or a path of it from the page, with or without a slash at the end. Empty is
    /// the folder of the page.
    #[must_use]
    pub fn at(base: &str) -> Self {
        let mut base = base.to_owned();
        if !base.is_empty() && !base.ends_with('/') {
            base.push('/');
        }
        Self { base }
    }

    /// What the page around a component provides, else the folder of the page.
    #[must_use]
    pub fn current() -> Self {
        use_context().unwrap_or_default()
    }

    /// The address of a page or a route of its.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        [&self.base, path].concat()
    }

    /// With a slash at the end, or empty.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What a page may know of this deployment.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn config(&self) -> Result<PublicConfig, Error> {
        send(self.get("api/config", TIMEOUT_MS), None).await?.read()
    }

    /// Spends the code.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn exchange(&self, request: &ExchangeRequest) -> Result<LiveSession, Error> {
        let body = json::object(&[
            ("code", Some(request.code.as_str())),
            ("state", Some(&request.state)),
        ]);
        send(self.post("api/exchange"), body).await?.live()
    }

    /// The session of this browser, if it has one.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn session(&self) -> Result<LiveSession, Error> {
        // An address that nobody has an answer to: a service worker of the site around an element may keep
        // answers by their addresses alone. Without Web Crypto no session was begun that could be mistaken.
        let fresh = random::text().unwrap_or_default();
        let path = ["api/session?fresh=", &fresh].concat();
        send(self.get(&path, TIMEOUT_MS), None).await?.live()
    }

    /// The verified data of that session; and the same as the browser has parsed it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn details(
        &self,
        session: &Session,
    ) -> Result<(Verification<'static>, JsValue), Error> {
        let request = self
            .get(&of("api/details", session), DETAILS_TIMEOUT_MS)
            .header(SESSION_HEADER, &session.session_id);
        let answer = send(request, None).await?;
        let parsed = answer.body.clone();
        Ok((answer.read()?, parsed))
    }

    /// That verification as a file. One that is not whole is none.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn export(&self, format: Format, session: &Session) -> Result<Uint8Array, Error> {
        let request = self
            .get(&of(format.path(), session), DETAILS_TIMEOUT_MS)
            .header(SESSION_HEADER, &session.session_id);
        let response = respond(request, format.media_type(), None).await?;
        if !response.ok() {
            return Err(refusal(response).await);
        }
        let response: web_sys::Response = response.into();
        let file = response.array_buffer().map_err(|_| Error::Unreadable)?;
        let file = JsFuture::from(file).await.map_err(|_| Error::Offline)?;
        let file = Uint8Array::new(&file);
        let end = file.length().saturating_sub(export::END);
        let start = file.subarray(0, export::START).to_vec();
        let end = file.subarray(end, file.length()).to_vec();
        if format.is_whole(&start, &end) {
            Ok(file)
        } else {
            Err(Error::Unreadable)
        }
    }

    /// Ends the session.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn logout(&self, session: &Session) -> Result<(), Error> {
        let request = self
            .post("api/logout")
            .header(SESSION_HEADER, &session.session_id);
        send(request, None).await.map(drop)
    }

    fn get(&self, path: &str, timeout: u32) -> RequestBuilder {
        Request::get(&self.address(path))
            .abort_signal(Some(&AbortSignal::timeout_with_u32(timeout)))
    }

    fn post(&self, path: &str) -> RequestBuilder {
        Request::post(&self.address(path))
            .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)))
    }
}

/// The address of a session's own answer. Whose it is, the backend reads in the cookie; in the address it
/// stands for what keeps answers by their addresses, such as a service worker of the site around an element.
fn of(path: &str, session: &Session) -> String {
    let id = String::from(encode_uri_component(&session.session_id));
    [path, "?session=", &id].concat()
}

/// A body the browser has parsed, and when it was sent by the backend's clock.
struct Answer {
    body: JsValue,
    date: f64,
}

impl Answer {
    fn read<T: DeserializeOwned>(self) -> Result<T, Error> {
        json::from_parsed(self.body).map_err(|_| Error::Unreadable)
    }

    fn live(self) -> Result<LiveSession, Error> {
        let date = self.date;
        let session: Session = self.read()?;
        Ok(LiveSession {
            ends: ends(session.expires_at, js_sys::Date::now(), date),
            session,
        })
    }
}

async fn respond(
    request: RequestBuilder,
    accept: &str,
    body: Option<String>,
) -> Result<Response, Error> {
    let request = request
        .header(CSRF_HEADER, CSRF_HEADER_VALUE)
        .header("accept", accept)
        .cache(RequestCache::NoStore)
        // A sibling subdomain that the backend lists may embed this; any other the backend refuses.
        // Mode `cors`, which is the default: with `same-origin` and no referrer, Firefox names no
        // origin (`null`), as the Fetch standard has it.
        .credentials(RequestCredentials::Include)
        .redirect(RequestRedirect::Error);
    let request = match body {
        Some(json) => request
            .header("content-type", "application/json")
            .body(json),
        None => request.build(),
    };
    request
        .map_err(|_| Error::Unreadable)?
        .send()
        .await
        .map_err(|_| Error::Offline)
}

async fn send(request: RequestBuilder, body: Option<String>) -> Result<Answer, Error> {
    let response = respond(request, "application/json", body).await?;
    if response.ok() {
        answer(response).await
    } else {
        Err(refusal(response).await)
    }
}

async fn refusal(response: Response) -> Error {
    match answer(response).await.and_then(Answer::read) {
        Ok(problem) => Error::Refused(problem),
        Err(error) => error,
    }
}

async fn answer(response: Response) -> Result<Answer, Error> {
    let date = response
        .headers()
        .get("date")
        .map_or(f64::NAN, |date| js_sys::Date::parse(&date));
    let body = if response.status() == 204 {
        JsValue::NULL
    } else {
        parse(response.into()).await?
    };
    Ok(Answer { body, date })
}

/// The status line came; a body that breaks off is a broken line, and one that is not JSON was not
/// written by the backend.
async fn parse(response: web_sys::Response) -> Result<JsValue, Error> {
    let parsed = response.json().map_err(|_| Error::Unreadable)?;
    JsFuture::from(parsed).await.map_err(|error| {
        if error.is_instance_of::<SyntaxError>() {
            Error::Unreadable
        } else {
            Error::Offline
        }
    })
}

/// The visitor's clock may be wrong by hours; the answer's `Date` says by how much.
fn ends(expires_at: i64, now: f64, server: f64) -> i64 {
    let behind = if server.is_finite() {
        now - server
    } else {
        0.0
    };
    expires_at
        .saturating_mul(1000)
        .saturating_add(behind as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_data_does_not_depend_on_the_visitors_clock() {
        let server = 1_700_000_000_000.0;
        for wrong_by in [0.0, 7_200_000.0, -7_200_000.0] {
            let now = server + wrong_by;
            assert_eq!(ends(1_700_000_900, now, server) - now as i64, 900_000);
        }
    }

    #[test]
    fn without_a_date_the_visitors_clock_is_believed() {
        assert_eq!(ends(1_700_000_900, 5.0, f64::NAN), 1_700_000_900_000);
    }
}
