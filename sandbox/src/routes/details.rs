//! `GET /v2/web-kyc/details`: what the token opens.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::response::Response;

use super::prepared::Prepared;
use super::refusal::Refusal;
use crate::app_state::AppState;
use crate::fault::Endpoint;
use crate::specimen;

pub(crate) async fn show_details(
    State(app): State<Arc<AppState>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let token = bearer(&headers).ok_or(Refusal::TokenMissing)?;
    let verification = app
        .store
        .verification(token, app.clock.now())
        .ok_or(Refusal::TokenInvalid)?;
    let effect = verification.scenario.effect_at(Endpoint::Details);
    let answer = specimen::drawing(move || Prepared::Json(verification.details())).await;
    Ok(answer.spoilt_by(effect, &app.clock).await)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let credentials = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = credentials.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
