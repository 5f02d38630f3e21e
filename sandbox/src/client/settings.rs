//! The settings of a client: all of them to make one, some of them to change one.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{AfterFailure, Client, ClientFlaw, ClientSecret, Logo, logo::TOO_LARGE};
use crate::{
    client::WebhookSignature,
    redirect::{RedirectUri, plain_address},
};

/// Longer ids, secrets and names fit no address and no header.
const LONGEST: usize = 200;

/// The settings of a client. One that is left out keeps its value, or has its default.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ClientSettings {
    /// Made up when it is left out. It cannot be changed.
    pub(crate) id: Option<String>,
    /// Made up when it is left out.
    pub(crate) secret: Option<String>,
    /// The name that visitors see; the id when it is empty.
    pub(crate) name: Option<String>,
    /// Where visitors may be sent back to. None is allowed: then Web IDV answers
    /// `NO_REDIRECT_URLS`.
    pub(crate) redirect_uris: Option<Vec<String>>,
    /// Whether the account was closed.
    pub(crate) deactivated: Option<bool>,
    /// Receives a message for every visitor who passes; empty for none.
    pub(crate) webhook_url: Option<String>,
    /// How these messages are signed.
    pub(crate) webhook_signature: Option<WebhookSignature>,
    /// Where a visitor goes after failing on the pages.
    pub(crate) after_failure: Option<AfterFailure>,
    /// A file, which JSON does not hold.
    #[serde(skip)]
    pub(crate) logo: LogoChange,
}

/// Keep, replace or remove the logo.
#[derive(Clone, Default)]
pub(crate) enum LogoChange {
    #[default]
    Keep,
    Remove,
    Replace(Vec<u8>),
    /// It was larger than anything that is read.
    TooLarge,
}

impl ClientSettings {
    /// Changes a client, or says everything that is wrong and changes nothing.
    pub(crate) fn apply(self, client: &mut Client) -> Result<(), Vec<ClientFlaw>> {
        let mut changed = client.clone();
        let mut flaws = Vec::new();
        let mut found = |flaw| flaws.push(flaw);
        if self.id.is_some_and(|id| id != client.id) {
            found(ClientFlaw::AnotherId(client.id.clone()));
        }
        if let Some(secret) = self.secret {
            changed.secret = ClientSecret::new(&secret);
            if let Err(reason) = check_text(&secret) {
                found(ClientFlaw::Secret(reason));
            }
        }
        if let Some(name) = self.name {
            changed.name = match name.trim() {
                "" => client.id.clone(),
                name => name.to_owned(),
            };
            if let Err(reason) = check_text(&changed.name) {
                found(ClientFlaw::Name(reason));
            }
        }
        if let Some(uris) = self.redirect_uris {
            changed.redirect_uris.clear();
            for uri in uris {
                match RedirectUri::parse(&uri) {
                    Ok(uri) if changed.redirect_uris.contains(&uri) => {}
                    Ok(uri) => changed.redirect_uris.push(uri),
                    Err(unfit) => found(ClientFlaw::RedirectUri(format!("{uri} {unfit}"))),
                }
            }
        }
        match self.webhook_url.as_deref() {
            None => {}
            Some("") => changed.webhook_url = None,
            Some(url) => match plain_address(url) {
                Ok(url) => changed.webhook_url = Some(url),
                Err(unfit) => found(ClientFlaw::WebhookUrl(unfit.to_string())),
            },
        }
        match self.logo {
            LogoChange::Keep => {}
            LogoChange::Remove => changed.logo = None,
            LogoChange::TooLarge => found(ClientFlaw::Logo(TOO_LARGE.to_owned())),
            LogoChange::Replace(content) => match Logo::of(content) {
                Ok(logo) => changed.logo = Some(logo),
                Err(reason) => found(ClientFlaw::Logo(reason.to_owned())),
            },
        }
        changed.deactivated = self.deactivated.unwrap_or(client.deactivated);
        changed.webhook_signature = self.webhook_signature.unwrap_or(client.webhook_signature);
        changed.after_failure = self.after_failure.unwrap_or(client.after_failure);
        if !flaws.is_empty() {
            return Err(flaws);
        }
        *client = changed;
        Ok(())
    }
}

/// An id is a segment of the dashboard's addresses, of which browsers take dots for directions.
pub(super) fn check_id(id: &str) -> Result<(), &'static str> {
    match id {
        "." | ".." => Err("cannot be made of dots alone"),
        _ => check_text(id),
    }
}

pub(super) fn check_text(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Err("is empty");
    }
    if text.chars().any(char::is_control) {
        return Err("has an invisible character in it, such as a line break");
    }
    if text.chars().count() > LONGEST {
        Err("is longer than 200 characters")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::error::sentence;

    #[test]
    fn every_flaw_is_reported_and_nothing_changes() {
        let mut client = Client::demo();
        let wrong = ClientSettings {
            name: Some("n".repeat(LONGEST + 1)),
            secret: Some("a\u{7}".to_owned()),
            redirect_uris: Some(vec!["http://localhost/".to_owned(), "/x".to_owned()]),
            webhook_url: Some("ftp://h/?key=hush".to_owned()),
            logo: LogoChange::Replace(b"MZ".to_vec()),
            ..ClientSettings::default()
        };
        let message = sentence(&wrong.apply(&mut client).unwrap_err());
        for flaw in [
            "its name is longer",
            "its secret has an invisible",
            "/x is not an absolute",
            "the webhook URL is not",
            "neither SVG",
        ] {
            assert!(message.contains(flaw), "{flaw}: {message}");
        }
        assert!(!message.contains("hush"), "{message}");
        assert_eq!(client.name, "Example Shop");
        assert!(client.secret.is("sandbox-secret"));
        assert_eq!(client.redirect_uris.len(), 1);
    }

    #[test]
    fn what_is_not_said_stays() {
        let mut client = Client::demo().deactivated();
        let uris = ["http://localhost:1/a", "http://localhost:1/a", "https://b/"];
        let some = ClientSettings {
            redirect_uris: Some(uris.map(str::to_owned).into()),
            name: Some(" ".to_owned()),
            ..ClientSettings::default()
        };
        some.apply(&mut client).unwrap();
        assert!(client.secret.is("sandbox-secret") && client.deactivated);
        assert_eq!(client.redirect_uris.len(), 2);
        assert_eq!(client.name, client.id);
    }

    #[test]
    fn an_id_fits_an_address() {
        for wrong in ["", ".", "..", "a\n", &"a".repeat(LONGEST + 1)] {
            assert!(check_id(wrong).is_err(), "{wrong:?}");
        }
        assert!(check_id("client!+ID/7 é").is_ok());
    }
}
