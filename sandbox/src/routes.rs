//! The addresses a sandbox answers at. Authenteq's own stand first, the sandbox's under
//! `/_sandbox/`.

mod assets;
mod authorize;
mod control;
mod credentials;
mod details;
mod export;
mod identification;
mod pages;
mod prepared;
mod refusal;
mod token;
mod verify;
mod web_idv;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CACHE_CONTROL, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::app_state::AppState;

/// The largest form anybody has a reason to send.
const LARGEST_BODY: usize = 64 * 1024;

pub(crate) fn router(app: Arc<AppState>) -> Router {
    Router::new()
        .route("/authorize", get(authorize::authorize))
        .route("/oauth", get(authorize::authorize))
        .route("/v2/web-kyc/token", post(token::exchange_code))
        .route("/v2/web-kyc/details", get(details::show_details))
        .route(
            "/export/verification-result-as-json",
            get(export::export_json),
        )
        .route(
            "/export/verification-result-as-multipart",
            get(export::export_multipart),
        )
        .route(
            "/export/verification-result-as-pdf",
            get(export::export_pdf),
        )
        .route(
            "/web-idv/verification-url",
            get(web_idv::create_verification_url),
        )
        .route(
            "/web-idv/verification-result",
            get(web_idv::take_verification_result),
        )
        .route("/verify", get(verify::open_verification))
        .route(
            "/identification/{attempt}",
            get(identification::show_current_step),
        )
        .route(
            "/identification/{attempt}/cancel",
            post(identification::cancel),
        )
        .route(
            "/identification/{attempt}/{step}",
            get(identification::show_step).post(identification::complete_step),
        )
        .route("/", get(pages::show_home))
        .route("/_sandbox/api/health", get(control::health))
        .route(
            "/_sandbox/api/verifications",
            get(control::list_verifications),
        )
        .route("/_sandbox/api/requests", get(control::list_requests))
        .route("/_sandbox/api/clock", post(control::advance_clock))
        .route("/_sandbox/assets/{file}", get(assets::show_asset))
        .route(
            "/_sandbox/images/{person}/{picture}",
            get(assets::show_picture),
        )
        .route("/_sandbox/logo/{client}", get(assets::show_logo))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(Arc::clone(&app), accompany))
        .with_state(app)
}

/// Writes the request down where it is Authenteq's business, and gives every answer the headers
/// that all of them have.
async fn accompany(State(app): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let own = path == "/" || path.starts_with("/_sandbox/") || path.starts_with("/identification/");
    let ticket = (!own).then(|| {
        app.requests
            .received(request.method(), path, app.clock.now())
    });

    let mut response = next.run(request).await;

    if let Some(ticket) = ticket {
        app.requests.answered(ticket, response.status());
    }
    let headers = response.headers_mut();
    for (name, value) in [
        (HeaderName::from_static("x-sandbox"), "1"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Addresses of pages name an attempt, which is nobody else's business.
        (REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn not_found(uri: Uri) -> Response {
    if is_for_programs(&uri) {
        return refusal::Refusal::NotFound.into_response();
    }
    pages::problem(
        StatusCode::NOT_FOUND,
        "There is no such page",
        "The sandbox serves nothing at this address.",
        "Its start page lists what it serves.",
    )
}

async fn method_not_allowed(method: Method, uri: Uri) -> Response {
    if is_for_programs(&uri) {
        return refusal::Refusal::MethodNotAllowed.into_response();
    }
    pages::problem(
        StatusCode::METHOD_NOT_ALLOWED,
        "This page does not work that way",
        &format!("The address is there, but not for a {method} request."),
        "Begin again on the site that sent you here.",
    )
}

fn is_for_programs(uri: &Uri) -> bool {
    ["/v2/", "/export/", "/web-idv/", "/_sandbox/api/"]
        .iter()
        .any(|prefix| uri.path().starts_with(prefix))
}
