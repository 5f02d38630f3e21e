//! `GET /metrics`, on the operators' listener.

use axum::{extract::State, http::header, response::IntoResponse};
use webkyc_shared::problem::ErrorCode;

use super::openapi;
use crate::{app::AppState, error::ApiError};

/// See [`openapi::Problems`]. The key of a site finds nothing here.
pub(super) const PROBLEMS: openapi::Problems = &[&[ErrorCode::NotFound]];

/// The counters of this process in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", responses((status = 200, content_type = "text/plain", body = String)))]
pub(crate) async fn get_metrics(
    State(app): State<AppState>,
) -> Result<impl IntoResponse, ApiError> {
    let fingerprints = app.config.cookie_keys.get().fingerprints();
    let text = app.metrics.render(&app.authenteq.free(), &fingerprints);
    let text = text.map_err(|_| ApiError::Internal)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text))
}
