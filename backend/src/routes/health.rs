//! `GET /healthz`, `GET /readyz`: probes for orchestrators. They may come with any `Host`, and
//! reveal nothing.

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    routing::get,
};

use crate::{app::AppState, error::ApiError, middleware::HEALTH_PATHS};

const IS_ALIVE: &str = "alive\n";

/// HAProxy probes with `OPTIONS` by default, and reads only the status.
pub(super) fn router() -> Router<AppState> {
    let allow = || [(header::ALLOW, "GET, HEAD, OPTIONS")];
    let refuse = async move || (allow(), ApiError::MethodNotAllowed);
    let alive = get(async || IS_ALIVE)
        .options(async move || (allow(), IS_ALIVE))
        .fallback(refuse);
    let ready = get(get_readiness)
        .options(async move |app| (allow(), get_readiness(app).await))
        .fallback(refuse);
    let [alive_path, ready_path] = HEALTH_PATHS;
    Router::new()
        .route(alive_path, alive)
        .route(ready_path, ready)
}

/// Ready until the shutdown begins. Authenteq's availability does not count: its failure would take
/// out all replicas at once.
async fn get_readiness(State(app): State<AppState>) -> (StatusCode, &'static str) {
    if app.draining.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n");
    }
    (StatusCode::OK, "ready\n")
}
