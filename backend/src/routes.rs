//! Every route there is, each in the file of its name.

mod begin;
mod config;
mod details;
mod exchange;
mod json;
mod pages;
mod session;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{AppState, error::ApiError, gate, observe};

const BODY_LIMIT: usize = 8 << 10;

/// The whole program as one service: routes, the gate around all of them, and the log.
pub fn router(app: AppState) -> Router {
    let path = app.config.public_url.path.clone();
    let at = |route: &str| format!("{path}{route}");
    Router::new()
        .route(&at("/api/config"), get(config::get_config))
        .route(&at("/api/begin"), post(begin::begin))
        .route(&at("/api/exchange"), post(exchange::exchange))
        .route(&at("/api/session"), get(session::get_session))
        .route(&at("/api/logout"), post(session::logout))
        .route(&at("/api/details"), get(details::get_details))
        .merge(pages::router(&app.config))
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(|| async { "ready\n" }))
        .fallback(async || ApiError::NotFound)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(app.clone(), gate::check))
        .layer(CatchPanicLayer::custom(|_| internal()))
        .layer(from_fn_with_state(app.clone(), observe::request))
        .with_state(app)
}

fn internal() -> Response {
    ApiError::Internal.into_response()
}
