//! `GET /export/verification-result-as-…`: a finished verification, again and for good.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};

use super::{
    credentials::{self, Reference},
    parameters::remark_unknown,
    prepared::Prepared,
    refusal::{Refusal, TextMember},
};
use crate::{
    app_state::AppState,
    diagnosis,
    fault::{Effect, Endpoint},
    journal::Notes,
    multipart::Multipart,
    pictures,
    query::{self, Query},
    verification::Finished,
    wire::JsonBody,
};

const PARAMETER: &str = "verificationId";
/// Of a UUID with its hyphens and with nothing around it.
const UUID_LENGTH: usize = 36;

pub(crate) async fn export_json(
    State(app): State<Arc<AppState>>,
    notes: Notes,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, Response> {
    let found = find(&app, &notes, Endpoint::ExportJson, &headers, raw);
    let file = |it: &Finished| Prepared::Json(JsonBody::Record(Box::new(it.record())));
    Ok(answer(&app, &notes, found.map_err(as_printed_for_json)?, file).await)
}

pub(crate) async fn export_multipart(
    State(app): State<Arc<AppState>>,
    notes: Notes,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, Response> {
    let found = find(&app, &notes, Endpoint::ExportMultipart, &headers, raw);
    let file = |it: &Finished| Prepared::Multipart(Multipart::of(it));
    Ok(answer(&app, &notes, found.map_err(as_printed_for_files)?, file).await)
}

pub(crate) async fn export_pdf(
    State(app): State<Arc<AppState>>,
    notes: Notes,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, Response> {
    let found = find(&app, &notes, Endpoint::ExportPdf, &headers, raw);
    let file = |it: &Finished| Prepared::Pdf(it.report());
    Ok(answer(&app, &notes, found.map_err(as_printed_for_files)?, file).await)
}

/// Draws the file, and plays the fault that is due.
async fn answer(
    app: &AppState,
    notes: &Notes,
    (verification, effect): (Finished, Option<Effect>),
    file: impl FnOnce(&Finished) -> Prepared + Send + 'static,
) -> Response {
    let client_id = verification.client_id.clone();
    let drawn = pictures::drawing(move || file(&verification)).await;
    drawn.spoilt_by(effect, app, &client_id, notes).await
}

/// Checks the caller before the id.
fn find(
    app: &AppState,
    notes: &Notes,
    endpoint: Endpoint,
    headers: &HeaderMap,
    raw: Option<String>,
) -> Result<(Finished, Option<Effect>), Refusal> {
    let client = credentials::client(app, notes, headers, Reference::Export)?;
    let raw = raw.unwrap_or_default();
    let query = Query::parse(&raw);
    remark_unknown(notes, query.names(), &[PARAMETER]);
    let Some(id) = query.get(PARAMETER).map(query::decoded) else {
        notes.failure(diagnosis::of_missing(PARAMETER, query.names(), "query"));
        return Err(Refusal::MissingParameter(PARAMETER));
    };
    let plain = id.len() == UUID_LENGTH && !query.repeats(PARAMETER);
    let Some(id) = uuid::Uuid::try_parse(&id).ok().filter(|_| plain) else {
        notes.failure("verificationId must be one UUID with its hyphens.");
        return Err(Refusal::InvalidParameter(PARAMETER));
    };
    let Some(verification) = app.store.finished(&id.to_string()) else {
        notes.failure(diagnosis::of_unknown_verification(id));
        return Err(Refusal::VerificationNotFound);
    };
    if verification.client_id != client.id {
        notes.failure("The verification of this id is another client's.");
        return Err(Refusal::VerificationNotFound);
    }
    if verification.is_erased() {
        notes.failure("Its visitor's own pictures were erased, and the verification with them.");
        return Err(Refusal::VerificationNotFound);
    }
    notes.sign_up(&verification.sign_up);
    let effect = app.effect_at(endpoint, &client.id, Some(&verification));
    Ok((verification, effect))
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
