//! The visitor opens a sign-up, begins it, and reports what went wrong.

use url::Url;
use webkyc_shared::{
    api::{FLOW_SECONDS, SignUpResponse},
    sign_up::{FailureReason, SignUpHandle, SignUpStatus, SiteReturn},
};

use super::{SignUps, digest, view::requested};
use crate::{
    authenteq,
    config::Site,
    error::ApiError,
    session::cookies::{Flow, SignUpFlow},
    store::{Digest, SignUp},
};

impl SignUps {
    /// The sign-up with this handle, for one of these owners: the values of the owner cookies that
    /// the browser sent. Binds nothing.
    ///
    /// # Errors
    /// [`ApiError::SignUpNotFound`], [`ApiError::SignUpTaken`], [`ApiError::StoreUnavailable`];
    /// [`ApiError::Internal`] if this version does not know a claim of it.
    pub async fn open(
        &self,
        handle: &SignUpHandle,
        owners: &[String],
    ) -> Result<SignUpResponse, ApiError> {
        let (sign_up, _) = self.find(handle, owners).await?;
        let site = self.0.config.sites.get(&sign_up.site);
        let site = site.ok_or(ApiError::SignUpNotFound)?;
        let status = status(&sign_up, self.now());
        let display_name = sign_up.display_name.as_deref();
        let display_name = display_name.filter(|_| status.may_begin());
        Ok(SignUpResponse {
            site: site.name.clone(),
            display_name: self.open_text(&sign_up.id, "display_name", display_name)?,
            claims: requested(&sign_up)?
                .iter()
                .map(ToString::to_string)
                .collect(),
            status,
            return_url: return_url(site, &sign_up.return_key, &sign_up.id, None),
            test: !sign_up.livemode,
        })
    }

    /// Begins a flow of the sign-up, and binds it to this owner. The same owner may begin again
    /// until a code was sent. `departure` asks Authenteq where the visitor goes, which is returned.
    ///
    /// # Errors
    /// [`ApiError::SignUpNotFound`], [`ApiError::SignUpTaken`], [`ApiError::SignUpEnded`];
    /// [`ApiError::BadRequest`] without an owner cookie; [`ApiError::StoreUnavailable`]; and those of
    /// the departure.
    pub async fn begin(
        &self,
        handle: &SignUpHandle,
        owners: &[String],
        flow: &mut Flow,
        departure: impl Future<Output = Result<Url, authenteq::Error>>,
    ) -> Result<Url, ApiError> {
        // A call to Authenteq is for those alone who may begin.
        let owner = self.ensure_open(handle, owners).await?;
        // Before the sign-up begins: one that cannot be left for Authenteq stays as it is.
        let url = departure.await?;
        let now = self.now();
        let hash = digest("handle", handle.as_str());
        let begun = self.0.store.begin(&hash, &owner, now, now + FLOW_SECONDS);
        let Some(begun) = begun.await? else {
            // It has changed since it was looked at.
            self.ensure_open(handle, owners).await?;
            return Err(ApiError::StoreUnavailable);
        };
        self.changed();
        flow.came_from = Some(SiteReturn {
            site: begun.site,
            return_key: Some(begun.return_key),
        });
        flow.sign_up = Some(SignUpFlow {
            id: begun.id,
            on_return: begun.on_return,
        });
        Ok(url)
    }

    /// Checks, without a change, that this browser may begin the sign-up. Returns its owner.
    ///
    /// # Errors
    /// As [`Self::begin`].
    async fn ensure_open(
        &self,
        handle: &SignUpHandle,
        owners: &[String],
    ) -> Result<Digest, ApiError> {
        let (sign_up, owner) = self.find(handle, owners).await?;
        let owner = owner.ok_or(ApiError::BadRequest(
            "the browser has no owner cookie: POST /api/sign-up sets it".into(),
        ))?;
        let may_begin = status(&sign_up, self.now()).may_begin();
        may_begin.then_some(owner).ok_or(ApiError::SignUpEnded)
    }

    /// Notes what went wrong in a flow; ends nothing.
    ///
    /// # Errors
    /// [`ApiError::StoreUnavailable`].
    pub async fn report(&self, id: &str, reason: FailureReason) -> Result<(), ApiError> {
        self.0.store.report(id, reason.code()).await?;
        self.changed();
        Ok(())
    }

    /// The sign-up, and the hash of the owner that it has or may get.
    async fn find(
        &self,
        handle: &SignUpHandle,
        owners: &[String],
    ) -> Result<(SignUp, Option<Digest>), ApiError> {
        let hash = digest("handle", handle.as_str());
        let found = self.0.store.find_by_handle(&hash);
        let sign_up = found.await?.ok_or(ApiError::SignUpNotFound)?;
        // With the handle, so that the store does not show which sign-ups one browser began.
        let mut hashes = owners
            .iter()
            .map(|owner| digest("owner", &format!("{owner}\n{}", handle.as_str())));
        let owner = match sign_up.owner {
            None => hashes.next(),
            Some(bound) => Some(
                hashes
                    .find(|hash| *hash == bound)
                    .ok_or(ApiError::SignUpTaken)?,
            ),
        };
        Ok((sign_up, owner))
    }
}

/// The status as it is now: one whose time is over is `expired` before the database says so.
fn status(sign_up: &SignUp, now: i64) -> SignUpStatus {
    match sign_up.status {
        SignUpStatus::Created | SignUpStatus::Started if sign_up.expires_at <= now => {
            SignUpStatus::Expired
        }
        other => other,
    }
}

/// The configured address of a return key, with the sign-up's id and, for a site that claims it,
/// the code.
pub(crate) fn return_url(
    site: &Site,
    return_key: &str,
    id: &str,
    code: Option<&str>,
) -> Option<String> {
    let mut url: Url = site.returns.get(return_key)?.parse().ok()?;
    url.query_pairs_mut()
        .append_pair("sign_up", id)
        .extend_pairs(code.map(|code| ("sign_up_code", code)));
    Some(url.into())
}
