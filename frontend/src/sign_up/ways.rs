//! The ways on from a page: back to the site, or into another flow.

use webkyc_shared::sign_up::SiteReturn;

use crate::sign_up::{begin::is_web, state::Flow};

/// Where a visitor may go on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ways {
    /// The keys for a new sign-up of the same visitor.
    pub site_return: Option<SiteReturn>,
    /// Back to the site.
    pub return_url: Option<String>,
    /// In a sign-up that a site's server created: the id of its handle in this tab.
    pub(crate) kept: Option<String>,
    /// That sign-up's code was sent, so it cannot begin again.
    pub(crate) is_over: bool,
}

impl Ways {
    /// The address of `/start`, relative to the portal, where a flow may begin again.
    pub(crate) fn start_address(&self) -> Option<String> {
        if self.is_over {
            return None;
        }
        let Self {
            site_return, kept, ..
        } = self;
        let from = site_return.as_ref();
        let mut address = "start".to_owned();
        let mut separator = "?";
        for (name, key) in [
            ("site=", from.map(|from| &from.site)),
            ("return=", from.and_then(|from| from.return_key.as_ref())),
            ("kept=", kept.as_ref()),
        ] {
            if let Some(key) = key {
                let key = String::from(js_sys::encode_uri_component(key));
                address.extend([separator, name, &key]);
                separator = "&";
            }
        }
        Some(address)
    }

    /// The way back to the site, if following it runs no script here.
    pub(crate) fn back(&self) -> Option<String> {
        self.return_url.clone().filter(|url| is_web(url))
    }

    /// Whether a site's server created the sign-up.
    pub(crate) fn is_of_server(&self) -> bool {
        self.is_over || self.kept.is_some()
    }
}

impl From<Option<SiteReturn>> for Ways {
    fn from(site_return: Option<SiteReturn>) -> Self {
        Self {
            site_return,
            ..Self::default()
        }
    }
}

impl From<Flow> for Ways {
    fn from(flow: Flow) -> Self {
        Self {
            kept: flow.kept,
            ..flow.site_return.into()
        }
    }
}
