//! `POST /api/begin`

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
};
use uuid::Uuid;
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
    session::cookies::{Cookies, Flow, Hash, SetCookies},
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
    // A page stores the state per origin, so it can compare it only on the same origin.
    if let Some(origin) = headers.get(header::ORIGIN)
        && origin.as_bytes() != app.config.redirect.origin.as_bytes()
    {
        return Err(ApiError::RedirectElsewhere);
    }
    if request.sign_up.is_some() && (request.site.is_some() || request.return_key.is_some()) {
        return Err(ApiError::BadRequest(
            "signUp comes alone: the sign-up has its site and return",
        ));
    }
    let came_from = came_from(&app.config, &request)?;
    let sign_up = match &request.sign_up {
        None => None,
        Some(handle) => {
            let sign_ups = app.sign_ups().map_err(|_| ApiError::SignUpNotFound)?;
            Some((sign_ups, handle))
        }
    };
    app.rate_limits.begin(client)?;
    let now = app.clock.now();
    if app.exchanges.is_full(now) {
        return Err(ApiError::Overloaded);
    }
    let mut flow = Flow {
        id: Uuid::new_v4(),
        state: Hash::of(request.state.as_str()),
        begun_at: now,
        came_from,
        sign_up: None,
    };
    // A call to Authenteq is for those alone who may begin.
    if let Some((sign_ups, handle)) = sign_up {
        sign_ups.ensure_open(handle, &cookies.owners()).await?;
    }
    // Before the sign-up begins: one that cannot be left for Authenteq stays as it is.
    let marks = FlowMarks {
        state: request.state.as_str(),
        name: &flow.name(),
    };
    let visitor = Some(client.address());
    let authorize_url = app.authenteq.departure(&marks, visitor).await?.into();
    if let Some((sign_ups, handle)) = sign_up {
        let begun = sign_ups.begin(handle, &cookies.owners()).await?;
        flow.came_from = Some(begun.came_from);
        flow.sign_up = Some(begun.flow);
    }
    let kept = cookies.keep_flow(&flow)?;
    Ok((kept, Json(BeginResponse { authorize_url })))
}

/// Pages send keys, and never addresses, so the backend redirects to configured addresses only.
fn came_from(config: &Config, request: &BeginRequest) -> Result<Option<SiteReturn>, ApiError> {
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
