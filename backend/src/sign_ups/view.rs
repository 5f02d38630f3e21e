//! A sign-up as its site's server sees it.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use webkyc_shared::sign_up::SignUpStatus;

use super::SignUps;
use crate::{claims::Claim, error::ApiError, store::SignUp};

/// A sign-up. Times are seconds since 1970 (UTC).
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignUpView {
    /// `su_…`
    id: String,
    /// The key of the site that created it.
    site: String,
    /// The site's own name for its user; absent after redaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    status: SignUpStatus,
    /// The reason for the last failure: a code that a page shows, or `OUTCOME_UNKNOWN`,
    /// `DATA_EXPIRED`, `NOT_CLAIMED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_reason: Option<String>,
    /// The names of the claims that it asks for, known to this version or not.
    requested: Vec<String>,
    /// The answers, once it is `verified` and until they are deleted, known to this version or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    claims: Option<Box<RawValue>>,
    /// Whether verifications are of real people.
    livemode: bool,
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    returned_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redacted_at: Option<i64>,
    /// When it expires, while it is `created` or `started`.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
}

impl SignUps {
    pub(super) fn view(&self, sign_up: &SignUp) -> Result<SignUpView, ApiError> {
        let is_shown = sign_up.status == SignUpStatus::Verified && self.keeps_claims(sign_up);
        let result = sign_up.result.as_deref().filter(|_| is_shown);
        let result = self.open_text(&sign_up.id, "result", result)?;
        let claims = result.map(RawValue::from_string).transpose();
        let is_open = sign_up.status.may_begin();
        Ok(SignUpView {
            id: sign_up.id.clone(),
            site: sign_up.site.clone(),
            reference: self.reference(sign_up)?,
            status: sign_up.status,
            last_reason: sign_up.last_reason.clone(),
            requested: serde_json::from_str(&sign_up.claims).unwrap_or_default(),
            claims: claims.map_err(|_| ApiError::Internal)?,
            livemode: sign_up.livemode,
            created_at: sign_up.created_at,
            started_at: sign_up.started_at,
            returned_at: sign_up.returned_at,
            ended_at: sign_up.ended_at,
            redacted_at: sign_up.redacted_at,
            expires_at: is_open.then_some(sign_up.expires_at),
        })
    }

    /// Whether their time is not over: what is old is deleted a part at a time.
    fn keeps_claims(&self, sign_up: &SignUp) -> bool {
        let store = self.0.config.store.as_ref();
        let kept = store.map_or(0, |store| store.keep_claims);
        sign_up
            .ended_at
            .is_some_and(|ended| self.now() < ended + kept)
    }

    pub(super) fn reference(&self, sign_up: &SignUp) -> Result<Option<String>, ApiError> {
        self.open_text(&sign_up.id, "reference", sign_up.reference.as_deref())
    }
}

/// The claims that a sign-up asks for.
///
/// # Errors
/// [`ApiError::Internal`] if this version does not know one of them: during an update, a newer replica
/// may have created the sign-up.
pub(super) fn requested(sign_up: &SignUp) -> Result<Vec<Claim>, ApiError> {
    serde_json::from_str(&sign_up.claims).map_err(|_| {
        tracing::error!(
            sign_up = sign_up.id,
            "this version does not know a claim of the sign-up"
        );
        ApiError::Internal
    })
}
