//! Every route, one file each. A handler extracts, awaits once or twice, and answers.

mod begin;
mod config;
mod details;
mod exchange;
mod export;
mod health;
mod json_body;
mod metrics;
mod openapi;
mod operator;
mod session;

use axum::{Router, http::header};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouter},
    routes,
};

use crate::{
    app::AppState,
    error::ApiError,
    middleware::{Listener, Stack},
    pages,
};

/// The public listener: pages, API and health checks.
pub fn router(app: AppState) -> Router {
    let (api, document) = api().split_for_parts();
    let document = openapi::Document::new(document, &app.config.public_url.url);
    let path = app.config.public_url.path.as_str();
    let mounted = match path {
        "" => Router::new().merge(api),
        path => Router::new().nest(path, api),
    };
    let router = mounted
        .merge(pages::router(&app.config))
        .merge(health::router())
        .layer(axum::Extension(document));
    stack(&app).around(router, Listener::Public).with_state(app)
}

/// The operators' listener, for the site's own servers and its operations.
pub fn operator_router(app: AppState) -> Router {
    let (router, _) = operator_api().split_for_parts();
    stack(&app)
        .around(router, Listener::Operator)
        .with_state(app)
}

fn stack(app: &AppState) -> Stack {
    Stack {
        config: app.config.clone(),
        metrics: app.metrics.clone(),
        requests: app.limits.requests,
        body_timeout: app.limits.body_timeout,
    }
}

fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(only(routes!(config::get_config)))
        .routes(only(routes!(begin::begin)))
        .routes(only(routes!(exchange::exchange)))
        .routes(only(routes!(session::get_session)))
        .routes(only(routes!(session::logout)))
        .routes(only(routes!(details::get_details)))
        .routes(only(routes!(export::get_export)))
        .routes(only(routes!(openapi::get_openapi)))
}

fn operator_api() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(only(routes!(operator::get_export)))
        .routes(only(routes!(metrics::get_metrics)))
}

/// A route with its own method only. axum would serve HEAD with GET's handler, which would fetch
/// megabytes and discard them.
fn only((schemas, paths, router): UtoipaMethodRouter<AppState>) -> UtoipaMethodRouter<AppState> {
    let is_get = paths.paths.values().any(|path| path.get.is_some());
    let allow = if is_get { "GET" } else { "POST" };
    let refuse = async move || ([(header::ALLOW, allow)], ApiError::MethodNotAllowed);
    let router = if is_get { router.head(refuse) } else { router };
    (schemas, paths, router.fallback(refuse))
}
