//! Plays a sign-up that ends, for the developer of a site.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use webkyc_shared::{
    sign_up::SignUpStatus,
    verification::{Document, Verification},
};

use super::{CreateSignUp, SignUpView, SignUps, digest, random};
use crate::{
    claims::{self, Expected},
    error::ApiError,
    store::{Ending, Exchanged, Fence},
};

/// Longer than it takes to play a sign-up.
const PLAY_SECONDS: i64 = 60;

/// `POST /events/trigger`: the sign-up to play.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TriggerEvent {
    /// The event that it ends with.
    #[serde(rename = "type")]
    kind: EventKind,
    /// As of [`CreateSignUp`].
    reference: String,
    /// As of [`CreateSignUp`]; not required if only one is configured.
    site: Option<String>,
}

/// The types of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
pub enum EventKind {
    /// The person is verified.
    #[serde(rename = "sign_up.verified")]
    #[value(name = "sign_up.verified")]
    Verified,
    /// Authenteq refused the code.
    #[serde(rename = "sign_up.failed")]
    #[value(name = "sign_up.failed")]
    Failed,
    /// The visitor did not come back in time.
    #[serde(rename = "sign_up.expired")]
    #[value(name = "sign_up.expired")]
    Expired,
    /// The site's server canceled it.
    #[serde(rename = "sign_up.canceled")]
    #[value(name = "sign_up.canceled")]
    Canceled,
    /// All that is personal was deleted.
    #[serde(rename = "sign_up.redacted")]
    #[value(name = "sign_up.redacted")]
    Redacted,
}

impl SignUps {
    /// Creates a sign-up and ends it as asked, with an invented person. It takes the states that a
    /// visitor's would.
    ///
    /// # Errors
    /// [`ApiError::BadRequest`] where verifications are of real people; else as
    /// [`SignUps::create`].
    pub async fn trigger(
        &self,
        scope: Option<&str>,
        request: TriggerEvent,
    ) -> Result<SignUpView, ApiError> {
        if self.0.config.live {
            let problem =
                "events are triggered only where verifications are of test persons (live = false)";
            return Err(ApiError::BadRequest(problem.into()));
        }
        let sites = &self.0.config.sites;
        let site = request.site.as_deref().or(scope).or_else(|| sites.only());
        let site = site.ok_or(ApiError::BadRequest(
            "site is required: the configuration has several, or none".into(),
        ))?;
        let configured = sites.get(site).ok_or(ApiError::UnknownSite)?;
        let creation = CreateSignUp {
            site: Some(site.to_owned()),
            reference: request.reference,
            return_key: configured.returns.keys().next().cloned(),
            claims: configured.claims.clone(),
            expected: Some(expected()),
            display_name: None,
            expires_in: None,
        };
        let created = self.create(scope, creation, None).await?;
        let (_, handle) = created.url.split_once('=').ok_or(ApiError::Internal)?;
        match request.kind {
            EventKind::Verified => self.play_return(&created.id, handle, true).await?,
            EventKind::Failed => self.play_return(&created.id, handle, false).await?,
            EventKind::Expired => {
                let from = &[SignUpStatus::Created];
                self.play_end(&created.id, from, SignUpStatus::Expired, None)
                    .await?;
            }
            EventKind::Canceled => drop(self.cancel(scope, &created.id).await?),
            EventKind::Redacted => drop(self.redact(scope, &created.id).await?),
        }
        self.changed();
        self.get(scope, &created.id, 0).await
    }

    /// Begins the sign-up, brings a code back, and ends it.
    async fn play_return(&self, id: &str, handle: &str, is_verified: bool) -> Result<(), ApiError> {
        let (store, now) = (&self.0.store, self.now());
        let handle = digest("handle", handle);
        let owner = digest("owner", id);
        let begun = store.begin(&handle, &owner, now, now + PLAY_SECONDS);
        let sign_up = begun.await?.ok_or(ApiError::SignUpEnded)?;
        let fence = Fence {
            id: id.to_owned(),
            nonce: digest("fence", &random::<16>()),
            code: digest("code", &random::<32>()),
            now,
            seconds: PLAY_SECONDS,
        };
        store.raise_fence(&fence).await?;
        if !is_verified {
            let (from, reason) = (&[SignUpStatus::Returned], Some("CODE_REJECTED"));
            return self.play_end(id, from, SignUpStatus::Failed, reason).await;
        }
        let today = self.today(&sign_up);
        let asked = super::view::requested(&sign_up)?;
        let answers = claims::evaluate(&asked, &person(today), &expected(), today);
        let answers = serde_json::to_vec(&answers).map_err(|_| ApiError::Internal)?;
        let return_code = digest("return code", &random::<16>());
        let exchanged = Exchanged {
            id: id.to_owned(),
            fence: fence.nonce,
            token: self.seal(id, "token", b"none"),
            // There is nothing to fetch: a worker looks only if this process ends before it is done.
            due_at: now + PLAY_SECONDS,
            exchanged_at: now,
            return_code: Some((return_code, now + PLAY_SECONDS)),
        };
        store.exchanged(&exchanged).await?;
        let sealed = self.seal(id, "result", &answers);
        store.verified(id, &sealed, now).await?;
        if sign_up.on_return {
            store.claim(id, &return_code, now).await?;
        }
        Ok(())
    }

    async fn play_end(
        &self,
        id: &str,
        from: &'static [SignUpStatus],
        status: SignUpStatus,
        reason: Option<&'static str>,
    ) -> Result<(), ApiError> {
        let ending = Ending {
            id: id.to_owned(),
            from,
            fence: None,
            status,
            reason,
            now: self.now(),
        };
        Ok(self.0.store.end(&ending).await.map(drop)?)
    }
}

const SURNAME: &str = "Example";
const GIVEN_NAMES: &str = "Erika";
const BIRTHDATE: &str = "1990-01-01";

/// An account with the name and birthdate of the document.
fn expected() -> Expected {
    Expected {
        name: Some(format!("{GIVEN_NAMES} {SURNAME}")),
        birthdate: BIRTHDATE.parse().ok(),
    }
}

/// An invented adult with a valid passport.
fn person(today: jiff::civil::Date) -> Verification<'static> {
    let text = |text: &str| Some(text.to_owned());
    Verification {
        documents: vec![Document {
            document_type: text("PP"),
            document_number: text("X00T00000"),
            issuing_country: text("UTO"),
            nationality: text("UTO"),
            surname: text(SURNAME),
            given_names: text(GIVEN_NAMES),
            date_of_birth: text(BIRTHDATE),
            date_of_expiry: Some(today.last_of_year().to_string()),
            address: text("1 Example Street^Example City"),
            ..Document::default()
        }],
        ..Verification::default()
    }
}
