//! `POST /api/exchange`

use axum::{Json, extract::State};
use uuid::Uuid;
use webkyc_shared::api::{ExchangeRequest, Session};

use super::{json, session::public};
use crate::{
    AppState,
    cookies::{Cookies, Flow, Hash, SealedSession, SetCookies},
    error::{ApiError, Refusal},
    exchanges::REMEMBERED_SECONDS,
};

/// How long the data lives, less a margin for clocks and networks, in seconds.
const SESSION_SECONDS: i64 = 15 * 60 - 30;

/// Spends the code of a sign-up that this browser began, once, and opens the session.
pub(crate) async fn exchange(
    State(app): State<AppState>,
    cookies: Cookies,
    json::Json(request): json::Json<ExchangeRequest>,
) -> Result<(Option<SetCookies>, Json<Session>), Refusal> {
    check_code(&request.code)?;
    let now = app.clock.now();
    let (state, code) = (Hash::of(&request.state), Hash::of(&request.code));
    let Some(flow) = cookies.flow(&state, now) else {
        let session = answer_again(&cookies, &state, &code, now)?;
        return Ok((None, Json(public(&app.config, &session))));
    };
    let id = flow.id;
    let call = spend(app.clone(), flow, code.clone(), request.code);
    let outcome = app.exchanges.once(id, code, now, call).await;
    match outcome.and_then(|session| Ok((cookies.keep_session(&session)?, session))) {
        Ok((kept, session)) => Ok((Some(kept), Json(public(&app.config, &session)))),
        Err(error) if error.leaves_code_unspent() => Err(error.into()),
        Err(error) => Err(error.with(cookies.drop_flow(&state))),
    }
}

/// The exchange is over, and the same browser asks the same once more: a double click, a reload.
/// The session itself remembers what brought it, so any replica can answer.
fn answer_again(
    cookies: &Cookies,
    state: &Hash,
    code: &Hash,
    now: i64,
) -> Result<SealedSession, ApiError> {
    let session = cookies.session(now).map_err(|_| ApiError::StateInvalid)?;
    let is_same = session.origin.0.matches(state) & session.origin.1.matches(code);
    if !is_same || now >= session.exchanged_at + REMEMBERED_SECONDS {
        return Err(ApiError::StateInvalid);
    }
    Ok(session)
}

async fn spend(
    app: AppState,
    flow: Flow,
    hash: Hash,
    code: String,
) -> Result<SealedSession, ApiError> {
    let exchanged_at = app.clock.now();
    let token = app.authenteq.exchange(&code).await?;
    Ok(SealedSession {
        id: Uuid::new_v4().simple().to_string(),
        token: token.expose().to_owned(),
        exchanged_at,
        expires_at: exchanged_at + SESSION_SECONDS,
        origin: (flow.state, hash),
        came_from: flow.came_from,
    })
}

/// Codes are alphanumerical; a few more characters that mean nothing in a URL are let through.
fn check_code(code: &str) -> Result<(), ApiError> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"._~-".contains(&b);
    if !(1..=512).contains(&code.len()) || !code.bytes().all(is_plain) {
        return Err(ApiError::BadRequest(
            "code must be 1 to 512 characters of A-Z a-z 0-9 . _ ~ -",
        ));
    }
    Ok(())
}
