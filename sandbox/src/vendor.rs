//! The names of Authenteq's servers, which clients may have compiled in, and the other paths that they serve.

/// Where a browser is sent to sign up.
const IDENTITY: &str = "identity.authenteq.com";
/// Token and details.
const API: &str = "api.authenteq.com";
/// Web IDV and the exports.
const APP_API: &str = "api.app.authenteq.com";
/// The pages of Web IDV, to which an answer of [`APP_API`] leads.
const WEB_IDV: &str = "web-idv.app.authenteq.com";

pub(crate) const NAMES: [&str; 4] = [IDENTITY, API, APP_API, WEB_IDV];

/// The end of all the names.
pub(crate) const DOMAIN: &str = "authenteq.com";

/// Where the paths begin that its other references name: AML checks, the mobile kits, recognition of
/// documents, and a short-lived variant of the sign-up.
const UNPLAYED: [&str; 4] = [
    "/aml/",
    "/mobile-sdk/",
    "/recognition/",
    "/oauth/request_verification",
];

/// Whether a path is Authenteq's and the sandbox does nothing there.
pub(crate) fn is_unplayed(path: &str) -> bool {
    UNPLAYED.iter().any(|start| path.starts_with(start))
}

/// Whether it is Authenteq's, so that a request to it may leave this machine.
pub(crate) fn is_authenteqs(name: &str) -> bool {
    name.strip_suffix(DOMAIN)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Where a visitor is led by a call to this name.
pub(crate) fn pages_of(name: &str) -> &str {
    if name == APP_API { WEB_IDV } else { name }
}
