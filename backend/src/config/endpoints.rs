//! Authenteq's addresses.

use url::Url;

use super::{
    Api,
    checks::Checks,
    public_url::web_url,
    settings::{Settings, given},
};

/// The base URLs of Authenteq's services.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// Authenteq's server for visitors, to which the browser goes. The sandbox, if it is on this machine.
    pub identity: Url,
    /// The token and details API; not called with Web IDV.
    pub api: Url,
    /// The export API, and the API of Web IDV.
    pub export: Url,
}

impl Endpoints {
    pub(super) fn check(
        settings: &Settings,
        api: Option<&Api>,
        checks: &mut Checks,
    ) -> Option<Self> {
        let identity_url = api.unwrap_or(&Api::WebKyc).identity_url();
        let [identity, api, export] = [
            ("WEBKYC_IDENTITY_URL", &settings.identity_url, identity_url),
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
