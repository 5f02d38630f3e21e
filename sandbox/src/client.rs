//! A client: one account at Authenteq.

mod error;
mod logo;
mod settings;
mod webhook_signature;

use std::{fmt, str::FromStr, sync::Arc};

pub(crate) use error::sentence;
pub use error::{ClientError, ClientFlaw};
pub(crate) use logo::{LARGEST_LOGO, Logo};
use serde::{Deserialize, Serialize};
pub(crate) use settings::{Change, ClientSettings, LogoChange};
use subtle::ConstantTimeEq;
use url::Url;
use utoipa::ToSchema;
pub use webhook_signature::WebhookSignature;

use crate::redirect::{RedirectUri, plain_address};

const DEMO_CLIENT_ID: &str = "com.authenteq.demo";
const DEMO_CLIENT_NAME: &str = "Web KYC demo";
/// Where the link of Authenteq's guide leads back to.
const DEMO_PORTAL: &str = "https://demo-portal.authenteq.com/webkycdemoclient/results";

/// A site's account at Authenteq.
#[derive(Clone)]
pub struct Client {
    pub(crate) id: String,
    pub(crate) secret: ClientSecret,
    pub(crate) redirect_uris: Vec<RedirectUri>,
    pub(crate) name: String,
    pub(crate) logo: Option<Logo>,
    pub(crate) deactivated: bool,
    pub(crate) webhook_url: Option<Url>,
    pub(crate) webhook_signature: WebhookSignature,
    pub(crate) after_failure: AfterFailure,
}

/// Neither the secret nor the webhook URL, in which a receiver may keep one.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("redirect_uris", &self.redirect_uris)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// An account whose display name is its id, with the sandbox's own logo.
    ///
    /// # Errors
    /// When the id or the secret cannot be one, or the redirect URI cannot be registered.
    pub fn new(id: &str, secret: &str, redirect_uri: &str) -> Result<Self, ClientError> {
        Self::without_redirect_uri(id, secret)?.redirecting_to(redirect_uri)
    }

    /// An account that has not registered any address yet.
    ///
    /// # Errors
    /// When the id or the secret cannot be one.
    pub fn without_redirect_uri(id: &str, secret: &str) -> Result<Self, ClientError> {
        let refused = |flaw| ClientError::flawed(id, flaw);
        settings::check_id(id).map_err(|reason| refused(ClientFlaw::Id(reason)))?;
        settings::check_text(secret).map_err(|reason| refused(ClientFlaw::Secret(reason)))?;
        let name = if id == DEMO_CLIENT_ID {
            DEMO_CLIENT_NAME
        } else {
            id
        };
        Ok(Self {
            id: id.to_owned(),
            secret: ClientSecret::new(secret),
            redirect_uris: Vec::new(),
            name: name.to_owned(),
            logo: None,
            deactivated: false,
            webhook_url: None,
            webhook_signature: WebhookSignature::default(),
            after_failure: AfterFailure::default(),
        })
    }

    /// The account of the documentation's own examples, and of its demo link.
    #[must_use]
    pub fn demo() -> Self {
        Self::new(
            DEMO_CLIENT_ID,
            "sandbox-secret",
            "http://localhost:8080/results",
        )
        .and_then(|client| client.redirecting_to(DEMO_PORTAL))
        .expect("the demo client is well formed")
    }

    /// One more address that visitors may be sent back to.
    ///
    /// # Errors
    /// When the address cannot be registered.
    pub fn redirecting_to(mut self, redirect_uri: &str) -> Result<Self, ClientError> {
        let uri = RedirectUri::parse(redirect_uri).map_err(|reason| {
            ClientError::flawed(
                &self.id,
                ClientFlaw::RedirectUri(format!("{redirect_uri} {reason}")),
            )
        })?;
        self.redirect_uris.push(uri);
        Ok(self)
    }

    /// The name that visitors see.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }

    /// The account was closed: calls with its credentials are answered `ACCOUNT_DEACTIVATED`,
    /// those of Web KYC excepted, of which nothing of the kind is documented.
    #[must_use]
    pub fn deactivated(mut self) -> Self {
        self.deactivated = true;
        self
    }

    /// Sends a webhook message to this address for every visitor who passes.
    ///
    /// # Errors
    /// When it is not an absolute http or https address, or has credentials or a fragment in it.
    pub fn notifying(mut self, webhook_url: &str) -> Result<Self, ClientError> {
        let url = plain_address(webhook_url).map_err(|unfit| {
            ClientError::flawed(&self.id, ClientFlaw::WebhookUrl(unfit.to_string()))
        })?;
        self.webhook_url = Some(url);
        Ok(self)
    }

    /// How the messages to the webhook are signed.
    #[must_use]
    pub fn signing(mut self, signature: WebhookSignature) -> Self {
        self.webhook_signature = signature;
        self
    }

    /// Visitors who fail on the pages stay there and may try again, instead of coming back without
    /// a code at once.
    #[must_use]
    pub fn staying_after_failure(mut self) -> Self {
        self.after_failure = AfterFailure::Stay;
        self
    }

    pub(crate) fn is_registered(&self, uri: &RedirectUri) -> bool {
        self.redirect_uris
            .iter()
            .any(|registered| registered.same_place(uri))
    }
}

/// `ID,SECRET,REDIRECT_URI`. Split at the first and the last comma, so that a secret may hold any
/// character.
impl FromStr for Client {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        let (id, rest) = text.split_once(',').ok_or(ClientError::Format)?;
        let (secret, redirect_uri) = rest.rsplit_once(',').ok_or(ClientError::Format)?;
        Self::new(id, secret, redirect_uri)
    }
}

/// Where a visitor goes after failing on the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AfterFailure {
    /// Back at the client, without a code.
    #[default]
    Return,
    /// On a page that says so.
    Stay,
}

/// A client secret. It is compared, signs, and is shown on demand only.
#[derive(Clone)]
pub(crate) struct ClientSecret(Arc<str>);

impl ClientSecret {
    pub(crate) fn new(secret: &str) -> Self {
        Self(secret.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Takes the same time wherever the first difference is.
    pub(crate) fn is(&self, presented: &str) -> bool {
        self.0.as_bytes().ct_eq(presented.as_bytes()).into()
    }

    /// The key of signatures.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_may_hold_any_character() {
        let client: Client = "client!+ID,a,b=c;\"d ,http://localhost:1/r"
            .parse()
            .unwrap();
        assert_eq!(client.id, "client!+ID");
        assert!(client.secret.is("a,b=c;\"d "));
        assert!(!client.secret.is("a,b=c;\"d"));
        assert_eq!(client.redirect_uris[0].as_str(), "http://localhost:1/r");
    }

    #[test]
    fn a_client_with_something_missing_is_refused() {
        for wrong in [
            "",
            "id",
            "id,secret",
            ",s,http://localhost/",
            "id,,http://localhost/",
            "id,s,/results",
        ] {
            assert!(wrong.parse::<Client>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_never_shown() {
        let client = Client::new("id", "hush", "http://localhost/").unwrap();
        assert!(!format!("{client:?}").contains("hush"));
    }
}
