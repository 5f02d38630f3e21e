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
    handler::Handler,
    http::header,
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{AppState, error::ApiError, gate, observe};

const BODY_LIMIT: usize = 8 << 10;

/// The whole program as one service: routes, the gate around all of them, and the log.
pub fn router(app: AppState) -> Router {
    let path = app.config.public_url.path.clone();
    let at = |route: &str| format!("{path}{route}");
    Router::new()
        .route(&at("/api/config"), get_only(config::get_config))
        .route(&at("/api/begin"), post_only(begin::begin))
        .route(&at("/api/exchange"), post_only(exchange::exchange))
        .route(&at("/api/session"), get_only(session::get_session))
        .route(&at("/api/logout"), post_only(session::logout))
        .route(&at("/api/details"), get_only(details::get_details))
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

/// axum serves HEAD wherever it serves GET, which would fetch megabytes for nobody.
fn get_only<T: 'static>(handler: impl Handler<T, AppState>) -> MethodRouter<AppState> {
    let refuse = async || ([(header::ALLOW, "GET")], ApiError::MethodNotAllowed);
    get(handler).head(refuse).fallback(refuse)
}

fn post_only<T: 'static>(handler: impl Handler<T, AppState>) -> MethodRouter<AppState> {
    post(handler).fallback(async || ([(header::ALLOW, "POST")], ApiError::MethodNotAllowed))
}

fn internal() -> Response {
    ApiError::Internal.into_response()
}
