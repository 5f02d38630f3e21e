//! The headers that keep and remove our cookies, and their names.

use std::{convert::Infallible, fmt};

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponseParts, ResponseParts},
};
use cookie::{Cookie, SameSite, time::Duration};

use super::Hash;

/// Over plain http (loopback only) browsers take neither the prefix nor `Secure`.
#[derive(Clone, Copy)]
pub(super) struct Names {
    pub(super) secure: bool,
}

impl Names {
    fn prefix(self) -> &'static str {
        // "__Host-Http-" is "__Host-" to browsers that do not know the longer one.
        if self.secure { "__Host-Http-" } else { "" }
    }

    pub(super) fn session(self) -> String {
        format!("{}webkyc-session", self.prefix())
    }

    pub(super) fn session_rest(self) -> String {
        format!("{}webkyc-session1", self.prefix())
    }

    pub(super) fn exportable(self) -> String {
        format!("{}webkyc-export", self.prefix())
    }

    pub(super) fn flows(self) -> String {
        format!("{}webkyc-flow-", self.prefix())
    }

    pub(super) fn flow(self, state: &Hash) -> String {
        format!("{}{}", self.flows(), state.short())
    }

    pub(super) fn ours(self, name: &str) -> bool {
        name.starts_with(&format!("{}webkyc-", self.prefix()))
    }
}

/// `Set-Cookie` headers, all of them `HttpOnly`, `SameSite=Strict`, `Path=/` and, on https, `Secure`.
pub struct SetCookies {
    names: Names,
    headers: Vec<Cookie<'static>>,
}

impl SetCookies {
    pub(super) fn new(names: Names) -> Self {
        Self {
            names,
            headers: Vec::new(),
        }
    }

    pub(super) fn keep(&mut self, name: &str, value: String, seconds: i64) {
        let cookie = Cookie::build((name.to_owned(), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(self.names.secure)
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

/// Names only: the values are sealed, and still nobody's business.
impl fmt::Debug for SetCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.headers.iter().map(Cookie::name))
            .finish()
    }
}
