//! The fence around the one token call of a sign-up.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{MutexGuard, PoisonError},
    time::Duration,
};

use tokio::task::JoinHandle;
use tracing::warn;
use webkyc_shared::sign_up::{FailureReason, SignUpStatus};

use super::{SignUps, digest, random};
use crate::{
    authenteq::{self, Grant},
    error::ApiError,
    session::cookies::{SESSION_SECONDS, SignUpFlow, SignUpSession},
    store::{self, Ending, Exchanged, Fence, Fenced},
};

/// How much longer the fence stands than an exchange can take: for clocks that differ, and for a process
/// that stops for a moment.
const MARGIN: Duration = Duration::from_secs(20);
/// How long the code that comes with the visitor is good, in seconds from when the visitor left our
/// pages at the latest.
const RETURN_CODE_SECONDS: i64 = 600;
/// How long a failed write waits until it is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// When the visitor leaves our pages with the result of a sign-up.
#[derive(Clone, Copy)]
pub struct Leaving {
    /// Seconds since 1970.
    pub exchanged_at: i64,
    /// At once, without seeing the data.
    pub at_once: bool,
}

/// A raised fence: the token call may be sent, once.
struct SignUpFence {
    fence: Fence,
    on_return: bool,
    place: UnwrittenId,
}

/// The fact about the exchange of a sign-up that is still to be written down.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unwritten {
    /// The outcome of the token call.
    Outcome,
    /// That no token call was sent.
    Unsent,
}

/// Keeps a sign-up among the unwritten: only its exchange ends it.
struct UnwrittenId {
    sign_ups: SignUps,
    id: String,
}

impl Drop for UnwrittenId {
    fn drop(&mut self) {
        self.sign_ups.unwritten().remove(&self.id);
    }
}

impl SignUps {
    pub(super) fn unwritten_ids(&self) -> Vec<String> {
        self.unwritten().keys().cloned().collect()
    }

    fn unwritten(&self) -> MutexGuard<'_, HashMap<String, Unwritten>> {
        let unwritten = self.0.unwritten.lock();
        unwritten.unwrap_or_else(PoisonError::into_inner)
    }

    /// Spends the code of a sign-up, once: raises the fence, makes the token call `call`, and writes down its
    /// outcome. A fence that does not stand stops the call.
    ///
    /// # Errors
    /// [`ApiError::SignUpEnded`] when another flow was faster, [`ApiError::StateInvalid`] when
    /// another sign-up sent this code, [`ApiError::StoreUnavailable`]; and those of the call.
    pub async fn exchange(
        &self,
        flow: &SignUpFlow,
        code: &str,
        leaving: Leaving,
        call: impl Future<Output = Result<Grant, authenteq::Error>>,
    ) -> Result<(Grant, SignUpSession), ApiError> {
        let fence = self.raise_fence(flow, code).await?;
        match call.await {
            Ok(grant) => {
                let session = SignUpSession {
                    id: flow.id.clone(),
                    code: self.exchanged(fence, &grant, leaving).await,
                    returns_at_once: leaving.at_once,
                };
                Ok((grant, session))
            }
            Err(error) => {
                self.not_exchanged(fence, &error).await;
                Err(error.into())
            }
        }
    }

    /// Raises the fence: `started` → `returned`, with the code's hash.
    async fn raise_fence(&self, flow: &SignUpFlow, code: &str) -> Result<SignUpFence, ApiError> {
        match self.unwritten().entry(flow.id.clone()) {
            Entry::Vacant(entry) => entry.insert(Unwritten::Outcome),
            Entry::Occupied(entry) => {
                return Err(match entry.get() {
                    Unwritten::Outcome => ApiError::SignUpEnded,
                    // Soon it can begin again.
                    Unwritten::Unsent => ApiError::StoreUnavailable,
                });
            }
        };
        let now = self.now();
        let fence = SignUpFence {
            fence: Fence {
                id: flow.id.clone(),
                nonce: digest("fence", &random::<16>()),
                code: digest("code", code),
                now,
                seconds: fence_seconds(self.0.authenteq.longest_exchange()),
            },
            on_return: flow.on_return,
            place: UnwrittenId {
                sign_ups: self.clone(),
                id: flow.id.clone(),
            },
        };
        match self.0.store.raise_fence(&fence.fence).await {
            Ok(Fenced::Raised) => {
                self.changed();
                Ok(fence)
            }
            Ok(Fenced::NotStarted) => Err(ApiError::SignUpEnded),
            Ok(Fenced::CodeUsed) => Err(ApiError::StateInvalid),
            Err(error) => {
                // It may be raised all the same.
                let error = ApiError::from(error);
                drop(self.lower(fence, FailureReason::from(error.code()).code()));
                Err(error)
            }
        }
    }

    /// Hands the grant to the worker. Returns the code for the site, if it claims its sign-ups.
    /// If the store does not answer, goes on trying in the background until the data ends.
    async fn exchanged(
        &self,
        fence: SignUpFence,
        grant: &Grant,
        leaving: Leaving,
    ) -> Option<String> {
        let exchanged_at = leaving.exchanged_at;
        let SignUpFence {
            fence,
            on_return,
            place,
        } = fence;
        let code = on_return.then(random::<16>);
        let shown = if leaving.at_once { 0 } else { SESSION_SECONDS };
        let until = exchanged_at + shown + RETURN_CODE_SECONDS;
        let exchanged = Exchanged {
            token: self.seal(&fence.id, "token", &grant.to_bytes()),
            id: fence.id,
            fence: fence.nonce,
            due_at: exchanged_at,
            exchanged_at,
            return_code: code
                .as_ref()
                .map(|code| (digest("return code", code), until)),
        };
        if !self.try_exchanged(&exchanged).await {
            let sign_ups = self.clone();
            self.0.tasks.spawn(async move {
                let _place = place;
                while sign_ups.now() < exchanged_at + SESSION_SECONDS {
                    tokio::time::sleep(RETRY).await;
                    if sign_ups.try_exchanged(&exchanged).await {
                        break;
                    }
                }
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
    async fn not_exchanged(&self, fence: SignUpFence, error: &authenteq::Error) {
        let error = ApiError::from(error.clone());
        let reason = FailureReason::from(error.code()).code();
        if error.leaves_code_unspent() {
            // The first tries are worth waiting for: the visitor may try again at once.
            let lowered = self.lower(fence, reason);
            let _ = tokio::time::timeout(2 * RETRY, lowered).await;
        } else if is_refusal(&error) {
            let ending = Ending {
                id: fence.fence.id,
                from: &[SignUpStatus::Returned],
                fence: Some(fence.fence.nonce),
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

    /// Lowers a fence in the background, until it is down or over.
    fn lower(&self, fence: SignUpFence, reason: &'static str) -> JoinHandle<()> {
        let SignUpFence { fence, place, .. } = fence;
        self.unwritten().insert(fence.id.clone(), Unwritten::Unsent);
        let sign_ups = self.clone();
        self.0.tasks.spawn(async move {
            let _place = place;
            while sign_ups.now() < fence.now + fence.seconds {
                match sign_ups.0.store.lower_fence(&fence, reason).await {
                    Ok(()) => break,
                    Err(error) => warn!(%error, "a fence is not lowered yet"),
                }
                tokio::time::sleep(RETRY).await;
            }
            sign_ups.changed();
        })
    }
}

/// How long only the exchange itself may end the sign-up, in seconds: until the store has confirmed the
/// fence, the call is over, and the store has its outcome.
fn fence_seconds(exchange: Duration) -> i64 {
    let seconds = exchange + 2 * store::LONGEST_CALL + MARGIN;
    i64::try_from(seconds.as_secs()).unwrap_or(i64::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenteq::{Call, CallLimits};

    #[test]
    fn sup_13_the_fence_outlasts_the_longest_exchange_and_both_calls_of_the_store() {
        let limits = CallLimits::default();
        for (call, deadlines) in [(Call::Token, limits.token), (Call::Result, limits.result)] {
            let fence = fence_seconds(limits.longest(call));
            let fence = Duration::from_secs(fence.unsigned_abs());
            for exchange in [deadlines.total, deadlines.head + limits.error_wait] {
                assert!(fence > exchange + 2 * store::LONGEST_CALL, "{call:?}");
            }
        }
    }
}
