//! `GET /api/details`

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
};
use bytes::Bytes;
use webkyc_shared::verification::Verification;

use super::session::current;
use crate::{
    AppState,
    authenteq::{Details, Error, Reservation, VerificationId},
    client_address::ClientAddress,
    cookies::Cookies,
    error::ApiError,
    rate_limits::Action,
    refusal::Refusal,
};

/// Fetches the verification of this session and passes it on; nothing of it is kept but its id,
/// sealed, which the exports need.
#[utoipa::path(get, path = "/api/details", responses((status = 200, body = Verification)))]
pub(crate) async fn get_details(
    State(app): State<AppState>,
    client: ClientAddress,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Refusal> {
    let session = current(&app, &cookies, &headers)?;
    app.rate_limits.check(Action::Details, client)?;
    let details = match app.authenteq.details(&session.token).await {
        Ok(details) => details,
        Err(error) => {
            // Its cookies are cleared the next time they come: by now another tab may have put
            // another session into them.
            if matches!(error, Error::Expired { .. }) {
                app.ended.insert(&session, app.clock.now());
            }
            return Err(ApiError::from(error).into());
        }
    };
    let id = details.verification.id.as_deref();
    let id = id.and_then(VerificationId::parse);
    let kept = cookies.keep_verification(&session, id, app.clock.now())?;
    // Megabytes are written: not on a thread that others wait for.
    let body = tokio::task::spawn_blocking(move || written(details)).await;
    let body = body.unwrap_or(Err(ApiError::Internal))?;
    Ok((kept, [(header::CONTENT_TYPE, "application/json")], body))
}

/// The JSON, which holds its memory until the last of it has been sent.
fn written(details: Details) -> Result<Bytes, ApiError> {
    struct Written {
        json: Vec<u8>,
        _reservation: Reservation,
    }
    impl AsRef<[u8]> for Written {
        fn as_ref(&self) -> &[u8] {
            &self.json
        }
    }
    let Details {
        verification,
        mut reservation,
    } = details;
    let mut json = serde_json::to_vec(&verification).map_err(|_| ApiError::Internal)?;
    drop(verification);
    json.shrink_to_fit();
    reservation.resize(json.len()).map_err(ApiError::from)?;
    Ok(Bytes::from_owner(Written {
        json,
        _reservation: reservation,
    }))
}
