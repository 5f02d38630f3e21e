//! A site's server creates a sign-up.

use serde::{Deserialize, Serialize};
use webkyc_shared::sign_up::SignUpStatus;

use super::{SignUps, digest, random};
use crate::{
    claims::{Claim, Expected},
    config::{Release, Site},
    error::ApiError,
    store::{Created, Idempotency, NewSignUp, SignUp},
};

/// How long the first begin is waited for, in seconds, unless the site says otherwise: 24 h.
pub const DEFAULT_EXPIRY: i64 = 24 * 3600;
const SHORTEST_EXPIRY: i64 = 5 * 60;
const LONGEST_EXPIRY: i64 = 30 * 24 * 3600;
/// Maximum length of a reference, in bytes.
const REFERENCE_LIMIT: usize = 256;
/// Maximum length of a display name, in characters.
const DISPLAY_NAME_LIMIT: usize = 100;

/// `POST /sign-ups`: who is to be verified, and what the site wants to learn.
#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateSignUp {
    /// The site's key in the configuration: required with the operator's key, and only there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// The site's own name for its user or order: up to 256 bytes without control characters. Comes
    /// back in answers and events; the visitor does not see it.
    pub reference: String,
    /// The key of the return URL; may be left out if the site has one.
    #[serde(default, rename = "return", skip_serializing_if = "Option::is_none")]
    pub return_key: Option<String>,
    /// The claims to answer, such as `age_over_18`; none by default.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub claims: Vec<Claim>,
    /// The person's name and birthdate in the site's account, for `name_match` and `birthdate_match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub expected: Option<Expected>,
    /// How the page names the account to the visitor, such as `account a…@…`: up to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Within how many seconds the visitor must begin: 300 to 2,592,000; a day by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
}

/// The answer to [`CreateSignUp`].
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedSignUp {
    /// `su_…`: names the sign-up in answers, events and the address the visitor comes back to.
    pub id: String,
    /// Where to send this visitor. A secret: the first browser that begins there owns the sign-up.
    pub url: String,
    /// `created`.
    pub status: SignUpStatus,
    /// When it expires unless it is begun, in seconds since 1970 (UTC).
    pub expires_at: i64,
}

impl SignUps {
    /// Creates a sign-up for a site, or for the site in the request if `scope` is the operator
    /// (`None`). The same `idempotency_key` and request within 24 hours get the same answer.
    ///
    /// # Errors
    /// [`ApiError::BadRequest`] names the wrong member; [`ApiError::UnknownSite`],
    /// [`ApiError::UnknownReturn`], [`ApiError::IdempotencyKeyReused`],
    /// [`ApiError::StoreUnavailable`].
    pub async fn create(
        &self,
        scope: Option<&str>,
        mut request: CreateSignUp,
        idempotency_key: Option<&str>,
    ) -> Result<CreatedSignUp, ApiError> {
        let site_key = site_key(scope, &request)?.to_owned();
        let site = self.0.config.sites.get(&site_key);
        let site = site.ok_or(ApiError::UnknownSite)?;
        let return_key = return_key(site, request.return_key.as_deref())?.to_owned();
        check(site, &request)?;
        request.claims.sort();
        request.claims.dedup();

        let now = self.now();
        let id = self.new_id(now);
        let handle = random::<32>();
        let created = CreatedSignUp {
            url: format!("{}/start#sign_up={handle}", self.0.config.public_url.url),
            status: SignUpStatus::Created,
            expires_at: now + request.expires_in.unwrap_or(DEFAULT_EXPIRY),
            id: id.clone(),
        };
        let once = idempotency_key.map(|key| self.once(&site_key, key, &request, &created));
        let once = once.transpose()?;
        // Only fields that a claim compares with are stored.
        let expected = request.expected.take();
        let expected = expected.map(|expected| expected.for_claims(&request.claims));
        let expected = expected.filter(|expected| *expected != Expected::default());
        let expected = expected.as_ref().map(serde_json::to_vec);
        let expected = expected.transpose().map_err(|_| ApiError::Internal)?;
        let claims = serde_json::to_string(&request.claims).map_err(|_| ApiError::Internal)?;
        let seal = |field, plain: &[u8]| self.seal(&id, field, plain);
        let new = NewSignUp {
            handle: digest("handle", &handle),
            reference_hash: self.references(&site_key, &request.reference)[0],
            sign_up: SignUp {
                return_key,
                claims,
                webhook: site.webhook.is_some(),
                on_return: site.release == Release::OnReturn,
                livemode: self.0.config.live,
                status: SignUpStatus::Created,
                last_reason: None,
                reference: Some(seal("reference", request.reference.as_bytes())),
                display_name: request
                    .display_name
                    .map(|name| seal("display_name", name.as_bytes())),
                expected: expected.map(|expected: Vec<u8>| seal("expected", &expected)),
                result: None,
                owner: None,
                created_at: now,
                started_at: None,
                returned_at: None,
                ended_at: None,
                redacted_at: None,
                expires_at: created.expires_at,
                site: site_key,
                id: id.clone(),
            },
        };
        let open = |sealed: &[u8]| {
            let row = once.as_ref().map(row).unwrap_or_default();
            self.open_text(&row, "answer", Some(sealed))
        };
        match self.0.store.create(&new, once.as_ref()).await? {
            Created::New => Ok(created),
            Created::KeyReused(sealed) => {
                // Without the key that sealed it, it cannot be known whether the request was another.
                open(&sealed)?;
                Err(ApiError::IdempotencyKeyReused)
            }
            Created::Repeated(sealed) => {
                let answer = open(&sealed)?.ok_or(ApiError::Internal)?;
                serde_json::from_str(&answer).map_err(|_| ApiError::Internal)
            }
        }
    }

    /// The keyed hashes of a site's reference, newest key first.
    pub(super) fn references(&self, site: &str, reference: &str) -> Vec<[u8; 32]> {
        self.0.keys.get().lookup(site, reference)
    }

    fn once(
        &self,
        site: &str,
        key: &str,
        request: &CreateSignUp,
        created: &CreatedSignUp,
    ) -> Result<Idempotency, ApiError> {
        let body = serde_json::to_string(request).map_err(|_| ApiError::Internal)?;
        let answer = serde_json::to_vec(created).map_err(|_| ApiError::Internal)?;
        let mut once = Idempotency {
            key: digest("idempotency key", &format!("{site}\n{key}")),
            // Keyed, because a name and a birth date can be guessed from a plain hash.
            bodies: self.0.keys.get().lookup("idempotency", &body),
            answer: Vec::new(),
        };
        once.answer = self.seal(&row(&once), "answer", &answer);
        Ok(once)
    }
}

/// The row that an answer is sealed for.
fn row(once: &Idempotency) -> String {
    once.key.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn site_key<'a>(scope: Option<&'a str>, request: &'a CreateSignUp) -> Result<&'a str, ApiError> {
    match (scope, request.site.as_deref()) {
        (None, None) => Err(ApiError::BadRequest(
            "site is required with the operator's key".into(),
        )),
        (None, Some(site)) | (Some(site), None) => Ok(site),
        (Some(own), Some(site)) if own == site => Ok(own),
        (Some(_), Some(_)) => Err(ApiError::UnknownSite),
    }
}

fn return_key<'a>(site: &'a Site, given: Option<&'a str>) -> Result<&'a str, ApiError> {
    match given {
        Some(key) if site.returns.contains_key(key) => Ok(key),
        Some(_) => Err(ApiError::UnknownReturn),
        None => match site.returns.keys().next() {
            Some(key) if site.returns.len() == 1 => Ok(key),
            _ => Err(ApiError::BadRequest(
                "return is required: the site has none or several return URLs".into(),
            )),
        },
    }
}

fn check(site: &Site, request: &CreateSignUp) -> Result<(), ApiError> {
    let expected = request.expected.clone().unwrap_or_default();
    if let Err(invalid) = expected.check(&request.claims) {
        return Err(ApiError::BadRequest(invalid.problem().into()));
    }
    let problem = if !is_text(&request.reference) || request.reference.len() > REFERENCE_LIMIT {
        "reference must be 1 to 256 bytes without control characters"
    } else if request
        .claims
        .iter()
        .any(|claim| !site.claims.contains(claim))
    {
        "claims asks for more than the configuration allows this site ([sites.KEY] claims)"
    } else if request
        .display_name
        .as_deref()
        .is_some_and(|name| !is_text(name) || name.chars().count() > DISPLAY_NAME_LIMIT)
    {
        "displayName must be 1 to 100 characters without control characters"
    } else if request
        .expires_in
        .is_some_and(|seconds| !(SHORTEST_EXPIRY..=LONGEST_EXPIRY).contains(&seconds))
    {
        "expiresIn must be 300 to 2592000 seconds"
    } else {
        return Ok(());
    };
    Err(ApiError::BadRequest(problem.into()))
}

fn is_text(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_control)
}
