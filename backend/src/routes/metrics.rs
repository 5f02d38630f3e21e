//! `GET /metrics`, on the operators' listener.

use axum::{extract::State, http::header, response::IntoResponse};

use crate::{app::AppState, error::ApiError};

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
