//! The settings of a client: all of them to make one, some of them to change one.

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::{AfterFailure, Client, ClientFlaw, ClientSecret, Logo, logo::TOO_LARGE};
use crate::{
    client::WebhookSignature,
    redirect::{RedirectUri, plain_address},
};

/// Longer ids, secrets and names fit no address and no header.
const LONGEST: usize = 200;

/// The settings of a client. One that is left out keeps its value, or has its default; null brings the
/// default back, as in a JSON merge patch (RFC 7396).
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ClientSettings {
    /// Made up when it is left out. It cannot be changed.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) id: Change<String>,
    /// Made up when it is left out, and made up anew when it is null.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) secret: Change<String>,
    /// The name that visitors see; the id when it is empty.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) name: Change<String>,
    /// Where visitors may be sent back to. None is allowed: then Web IDV answers
    /// `NO_REDIRECT_URLS`.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) redirect_uris: Change<Vec<String>>,
    /// Whether the account was closed.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub(crate) deactivated: Change<bool>,
    /// Receives a message for every visitor who passes; empty for none.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) webhook_url: Change<String>,
    /// How these messages are signed.
    #[serde(default)]
    #[schema(value_type = Option<WebhookSignature>)]
    pub(crate) webhook_signature: Change<WebhookSignature>,
    /// Where a visitor goes after failing on the pages.
    #[serde(default)]
    #[schema(value_type = Option<AfterFailure>)]
    pub(crate) after_failure: Change<AfterFailure>,
    /// A file, which JSON does not hold.
    #[serde(skip)]
    pub(crate) logo: LogoChange,
}

/// The change of one setting.
#[derive(Clone, Default)]
pub(crate) enum Change<T> {
    /// It was left out.
    #[default]
    Keep,
    /// It was null.
    Reset,
    To(T),
}

impl<T> Change<T> {
    fn of(self, kept: T, default: T) -> T {
        match self {
            Self::Keep => kept,
            Self::Reset => default,
            Self::To(value) => value,
        }
    }
}

impl<T> From<Option<T>> for Change<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::To)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::deserialize(deserializer)?;
        Ok(value.map_or(Self::Reset, Self::To))
    }
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
    /// With a secret in place of none.
    pub(crate) fn with_new_secret(self, make_up: impl FnOnce() -> String) -> Self {
        match self.secret {
            Change::Reset => Self {
                secret: Change::To(make_up()),
                ..self
            },
            _ => self,
        }
    }

    /// Changes a client, or says everything that is wrong and changes nothing. A secret that is to be
    /// made up is not its business: see [`Self::with_new_secret`].
    pub(crate) fn apply(self, client: &mut Client) -> Result<(), Vec<ClientFlaw>> {
        let mut changed = client.clone();
        let mut flaws = Vec::new();
        let mut found = |flaw| flaws.push(flaw);
        if self.id.of(client.id.clone(), String::new()) != client.id {
            found(ClientFlaw::AnotherId(client.id.clone()));
        }
        if let Change::To(secret) = self.secret {
            changed.secret = ClientSecret::new(&secret);
            if let Err(reason) = check_text(&secret) {
                found(ClientFlaw::Secret(reason));
            }
        }
        match self.name {
            Change::Keep => {}
            Change::Reset => changed.name.clone_from(&client.id),
            Change::To(name) => {
                changed.name = match name.trim() {
                    "" => client.id.clone(),
                    name => name.to_owned(),
                };
                if let Err(reason) = check_text(&changed.name) {
                    found(ClientFlaw::Name(reason));
                }
            }
        }
        if !matches!(self.redirect_uris, Change::Keep) {
            changed.redirect_uris.clear();
            for uri in self.redirect_uris.of(Vec::new(), Vec::new()) {
                match RedirectUri::parse(&uri) {
                    Ok(uri) if changed.redirect_uris.contains(&uri) => {}
                    Ok(uri) => changed.redirect_uris.push(uri),
                    Err(unfit) => found(ClientFlaw::RedirectUri(format!("{uri} {unfit}"))),
                }
            }
        }
        match self.webhook_url {
            Change::Keep => {}
            Change::Reset => changed.webhook_url = None,
            Change::To(url) if url.is_empty() => changed.webhook_url = None,
            Change::To(url) => match plain_address(&url) {
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
        changed.deactivated = self.deactivated.of(client.deactivated, false);
        changed.webhook_signature =
            (self.webhook_signature).of(client.webhook_signature, WebhookSignature::default());
        changed.after_failure =
            (self.after_failure).of(client.after_failure, AfterFailure::default());
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
            name: Change::To("n".repeat(LONGEST + 1)),
            secret: Change::To("a\u{7}".to_owned()),
            redirect_uris: Change::To(vec!["http://localhost/".to_owned(), "/x".to_owned()]),
            webhook_url: Change::To("ftp://h/?key=hush".to_owned()),
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
        assert_eq!(client.name, "Web KYC demo");
        assert!(client.secret.is("sandbox-secret"));
        assert_eq!(client.redirect_uris, Client::demo().redirect_uris);
    }

    #[test]
    fn what_is_not_said_stays() {
        let mut client = Client::demo().deactivated();
        let uris = ["http://localhost:1/a", "http://localhost:1/a", "https://b/"];
        let some = ClientSettings {
            redirect_uris: Change::To(uris.map(str::to_owned).into()),
            name: Change::To(" ".to_owned()),
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
