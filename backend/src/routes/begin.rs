//! `POST /api/begin`

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
};
use webkyc_shared::{
    api::{BeginRequest, BeginResponse},
    problem::ErrorCode,
    sign_up::SiteReturn,
};

use super::{json_body, openapi};
use crate::{
    app::AppState,
    authenteq::FlowMarks,
    config::Config,
    error::ApiError,
    middleware::client_ip::ClientIp,
    session::cookies::{Cookies, SetCookies},
};

/// See [`openapi::Problems`].
pub(super) const PROBLEMS: openapi::Problems = &[
    openapi::BODY,
    openapi::CALLING,
    &[
        ErrorCode::UpstreamBadBody,
        ErrorCode::RateLimited,
        ErrorCode::UnknownSite,
        ErrorCode::UnknownReturn,
        ErrorCode::RedirectElsewhere,
        ErrorCode::SignUpNotFound,
        ErrorCode::SignUpTaken,
        ErrorCode::SignUpEnded,
        ErrorCode::StoreUnavailable,
    ],
];

/// Binds the page's state to this browser and says where to go.
#[utoipa::path(post, path = "/api/begin", request_body = BeginRequest, responses((status = 200, body = BeginResponse)))]
pub(crate) async fn begin(
    State(app): State<AppState>,
    client: ClientIp,
    cookies: Cookies,
    headers: HeaderMap,
    json_body::Json(request): json_body::Json<BeginRequest>,
) -> Result<(SetCookies, Json<BeginResponse>), ApiError> {
    ensure_comparable(&app.config, &headers)?;
    let came_from = came_from(&app.config, &request)?;
    let sign_up = match &request.sign_up {
        None => None,
        Some(handle) => {
            let sign_ups = app.sign_ups().map_err(|_| ApiError::SignUpNotFound)?;
            Some((sign_ups, handle))
        }
    };
    app.rate_limits.begin(client)?;
    let state = request.state.as_str();
    let mut flow = app.exchanges.new_flow(state, came_from, app.clock.now())?;
    let name = flow.name();
    let marks = FlowMarks { state, name: &name };
    // The address is the portal's: a visitor whom a site's server sent gets back by Cancel.
    let back_url = app.config.redirect.back_url.as_deref();
    let back_url = back_url.filter(|_| sign_up.is_none());
    let visitor = Some(client.address());
    let departure = app.authenteq.departure(&marks, visitor, back_url);
    let authorize_url = match sign_up {
        None => departure.await?,
        Some((sign_ups, handle)) => {
            let owners = cookies.owners();
            sign_ups
                .begin(handle, &owners, &mut flow, departure)
                .await?
        }
    };
    let kept = cookies.keep_flow(&flow)?;
    let authorize_url = authorize_url.into();
    Ok((kept, Json(BeginResponse { authorize_url })))
}

/// A page stores the state per origin, so it can compare it only on the same origin.
fn ensure_comparable(config: &Config, page: &HeaderMap) -> Result<(), ApiError> {
    match page.get(header::ORIGIN) {
        Some(origin) if origin.as_bytes() != config.redirect.origin.as_bytes() => {
            Err(ApiError::RedirectElsewhere(config.redirect.origin.clone()))
        }
        _ => Ok(()),
    }
}

/// Pages send keys, and never addresses, so the backend redirects to configured addresses only.
fn came_from(config: &Config, request: &BeginRequest) -> Result<Option<SiteReturn>, ApiError> {
    if request.sign_up.is_some() && (request.site.is_some() || request.return_key.is_some()) {
        return Err(ApiError::BadRequest(
            "signUp comes alone: the sign-up has its site and return".into(),
        ));
    }
    let keys = SiteReturn::of_keys(request.site.clone(), request.return_key.clone());
    let Some(came_from) = keys.map_err(|_| ApiError::UnknownReturn)? else {
        return Ok(None);
    };
    let SiteReturn { site, return_key } = &came_from;
    if !config.sites.contains(site) {
        return Err(ApiError::UnknownSite);
    }
    let is_known = |key: &String| config.sites.return_url(site, key).is_some();
    if !return_key.as_ref().is_none_or(is_known) {
        return Err(ApiError::UnknownReturn);
    }
    Ok(Some(came_from))
}
