//! `/_sandbox/api/deliveries`, and sending a webhook message again.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
};

use super::{records::Whose, refusal::ControlRefusal};
use crate::{
    app_state::AppState,
    webhook::Delivery,
    webhook_worker::{self, ResendError},
};

/// Tries to tell a webhook, in the order in which they ended.
#[utoipa::path(get, path = "/_sandbox/api/deliveries", tag = "webhook", params(Whose),
    responses((status = 200, body = Vec<Delivery>), (status = 400, body = ControlRefusal)))]
pub(super) async fn list_deliveries(
    State(app): State<Arc<AppState>>,
    whose: Result<Query<Whose>, QueryRejection>,
) -> Result<Json<Vec<Delivery>>, ControlRefusal> {
    let Query(whose) = whose?;
    let mut deliveries = app.deliveries.all();
    if let Some(id) = whose.client_id {
        deliveries.retain(|one| one.client_id == id);
    }
    Ok(Json(deliveries))
}

/// Sends the webhook of a verification once more, from the start of the schedule.
#[utoipa::path(post, path = "/_sandbox/api/verifications/{verificationId}/webhook",
    tag = "webhook",
    params(("verificationId" = String, Path)),
    responses(
        (status = 202, description = "It will be sent"),
        (status = 404, body = ControlRefusal),
        (status = 409, body = ControlRefusal, description = "The client has no webhook URL"),
    ))]
pub(super) async fn resend_webhook(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ControlRefusal> {
    match webhook_worker::resend(&app, &id) {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(unknown @ ResendError::UnknownVerification) => {
            Err(ControlRefusal::not_found(unknown.to_string()))
        }
        Err(none @ ResendError::NoWebhook) => Err(ControlRefusal::conflict(none.to_string())),
    }
}
