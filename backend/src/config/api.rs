//! Which of Authenteq's APIs verifies visitors.

use super::{
    Error,
    checks::{Checks, visible_ascii},
    settings::{Settings, given},
    wrong,
};

const FLOW: &str = "WEBKYC_FLOW";
const SLUG: &str = "WEBKYC_IDV_FLOW_SLUG";
const MULTI_DOCUMENT: &str = "WEBKYC_IDV_MULTI_DOCUMENT";

const WEB_KYC: &str = "web-kyc";
const WEB_IDV: &str = "web-idv";

/// Authenteq's API that verifies visitors: the setting `WEBKYC_FLOW`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Api {
    /// Exchanges a code for a token, which opens the details.
    WebKyc,
    /// Exchanges a code for the result, whose id opens the export.
    WebIdv(WebIdv),
}

/// The options of a Web IDV sign-up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebIdv {
    /// The flow's ID in Authenteq's dashboard; the account's default flow if absent.
    pub flow_slug: Option<String>,
    /// Whether visitors may show more than one document.
    pub multi_document: bool,
}

impl Api {
    pub(super) fn check(settings: &Settings, checks: &mut Checks) -> Option<Self> {
        let (api, others, flow) = match given(&settings.flow).unwrap_or(WEB_KYC) {
            WEB_KYC => {
                let others = vec![
                    (SLUG, &settings.idv_flow_slug),
                    (MULTI_DOCUMENT, &settings.idv_multi_document),
                ];
                (Self::WebKyc, others, WEB_IDV)
            }
            WEB_IDV => {
                let slug = given(&settings.idv_flow_slug);
                let slug = slug.and_then(|slug| checks.keep(visible_ascii(SLUG, slug)));
                let multi_document = given(&settings.idv_multi_document)
                    .and_then(|word| checks.keep(true_or_false(MULTI_DOCUMENT, word)));
                let others = vec![
                    ("WEBKYC_API_URL", &settings.api_url),
                    ("WEBKYC_BACK_URL", &settings.back_url),
                    ("WEBKYC_GRANT_TYPE", &settings.grant_type),
                ];
                let web_idv = WebIdv {
                    flow_slug: slug.map(str::to_owned),
                    multi_document: multi_document.unwrap_or_default(),
                };
                (Self::WebIdv(web_idv), others, WEB_KYC)
            }
            other => {
                let problem = format!("must be {WEB_KYC} or {WEB_IDV}, not {other:?}");
                return checks.keep(Err(wrong(FLOW, problem)));
            }
        };
        for (setting, _) in others.iter().filter(|(_, value)| given(value).is_some()) {
            checks.refuse(*setting, &format!("means nothing unless {FLOW} is {flow}"));
        }
        Some(api)
    }

    /// The value of `WEBKYC_FLOW`.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::WebKyc => WEB_KYC,
            Self::WebIdv(_) => WEB_IDV,
        }
    }

    /// Authenteq's address for visitors, unless the settings name another one.
    pub(super) fn identity_url(&self) -> &'static str {
        match self {
            Self::WebKyc => "https://identity.authenteq.com",
            Self::WebIdv(_) => "https://web-idv.app.authenteq.com",
        }
    }
}

pub(super) fn true_or_false(setting: &'static str, given: &str) -> Result<bool, Error> {
    given.parse().map_err(|_| {
        let problem = format!("must be true or false, not {given:?}");
        wrong(setting, problem)
    })
}
