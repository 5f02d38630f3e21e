//! `GET /v2/web-kyc/details`: the verification that a token opens.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, header::AUTHORIZATION},
    response::Response,
};

use super::{
    prepared::Prepared,
    refusal::{Refusal, TextMember},
};
use crate::{
    app_state::AppState, diagnosis, fault::Endpoint, journal::Notes, pictures, store::TokenRefused,
};

pub(crate) async fn show_details(
    State(app): State<Arc<AppState>>,
    notes: Notes,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let Some(token) = bearer(&headers) else {
        notes.failure(match headers.get(AUTHORIZATION) {
            None => "No Authorization header came. Send Bearer, a blank and the token.",
            Some(_) => "The Authorization header is not Bearer, a blank and a token.",
        });
        return Err(Refusal::TokenMissing);
    };
    let Some(access) = app.store.access(token) else {
        notes.failure(diagnosis::of_token(TokenRefused::Unknown));
        return Err(Refusal::TokenInvalid);
    };
    let refused = access.refused(app.clock.now_of(&access.verification.client_id));
    let verification = access.verification;
    let client_id = verification.client_id.clone();
    notes.client(&client_id);
    notes.sign_up(&verification.sign_up);
    let effect = app.effect_at(Endpoint::Details, &client_id, Some(&verification));
    let erased = verification
        .is_erased()
        .then_some(TokenRefused::Expired(access.expires.by_client));
    let answer = match refused.or(erased) {
        None => pictures::drawing(move || Prepared::Json(verification.details())).await,
        Some(refused) => {
            notes.failure(diagnosis::of_token(refused));
            Prepared::Refused(Refusal::TokenInvalid, TextMember::Message)
        }
    };
    Ok(answer.spoilt_by(effect, &app, &client_id, &notes).await)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let credentials = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = credentials.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
