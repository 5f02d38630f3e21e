//! Every route, each in the file of its name. A handler extracts, awaits once or twice, and answers.

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
mod path;
mod session;
mod sign_up;
mod sign_ups;

use axum::{Router, http::header};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouter},
    routes,
};

use self::openapi::Problems;
use crate::{
    app::AppState,
    error::ApiError,
    middleware::{Listener, Stack},
    pages,
};

/// The public listener: pages, API and health checks.
pub fn router(app: AppState) -> Router {
    let (api, document) = api().split_for_parts();
    let document = openapi::Document::public(document, &app.config.public_url.url);
    let path = app.config.public_url.path.as_str();
    let mounted = match path {
        "" => Router::new().merge(api),
        path => Router::new().nest(path, api),
    };
    let router = mounted
        .merge(pages::router(&app.config))
        .merge(health::router())
        .layer(axum::Extension(document));
    stack(&app, Listener::Public).around(router).with_state(app)
}

/// The operators' listener, for the site's own servers and its operations.
pub fn operator_router(app: AppState) -> Router {
    let (router, document) = operator_api().split_for_parts();
    let document = openapi::Document::operator(document);
    let router = router.layer(axum::Extension(document));
    stack(&app, Listener::Operator)
        .around(router)
        .with_state(app)
}

fn stack(app: &AppState, listener: Listener) -> Stack {
    let (config, metrics) = (app.config.clone(), app.metrics.clone());
    Stack::new(config, metrics, listener, app.limits.body_timeout)
}

fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(only(routes!(config::get_config), &[]))
        .routes(only(routes!(sign_up::open), sign_up::PROBLEMS))
        .routes(only(routes!(begin::begin), begin::PROBLEMS))
        .routes(only(routes!(exchange::exchange), exchange::PROBLEMS))
        .routes(only(routes!(sign_up::report), sign_up::REPORT_PROBLEMS))
        .routes(only(routes!(session::get_session), session::PROBLEMS))
        .routes(only(routes!(session::logout), session::LOGOUT_PROBLEMS))
        .routes(only(routes!(details::get_details), details::PROBLEMS))
        .routes(only(routes!(export::get_export), export::PROBLEMS))
        .routes(only(routes!(openapi::get_openapi), &[]))
}

fn operator_api() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(only(routes!(operator::get_export), operator::PROBLEMS))
        .routes(only(routes!(metrics::get_metrics), metrics::PROBLEMS))
        .routes(get_and_post(
            routes!(sign_ups::list, sign_ups::create),
            sign_ups::LIST_PROBLEMS,
            sign_ups::CREATE_PROBLEMS,
        ))
        .routes(only(routes!(sign_ups::get), sign_ups::GET_PROBLEMS))
        .routes(only(routes!(sign_ups::claim), sign_ups::CLAIM_PROBLEMS))
        .routes(only(routes!(sign_ups::cancel), sign_ups::CANCEL_PROBLEMS))
        .routes(only(routes!(sign_ups::redact), sign_ups::REDACT_PROBLEMS))
        .routes(only(
            routes!(sign_ups::get_events),
            sign_ups::EVENTS_PROBLEMS,
        ))
        .routes(only(routes!(sign_ups::resend), sign_ups::RESEND_PROBLEMS))
        .routes(only(routes!(sign_ups::trigger), sign_ups::TRIGGER_PROBLEMS))
        .routes(only(routes!(openapi::get_operator_openapi), &[]))
}

/// A route with exactly its own methods and the problems declared beside its handler. axum serves
/// HEAD with GET's handler, which would fetch megabytes and throw them away.
fn only(routes: UtoipaMethodRouter<AppState>, problems: Problems) -> UtoipaMethodRouter<AppState> {
    get_and_post(routes, problems, problems)
}

/// The same for a route of one or two methods, each with its own problems.
fn get_and_post(
    (schemas, mut paths, router): UtoipaMethodRouter<AppState>,
    of_get: Problems,
    of_post: Problems,
) -> UtoipaMethodRouter<AppState> {
    openapi::declare(&mut paths, of_get, of_post);
    let is_get = paths.paths.values().any(|path| path.get.is_some());
    let is_post = paths.paths.values().any(|path| path.post.is_some());
    let allow = match (is_get, is_post) {
        (true, true) => "GET, POST",
        (true, false) => "GET",
        _ => "POST",
    };
    let refuse = async move || ([(header::ALLOW, allow)], ApiError::MethodNotAllowed);
    let router = if is_get { router.head(refuse) } else { router };
    (schemas, paths, router.fallback(refuse))
}
