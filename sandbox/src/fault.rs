//! Faults as data: scenarios carry them and programs ask for them. [`crate::store`] plays those of
//! the way back, the routes' `Prepared::spoilt_by` all others.

use axum::http::HeaderValue;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One thing that goes wrong at one place, for one client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The endpoint at which it happens.
    pub at: Endpoint,
    /// The defect.
    pub effect: Effect,
    /// How often it is played; once by default.
    #[serde(default)]
    pub times: Times,
}

/// How often a fault is played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Times {
    /// For the next call, and never again.
    #[default]
    Once,
    /// For every call, until it is taken back.
    Always,
}

/// The endpoints that can have a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    /// `/authorize`, once client and redirect URI are known.
    Authorize,
    /// The redirect that takes the visitor back to the client, of either API.
    Return,
    /// `/v2/web-kyc/token`
    Token,
    /// `/v2/web-kyc/details`
    Details,
    /// `/web-idv/verification-url`
    VerificationUrl,
    /// `/web-idv/verification-result`, which is token and details in one.
    Result,
    /// `/export/verification-result-as-json`
    ExportJson,
    /// `/export/verification-result-as-multipart`
    ExportMultipart,
    /// `/export/verification-result-as-pdf`
    ExportPdf,
}

/// A defect. Not every effect fits every endpoint: only a multipart message can lack its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Effect {
    /// The visitor goes back without a code.
    NoCode,
    /// The visitor goes back with a code and with another state than came.
    StateChanged,
    /// The visitor goes back with `error=access_denied` and a description that is markup: not
    /// documented, but what OAuth 2.0 has for it (RFC 6749, section 4.1.2.1).
    ErrorResponse,
    /// The answer waits until this time has passed by the client's clock. Moving the clock ends the
    /// wait.
    Delay {
        /// Seconds.
        seconds: u64,
    },
    /// Status 500, and the page that a gateway would make of it.
    ServerError,
    /// This answer takes the place of the real one.
    Respond {
        /// From 200 to 599.
        #[schema(minimum = 200, maximum = 599)]
        status: u16,
        /// `Content-Type`
        #[serde(rename = "contentType", default = "json")]
        content_type: String,
        /// The whole body.
        #[serde(default)]
        body: String,
    },
    /// The code is said to be spent or too old.
    CodeRefused,
    /// The token is said to be too old.
    TokenExpired,
    /// The account is said to be closed.
    AccountDeactivated,
    /// The connection ends before `Content-Length` bytes were sent.
    Truncated,
    /// The image of the document's front begins as a JPEG and goes on as noise.
    CorruptImage,
    /// The image of the document's front is HTML and labelled as a JPEG.
    LyingImage,
    /// The last boundary of a multipart message does not come.
    Endless,
    /// A PDF is none, but is labelled as one.
    FalsePdf,
}

/// A fault that cannot be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unplayable {
    /// It means nothing at its endpoint.
    #[error("This effect means nothing at this endpoint.")]
    Place,
    /// The status of [`Effect::Respond`] is none.
    #[error("The status of an answer is between 200 and 599.")]
    Status,
    /// The content type of [`Effect::Respond`] cannot stand in a header.
    #[error("The contentType of an answer cannot stand in a header.")]
    ContentType,
}

impl Fault {
    /// Whether it can be played.
    pub(crate) fn check(&self) -> Result<(), Unplayable> {
        match &self.effect {
            effect if !effect.fits(self.at) => Err(Unplayable::Place),
            Effect::Respond { status, .. } if !(200..=599).contains(status) => {
                Err(Unplayable::Status)
            }
            Effect::Respond { content_type, .. }
                if HeaderValue::from_str(content_type).is_err() =>
            {
                Err(Unplayable::ContentType)
            }
            _ => Ok(()),
        }
    }
}

fn json() -> String {
    "application/json".to_owned()
}

impl Effect {
    /// Whether it means anything at this endpoint.
    pub(crate) fn fits(&self, at: Endpoint) -> bool {
        use Endpoint::{
            Authorize, Details, ExportJson, ExportMultipart, ExportPdf, Result, Return, Token,
        };
        match self {
            Self::NoCode | Self::StateChanged | Self::ErrorResponse => at == Return,
            Self::Delay { .. } | Self::ServerError | Self::Respond { .. } => at != Return,
            Self::AccountDeactivated | Self::Truncated => !matches!(at, Return | Authorize),
            Self::CodeRefused => matches!(at, Token | Result),
            Self::TokenExpired => at == Details,
            Self::CorruptImage | Self::LyingImage => {
                matches!(at, Details | Result | ExportJson | ExportMultipart)
            }
            Self::Endless => at == ExportMultipart,
            Self::FalsePdf => at == ExportPdf,
        }
    }

    /// Completes the sentence "The sandbox …".
    pub(crate) fn summary(&self) -> String {
        match self {
            Self::NoCode => "sent the visitor back without a code".to_owned(),
            Self::StateChanged => "changed the state on the way back".to_owned(),
            Self::ErrorResponse => "sent the visitor back with error=access_denied".to_owned(),
            Self::Delay { seconds } => format!("waited {seconds} seconds before it answered"),
            Self::ServerError => "answered 500".to_owned(),
            Self::Respond { status, .. } => format!("answered {status}, as scripted"),
            Self::CodeRefused => "refused a code that was good".to_owned(),
            Self::TokenExpired => "called a token expired that is not".to_owned(),
            Self::AccountDeactivated => "called the account deactivated".to_owned(),
            Self::Truncated => "broke off in the middle of the answer".to_owned(),
            Self::CorruptImage => "damaged the image of the document’s front".to_owned(),
            Self::LyingImage => "put HTML in place of the image of the document’s front".to_owned(),
            Self::Endless => "left out the last boundary".to_owned(),
            Self::FalsePdf => "put HTML in place of the PDF".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_fault_is_written_as_the_readme_says() {
        for (written, fault) in [
            (
                json!({ "at": "token", "effect": "server-error" }),
                Fault {
                    at: Endpoint::Token,
                    effect: Effect::ServerError,
                    times: Times::Once,
                },
            ),
            (
                json!({ "at": "export-pdf", "effect": { "delay": { "seconds": 20 } }, "times": "always" }),
                Fault {
                    at: Endpoint::ExportPdf,
                    effect: Effect::Delay { seconds: 20 },
                    times: Times::Always,
                },
            ),
            (
                json!({ "at": "details", "effect": { "respond": { "status": 502, "contentType": "text/html", "body": "<p>" } } }),
                Fault {
                    at: Endpoint::Details,
                    effect: Effect::Respond {
                        status: 502,
                        content_type: "text/html".to_owned(),
                        body: "<p>".to_owned(),
                    },
                    times: Times::Once,
                },
            ),
        ] {
            assert_eq!(serde_json::from_value::<Fault>(written).unwrap(), fault);
        }
        for wrong in [
            json!({ "at": "token", "effect": "server-error", "twice": true }),
            json!({ "at": "nowhere", "effect": "server-error" }),
            json!({ "at": "token", "effect": { "delay": { "minutes": 1 } } }),
        ] {
            assert!(serde_json::from_value::<Fault>(wrong).is_err());
        }
    }
}
