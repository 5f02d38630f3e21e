//! The client that Authenteq knows this deployment as.

use secrecy::SecretString;

use super::{
    Secret,
    checks::{Checks, visible_ascii},
    settings::{Settings, given},
};

/// An OAuth client (RFC 6749, section 2).
#[derive(Clone)]
pub struct ClientCredentials {
    /// The client id from Authenteq; public.
    pub id: String,
    /// The client secret from Authenteq; sent to Authenteq only.
    pub secret: Secret<SecretString>,
    /// The `grantType` of the token call.
    pub grant_type: String,
}

impl ClientCredentials {
    pub(super) fn check(settings: &Settings, checks: &mut Checks) -> Option<Self> {
        let id = checks.required("WEBKYC_CLIENT_ID", &settings.client_id);
        let id = id.and_then(|id| checks.keep(visible_ascii("WEBKYC_CLIENT_ID", id)));
        let secret = checks.required_secret(
            ("WEBKYC_CLIENT_SECRET", &settings.client_secret),
            ("WEBKYC_CLIENT_SECRET_FILE", &settings.client_secret_file),
            parse_secret,
        );
        let grant_type = given(&settings.grant_type).unwrap_or("authorization_code");
        let grant_type = checks.keep(visible_ascii("WEBKYC_GRANT_TYPE", grant_type));
        Some(Self {
            id: id?.to_owned(),
            secret: secret?,
            grant_type: grant_type?.to_owned(),
        })
    }
}

fn parse_secret(given: &str) -> Result<SecretString, String> {
    if given.contains(char::is_control) {
        return Err("holds a line break or another control character".to_owned());
    }
    Ok(given.into())
}
