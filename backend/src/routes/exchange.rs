//! `POST /api/exchange`

use axum::{Json, extract::State};
use uuid::Uuid;
use webkyc_shared::{
    api::{ExchangeRequest, Session},
    sign_up::AuthorizationCode,
};

use super::{json, session::public};
use crate::{
    AppState,
    client_address::ClientAddress,
    cookies::{Cookies, Flow, Hash, SealedSession, SetCookies},
    error::ApiError,
    exchanges::REMEMBERED_SECONDS,
    metrics::StateRefusal,
    refusal::Refusal,
};

/// Spends the code of a sign-up that this browser began, once, and opens the session.
#[utoipa::path(post, path = "/api/exchange", request_body = ExchangeRequest, responses((status = 200, body = Session)))]
pub(crate) async fn exchange(
    State(app): State<AppState>,
    client: ClientAddress,
    cookies: Cookies,
    json::Json(request): json::Json<ExchangeRequest>,
) -> Result<(Option<SetCookies>, Json<Session>), Refusal> {
    let now = app.clock.now();
    let state = Hash::of(&request.state);
    let code = Hash::of(request.code.as_str());
    let origin = Hash::of_return(&request.state, request.code.as_str());
    let Some(flow) = cookies.flow(&state, now) else {
        let again = answer_again(&app, &cookies, &origin, now);
        if again.is_err() {
            app.metrics.state_refused(StateRefusal::NoFlow);
        }
        let session = again.map_err(|error| error.with(cookies.drop_flow(&state)))?;
        return Ok((None, Json(public(&app.config, &session))));
    };
    let call = spend(app.clone(), client, flow.clone(), origin, request.code);
    let outcome = app.exchanges.once(&flow, code, now, call).await;
    let outcome = outcome.and_then(|session| {
        if app.ended.contains(&session) {
            Err(ApiError::StateInvalid)
        } else {
            Ok(session)
        }
    });
    if matches!(outcome, Err(ApiError::StateInvalid)) {
        app.metrics.state_refused(StateRefusal::Spent);
    }
    match outcome.and_then(|session| Ok((cookies.keep_session(&session, &state)?, session))) {
        Ok((kept, session)) => Ok((Some(kept), Json(public(&app.config, &session)))),
        Err(error) if error.leaves_code_unspent() => Err(error.into()),
        Err(error) => Err(error.with(cookies.drop_flow(&state))),
    }
}

/// The exchange is over, and the same browser asks the same once more: a double click, a reload.
/// The session itself remembers what brought it, so any replica can answer.
fn answer_again(
    app: &AppState,
    cookies: &Cookies,
    origin: &Hash,
    now: i64,
) -> Result<SealedSession, ApiError> {
    let session = app.session(cookies).map_err(|_| ApiError::StateInvalid)?;
    let is_recent = now < session.exchanged_at + REMEMBERED_SECONDS;
    if !is_recent || !session.origin.matches(origin) {
        return Err(ApiError::StateInvalid);
    }
    Ok(session)
}

async fn spend(
    app: AppState,
    client: ClientAddress,
    flow: Flow,
    origin: Hash,
    code: AuthorizationCode,
) -> Result<SealedSession, ApiError> {
    // No rate limit: what was begun may be ended. Others of this address go first, for a while.
    let wait = app.limits.authenteq.token_wait;
    let _share = app.shares.tokens.take(client, wait).await;
    let _share = _share.ok_or(ApiError::Overloaded)?;
    let exchanged_at = app.clock.now();
    Ok(SealedSession {
        id: Uuid::new_v4().simple().to_string(),
        token: app.authenteq.exchange(code.as_str()).await?,
        exchanged_at,
        origin,
        came_from: flow.came_from,
    })
}
