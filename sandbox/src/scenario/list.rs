//! Every scenario there is.

use webkyc_specimen::persona::{
    ANNA, ARABIC, CHINESE, COMPLETE, DIACRITICS, EXPIRED, JOHN, LARGE_IMAGES, LICENCE, LONG_NAME,
    MINOR, NATIONAL_ID, NFC, ONE_NAME, PASSPORT, PROOF_OF_ADDRESS, Persona, SCRIPT_IN_NAMES, SEX_X,
    THREE_DOCUMENTS, TWO_DOCUMENTS,
};

use super::{Failure, Group, Scenario};
use crate::{
    api::Step,
    fault::{Effect, Endpoint},
};

impl Scenario {
    /// All of them, in the order in which the pages list them.
    pub(crate) const ALL: &'static [Self] = &[
        Self::verified(&ANNA, Group::Persons),
        Self::verified(&JOHN, Group::Persons),
        Self::verified(&MINOR, Group::Persons),
        Self::verified(&SEX_X, Group::Persons),
        Self::verified(&ONE_NAME, Group::Persons),
        Self::verified(&DIACRITICS, Group::Persons),
        Self::verified(&ARABIC, Group::Persons),
        Self::verified(&CHINESE, Group::Persons),
        Self::verified(&LONG_NAME, Group::Persons),
        Self::verified(&PASSPORT, Group::Documents),
        Self::verified(&NATIONAL_ID, Group::Documents),
        Self::verified(&LICENCE, Group::Documents),
        Self::verified(&TWO_DOCUMENTS, Group::Documents),
        Self::verified(&THREE_DOCUMENTS, Group::Documents),
        Self::verified(&NFC, Group::Documents),
        Self::verified(&PROOF_OF_ADDRESS, Group::Documents),
        Self::verified(&COMPLETE, Group::Documents),
        Self::verified(&EXPIRED, Group::Documents),
        Self::verified(&LARGE_IMAGES, Group::Documents),
        Self::failing(
            "cancelled",
            "Cancelled",
            "The visitor cancels at once",
            Failure::NoCode {
                after: Step::Introduction,
            },
        ),
        Self::failing(
            "liveness-failed",
            "Face not recognised",
            "Back without a code after the face",
            Failure::NoCode {
                after: Step::Liveness,
            },
        ),
        Self::failing(
            "no-code",
            "No code",
            "All is well, but no code comes back",
            Failure::NoCode {
                after: Step::Verification,
            },
        ),
        Self::failing(
            "slow-token",
            "Slow token",
            "The token takes 20 seconds",
            Failure::Fault {
                at: &[Endpoint::Token, Endpoint::Result],
                effect: Effect::Delay { seconds: 20 },
            },
        ),
        Self::failing(
            "token-500",
            "No token",
            "Error 500 in place of the token",
            Failure::Fault {
                at: &[Endpoint::Token, Endpoint::Result],
                effect: Effect::ServerError,
            },
        ),
        Self::failing(
            "code-refused",
            "Code refused",
            "The code is invalid or expired",
            Failure::Fault {
                at: &[Endpoint::Token, Endpoint::Result],
                effect: Effect::CodeRefused,
            },
        ),
        Self::failing(
            "details-expired",
            "Details expired",
            "The token is too old at once",
            Failure::Fault {
                at: &[Endpoint::Details],
                effect: Effect::TokenExpired,
            },
        ),
        Self::failing(
            "account-deactivated",
            "Account deactivated",
            "Token and exports are refused",
            Failure::Fault {
                at: &[
                    Endpoint::Token,
                    Endpoint::Result,
                    Endpoint::ExportJson,
                    Endpoint::ExportMultipart,
                    Endpoint::ExportPdf,
                ],
                effect: Effect::AccountDeactivated,
            },
        ),
        Self::failing(
            "truncated-details",
            "Details cut short",
            "The connection ends too early",
            Failure::Fault {
                at: &[Endpoint::Details, Endpoint::Result],
                effect: Effect::Truncated,
            },
        ),
        Self::failing(
            "corrupt-image",
            "Corrupt image",
            "The document’s front cannot be shown",
            Failure::Fault {
                at: &[
                    Endpoint::Details,
                    Endpoint::Result,
                    Endpoint::ExportJson,
                    Endpoint::ExportMultipart,
                ],
                effect: Effect::CorruptImage,
            },
        ),
        Self::failing(
            "lying-image",
            "Lying image",
            "The document’s front is HTML",
            Failure::Fault {
                at: &[
                    Endpoint::Details,
                    Endpoint::Result,
                    Endpoint::ExportJson,
                    Endpoint::ExportMultipart,
                ],
                effect: Effect::LyingImage,
            },
        ),
        Self::verified(&SCRIPT_IN_NAMES, Group::Failures),
        Self::failing(
            "endless-multipart",
            "Endless multipart",
            "The multipart export never ends",
            Failure::Fault {
                at: &[Endpoint::ExportMultipart],
                effect: Effect::Endless,
            },
        ),
        Self::failing(
            "false-pdf",
            "False PDF",
            "The PDF export is HTML",
            Failure::Fault {
                at: &[Endpoint::ExportPdf],
                effect: Effect::FalsePdf,
            },
        ),
    ];

    const fn verified(person: &'static Persona, group: Group) -> Self {
        Self {
            name: person.key,
            group,
            title: person.name,
            summary: person.document_title,
            person,
            failure: None,
        }
    }

    /// With the reference's own person, whose data hides nothing of the fault.
    const fn failing(
        name: &'static str,
        title: &'static str,
        summary: &'static str,
        failure: Failure,
    ) -> Self {
        Self {
            name,
            group: Group::Failures,
            title,
            summary,
            person: &JOHN,
            failure: Some(failure),
        }
    }
}
