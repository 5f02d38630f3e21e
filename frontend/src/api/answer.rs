//! Requests to the backend and their answers: a parsed body, a problem, or neither.

use std::fmt;

use gloo_net::http::{RequestBuilder, Response};
use js_sys::SyntaxError;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, RequestCache, RequestCredentials, RequestRedirect};
use webkyc_shared::{
    api::{CSRF_HEADER, CSRF_HEADER_VALUE, Session},
    problem::Problem,
};

use super::{json, light};

/// Fields and files of any content (RFC 7578).
pub(super) const MULTIPART: &str = "multipart/form-data";

/// Why a request has no result.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Error {
    /// The backend did not answer: no network, no backend, or not in time.
    Offline,
    /// The answer is not the backend's, but a proxy's error page or a hotspot's login.
    Unreadable,
    /// The backend refuses.
    Refused(Problem),
}

/// Prints the kind alone: the problem stands in the network log.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offline => f.write_str("Offline"),
            Self::Unreadable => f.write_str("Unreadable"),
            Self::Refused(problem) => write!(f, "Refused({:?})", problem.code),
        }
    }
}

impl From<light::Error> for Error {
    fn from(error: light::Error) -> Self {
        match error {
            light::Error::Offline => Self::Offline,
            light::Error::Unreadable => Self::Unreadable,
            light::Error::Refused(parsed) => {
                json::problem(&parsed).map_or(Self::Unreadable, Self::Refused)
            }
        }
    }
}

/// A session, with its end on this device's clock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiveSession {
    /// From the backend.
    pub session: Session,
    /// When the data can no longer be fetched, in milliseconds of `Date.now()`.
    pub ends: i64,
}

/// A body that the browser parsed, and the `Date` of the answer.
pub(super) struct Answer {
    pub(super) body: JsValue,
    date: f64,
}

impl Answer {
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, Error> {
        json::from_parsed(self.body).map_err(|_| Error::Unreadable)
    }

    pub(super) fn live(self) -> Result<LiveSession, Error> {
        let date = self.date;
        let session = json::session(&self.body).ok_or(Error::Unreadable)?;
        Ok(LiveSession {
            ends: ends(session.expires_at, js_sys::Date::now(), date),
            session,
        })
    }
}

pub(super) async fn respond(
    request: RequestBuilder,
    accept: &str,
    body: Option<String>,
) -> Result<Response, Error> {
    let request = request
        .header(CSRF_HEADER, CSRF_HEADER_VALUE)
        .header("accept", accept)
        .cache(RequestCache::NoStore)
        // For pages on a sibling subdomain; the backend takes only the origins that it lists.
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

pub(super) async fn send(request: RequestBuilder, body: Option<String>) -> Result<Answer, Error> {
    let response = respond(request, "application/json", body).await?;
    if response.ok() {
        answer(response).await
    } else {
        Err(refusal(response).await)
    }
}

pub(super) async fn refusal(response: Response) -> Error {
    match answer(response).await {
        Ok(answer) => light::Error::Refused(answer.body).into(),
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

/// Fields and files. A body that breaks off is a broken connection; one of another type is not the
/// backend's.
pub(crate) async fn form(response: Response) -> Result<FormData, Error> {
    if !response.ok() {
        return Err(refusal(response).await);
    }
    let content_type = response.headers().get("content-type").unwrap_or_default();
    if !content_type.starts_with(MULTIPART) {
        return Err(Error::Unreadable);
    }
    let response: web_sys::Response = response.into();
    let form = response.form_data().map_err(|_| Error::Unreadable)?;
    let form = JsFuture::from(form).await.map_err(|_| Error::Offline)?;
    Ok(form.unchecked_into())
}

/// A body that breaks off is a broken connection; a body that is not JSON is not the backend's.
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

/// The end on the visitor's clock, which may be wrong by hours: the answer's `Date` shows by how much.
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
    fn without_a_date_the_visitors_clock_counts() {
        assert_eq!(ends(1_700_000_900, 5.0, f64::NAN), 1_700_000_900_000);
    }
}
