//! `GET /v2/web-kyc/details`: what the token opens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use serde_json::Value;

use super::refusal::Refusal;
use crate::app_state::AppState;
use crate::specimen;

pub(crate) async fn show_details(
    State(app): State<Arc<AppState>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let token = bearer(&headers).ok_or(Refusal::TokenMissing)?;
    let verification = app
        .store
        .verification(token, app.clock.now())
        .ok_or(Refusal::TokenInvalid)?;
    Ok(Json(
        specimen::drawing(move || verification.details()).await,
    ))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let credentials = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = credentials.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
