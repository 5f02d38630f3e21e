//! Refusals of the control API.

use std::sync::Arc;

use axum::{
    Json,
    extract::rejection::{JsonRejection, QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app_state::AppState,
    client::{Client, ClientError, ClientFlaw, sentence},
    controls::Controls,
    scenario::UnknownScenario,
};

/// A refusal, in the form of Authenteq's own calls.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Refusal)]
pub(crate) struct ControlRefusal {
    #[serde(skip)]
    status: StatusCode,
    /// `NOT_FOUND`, `CONFLICT` or `INVALID_REQUEST`
    error_code: &'static str,
    /// The mistake, and what would be right.
    error_message: String,
}

impl ControlRefusal {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error_code: "INVALID_REQUEST",
            error_message: message.into(),
        }
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            error_code: "NOT_FOUND",
            error_message: message.into(),
        }
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::CONFLICT,
            error_code: "CONFLICT",
            error_message: message.into(),
        }
    }
}

impl IntoResponse for ControlRefusal {
    fn into_response(self) -> Response {
        (self.status, Json(self)).into_response()
    }
}

impl From<JsonRejection> for ControlRefusal {
    fn from(rejection: JsonRejection) -> Self {
        // The value may be a secret, so the message names only the place of the mistake.
        let message = match &rejection {
            JsonRejection::MissingJsonContentType(_) => {
                "Content-Type must be application/json".to_owned()
            }
            JsonRejection::BytesRejection(_) => "the body is too large".to_owned(),
            _ => without_value(&rejection.body_text()),
        };
        Self::invalid(message)
    }
}

impl From<QueryRejection> for ControlRefusal {
    fn from(rejection: QueryRejection) -> Self {
        Self::invalid(rejection.body_text())
    }
}

impl From<UnknownScenario> for ControlRefusal {
    fn from(unknown: UnknownScenario) -> Self {
        Self::invalid(unknown.to_string())
    }
}

impl From<ClientError> for ControlRefusal {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Taken(_) => Self::conflict(error.to_string()),
            ClientError::Flawed { flaws, .. } => flaws.into(),
            ClientError::Format => Self::invalid(error.to_string()),
        }
    }
}

impl From<Vec<ClientFlaw>> for ControlRefusal {
    fn from(flaws: Vec<ClientFlaw>) -> Self {
        let flaws = sentence(&flaws);
        Self::invalid(format!("The client cannot be as asked: {flaws}."))
    }
}

/// Takes out the value that serde quotes in place of the expected one.
fn without_value(message: &str) -> String {
    match (message.find("invalid type: "), message.find(", expected ")) {
        (Some(start), Some(end)) if start < end => {
            format!("{}{}", &message[..start], &message[end + 2..])
        }
        _ => message.to_owned(),
    }
}

/// The client of a path.
pub(super) fn client(app: &AppState, id: &str) -> Result<Arc<Client>, ControlRefusal> {
    app.client(id).ok_or_else(|| unknown(id))
}

pub(super) fn unknown(id: &str) -> ControlRefusal {
    ControlRefusal::not_found(format!("No client has the id {id}."))
}

/// The controls of the client of a path.
pub(super) fn controls(app: &Arc<AppState>, id: &str) -> Result<Controls, ControlRefusal> {
    client(app, id)?;
    Ok(Controls::new(Arc::clone(app), id))
}
