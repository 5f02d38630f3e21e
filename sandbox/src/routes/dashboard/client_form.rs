//! The form of a client, as a browser sends it: with a file in it, and so in parts.

use std::convert::Infallible;

use axum::extract::{FromRequest, Multipart, Request};

use crate::{
    client::{
        AfterFailure, Change, Client, ClientError, ClientFlaw, ClientSettings, LogoChange,
        WebhookSignature,
    },
    redirect::RedirectUri,
};

/// The values of the fields.
#[derive(Clone, Default)]
pub(super) struct ClientForm {
    pub(super) id: String,
    /// Left as it was, or made up, where it is empty.
    pub(super) secret: String,
    pub(super) name: String,
    /// One on each line.
    pub(super) redirect_uris: String,
    pub(super) webhook_url: String,
    pub(super) webhook_signature: WebhookSignature,
    pub(super) after_failure: AfterFailure,
    logo: LogoChange,
}

/// The mistakes, a sentence at each field.
#[derive(Default)]
pub(super) struct Flaws {
    pub(super) id: Option<String>,
    pub(super) secret: Option<String>,
    pub(super) name: Option<String>,
    pub(super) redirect_uris: Option<String>,
    pub(super) webhook_url: Option<String>,
    pub(super) logo: Option<String>,
}

impl ClientForm {
    /// Before anything is changed.
    pub(super) fn of(client: &Client) -> Self {
        let uris = client.redirect_uris.iter().map(RedirectUri::as_str);
        Self {
            id: client.id.clone(),
            secret: String::new(),
            name: client.name.clone(),
            redirect_uris: uris.collect::<Vec<_>>().join("\n"),
            webhook_url: client
                .webhook_url
                .as_ref()
                .map_or("", |url| url.as_str())
                .to_owned(),
            webhook_signature: client.webhook_signature,
            after_failure: client.after_failure,
            logo: LogoChange::Keep,
        }
    }

    pub(super) fn settings(&self) -> ClientSettings {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let lines = self.redirect_uris.lines().map(str::trim);
        ClientSettings {
            id: given(self.id.trim()).into(),
            secret: given(&self.secret).into(),
            name: Change::To(self.name.clone()),
            redirect_uris: Change::To(lines.filter_map(given).collect()),
            webhook_url: Change::To(self.webhook_url.trim().to_owned()),
            webhook_signature: Change::To(self.webhook_signature),
            after_failure: Change::To(self.after_failure),
            logo: self.logo.clone(),
            deactivated: Change::Keep,
        }
    }
}

impl From<Vec<ClientFlaw>> for Flaws {
    fn from(found: Vec<ClientFlaw>) -> Self {
        let mut flaws = Self::default();
        for flaw in found {
            let place = match &flaw {
                ClientFlaw::Id(_) | ClientFlaw::AnotherId(_) | ClientFlaw::Unknown => &mut flaws.id,
                ClientFlaw::Secret(_) => &mut flaws.secret,
                ClientFlaw::Name(_) => &mut flaws.name,
                ClientFlaw::NoRedirectUri | ClientFlaw::RedirectUri(_) => &mut flaws.redirect_uris,
                ClientFlaw::WebhookUrl(_) => &mut flaws.webhook_url,
                ClientFlaw::Logo(_) => &mut flaws.logo,
            };
            let sentence = as_sentence(&flaw.to_string());
            *place = Some(match place.take() {
                Some(other) => format!("{other} {sentence}"),
                None => sentence,
            });
        }
        flaws
    }
}

impl From<ClientError> for Flaws {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Flawed { flaws, .. } => flaws.into(),
            ClientError::Taken(_) | ClientError::Format => Self {
                id: Some(as_sentence(&error.to_string())),
                ..Self::default()
            },
        }
    }
}

fn as_sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first
        .into_iter()
        .flatten()
        .chain(letters)
        .chain(['.'])
        .collect()
}

/// The form as entered, if all of it came.
pub(super) struct Entered(pub(super) Option<ClientForm>);

impl<S: Send + Sync> FromRequest<S> for Entered {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        let parts = Multipart::from_request(request, state).await;
        let form = match parts {
            Ok(mut parts) => ClientForm::read(&mut parts).await,
            Err(_) => None,
        };
        Ok(Self(form))
    }
}

impl ClientForm {
    /// The file is the last part, so that nothing else is lost where it is too large to be read.
    async fn read(parts: &mut Multipart) -> Option<Self> {
        let mut form = Self::default();
        // Two fields that every browser sends with this form.
        let mut whole = [false; 2];
        while let Some(part) = parts.next_field().await.ok()? {
            let name = part.name().unwrap_or_default().to_owned();
            let content = part.bytes().await;
            if name == "logo" {
                match content {
                    // No file was chosen.
                    Ok(content) if content.is_empty() => {}
                    Ok(content) => form.logo = LogoChange::Replace(content.to_vec()),
                    Err(_) => {
                        form.logo = LogoChange::TooLarge;
                        break;
                    }
                }
                continue;
            }
            let text = String::from_utf8_lossy(&content.ok()?).into_owned();
            match name.as_str() {
                "id" => form.id = text,
                "secret" => form.secret = text,
                "name" => (form.name, whole[0]) = (text, true),
                "redirect_uris" => (form.redirect_uris, whole[1]) = (text, true),
                "webhook_url" => form.webhook_url = text,
                "webhook_signature" if text == "hmac" => {
                    form.webhook_signature = WebhookSignature::Hmac;
                }
                "after_failure" if text == "stay" => form.after_failure = AfterFailure::Stay,
                "remove_logo" => form.logo = LogoChange::Remove,
                _ => {}
            }
        }
        whole.iter().all(|came| *came).then_some(form)
    }
}
