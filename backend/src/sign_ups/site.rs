//! A site's server asks for its sign-ups, claims, cancels and redacts them.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use webkyc_shared::sign_up::SignUpStatus;

use super::{Look, SignUpView, SignUps, digest};
use crate::{
    error::ApiError,
    store::{Ending, Filter, SignUp},
};

/// How many sign-ups a page holds, at most and by default.
const PAGE_LIMIT: i64 = 100;
const PAGE_DEFAULT: i64 = 20;

/// Which sign-ups to list.
#[derive(Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListSignUps {
    /// Only those with this reference.
    pub reference: Option<String>,
    /// Only those of this site; for the operator, who must name one to search by `reference`.
    pub site: Option<String>,
    /// Only those with this status.
    #[param(inline)]
    pub status: Option<SignUpStatus>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 100; 20 by default.
    pub limit: Option<i64>,
}

/// A page of sign-ups, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignUpPage {
    sign_ups: Vec<SignUpView>,
    /// The cursor of the next page, unless this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl SignUps {
    /// A sign-up; waits up to `wait` seconds for its result.
    ///
    /// # Errors
    /// [`ApiError::SignUpNotFound`], also for another site's; [`ApiError::TooManyPolls`],
    /// [`ApiError::StoreUnavailable`].
    pub async fn get(
        &self,
        scope: Option<&str>,
        id: &str,
        wait: u64,
    ) -> Result<SignUpView, ApiError> {
        let look = || async {
            let sign_up = self.of_site(scope, id).await?;
            let view = self.view(&sign_up)?;
            Ok(if sign_up.status.is_terminal() {
                Look::Final(view)
            } else {
                Look::Preliminary(view)
            })
        };
        self.poll(scope.unwrap_or_default(), wait, look).await
    }

    /// A page of the site's sign-ups, or of all.
    ///
    /// # Errors
    /// [`ApiError::BadRequest`] names the wrong parameter; [`ApiError::StoreUnavailable`].
    pub async fn list(
        &self,
        scope: Option<&str>,
        query: ListSignUps,
    ) -> Result<SignUpPage, ApiError> {
        let limit = query.limit.unwrap_or(PAGE_DEFAULT);
        if !(1..=PAGE_LIMIT).contains(&limit) {
            return Err(ApiError::BadRequest("limit must be 1 to 100".into()));
        }
        let site = match (scope, query.site) {
            (Some(own), Some(site)) if own != site => return Err(ApiError::UnknownSite),
            (Some(own), _) => Some(own.to_owned()),
            (None, site) => site,
        };
        let references = match (&site, &query.reference) {
            (Some(site), Some(reference)) => Some(self.references(site, reference)),
            (None, Some(_)) => {
                return Err(ApiError::BadRequest(
                    "reference needs site beside it".into(),
                ));
            }
            (_, None) => None,
        };
        let before = query.after.map(|cursor| id_of(&cursor)).transpose()?;
        let filter = Filter {
            site,
            references,
            status: query.status,
            before,
            // One more says whether there is a next page.
            limit: limit + 1,
        };
        let mut found = self.0.store.list(&filter).await?;
        let is_last = i64::try_from(found.len()).is_ok_and(|found| found <= limit);
        if !is_last {
            found.pop();
        }
        let next = found.last().filter(|_| !is_last);
        let views = found.iter().map(|sign_up| self.view(sign_up));
        Ok(SignUpPage {
            next: next.map(|last| BASE64_URL_SAFE_NO_PAD.encode(&last.id)),
            sign_ups: views.collect::<Result<_, _>>()?,
        })
    }

    /// Takes the code that came back with the visitor: the sign-up may end now.
    ///
    /// # Errors
    /// [`ApiError::SignUpNotFound`], [`ApiError::SignUpCodeInvalid`],
    /// [`ApiError::StoreUnavailable`].
    pub async fn claim(
        &self,
        scope: Option<&str>,
        id: &str,
        code: &str,
    ) -> Result<SignUpView, ApiError> {
        self.of_site(scope, id).await?;
        let code = digest("return code", code);
        if !self.0.store.claim(id, &code, self.now()).await? {
            return Err(ApiError::SignUpCodeInvalid);
        }
        self.changed();
        self.view(&self.of_site(scope, id).await?)
    }

    /// Ends a sign-up whose code has not come back.
    ///
    /// # Errors
    /// [`ApiError::SignUpNotFound`], [`ApiError::SignUpEnded`], [`ApiError::StoreUnavailable`].
    pub async fn cancel(&self, scope: Option<&str>, id: &str) -> Result<SignUpView, ApiError> {
        let sign_up = self.of_site(scope, id).await?;
        if sign_up.status != SignUpStatus::Canceled && !self.end_open(id).await? {
            return Err(ApiError::SignUpEnded);
        }
        self.view(&self.of_site(scope, id).await?)
    }

    /// Deletes claims, reference, display name, expectation and token; one that is still open is
    /// canceled first.
    ///
    /// # Errors
    /// [`ApiError::SignUpNotFound`]; [`ApiError::SignUpNotEnded`] while the result is being fetched;
    /// [`ApiError::StoreUnavailable`].
    pub async fn redact(&self, scope: Option<&str>, id: &str) -> Result<SignUpView, ApiError> {
        self.of_site(scope, id).await?;
        self.end_open(id).await?;
        if !self.of_site(scope, id).await?.status.is_terminal() {
            return Err(ApiError::SignUpNotEnded);
        }
        self.0.store.redact(id, self.now()).await?;
        self.changed();
        self.view(&self.of_site(scope, id).await?)
    }

    async fn end_open(&self, id: &str) -> Result<bool, ApiError> {
        let canceled = Ending {
            id: id.to_owned(),
            from: &[SignUpStatus::Created, SignUpStatus::Started],
            fence: None,
            status: SignUpStatus::Canceled,
            reason: None,
            now: self.now(),
        };
        let is_ended = self.0.store.end(&canceled).await?;
        if is_ended {
            self.changed();
        }
        Ok(is_ended)
    }

    async fn of_site(&self, scope: Option<&str>, id: &str) -> Result<SignUp, ApiError> {
        let found = self.0.store.find(id).await?;
        let own = found.filter(|sign_up| scope.is_none_or(|site| site == sign_up.site));
        own.ok_or(ApiError::SignUpNotFound)
    }
}

/// The id in a cursor.
fn id_of(cursor: &str) -> Result<String, ApiError> {
    let id = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok();
    let id = id.and_then(|id| String::from_utf8(id).ok());
    id.filter(|id| id.starts_with("su_"))
        .ok_or(ApiError::BadRequest(
            "after must be the next of a page".into(),
        ))
}
