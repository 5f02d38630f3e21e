//! `GET /healthz`, `GET /readyz`: for orchestrators, which ask by address and learn nothing.

use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header},
    routing::get,
};

use crate::{AppState, error::ApiError};

const ALIVE: &str = "/healthz";
const READY: &str = "/readyz";

/// Whether a request is one of these two.
pub(crate) fn is_asked(request: &Request) -> bool {
    [ALIVE, READY].contains(&request.uri().path())
}

pub(super) fn router() -> Router<AppState> {
    let refuse = async || ([(header::ALLOW, "GET, HEAD")], ApiError::MethodNotAllowed);
    Router::new()
        .route(ALIVE, get(async || "alive\n").fallback(refuse))
        .route(READY, get(get_readiness).fallback(refuse))
}

/// Ready until told to stop. Whether Authenteq answers is not part of it: its fault would take
/// all replicas out at once.
async fn get_readiness(State(app): State<AppState>) -> (StatusCode, &'static str) {
    if app.draining.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n");
    }
    (StatusCode::OK, "ready\n")
}
