//! The backend's `/api`, as the pages use it.

pub(crate) mod answer;
pub(crate) mod export;
pub(crate) mod files;
pub(crate) mod json;
pub(crate) mod light;

use gloo_net::http::{Request, RequestBuilder};
use js_sys::{JSON, Uint8Array, encode_uri_component};
use leptos::prelude::{document, use_context};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Url;
use webkyc_shared::{
    api::{ExchangeRequest, PublicConfig, ReportResponse, SESSION_HEADER, Session, SignUpResponse},
    sign_up::{SignUpHandle, SignUpState},
    verification::Verification,
};

pub(crate) use self::answer::Error;
pub use self::answer::LiveSession;
use self::{
    answer::{MULTIPART, form, refusal, respond, send},
    export::ExportFormat,
    files::Files,
};
use crate::{browser::time_limit, random};

/// Longer than the backend waits for Authenteq, so that it is the backend that gives up.
pub(crate) const TIMEOUT_MS: u32 = 25_000;
/// For what only adds to a failure, for which the visitor waits.
pub(crate) const FAILURE_TIMEOUT_MS: u32 = 5_000;
/// Eight megabytes over a slow line take their time.
const DETAILS_TIMEOUT_MS: u32 = 180_000;

/// The verified data.
pub(crate) struct Details {
    /// Its files have no content.
    pub(crate) verification: Verification<'static>,
    /// The same as the browser parsed it.
    pub(crate) parsed: JsValue,
    pub(crate) files: Files,
}

/// The address of the backend: the folder of the page on the portal, another one for elements and
/// components of a site.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Backend {
    base: String,
}

impl Backend {
    /// The backend's public URL, or a path to it from the page, with or without a slash at the end. Empty
    /// is the folder of the page.
    #[must_use]
    pub fn at(base: &str) -> Self {
        let mut base = base.to_owned();
        if !base.is_empty() && !base.ends_with('/') {
            base.push('/');
        }
        Self { base }
    }

    /// The context that the application provides, else the folder of the page.
    #[must_use]
    pub fn current() -> Self {
        use_context().unwrap_or_default()
    }

    /// The address of one of its pages or routes.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        [&self.base, path].concat()
    }

    /// The whole URL of the folder, by which pages of the portal and elements name the same deployment.
    pub(crate) fn url(&self) -> String {
        let folder = if self.base.is_empty() {
            "."
        } else {
            &self.base
        };
        let page = document().base_uri().ok().flatten().unwrap_or_default();
        Url::new_with_base(folder, &page).map_or_else(|_| self.base.clone(), |url| url.href())
    }

    /// Ends with a slash, or is empty.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// `GET /api/config`
    pub(crate) async fn config(&self) -> Result<PublicConfig, Error> {
        send(self.get("api/config", TIMEOUT_MS), None).await?.read()
    }

    /// Whether verifications are of test persons; no if that is not known.
    pub(crate) async fn is_test(&self) -> bool {
        let answer = light::send(&self.address("api/config"), None).await;
        answer.is_ok_and(|answer| json::flag(&answer, "test"))
    }

    /// Where the session of this browser leads back to, if it is of this sign-up; with the code of a site that
    /// wants one.
    pub(crate) async fn way_back_of(&self, sign_up: &SignUpResponse) -> Option<String> {
        let session = self.session(FAILURE_TIMEOUT_MS).await.ok()?.session;
        let without_code = sign_up.return_url.as_deref()?;
        session
            .return_url
            .filter(|url| url.starts_with(without_code))
    }

    /// The sign-up that a site's server created.
    pub(crate) async fn sign_up(&self, handle: &SignUpHandle) -> Result<SignUpResponse, Error> {
        let body = json::object(&[("signUp", Some(handle.as_str()))]);
        let answer = light::send(&self.address("api/sign-up"), body).await;
        answer
            .map_err(Error::from)
            .and_then(|answer| json::sign_up(&answer).ok_or(Error::Unreadable))
    }

    /// Tells why a flow of this browser failed. A report that fails is no failure of the visitor's.
    pub(crate) async fn report(&self, state: &SignUpState, reason: &str) -> ReportResponse {
        let address = self.address("api/report");
        let limit = time_limit(FAILURE_TIMEOUT_MS);
        let request = Request::post(&address).abort_signal(limit.as_ref());
        let body = json::object(&[("state", Some(state.as_str())), ("reason", Some(reason))]);
        let answer = send(request, body).await.map(|answer| answer.body);
        let answer = answer.unwrap_or(JsValue::NULL);
        ReportResponse {
            return_url: json::member(&answer, "returnUrl"),
            return_now: json::flag(&answer, "returnNow"),
        }
    }

    /// Exchanges the code for a session.
    pub(crate) async fn exchange(&self, request: &ExchangeRequest) -> Result<LiveSession, Error> {
        let body = json::object(&[
            ("code", Some(request.code.as_str())),
            ("state", Some(&request.state)),
        ]);
        send(self.post("api/exchange"), body).await?.live()
    }

    /// The session of this browser, if it has one; `timeout` in milliseconds.
    pub(crate) async fn session(&self, timeout: u32) -> Result<LiveSession, Error> {
        // A new address each time: a service worker of the site around an element may cache answers by
        // their addresses. Without Web Crypto no sign-up can have begun, so there is none to mix up.
        let fresh = random::text().unwrap_or_default();
        let path = ["api/session?fresh=", &fresh].concat();
        send(self.get(&path, timeout), None).await?.live()
    }

    /// The verified data of that session.
    pub(crate) async fn details(&self, session: &Session) -> Result<Details, Error> {
        let request = self
            .get(&session_address("api/details", session), DETAILS_TIMEOUT_MS)
            .header(SESSION_HEADER, &session.session_id);
        let form = form(respond(request, MULTIPART, None).await?).await?;
        let texts = form.get("verification").as_string();
        let parsed = JSON::parse(&texts.unwrap_or_default()).map_err(|_| Error::Unreadable)?;
        let verification = json::from_parsed(parsed.clone()).map_err(|_| Error::Unreadable)?;
        let mut files = Files::new(form);
        // The scripts of a site may ask for the data as JSON.
        if !self.base.is_empty() {
            files.read().await?;
        }
        Ok(Details {
            verification,
            parsed,
            files,
        })
    }

    /// That verification as a file; [`Error::Unreadable`] if the file is not whole.
    pub(crate) async fn export(
        &self,
        format: ExportFormat,
        session: &Session,
    ) -> Result<Uint8Array, Error> {
        let request = self
            .get(&session_address(format.path(), session), DETAILS_TIMEOUT_MS)
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
    pub(crate) async fn logout(&self, session: &Session) -> Result<(), Error> {
        let request = self
            .post("api/logout")
            .header(SESSION_HEADER, &session.session_id);
        send(request, None).await.map(drop)
    }

    fn get(&self, path: &str, timeout: u32) -> RequestBuilder {
        Request::get(&self.address(path)).abort_signal(time_limit(timeout).as_ref())
    }

    fn post(&self, path: &str) -> RequestBuilder {
        Request::post(&self.address(path)).abort_signal(time_limit(TIMEOUT_MS).as_ref())
    }
}

/// An address of its own for each session, for caches that go by the address, such as a service worker of
/// the site around an element. The backend reads the session in the cookie.
fn session_address(path: &str, session: &Session) -> String {
    let id = String::from(encode_uri_component(&session.session_id));
    [path, "?session=", &id].concat()
}
