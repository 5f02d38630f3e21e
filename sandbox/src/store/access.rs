//! A token's access to a verification.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::json;

use crate::{expiry::Expiry, ids::Ids, verification::Finished};

/// A token that was issued.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) verification: Finished,
    pub(crate) expires: Expiry,
    /// Its code came a second time.
    pub(crate) revoked: bool,
}

/// Why a token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenRefused {
    /// Never issued, or forgotten.
    Unknown,
    /// Its code came a second time.
    Revoked,
    /// Its time is over since then.
    Expired(Timestamp),
}

impl Access {
    /// Why it opens nothing, if it does not.
    pub(crate) fn refused(&self, now: Timestamp) -> Option<TokenRefused> {
        if self.revoked {
            return Some(TokenRefused::Revoked);
        }
        let is_own = self.verification.subject.is_read();
        let is_over = self.expires.is_over(is_own, now);
        is_over.then_some(TokenRefused::Expired(self.expires.by_client))
    }

    /// A token that looks like Authenteq's JWT. Its signature is random: only the store checks
    /// tokens, and it compares the whole text.
    pub(super) fn mint(&self, ids: &mut Ids, now: Timestamp) -> String {
        let header = json!({ "alg": "HS256", "typ": "JWT" });
        let claims = json!({
            "jti": ids.word(16),
            "aud": self.verification.client_id,
            "iat": now.as_second(),
            "exp": self.expires.by_client.as_second(),
        });
        format!(
            "{}.{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string()),
            URL_SAFE_NO_PAD.encode(ids.bytes()),
        )
    }
}
