//! Authenteq's addresses.

use url::Url;

use super::{
    checks::Checks,
    public_url::web_url,
    settings::{Settings, given},
};

/// The base URLs of Authenteq's services.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// The identity server, to which the browser goes.
    pub identity: Url,
    /// The token and details API.
    pub api: Url,
    /// The export API.
    pub export: Url,
}

impl Endpoints {
    pub(super) fn check(settings: &Settings, checks: &mut Checks) -> Option<Self> {
        let [identity, api, export] = [
            (
                "WEBKYC_IDENTITY_URL",
                &settings.identity_url,
                "https://identity.authenteq.com",
            ),
            (
                "WEBKYC_API_URL",
                &settings.api_url,
                "https://api.authenteq.com",
            ),
            (
                "WEBKYC_EXPORT_URL",
                &settings.export_url,
                "https://api.app.authenteq.com",
            ),
        ]
        .map(|(setting, url, default)| {
            checks.keep(web_url(setting, given(url).unwrap_or(default)))
        });
        Some(Self {
            identity: identity?,
            api: api?,
            export: export?,
        })
    }
}
