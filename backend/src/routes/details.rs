//! `GET /api/details`

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
};
use webkyc_shared::{problem::ErrorCode, verification::Verification};

use super::{openapi, session::current};
use crate::{
    app::AppState,
    authenteq::{DetailsForm, Error, Holder},
    error::ApiError,
    middleware::client_ip::ClientIp,
    negotiation::weight,
    session::{cookies::Cookies, refusal::Refusal},
};

/// See [`openapi::Problems`].
pub(super) const PROBLEMS: openapi::Problems = &[
    openapi::SESSION,
    openapi::CALLING,
    &[
        ErrorCode::RateLimited,
        ErrorCode::VerificationNotFound,
        ErrorCode::UpstreamBadBody,
    ],
];

/// Fetches the verification of this session and passes it on; nothing of it is kept but its id,
/// sealed, which the exports need. A client that prefers `multipart/form-data` gets the files as they are.
#[utoipa::path(get, path = "/api/details", responses((status = 200, content(
    (Verification = "application/json"),
    (String = "multipart/form-data"),
))))]
pub(crate) async fn get_details(
    State(app): State<AppState>,
    client: ClientIp,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let session = current(&app, &cookies, &headers)?;
    app.rate_limits.details(&session.id, client)?;
    let wait = app.limits.authenteq.wait;
    let place = app.per_holder.details.take(session.id.clone(), wait).await;
    let holder = Holder {
        place: place.ok_or(ApiError::RateLimited { retry_after: 1 })?,
        address: Some(client.address()),
        memory: app.per_holder.memory.of(client),
    };
    let wanted = |kind| weight(&headers, &header::ACCEPT, kind);
    let form = if wanted("multipart/form-data") > wanted("application/json") {
        DetailsForm::Multipart
    } else {
        DetailsForm::Json
    };
    let details = match app.authenteq.details(&session.grant, form, holder).await {
        Ok(details) => details,
        Err(error) => {
            // The session's cookies are removed by the next request: another tab may have set a new
            // session by now.
            if matches!(error, Error::Expired { .. }) {
                app.revoked.insert(&session, app.clock.now());
            }
            return Err(ApiError::from(error).into());
        }
    };
    let kept = cookies.keep_verification(&session, details.id, app.clock.now())?;
    let content_type = details.body.content_type.clone();
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::VARY, "Accept".to_owned()),
    ];
    Ok((kept, headers, Body::new(details.body)))
}
