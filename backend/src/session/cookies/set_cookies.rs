//! The headers that set and remove our cookies, and the cookies' names.

use std::{convert::Infallible, fmt, sync::Arc};

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponseParts, ResponseParts},
};
use cookie::{Cookie, SameSite, time::Duration};

use super::Hash;
use crate::config::PublicUrl;

/// The cookie names of one deployment. Cookies belong to a host on any port, and `__Host-`
/// requires `Path=/`: deployments under `/kyc` and `/kyc-staging` get each other's cookies.
#[derive(Clone)]
pub(crate) struct Names {
    words: Arc<Words>,
    secure: bool,
}

struct Words {
    /// The common prefix of all names.
    prefix: String,
    session: String,
    session_rest: String,
    exportable: String,
}

impl Names {
    /// The names for the deployment at this address.
    pub(crate) fn of(public_url: &PublicUrl) -> Self {
        // Browsers that do not know "__Host-Http-" treat it as "__Host-". Over plain http (loopback
        // only) browsers accept neither the prefix nor `Secure`.
        let guard = if public_url.secure {
            "__Host-Http-"
        } else {
            ""
        };
        let tag = Hash::of(&public_url.url);
        let prefix = format!("{guard}webkyc-{}-", tag.short());
        let words = Words {
            session: format!("{prefix}session"),
            session_rest: format!("{prefix}session1"),
            exportable: format!("{prefix}export"),
            prefix,
        };
        Self {
            words: Arc::new(words),
            secure: public_url.secure,
        }
    }

    pub(super) fn session(&self) -> &str {
        &self.words.session
    }

    pub(super) fn session_rest(&self) -> &str {
        &self.words.session_rest
    }

    pub(super) fn exportable(&self) -> &str {
        &self.words.exportable
    }

    /// The start of the names of all flows.
    pub(super) fn flows(&self) -> [String; 2] {
        [
            format!("{}flow-", self.words.prefix),
            format!("{}sign-up-flow-", self.words.prefix),
        ]
    }

    /// The name of a flow, and its name if it is one of a sign-up: older releases do not know the
    /// latter, so none of them exchanges its code without the fence.
    pub(super) fn flow(&self, state: &Hash) -> [String; 2] {
        self.flows()
            .map(|flows| format!("{flows}{}", state.short()))
    }

    /// The name of the flow that was spent last.
    pub(super) fn spent(&self) -> String {
        format!("{}spent", self.words.prefix)
    }

    pub(super) fn owner(&self) -> String {
        format!("{}owner", self.words.prefix)
    }

    pub(super) fn is_own(&self, name: &str) -> bool {
        name.starts_with(&*self.words.prefix)
    }
}

/// `Set-Cookie` headers, all of them `HttpOnly`, `SameSite=Strict`, `Path=/` and, on https, `Secure`.
pub struct SetCookies {
    secure: bool,
    headers: Vec<Cookie<'static>>,
}

impl SetCookies {
    pub(super) fn new(names: &Names) -> Self {
        Self {
            secure: names.secure,
            headers: Vec::new(),
        }
    }

    pub(super) fn keep(&mut self, name: &str, value: String, seconds: i64) {
        let cookie = Cookie::build((name.to_owned(), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(self.secure)
            .max_age(Duration::seconds(seconds));
        self.headers.push(cookie.build());
    }

    pub(super) fn mentions(&self, name: &str) -> bool {
        self.headers.iter().any(|cookie| cookie.name() == name)
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.keep(name, String::new(), 0);
    }
}

impl IntoResponseParts for SetCookies {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        for cookie in &self.headers {
            if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
                parts.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        Ok(parts)
    }
}

/// Prints names only: the values are sealed, and still confidential.
impl fmt::Debug for SetCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.headers.iter().map(Cookie::name))
            .finish()
    }
}
