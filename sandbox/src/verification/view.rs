//! A verification for programs that control the sandbox. Its code buys the data, so programs
//! get it on request only.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::Finished;
use crate::{journal::HIDDEN, wire::JsonBody};

/// A verification in short: neither data nor images.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerificationSummary {
    /// Its id, a UUID.
    id: String,
    /// The client it was made for.
    client_id: String,
    /// The scenario or, the same word, the person chosen on the pages; `read` where a visitor's own
    /// document was read.
    scenario: &'static str,
    /// The code that the visitor took back to the client; dots unless secrets are shown.
    code: String,
    /// The sign-up it came of.
    #[serde(rename = "attemptId")]
    sign_up_id: String,
}

/// A verification that a person finished, with the data that its client gets.
#[derive(Serialize, ToSchema)]
#[schema(as = Verification)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerificationRecord {
    /// Its id, a UUID.
    id: String,
    /// The client it was made for.
    client_id: String,
    /// The scenario or, the same word, the person chosen on the pages; `read` where a visitor's own
    /// document was read.
    scenario: &'static str,
    /// The code that the visitor took back to the client; dots unless secrets are shown.
    code: String,
    /// The answer of the details endpoint, without pictures of the visitor's own.
    #[schema(value_type = Object)]
    details: JsonBody,
}

impl Finished {
    /// Nothing that has to be drawn.
    pub(crate) fn summary(&self, revealed: bool) -> VerificationSummary {
        VerificationSummary {
            id: self.id.clone(),
            client_id: self.client_id.clone(),
            scenario: self.scenario(),
            code: self.code_shown(revealed),
            sign_up_id: self.sign_up.clone(),
        }
    }

    /// With the details, for which pictures may have to be drawn: this can take a while.
    pub(crate) fn described(&self, revealed: bool) -> VerificationRecord {
        VerificationRecord {
            id: self.id.clone(),
            client_id: self.client_id.clone(),
            scenario: self.scenario(),
            code: self.code_shown(revealed),
            details: self.without_own().details(),
        }
    }

    /// Nothing of what a visitor showed.
    pub(crate) fn without_own(&self) -> Self {
        Self {
            subject: Arc::new(self.subject.without_own()),
            ..self.clone()
        }
    }

    fn code_shown(&self, revealed: bool) -> String {
        if revealed {
            self.code.clone()
        } else {
            HIDDEN.to_owned()
        }
    }
}
