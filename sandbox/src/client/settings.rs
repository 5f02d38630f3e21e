//! A client as programs write it: all of it when it is made, what is to change later.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{AfterFailure, Client, ClientFlaw, ClientSecret};
use crate::redirect::{RedirectUri, plain_address};
use crate::webhook::WebhookSignature;

/// What can be said of a client. What is left out stays as it is, or as it is by default.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ClientSettings {
    /// Made up when it is left out. It cannot be changed.
    pub(crate) id: Option<String>,
    /// Made up when it is left out.
    pub(crate) secret: Option<String>,
    /// What visitors see; the id when it is left out.
    pub(crate) name: Option<String>,
    /// Where visitors may be sent back to. None is allowed, and good for nothing but its error.
    pub(crate) redirect_uris: Option<Vec<String>>,
    /// Whether the account was closed.
    pub(crate) deactivated: Option<bool>,
    /// Who is told of every visitor who has passed; an empty one tells nobody.
    pub(crate) webhook_url: Option<String>,
    /// How what it is told is signed.
    pub(crate) webhook_signature: Option<WebhookSignature>,
    /// Where a visitor is who has failed on the pages.
    pub(crate) after_failure: Option<AfterFailure>,
}

impl ClientSettings {
    /// Changes a client. Whatever is wrong is found before anything is changed.
    pub(crate) fn apply(self, client: &mut Client) -> Result<(), ClientFlaw> {
        if self.id.is_some_and(|id| id != client.id) {
            return Err(ClientFlaw::AnotherId(client.id.clone()));
        }
        if self.secret.as_ref().is_some_and(String::is_empty) {
            return Err(ClientFlaw::EmptySecret);
        }
        let redirect_uris = self.redirect_uris.map(|uris| {
            let read = |uri: String| {
                RedirectUri::parse(&uri)
                    .map_err(|reason| ClientFlaw::RedirectUri(format!("{uri} {reason}")))
            };
            uris.into_iter().map(read).collect::<Result<Vec<_>, _>>()
        });
        let redirect_uris = redirect_uris.transpose()?;
        let webhook_url = self.webhook_url.map(|url| match url.as_str() {
            "" => Ok(None),
            url => plain_address(url)
                .map(Some)
                .map_err(|unfit| ClientFlaw::WebhookUrl(unfit.to_string())),
        });
        if let Some(url) = webhook_url {
            client.webhook_url = url?;
        }
        if let Some(uris) = redirect_uris {
            client.redirect_uris = uris;
        }
        if let Some(after_failure) = self.after_failure {
            client.after_failure = after_failure;
        }
        if let Some(signature) = self.webhook_signature {
            client.webhook_signature = signature;
        }
        if let Some(secret) = self.secret {
            client.secret = ClientSecret(secret.into());
        }
        if let Some(name) = self.name {
            client.name = name;
        }
        if let Some(deactivated) = self.deactivated {
            client.deactivated = deactivated;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_changes_nothing() {
        let mut client = Client::demo();
        let wrong = ClientSettings {
            name: Some("Other".to_owned()),
            secret: Some("other".to_owned()),
            redirect_uris: Some(vec!["http://localhost/".to_owned(), "/x".to_owned()]),
            ..ClientSettings::default()
        };
        let flaw = wrong.apply(&mut client).unwrap_err();
        assert!(flaw.to_string().contains("/x is not an absolute"), "{flaw}");
        assert_eq!(client.name, "Example Shop");
        assert!(client.secret.is("sandbox-secret"));
        assert_eq!(client.redirect_uris.len(), 1);
    }
}
