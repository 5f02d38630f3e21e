//! `GET /api/details`

use axum::{Json, extract::State, http::HeaderMap};
use webkyc_shared::verification::Verification;

use super::session::current;
use crate::{AppState, authenteq::Error, cookies::Cookies, error::ApiError, refusal::Refusal};

/// Fetches the verification of this session and passes it on; nothing of it is kept.
pub(crate) async fn get_details(
    State(app): State<AppState>,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<Json<Verification>, Refusal> {
    let session = current(&app, &cookies, &headers)?;
    match app.authenteq.details(&session.token).await {
        Ok(verification) => Ok(Json(verification)),
        Err(error @ Error::Expired { .. }) => {
            Err(ApiError::from(error).with(cookies.drop_session()))
        }
        Err(error) => Err(ApiError::from(error).into()),
    }
}
