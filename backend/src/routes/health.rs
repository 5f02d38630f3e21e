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

const IS_ALIVE: &str = "alive\n";

/// Whether a request is one of these two.
pub(crate) fn is_asked(request: &Request) -> bool {
    [ALIVE, READY].contains(&request.uri().path())
}

/// HAProxy asks by `OPTIONS` unless told otherwise, and means the status.
pub(super) fn router() -> Router<AppState> {
    let allow = || [(header::ALLOW, "GET, HEAD, OPTIONS")];
    let refuse = async move || (allow(), ApiError::MethodNotAllowed);
    let alive = get(async || IS_ALIVE)
        .options(async move || (allow(), IS_ALIVE))
        .fallback(refuse);
    let ready = get(get_readiness)
        .options(async move |app| (allow(), get_readiness(app).await))
        .fallback(refuse);
    Router::new().route(ALIVE, alive).route(READY, ready)
}

/// Ready until told to stop. Whether Authenteq answers is not part of it: its fault would take
/// all replicas out at once.
async fn get_readiness(State(app): State<AppState>) -> (StatusCode, &'static str) {
    if app.draining.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n");
    }
    (StatusCode::OK, "ready\n")
}
