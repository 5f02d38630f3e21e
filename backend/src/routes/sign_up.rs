//! `POST /api/sign-up`, `POST /api/report`

use axum::{Json, extract::State};
use webkyc_shared::{
    api::{ReportRequest, ReportResponse, SignUpRequest, SignUpResponse},
    problem::ErrorCode,
};

use super::{json_body, openapi};
use crate::{
    app::AppState,
    error::ApiError,
    middleware::client_ip::ClientIp,
    session::cookies::{Cookies, Flow, Hash, SetCookies},
    sign_ups,
};

/// See [`openapi::Problems`].
pub(super) const PROBLEMS: openapi::Problems = &[
    openapi::BODY,
    &[
        ErrorCode::RateLimited,
        ErrorCode::NotFound,
        ErrorCode::SignUpNotFound,
        ErrorCode::SignUpTaken,
        ErrorCode::StoreUnavailable,
    ],
];

/// Shows a sign-up that a site's server created to the visitor who has its address, and makes this
/// browser an owner. Begins nothing: a program that opens links changes nothing.
#[utoipa::path(post, path = "/api/sign-up", request_body = SignUpRequest, responses((status = 200, body = SignUpResponse)))]
pub(crate) async fn open(
    State(app): State<AppState>,
    client: ClientIp,
    cookies: Cookies,
    json_body::Json(request): json_body::Json<SignUpRequest>,
) -> Result<(SetCookies, Json<SignUpResponse>), ApiError> {
    let sign_ups = app.sign_ups()?;
    app.rate_limits.open(client)?;
    let owners = cookies.owners();
    let opened = sign_ups.open(&request.sign_up, &owners).await?;
    let owner = owners
        .into_iter()
        .next()
        .unwrap_or_else(sign_ups::new_owner);
    Ok((cookies.keep_owner(&owner), Json(opened)))
}

/// See [`openapi::Problems`].
pub(super) const REPORT_PROBLEMS: openapi::Problems = &[
    openapi::BODY,
    &[
        ErrorCode::RateLimited,
        ErrorCode::StateInvalid,
        ErrorCode::StoreUnavailable,
    ],
];

/// Notes why a flow of this browser failed, and says how the visitor gets back. Ends nothing.
#[utoipa::path(post, path = "/api/report", request_body = ReportRequest, responses((status = 200, body = ReportResponse)))]
pub(crate) async fn report(
    State(app): State<AppState>,
    client: ClientIp,
    cookies: Cookies,
    json_body::Json(request): json_body::Json<ReportRequest>,
) -> Result<Json<ReportResponse>, ApiError> {
    app.rate_limits.open(client)?;
    let state = Hash::of(request.state.as_str());
    let now = app.clock.now();
    let flow = cookies.flow(&state, now);
    let flow = flow.or_else(|| cookies.spent_flow(&state, now));
    let flow = flow.ok_or(ApiError::StateInvalid)?;
    app.metrics.flow_failed(request.reason);
    if let (Some(sign_up), Ok(sign_ups)) = (&flow.sign_up, app.sign_ups()) {
        sign_ups.report(&sign_up.id, request.reason).await?;
    }
    Ok(Json(way_back(&app, &flow)))
}

fn way_back(app: &AppState, flow: &Flow) -> ReportResponse {
    let came_from = flow.came_from.as_ref();
    let back = came_from.and_then(|from| {
        let return_key = from.return_key.as_ref()?;
        let site = app.config.sites.get(&from.site)?;
        match &flow.sign_up {
            Some(sign_up) => sign_ups::return_url(site, return_key, &sign_up.id, None),
            None => site.returns.get(return_key).cloned(),
        }
    });
    ReportResponse {
        return_now: flow.sign_up.is_some()
            && back.is_some()
            && came_from.is_some_and(|from| app.config.sites.returns_at_once(&from.site)),
        return_url: back,
    }
}
