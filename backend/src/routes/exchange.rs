//! `POST /api/exchange`

use axum::{Json, extract::State};
use uuid::Uuid;
use webkyc_shared::{
    api::{ExchangeRequest, Session},
    problem::ErrorCode,
};

use super::{json_body, openapi, session::public};
use crate::{
    app::AppState,
    authenteq::{FlowMarks, Grant},
    error::ApiError,
    middleware::client_ip::ClientIp,
    session::{
        cookies::{Cookies, Flow, SealedSession, SetCookies, SignUpSession},
        exchange::{Browser, Callback},
        refusal::Refusal,
    },
    sign_ups::Leaving,
};

/// See [`openapi::Problems`].
pub(super) const PROBLEMS: openapi::Problems = &[
    openapi::BODY,
    openapi::CALLING,
    &[
        ErrorCode::StateInvalid,
        ErrorCode::CodeRejected,
        ErrorCode::UpstreamBadToken,
        ErrorCode::UpstreamBadBody,
        ErrorCode::UpstreamTokenTooLarge,
        ErrorCode::SignUpEnded,
        ErrorCode::StoreUnavailable,
    ],
];

/// Spends the code of a sign-up that this browser began, once, and opens the session.
#[utoipa::path(post, path = "/api/exchange", request_body = ExchangeRequest, responses((status = 200, body = Session)))]
pub(crate) async fn exchange(
    State(app): State<AppState>,
    client: ClientIp,
    cookies: Cookies,
    json_body::Json(request): json_body::Json<ExchangeRequest>,
) -> Result<(Option<SetCookies>, Json<Session>), Refusal> {
    let browser = Browser {
        cookies,
        revoked: &app.revoked,
        metrics: &app.metrics,
        now: app.clock.now(),
    };
    let callback = Callback::from(&request);
    let exchanges = &app.exchanges;
    let redeemed = exchanges.redeem(callback, browser, |flow, origin| {
        let app = app.clone();
        async move {
            let exchanged_at = app.clock.now();
            let (grant, sign_up) = call(&app, client, &request, &flow, exchanged_at).await?;
            Ok(SealedSession {
                id: Uuid::new_v4().simple().to_string(),
                grant,
                exchanged_at,
                origin,
                came_from: flow.came_from,
                sign_up,
            })
        }
    });
    let (session, set_cookies) = redeemed.await?;
    Ok((set_cookies, Json(public(&app.config, &session))))
}

/// Spends the code. There is no rate limit, so that a sign-up under way can finish; the calls of a busy address
/// wait behind those of others, up to a time limit.
async fn call(
    app: &AppState,
    client: ClientIp,
    request: &ExchangeRequest,
    flow: &Flow,
    exchanged_at: i64,
) -> Result<(Grant, Option<SignUpSession>), ApiError> {
    let admitted = app.authenteq.admit_exchange(client.address()).await?;
    let (code, name) = (request.code.as_str(), flow.name());
    let marks = FlowMarks {
        state: request.state.as_str(),
        name: &name,
    };
    let call = app.authenteq.exchange(admitted, code, &marks);
    let Some(sign_up) = &flow.sign_up else {
        return Ok((call.await?, None));
    };
    // Without the store there is no fence, and without a fence no call: the code stays unspent.
    let sign_ups = app.sign_ups().map_err(|_| ApiError::StoreUnavailable)?;
    let came_from = flow.came_from.as_ref();
    let leaving = Leaving {
        exchanged_at,
        at_once: came_from.is_some_and(|from| app.config.sites.returns_at_once(&from.site)),
    };
    let (grant, session) = sign_ups.exchange(sign_up, code, leaving, call).await?;
    Ok((grant, Some(session)))
}
