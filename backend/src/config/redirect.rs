//! Where the identity server sends the visitor.

use std::borrow::Cow;

use super::{
    Error, PublicUrl,
    checks::Checks,
    public_url::web_url,
    settings::{Settings, given},
    sites::Sites,
    wrong,
};

const REDIRECT_URI: &str = "WEBKYC_REDIRECT_URI";

/// The addresses that a sign-up returns to.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The redirect URI (RFC 6749, section 3.1.2); sent byte for byte in the authorize URL and in
    /// the token call. With Web IDV more is appended: [`Redirect::of_flow`].
    pub uri: String,
    /// The origin of the redirect URI, on which every sign-up begins and ends.
    pub origin: String,
    /// The `back_url` of the authorize URL.
    pub back_url: Option<String>,
}

impl Redirect {
    pub(super) fn check(
        settings: &Settings,
        public_url: Option<&PublicUrl>,
        sites: &Sites,
        checks: &mut Checks,
    ) -> Option<Self> {
        let back_url = given(&settings.back_url);
        if let Some(back_url) = back_url {
            checks.keep(web_url("WEBKYC_BACK_URL", back_url));
        }
        let default = public_url.map(results_page);
        let uri = given(&settings.redirect_uri).or(default.as_deref())?;
        let origin = checks.keep(origin(uri))?;
        if let Some(public_url) = public_url {
            checks.keep(check_page(uri, &origin, public_url, sites));
            if uri != results_page(public_url) {
                checks.warnings.push(
                    "WEBKYC_REDIRECT_URI is a page of yours: it has to show the results (<authenteq-results>, see /integrate)"
                        .to_owned(),
                );
            }
        }
        Some(Self {
            uri: uri.to_owned(),
            origin,
            back_url: back_url.map(str::to_owned),
        })
    }
}

impl Redirect {
    /// The redirect URL of one flow at Web IDV, which adds no state of its own. The page that the
    /// visitor comes back to takes both names out of its address.
    #[must_use]
    pub fn of_flow(&self, state: &str, flow: &str) -> String {
        let joint = if self.uri.contains('?') { '&' } else { '?' };
        format!("{}{joint}state={state}&webkyc_flow={flow}", self.uri)
    }

    /// The address to register for Web IDV, which compares all but the query. For Web KYC it is
    /// [`Redirect::uri`].
    #[must_use]
    pub fn place(&self) -> &str {
        self.uri.split('?').next().unwrap_or_default()
    }
}

fn results_page(public_url: &PublicUrl) -> String {
    format!("{}/results", public_url.url)
}

/// The origin of the redirect URI.
fn origin(uri: &str) -> Result<String, Error> {
    let url = web_url(REDIRECT_URI, uri)?;
    if url.fragment().is_some() {
        return Err(wrong(REDIRECT_URI, "must not have a fragment (#…)"));
    }
    let is_reserved =
        |(name, _): (Cow<'_, str>, _)| ["code", "state", "webkyc_flow"].contains(&&*name);
    if url.query_pairs().any(is_reserved) {
        let problem = "must not use the names code, state and webkyc_flow, which are added to it";
        return Err(wrong(REDIRECT_URI, problem));
    }
    // The URI is sent unchanged, and RFC 3986 allows only ASCII.
    if !uri.is_ascii() {
        let problem = format!("must be ASCII, with %XX and xn-- for the rest, not {uri:?}");
        return Err(wrong(REDIRECT_URI, problem));
    }
    Ok(url.origin().ascii_serialization())
}

/// Refuses a page that cannot finish a sign-up.
fn check_page(uri: &str, origin: &str, public_url: &PublicUrl, sites: &Sites) -> Result<(), Error> {
    if origin != public_url.origin && !sites.list_origin(origin) {
        let problem = "is of an origin that is neither WEBKYC_PUBLIC_URL's nor in the origins of a site: no sign-up could end there";
        return Err(wrong(REDIRECT_URI, problem));
    }
    let page = uri.strip_prefix(&format!("{}/", public_url.url));
    let page = page.and_then(|page| page.split('?').next());
    if page.is_some_and(|page| page != "results") {
        let problem = "is an address of webkyc's own where no page is: use WEBKYC_PUBLIC_URL/results, or a page of your site that webkyc does not serve";
        return Err(wrong(REDIRECT_URI, problem));
    }
    Ok(())
}
