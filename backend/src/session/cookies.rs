//! The sealed cookies: one flow for each sign-up begun, one session for the last exchange, and the
//! id of its verification. Beside them a random owner cookie, for sign-ups of a site's server.
//!
//! Sealing uses the `cookie` crate's private jar: AES-256-GCM with the cookie's name as associated
//! data, so one cookie's value never opens under another's name. The newest key seals, all keys
//! open.

mod content;
mod set_cookies;

use std::{collections::BTreeSet, convert::Infallible, sync::Arc};

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{header, request::Parts},
};
use cookie::{Cookie, CookieJar};
use serde::{Serialize, de::DeserializeOwned};
use webkyc_shared::api::FLOW_SECONDS;

use self::content::SpentFlow;
pub(crate) use self::{content::SESSION_SECONDS, set_cookies::Names};
pub use self::{
    content::{Exportable, Flow, Hash, SealedSession, SignUpFlow, SignUpSession},
    set_cookies::SetCookies,
};
use crate::{
    authenteq::{self, Grant, VerificationId},
    config::{Config, CookieKeys},
    error::ApiError,
};

/// How many values of one name are tried. A browser that enforces our prefix sends one.
const VALUES_TRIED: usize = 16;
/// Maximum length of one cookie's value. A session may take two cookies, a flow takes a tenth of
/// one.
const VALUE_LIMIT: usize = 3600;
/// Maximum number of flows in one browser: a fifth replaces the oldest.
const FLOW_LIMIT: usize = 4;
/// The length of an owner's secret: 32 random bytes as base64url.
const OWNER_LENGTH: usize = 43;
/// How long a browser stays the owner of a sign-up: its longest life, in seconds.
const OWNER_SECONDS: i64 = 30 * 24 * 3600 + FLOW_SECONDS;

/// How long a spent flow is remembered, in seconds.
const SPENT_SECONDS: i64 = 60;

/// The same next to a session of two cookies: web servers accept a `Cookie` line of 8 KiB.
const FLOW_LIMIT_BESIDE_LONG_SESSION: usize = 1;

/// This deployment's cookies in a request.
pub struct Cookies {
    /// A name can occur more than once: a sibling host may set a cookie with our name.
    all: Vec<(String, String)>,
    names: Names,
    keys: Arc<CookieKeys>,
}

impl<S> FromRequestParts<S> for Cookies
where
    S: Send + Sync,
    Arc<Config>: FromRef<S>,
    Names: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let names = Names::from_ref(state);
        let lines = parts.headers.get_all(header::COOKIE).iter();
        let own = lines
            .flat_map(|line| pairs(line.as_bytes()))
            .filter(|(name, _)| names.is_own(name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Self {
            all: own.collect(),
            keys: Arc::<Config>::from_ref(state).cookie_keys.get(),
            names,
        })
    }
}

/// The pairs of a `Cookie` header (RFC 6265, section 5.4) whose names are tokens, byte by byte.
///
/// A browser checks the prefix of a name by its bytes, and strips spaces and tabs only. With any
/// other white space the name is a different one, to which no prefix rule applies; a parser that
/// trims more (as the `cookie` crate does) would take it for ours. A line may contain other
/// applications' cookies that are not text.
fn pairs(line: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    let texts = line.split(|byte| *byte == b';');
    let texts = texts.filter_map(|pair| str::from_utf8(pair).ok());
    texts.filter_map(|pair| {
        let (name, value) = pair.trim_matches([' ', '\t']).split_once('=')?;
        is_token(name).then_some((name, value))
    })
}

/// A token (RFC 9110, section 5.6.2).
fn is_token(name: &str) -> bool {
    let is_tchar = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(is_tchar)
}

impl Cookies {
    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + Clone {
        let named = self.all.iter().filter(move |(n, _)| n == name);
        named.map(|(_, value)| value.as_str()).take(VALUES_TRIED)
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
        // The fenced one first.
        self.names.flow(state).iter().rev().find_map(|name| {
            let mut flows = self
                .values(name)
                .filter_map(|value| self.open::<Flow>(name, value));
            flows.find(|flow| flow.state.matches(state) && flow.is_open(now))
        })
    }

    /// The flow with this state whose code this browser sent within the last minute. It may be
    /// reported, and its outcome asked for again; its code is not sent again.
    #[must_use]
    pub fn spent_flow(&self, state: &Hash, now: i64) -> Option<Flow> {
        let name = self.names.spent();
        let mut spent = self
            .values(&name)
            .filter_map(|value| self.open::<SpentFlow>(&name, value));
        let is_it = |spent: &SpentFlow| {
            let is_recent = now < spent.at + SPENT_SECONDS;
            is_recent && spent.flow.state.matches(state) && spent.flow.is_open(now)
        };
        spent.find(is_it).map(|spent| spent.flow)
    }

    /// Removes a flow, and remembers for a minute that it was this browser's, in place of an earlier one.
    ///
    /// # Errors
    /// [`ApiError::Internal`], which cannot happen.
    pub fn spend_flow(&self, flow: Flow, now: i64) -> Result<SetCookies, ApiError> {
        let mut set = self.drop_flow(&flow.state);
        let name = self.names.spent();
        let spent = SpentFlow { flow, at: now };
        set.keep(&name, self.seal(&name, &spent)?, SPENT_SECONDS);
        Ok(set)
    }

    /// The secrets of this browser as the owner of sign-ups: one, unless a cookie was planted.
    #[must_use]
    pub fn owners(&self) -> Vec<String> {
        let name = self.names.owner();
        let values = self
            .values(&name)
            .filter(|value| value.len() == OWNER_LENGTH);
        values.map(str::to_owned).collect()
    }

    /// Makes this browser an owner, for as long as a sign-up may live.
    #[must_use]
    pub fn keep_owner(&self, secret: &str) -> SetCookies {
        let mut set = SetCookies::new(&self.names);
        set.keep(&self.names.owner(), secret.to_owned(), OWNER_SECONDS);
        set
    }

    /// The session, while it lives. Skips values that do not open.
    ///
    /// # Errors
    /// [`ApiError::SessionInvalid`], [`ApiError::SessionExpired`]; [`ApiError::BadRequest`] when
    /// two sessions open, because one of them was planted.
    pub fn session(&self, now: i64) -> Result<SealedSession, ApiError> {
        let (name, rest) = (self.names.session(), self.names.session_rest());
        let starts = self.values(name);
        let mut sessions = starts.flat_map(|start| {
            // There is a second part only if the first one is full.
            let rests = self.values(rest).filter(|_| start.len() == VALUE_LIMIT);
            let sealed = rests.map(move |rest| [start, rest].concat());
            let sealed = sealed.chain(std::iter::once(start.to_owned()));
            sealed.filter_map(|sealed| self.open::<SealedSession>(name, &sealed))
        });
        let session = sessions.next().ok_or(ApiError::SessionInvalid)?;
        if sessions.any(|other| other.id != session.id) {
            return Err(ApiError::BadRequest(
                "Two sessions came with one request".into(),
            ));
        }
        if now >= session.expires_at() {
            return Err(ApiError::SessionExpired);
        }
        Ok(session)
    }

    /// Sets a new flow's cookie, and removes the oldest flow if there are too many.
    ///
    /// # Errors
    /// [`ApiError::Internal`], which cannot happen.
    pub fn keep_flow(&self, flow: &Flow) -> Result<SetCookies, ApiError> {
        let mut set = SetCookies::new(&self.names);
        let limit = match self.values(self.names.session_rest()).next() {
            Some(_) => FLOW_LIMIT_BESIDE_LONG_SESSION,
            None => FLOW_LIMIT,
        };
        self.drop_flows(limit - 1, flow.begun_at, &mut set);
        let [plain, of_sign_up] = self.names.flow(&flow.state);
        let name = match &flow.sign_up {
            None => plain,
            Some(_) => of_sign_up,
        };
        let value = self.seal(&name, flow)?;
        set.keep(&name, value, FLOW_SECONDS);
        Ok(set)
    }

    /// Removes all flows except the newest `keep`.
    fn drop_flows(&self, keep: usize, now: i64, set: &mut SetCookies) {
        let flows = self.names.flows();
        let names: BTreeSet<&str> = self.all.iter().map(|(name, _)| name.as_str()).collect();
        let mut kept: Vec<(i64, &str)> = Vec::new();
        for name in names {
            let is_flow = flows.iter().any(|flows| name.starts_with(flows));
            if !is_flow || set.mentions(name) {
                continue;
            }
            let mut opened = self
                .values(name)
                .filter_map(|value| self.open::<Flow>(name, value));
            match opened.find(|flow| flow.is_open(now)) {
                Some(flow) => kept.push((flow.begun_at, name)),
                None => set.remove(name),
            }
        }
        kept.sort_unstable();
        for (_, name) in &kept[..kept.len().saturating_sub(keep)] {
            set.remove(name);
        }
    }

    /// Removes the flow with this state.
    #[must_use]
    pub fn drop_flow(&self, state: &Hash) -> SetCookies {
        let mut set = SetCookies::new(&self.names);
        let [plain, of_sign_up] = self.names.flow(state);
        let is_of_sign_up = self.values(&of_sign_up).next().is_some();
        set.remove(if is_of_sign_up { &of_sign_up } else { &plain });
        set
    }

    /// Replaces the session, and removes the flow that led to it.
    ///
    /// # Errors
    /// [`authenteq::Error::TokenTooLarge`] when two cookies cannot hold the session.
    pub fn keep_session(
        &self,
        session: &SealedSession,
        state: &Hash,
    ) -> Result<SetCookies, ApiError> {
        let mut set = self.drop_flow(state);
        let name = self.names.session();
        // Seals first and splits afterwards: a part of another session breaks the seal.
        let sealed = self.seal(name, session)?;
        let (start, rest) = sealed.split_at(sealed.len().min(VALUE_LIMIT));
        if rest.len() > VALUE_LIMIT {
            return Err(authenteq::Error::TokenTooLarge.into());
        }
        set.keep(name, start.to_owned(), SESSION_SECONDS);
        if rest.is_empty() {
            set.remove(self.names.session_rest());
        } else {
            set.keep(self.names.session_rest(), rest.to_owned(), SESSION_SECONDS);
            let now = session.exchanged_at;
            self.drop_flows(FLOW_LIMIT_BESIDE_LONG_SESSION, now, &mut set);
        }
        // A repeated exchange gives the same session, and thus the same verification.
        if self.exportable(session).is_none() {
            set.remove(self.names.exportable());
        }
        Ok(set)
    }

    /// The id of this session's verification: that of its grant, or of its details.
    ///
    /// # Errors
    /// [`ApiError::ExportNotReady`] before the details were fetched,
    /// [`ApiError::ExportUnavailable`] when they contained no id.
    pub fn verification(&self, session: &SealedSession) -> Result<VerificationId, ApiError> {
        if let Grant::Verification(id) = session.grant {
            return Ok(id);
        }
        let exportable = self.exportable(session).ok_or(ApiError::ExportNotReady)?;
        exportable.verification.ok_or(ApiError::ExportUnavailable)
    }

    fn exportable(&self, session: &SealedSession) -> Option<Exportable> {
        let name = self.names.exportable();
        let mut opened = self
            .values(name)
            .filter_map(|value| self.open::<Exportable>(name, value));
        opened.find(|exportable| exportable.session == session.id)
    }

    /// Sets the id of the session's verification, unless its grant is that id. It has a separate cookie,
    /// because another tab may have opened a new session while these details were fetched.
    ///
    /// # Errors
    /// [`ApiError::Internal`], which cannot happen.
    pub fn keep_verification(
        &self,
        session: &SealedSession,
        verification: Option<VerificationId>,
        now: i64,
    ) -> Result<Option<SetCookies>, ApiError> {
        if let Grant::Verification(_) = session.grant {
            return Ok(None);
        }
        let known = self.exportable(session);
        if known.is_some_and(|known| known.verification == verification) {
            return Ok(None);
        }
        let exportable = Exportable {
            session: session.id.clone(),
            verification,
        };
        let name = self.names.exportable();
        let mut set = SetCookies::new(&self.names);
        let value = self.seal(name, &exportable)?;
        let seconds = session.expires_at() - now;
        set.keep(name, value, seconds.min(SESSION_SECONDS));
        Ok(Some(set))
    }

    /// Removes the session.
    #[must_use]
    pub fn drop_session(&self) -> SetCookies {
        let mut set = SetCookies::new(&self.names);
        set.remove(self.names.session());
        set.remove(self.names.session_rest());
        set.remove(self.names.exportable());
        set
    }
}
