//! `POST /api/exchange`

use axum::{Json, extract::State};
use uuid::Uuid;
use webkyc_shared::{
    api::{ExchangeRequest, Session},
    problem::ErrorCode,
    sign_up::AuthorizationCode,
};

use super::{json_body, openapi, session::public};
use crate::{
    app::AppState,
    authenteq::AccessToken,
    error::ApiError,
    middleware::client_ip::ClientIp,
    session::{
        cookies::{Cookies, SealedSession, SetCookies},
        exchange::{Browser, Callback},
        refusal::Refusal,
    },
};

/// See [`openapi::Problems`].
pub(super) const PROBLEMS: openapi::Problems = &[
    openapi::BODY,
    openapi::CALLING,
    &[
        ErrorCode::StateInvalid,
        ErrorCode::CodeRejected,
        ErrorCode::UpstreamBadToken,
        ErrorCode::UpstreamTokenTooLarge,
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
            Ok(SealedSession {
                id: Uuid::new_v4().simple().to_string(),
                token: call(&app, client, &request.code).await?,
                exchanged_at,
                origin,
                came_from: flow.came_from,
            })
        }
    });
    let (session, set_cookies) = redeemed.await?;
    Ok((set_cookies, Json(public(&app.config, &session))))
}

/// Makes the token call. There is no rate limit, so that a sign-up under way can finish; the calls
/// of a busy address wait behind those of others, up to a time limit.
async fn call(
    app: &AppState,
    client: ClientIp,
    code: &AuthorizationCode,
) -> Result<AccessToken, ApiError> {
    let wait = app.limits.authenteq.token_wait;
    let permit = app.per_holder.tokens.take(client, wait).await;
    let _permit = permit.ok_or(ApiError::Overloaded)?;
    Ok(app.authenteq.exchange(code.as_str()).await?)
}
