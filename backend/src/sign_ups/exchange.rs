//! The fence around the one token call of a sign-up.

use std::time::Duration;

use tracing::warn;
use webkyc_shared::sign_up::SignUpStatus;

use super::{SignUps, digest, random};
use crate::{
    authenteq::{self, AccessToken},
    error::ApiError,
    session::cookies::{SESSION_SECONDS, SignUpFlow},
    store::{Ending, Exchanged, Fence, Fenced},
};

/// How long only the exchange itself may end the sign-up, in seconds: longer than a token call.
const FENCE_SECONDS: i64 = 60;
/// How long the code that comes with the visitor is good, in seconds from when the visitor left our
/// pages at the latest.
const RETURN_CODE_SECONDS: i64 = 600;
/// How long a failed write waits until it is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// A raised fence: the token call may be sent, once.
pub struct SignUpFence {
    fence: Fence,
    on_return: bool,
}

impl SignUps {
    /// Raises the fence: `started` → `returned`, with the code's hash.
    ///
    /// # Errors
    /// [`ApiError::SignUpEnded`] when another flow was faster, [`ApiError::StateInvalid`] when
    /// another sign-up sent this code, [`ApiError::StoreUnavailable`]: in each case the token call
    /// must not be sent.
    pub async fn raise_fence(
        &self,
        flow: &SignUpFlow,
        code: &str,
    ) -> Result<SignUpFence, ApiError> {
        let now = self.now();
        let fence = Fence {
            id: flow.id.clone(),
            code: digest("code", code),
            now,
            until: now + FENCE_SECONDS,
        };
        match self.0.store.raise_fence(&fence).await? {
            Fenced::Raised => {
                self.changed();
                Ok(SignUpFence {
                    fence,
                    on_return: flow.on_return,
                })
            }
            Fenced::NotStarted => Err(ApiError::SignUpEnded),
            Fenced::CodeUsed => Err(ApiError::StateInvalid),
        }
    }

    /// Hands the token to the worker. Returns the code for the site, if it claims its sign-ups.
    /// If the store does not answer, goes on trying in the background until the data ends.
    pub async fn exchanged(
        &self,
        fence: SignUpFence,
        token: &AccessToken,
        exchanged_at: i64,
        leaves_at_once: bool,
    ) -> Option<String> {
        let code = fence.on_return.then(random::<16>);
        let shown = if leaves_at_once { 0 } else { SESSION_SECONDS };
        let until = exchanged_at + shown + RETURN_CODE_SECONDS;
        let exchanged = Exchanged {
            token: self.seal(&fence.fence.id, "token", token.expose().as_bytes()),
            id: fence.fence.id,
            due_at: exchanged_at,
            exchanged_at,
            return_code: code
                .as_ref()
                .map(|code| (digest("return code", code), until)),
        };
        if !self.try_exchanged(&exchanged).await {
            self.unwritten().insert(exchanged.id.clone());
            let sign_ups = self.clone();
            tokio::spawn(async move {
                while sign_ups.now() < exchanged_at + SESSION_SECONDS {
                    tokio::time::sleep(RETRY).await;
                    if sign_ups.try_exchanged(&exchanged).await {
                        break;
                    }
                }
                sign_ups.unwritten().remove(&exchanged.id);
            });
        }
        code
    }

    async fn try_exchanged(&self, exchanged: &Exchanged) -> bool {
        match self.0.store.exchanged(exchanged).await {
            Ok(is_open) => {
                if !is_open {
                    warn!("a sign-up ended before its token was stored");
                }
                self.0.work.notify_one();
                self.changed();
                true
            }
            Err(error) => {
                warn!(%error, "a token is not stored yet");
                false
            }
        }
    }

    /// Writes down a token call that brought no token. One that was certainly not sent leaves the
    /// sign-up as before; one that Authenteq refused ends it; otherwise the outcome is unknown, and
    /// the sign-up ends when the fence is over.
    pub async fn not_exchanged(&self, fence: SignUpFence, error: &authenteq::Error) {
        let SignUpFence { fence, .. } = fence;
        let error = ApiError::from(error.clone());
        let reason = error.code().name();
        if error.leaves_code_unspent() {
            self.unwritten().insert(fence.id.clone());
            let sign_ups = self.clone();
            let written = tokio::spawn(async move {
                while sign_ups.now() < fence.until {
                    match sign_ups.0.store.lower_fence(&fence, reason).await {
                        Ok(()) => break,
                        Err(error) => warn!(%error, "a fence is not lowered yet"),
                    }
                    tokio::time::sleep(RETRY).await;
                }
                sign_ups.unwritten().remove(&fence.id);
                sign_ups.changed();
            });
            // The first try is worth waiting for: the visitor may try again at once.
            let _ = tokio::time::timeout(2 * RETRY, written).await;
        } else if is_refusal(&error) {
            let ending = Ending {
                id: fence.id,
                from: &[SignUpStatus::Returned],
                status: SignUpStatus::Failed,
                reason: Some(reason),
                now: self.now(),
            };
            if let Err(error) = self.0.store.end(&ending).await {
                warn!(%error, "a refused sign-up ends when its fence is over");
            }
            self.changed();
        }
    }
}

/// Whether Authenteq answered, and gave no usable token.
fn is_refusal(error: &ApiError) -> bool {
    use authenteq::Error;
    let ApiError::Upstream(error) = error else {
        return false;
    };
    !matches!(
        error,
        Error::Timeout { .. } | Error::Broken { .. } | Error::Failed { .. }
    )
}
