//! The sealed content of the cookies.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use webkyc_shared::{api::FLOW_SECONDS, sign_up::SiteReturn};

use crate::authenteq::{Grant, VerificationId};

/// How long the data lives after the exchange, less a margin for clocks and networks, in seconds.
pub(crate) const SESSION_SECONDS: i64 = 15 * 60 - 30;

/// 128 bits of a hash as base64url, and a little more.
const NAME_LENGTH: usize = 22;

/// A SHA-256 as base64url: we keep only the hash of a state or a code.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hash(String);

impl Hash {
    /// The hash of a state or a code.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text)))
    }

    /// The hash of a state and its code together.
    #[must_use]
    pub fn of_return(state: &str, code: &str) -> Self {
        Self::of(&format!("{state}\n{code}"))
    }

    /// The first eight characters.
    pub(super) fn short(&self) -> &str {
        &self.0[..8]
    }

    /// Compares in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.0.as_bytes(), other.0.as_bytes()).into()
    }
}

/// A flow that this browser began.
#[derive(Clone, Serialize, Deserialize)]
pub struct Flow {
    /// Random, and contained in this browser's cookie only: a state can be copied.
    pub id: Uuid,
    /// The hash of the state.
    pub state: Hash,
    /// When the flow began, in seconds since 1970.
    pub begun_at: i64,
    /// The configured site that the visitor came from.
    pub came_from: Option<SiteReturn>,
    /// The sign-up of that site's server, if the flow is one of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_up: Option<SignUpFlow>,
}

/// A flow whose code was sent.
#[derive(Serialize, Deserialize)]
pub(super) struct SpentFlow {
    pub(super) flow: Flow,
    /// When, in seconds since 1970.
    pub(super) at: i64,
}

/// The sign-up that a flow belongs to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SignUpFlow {
    /// `su_…`
    pub id: String,
    /// Whether it ends only when its site sends the code that comes with the visitor.
    pub on_return: bool,
}

impl Flow {
    /// Whether the callback may still come.
    #[must_use]
    pub fn is_open(&self, now: i64) -> bool {
        now < self.ends_at()
    }

    /// Names the flow in its redirect URL at Web IDV. Only the browser of this flow can bring it to an
    /// exchange: the return shows it, but a flow with the same name cannot be begun.
    #[must_use]
    pub fn name(&self) -> String {
        let Hash(mut name) = Hash::of(&format!("flow\n{}", self.id));
        name.truncate(NAME_LENGTH);
        name
    }

    /// When the flow expires, in seconds since 1970.
    #[must_use]
    pub fn ends_at(&self) -> i64 {
        self.begun_at + FLOW_SECONDS
    }
}

/// The session that the last exchange opened.
#[derive(Clone, Serialize, Deserialize)]
pub struct SealedSession {
    /// Public name of the session.
    pub id: String,
    /// Opens the verification at Authenteq.
    #[serde(flatten)]
    pub grant: Grant,
    /// When the exchange was sent, in seconds since 1970.
    pub exchanged_at: i64,
    /// The hash of the callback's state and code: [`Hash::of_return`].
    pub origin: Hash,
    /// The configured site that the visitor came from.
    pub came_from: Option<SiteReturn>,
    /// The sign-up of that site's server, if the session is one of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_up: Option<SignUpSession>,
}

/// The sign-up that a session belongs to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SignUpSession {
    /// `su_…`
    pub id: String,
    /// The code that comes back to the site with the visitor, if the site claims its sign-ups.
    pub code: Option<String>,
    /// Whether the visitor returns at once. Such a session is not kept in a cookie.
    pub returns_at_once: bool,
}

impl SealedSession {
    /// When the data can no longer be fetched, in seconds since 1970.
    #[must_use]
    pub fn expires_at(&self) -> i64 {
        self.exchanged_at + SESSION_SECONDS
    }
}

/// The id of a session's verification, as given in its details.
#[derive(Clone, Serialize, Deserialize)]
pub struct Exportable {
    /// [`SealedSession::id`]: makes this cookie useless with another session.
    pub session: String,
    /// `None` when the details contained no id.
    pub verification: Option<VerificationId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicas_of_two_releases_read_each_others_flows() {
        let sealed = concat!(
            r#"{"id":"67e55044-10b1-426f-9247-bb680e5fe0c8","state":"of a state","#,
            r#""begun_at":1700000000,"came_from":["shop","done"]}"#
        );
        let flow: Flow = serde_json::from_str(sealed).unwrap();
        let from_shop = SiteReturn {
            site: "shop".to_owned(),
            return_key: Some("done".to_owned()),
        };
        assert_eq!(flow.came_from, Some(from_shop));
        assert_eq!(serde_json::to_string(&flow).unwrap(), sealed);
    }
}
