//! The sealed cookies: a flow for each sign-up that was begun, a session for the last one that
//! came back, and which verification that is. They are all the memory there is: no database, no
//! file.
//!
//! Sealing is the `cookie` crate's private jar: AES-256-GCM with the cookie's name as associated
//! data, so one cookie's value never opens under another's name. The newest key seals, all open.

mod content;
mod set_cookies;

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use cookie::{Cookie, CookieJar};
use serde::{Serialize, de::DeserializeOwned};
use webkyc_shared::api::FLOW_SECONDS;

use self::{content::SESSION_SECONDS, set_cookies::Names};
pub use self::{
    content::{Exportable, Flow, Hash, SealedSession},
    set_cookies::SetCookies,
};
use crate::{
    AppState,
    authenteq::{self, VerificationId},
    config::CookieKeys,
    error::ApiError,
};

/// The longest value of one cookie. A session may take two of them, a flow takes a tenth of one.
const VALUE_LIMIT: usize = 3600;
/// How many sign-ups one browser may have under way: a fifth replaces the oldest.
const FLOW_LIMIT: usize = 4;
/// The same beside a session of two cookies: web servers take a `Cookie` line of 8 KiB.
const FLOW_LIMIT_BESIDE_LONG_SESSION: usize = 1;

/// The cookies that came with a request.
pub struct Cookies {
    all: Vec<(String, String)>,
    names: Names,
    keys: Arc<CookieKeys>,
}

impl FromRequestParts<AppState> for Cookies {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let names = Names {
            secure: app.config.public_url.secure,
        };
        let mut all: Vec<(String, String)> = Vec::new();
        for line in parts.headers.get_all(header::COOKIE) {
            // A browser sends all it has in one line, and other applications of this host may set
            // what is not even text.
            let pairs = line.as_bytes().split(|byte| *byte == b';');
            let texts = pairs.filter_map(|pair| str::from_utf8(pair).ok());
            for cookie in texts.filter_map(|text| Cookie::parse(text).ok()) {
                if !names.ours(cookie.name()) {
                    continue;
                }
                if all.iter().any(|(name, _)| name == cookie.name()) {
                    return Err(ApiError::BadRequest("A cookie came twice"));
                }
                all.push((cookie.name().to_owned(), cookie.value().to_owned()));
            }
        }
        Ok(Self {
            all,
            names,
            keys: app.config.cookie_keys.get(),
        })
    }
}

impl Cookies {
    fn value(&self, name: &str) -> Option<&str> {
        let cookie = self.all.iter().find(|(n, _)| n == name);
        cookie.map(|(_, value)| value.as_str())
    }

    fn open<T: DeserializeOwned>(&self, name: &str, sealed: &str) -> Option<T> {
        let cookie = Cookie::new(name.to_owned(), sealed.to_owned());
        let opened = self
            .keys
            .iter()
            .find_map(|key| CookieJar::new().private(key).decrypt(cookie.clone()))?;
        serde_json::from_str(opened.value()).ok()
    }

    fn seal(&self, name: &str, content: &impl Serialize) -> Result<String, ApiError> {
        let content = serde_json::to_string(content).map_err(|_| ApiError::Internal)?;
        let mut jar = CookieJar::new();
        jar.private_mut(self.keys.newest())
            .add(Cookie::new(name.to_owned(), content));
        let sealed = jar.get(name).ok_or(ApiError::Internal)?;
        Ok(sealed.value().to_owned())
    }

    /// The flow with this state, if this browser began it and it is still open.
    #[must_use]
    pub fn flow(&self, state: &Hash, now: i64) -> Option<Flow> {
        let name = self.names.flow(state);
        let flow: Flow = self.open(&name, self.value(&name)?)?;
        (flow.state.matches(state) && flow.is_open(now)).then_some(flow)
    }

    /// The session, while it lives.
    ///
    /// # Errors
    /// [`ApiError::SessionInvalid`], [`ApiError::SessionExpired`].
    pub fn session(&self, now: i64) -> Result<SealedSession, ApiError> {
        let name = self.names.session();
        let rest = self.value(&self.names.session_rest()).unwrap_or_default();
        let start = self.value(&name).ok_or(ApiError::SessionInvalid)?;
        let session: SealedSession = self
            .open(&name, &format!("{start}{rest}"))
            .ok_or(ApiError::SessionInvalid)?;
        if now >= session.expires_at() {
            return Err(ApiError::SessionExpired);
        }
        Ok(session)
    }

    /// Keeps a new flow, and drops the oldest if there are too many.
    ///
    /// # Errors
    /// [`ApiError::Internal`], which cannot happen.
    pub fn keep_flow(&self, flow: &Flow) -> Result<SetCookies, ApiError> {
        let mut set = SetCookies::new(self.names);
        let limit = match self.value(&self.names.session_rest()) {
            Some(_) => FLOW_LIMIT_BESIDE_LONG_SESSION,
            None => FLOW_LIMIT,
        };
        self.drop_flows(limit - 1, flow.begun_at, &mut set);
        let name = self.names.flow(&flow.state);
        let value = self.seal(&name, flow)?;
        set.keep(&name, value, FLOW_SECONDS);
        Ok(set)
    }

    /// Forgets all flows but so many of the newest.
    fn drop_flows(&self, keep: usize, now: i64, set: &mut SetCookies) {
        let mut kept: Vec<(i64, &str)> = Vec::new();
        for (name, value) in &self.all {
            if !name.starts_with(&self.names.flows()) || set.mentions(name) {
                continue;
            }
            match self.open::<Flow>(name, value) {
                Some(flow) if flow.is_open(now) => kept.push((flow.begun_at, name)),
                _ => set.remove(name),
            }
        }
        kept.sort_unstable();
        for (_, name) in &kept[..kept.len().saturating_sub(keep)] {
            set.remove(name);
        }
    }

    /// Forgets the flow with this state.
    #[must_use]
    pub fn drop_flow(&self, state: &Hash) -> SetCookies {
        let mut set = SetCookies::new(self.names);
        set.remove(&self.names.flow(state));
        set
    }

    /// Replaces the session, and forgets the flow that brought it.
    ///
    /// # Errors
    /// [`authenteq::Error::TokenTooLarge`] when two cookies do not hold it.
    pub fn keep_session(
        &self,
        session: &SealedSession,
        state: &Hash,
    ) -> Result<SetCookies, ApiError> {
        let mut set = self.drop_flow(state);
        let name = self.names.session();
        // Sealed first and split then: a part of another session breaks the seal.
        let sealed = self.seal(&name, session)?;
        let (start, rest) = sealed.split_at(sealed.len().min(VALUE_LIMIT));
        if rest.len() > VALUE_LIMIT {
            return Err(authenteq::Error::TokenTooLarge.into());
        }
        set.keep(&name, start.to_owned(), SESSION_SECONDS);
        if rest.is_empty() {
            set.remove(&self.names.session_rest());
        } else {
            set.keep(&self.names.session_rest(), rest.to_owned(), SESSION_SECONDS);
            let now = session.exchanged_at;
            self.drop_flows(FLOW_LIMIT_BESIDE_LONG_SESSION, now, &mut set);
        }
        // Asked again, it is still the same session, and the same verification.
        if self.exportable(session).is_none() {
            set.remove(&self.names.exportable());
        }
        Ok(set)
    }

    /// Which verification this session is about.
    ///
    /// # Errors
    /// [`ApiError::ExportNotReady`] before the details were fetched, [`ApiError::ExportUnavailable`]
    /// when they named none.
    pub fn verification(&self, session: &SealedSession) -> Result<VerificationId, ApiError> {
        let exportable = self.exportable(session).ok_or(ApiError::ExportNotReady)?;
        exportable.verification.ok_or(ApiError::ExportUnavailable)
    }

    fn exportable(&self, session: &SealedSession) -> Option<Exportable> {
        let name = self.names.exportable();
        let exportable: Exportable = self.open(&name, self.value(&name)?)?;
        (exportable.session == session.id).then_some(exportable)
    }

    /// Keeps which verification the session is about. It stands in a cookie of its own: while
    /// these details were fetched, another tab may have signed in.
    ///
    /// # Errors
    /// [`ApiError::Internal`], which cannot happen.
    pub fn keep_verification(
        &self,
        session: &SealedSession,
        verification: Option<VerificationId>,
        now: i64,
    ) -> Result<Option<SetCookies>, ApiError> {
        let known = self.exportable(session);
        if known.is_some_and(|known| known.verification == verification) {
            return Ok(None);
        }
        let exportable = Exportable {
            session: session.id.clone(),
            verification,
        };
        let name = self.names.exportable();
        let mut set = SetCookies::new(self.names);
        let value = self.seal(&name, &exportable)?;
        let seconds = session.expires_at() - now;
        set.keep(&name, value, seconds.min(SESSION_SECONDS));
        Ok(Some(set))
    }

    /// Forgets the session.
    #[must_use]
    pub fn drop_session(&self) -> SetCookies {
        let mut set = SetCookies::new(self.names);
        set.remove(&self.names.session());
        set.remove(&self.names.session_rest());
        set.remove(&self.names.exportable());
        set
    }
}
