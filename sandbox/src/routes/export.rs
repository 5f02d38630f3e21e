//! `GET /export/verification-result-as-…`: a finished verification, again and for good.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::credentials::{self, KeysRefused};
use super::prepared::Prepared;
use super::refusal::{Refusal, TextMember};
use crate::app_state::AppState;
use crate::export::{self, Multipart};
use crate::fault::Endpoint;
use crate::query::{self, Query};
use crate::specimen;
use crate::verification::Finished;

const PARAMETER: &str = "verificationId";
/// Of a UUID with its hyphens and with nothing around it.
const UUID_LENGTH: usize = 36;

pub(crate) async fn export_json(
    State(app): State<Arc<AppState>>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, Response> {
    let verification = find(&app, &headers, raw.as_deref()).map_err(as_printed_for_json)?;
    let effect = verification.scenario.effect_at(Endpoint::ExportJson);
    let answer = specimen::drawing(move || Prepared::Json(verification.record())).await;
    Ok(answer.spoilt_by(effect, &app.clock).await)
}

pub(crate) async fn export_multipart(
    State(app): State<Arc<AppState>>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, Response> {
    let verification = find(&app, &headers, raw.as_deref()).map_err(as_printed_for_files)?;
    let effect = verification.scenario.effect_at(Endpoint::ExportMultipart);
    let message = move || Prepared::Multipart(Multipart::of(&verification));
    let answer = specimen::drawing(message).await;
    Ok(answer.spoilt_by(effect, &app.clock).await)
}

pub(crate) async fn export_pdf(
    State(app): State<Arc<AppState>>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, Response> {
    let verification = find(&app, &headers, raw.as_deref()).map_err(as_printed_for_files)?;
    let effect = verification.scenario.effect_at(Endpoint::ExportPdf);
    let answer = specimen::drawing(move || Prepared::Pdf(export::pdf(&verification))).await;
    Ok(answer.spoilt_by(effect, &app.clock).await)
}

/// Who asks comes before what is asked for.
fn find(app: &AppState, headers: &HeaderMap, raw: Option<&str>) -> Result<Finished, Refusal> {
    let client = credentials::client(app, headers).map_err(|refused| match refused {
        KeysRefused::Missing => Refusal::ApiKeysMissing,
        KeysRefused::Invalid => Refusal::ApiKeysInvalid,
        KeysRefused::Bad => Refusal::BadApiKeys,
        KeysRefused::Deactivated => Refusal::AccountDeactivated,
    })?;
    let query = Query::parse(raw.unwrap_or_default());
    let id = query
        .get(PARAMETER)
        .map(query::decoded)
        .ok_or(Refusal::MissingParameter(PARAMETER))?;
    if id.len() != UUID_LENGTH || query.repeats(PARAMETER) {
        return Err(Refusal::InvalidParameter(PARAMETER));
    }
    let id = uuid::Uuid::try_parse(&id).map_err(|_| Refusal::InvalidParameter(PARAMETER))?;
    app.store
        .finished(&id.to_string(), &client.id)
        .ok_or(Refusal::VerificationNotFound)
}

/// The reference names the member that holds the text differently from error to error, and from
/// call to call. Where it lists an error for one call only, the others do the same.
fn as_printed_for_json(refusal: Refusal) -> Response {
    refusal.with_text_in(match refusal {
        Refusal::InvalidParameter(_) => TextMember::Description,
        _ => TextMember::Message,
    })
}

fn as_printed_for_files(refusal: Refusal) -> Response {
    refusal.with_text_in(match refusal {
        Refusal::MissingParameter(_) | Refusal::InvalidParameter(_) => TextMember::Description,
        _ => TextMember::Message,
    })
}
