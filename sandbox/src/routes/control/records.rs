//! `/_sandbox/api/verifications`, `requests` and `attempts`: what the sandbox has recorded.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{super::own::Address, refusal::ControlRefusal};
use crate::{
    app_state::AppState,
    journal::{self, ReceivedRequest, SignUpRecord, SignUpSummary},
    pictures,
    verification::{VerificationRecord, VerificationSummary},
};

/// A filter by client.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Whose {
    /// One client's only.
    pub(super) client_id: Option<String>,
}

/// Whose verifications, and whether with their codes.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Issued {
    /// One client's only.
    client_id: Option<String>,
    /// `shown`, to have codes written out.
    secrets: Option<Secrets>,
}

/// A filter of sign-ups.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// One client's only.
    client_id: Option<String>,
    /// Only those that have all of these words somewhere in them, and the phrases in quotation
    /// marks.
    #[serde(default)]
    q: String,
    /// `true` for those only that failed in the end.
    #[serde(default)]
    failed: bool,
}

/// Whether to show secrets.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Demand {
    /// `shown`, to have secrets, codes and tokens written out.
    secrets: Option<Secrets>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Secrets {
    Shown,
}

/// Verifications, newest last; the data of each is at its own address.
#[utoipa::path(get, path = "/_sandbox/api/verifications", tag = "records", params(Issued),
    responses((status = 200, body = Vec<VerificationSummary>), (status = 400, body = ControlRefusal)))]
pub(super) async fn list_verifications(
    State(app): State<Arc<AppState>>,
    issued: Result<Query<Issued>, QueryRejection>,
) -> Result<Json<Vec<VerificationSummary>>, ControlRefusal> {
    let Query(issued) = issued?;
    let mut finished = app.store.verifications();
    if let Some(id) = issued.client_id {
        finished.retain(|one| one.client_id == id);
    }
    let revealed = issued.secrets.is_some();
    let summaries = finished.iter().map(|one| one.summary(revealed));
    Ok(Json(summaries.collect()))
}

/// One verification.
#[utoipa::path(get, path = "/_sandbox/api/verifications/{verificationId}", tag = "records",
    params(("verificationId" = String, Path), Demand),
    responses(
        (status = 200, body = VerificationRecord),
        (status = 400, body = ControlRefusal),
        (status = 404, body = ControlRefusal),
    ))]
pub(super) async fn get_verification(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
    demand: Result<Query<Demand>, QueryRejection>,
) -> Result<Json<VerificationRecord>, ControlRefusal> {
    let Query(demand) = demand?;
    let finished = app.store.finished(&id).ok_or_else(|| {
        ControlRefusal::not_found("No verification has this id, or it was forgotten.")
    })?;
    let revealed = demand.secrets.is_some();
    let described = move || finished.described(revealed);
    Ok(Json(pictures::drawing(described).await))
}

/// Requests to Authenteq's own paths, newest last.
#[utoipa::path(get, path = "/_sandbox/api/requests", tag = "records", params(Whose),
    responses((status = 200, body = Vec<ReceivedRequest>), (status = 400, body = ControlRefusal)))]
pub(super) async fn list_requests(
    State(app): State<Arc<AppState>>,
    whose: Result<Query<Whose>, QueryRejection>,
) -> Result<Json<Vec<ReceivedRequest>>, ControlRefusal> {
    let Query(whose) = whose?;
    Ok(Json(app.journal.requests_of(whose.client_id.as_deref())))
}

/// Sign-ups, newest first, and calls that belong to none.
#[utoipa::path(get, path = "/_sandbox/api/attempts", operation_id = "list_attempts", tag = "records", params(SearchQuery),
    responses((status = 200, body = Vec<SignUpSummary>), (status = 400, body = ControlRefusal)))]
pub(super) async fn list_sign_ups(
    State(app): State<Arc<AppState>>,
    search: Result<Query<SearchQuery>, QueryRejection>,
) -> Result<Json<Vec<SignUpSummary>>, ControlRefusal> {
    let Query(search) = search?;
    let client_id = search.client_id.as_deref();
    let wanted = journal::Search::of(&search.q).among_failures(search.failed);
    Ok(Json(app.journal.sign_ups(client_id, &wanted)))
}

/// One sign-up, with everything that happened in it.
#[utoipa::path(get, path = "/_sandbox/api/attempts/{attemptId}", operation_id = "get_attempt", tag = "records",
    params(("attemptId" = String, Path), Demand),
    responses(
        (status = 200, body = SignUpRecord),
        (status = 400, body = ControlRefusal),
        (status = 404, body = ControlRefusal),
    ))]
pub(super) async fn get_sign_up(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
    Address(url): Address,
    demand: Result<Query<Demand>, QueryRejection>,
) -> Result<Json<SignUpRecord>, ControlRefusal> {
    let Query(demand) = demand?;
    let sign_up = app.journal.sign_up(&id, &url, demand.secrets.is_some());
    let unknown = || ControlRefusal::not_found("No attempt has this id, or it was forgotten.");
    sign_up.map(Json).ok_or_else(unknown)
}
