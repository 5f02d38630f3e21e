//! Codes that were issued and not exchanged yet.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{api::Api, expiry::Expiry, sign_up::AuthorizationRequest, verification::Finished};

/// The request and the verification behind a code.
pub(super) struct Grant {
    pub(super) request: Arc<AuthorizationRequest>,
    pub(super) verification: Finished,
    pub(super) expires: Expiry,
}

/// Why a code is not taken. The developer sees this reason in the inspector; the caller does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeRefused {
    /// Never issued, or forgotten.
    Unknown,
    /// It came before.
    Spent,
    /// Too old.
    Expired,
    /// Issued by the other API.
    OtherFlow,
    /// Issued to another client.
    OtherClient,
    /// Issued to another redirect URI.
    RedirectUri,
}

impl Grant {
    /// The verification, for a client that comes in time and asks as it did before.
    pub(super) fn open(
        self,
        api: Api,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<Finished, CodeRefused> {
        let request = &self.request;
        if request.api != api {
            return Err(CodeRefused::OtherFlow);
        }
        let is_own = self.verification.subject.is_read();
        if self.expires.is_over(is_own, now) || self.verification.is_erased() {
            return Err(CodeRefused::Expired);
        }
        if !request.redirect_uri.is_spelt(redirect_uri) {
            return Err(CodeRefused::RedirectUri);
        }
        Ok(self.verification)
    }
}
