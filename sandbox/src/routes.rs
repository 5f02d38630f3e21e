//! The addresses a sandbox answers at. Authenteq's own stand first, the sandbox's under
//! `/_sandbox/`.

mod assets;
mod authorize;
mod control;
mod credentials;
mod dashboard;
mod details;
mod export;
mod failure;
mod identification;
mod liveness;
mod own;
mod owner;
mod pages;
mod parameters;
mod pictures;
mod prepared;
mod reader;
mod redirects;
mod refusal;
mod token;
mod tunnel;
mod verdict;
mod verify;
mod web_idv;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
        header::{ACCEPT, ALLOW, CACHE_CONTROL, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use reader::Reader;
use refusal::{Refusal, TextMember};
use tower_http::compression::CompressionLayer;

use crate::{
    app_state::AppState,
    clock::later,
    diagnosis,
    journal::{Answer, Call, Notes},
    texts::fill,
    vendor,
};

/// The largest form that is taken.
const LARGEST_BODY: usize = 64 * 1024;

pub(crate) fn router(app: Arc<AppState>) -> Router {
    let pages = identification::router()
        .merge(pictures::router())
        .merge(liveness::router())
        .merge(failure::router());
    let shown = Router::new()
        .merge(owner::only_for_owner(pages, &app))
        .merge(dashboard::router())
        .route("/_sandbox/assets/{file}", get(assets::show_asset))
        // What a phone loads: fonts, styles and pages. What Authenteq answers stays as Authenteq sends it.
        .layer(CompressionLayer::new());
    let served = Router::new()
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
        .merge(shown)
        .merge(control::router())
        .route(
            "/_sandbox/images/{person}/{picture}",
            get(assets::show_picture),
        )
        .route("/_sandbox/thumbnails/{person}", get(assets::show_thumbnail))
        .route("/_sandbox/logo/{client}", get(assets::show_logo))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(Arc::clone(&app));
    // Around the whole: a router says `Allow` outside of its own layers.
    Router::new()
        .fallback_service(served)
        .layer(from_fn_with_state(app, accompany))
}

/// Ends tunnels here, adds calls to Authenteq's paths to the journal, refuses strangers on the
/// sandbox's own paths, and sets the headers of every answer.
async fn accompany(State(app): State<Arc<AppState>>, mut request: Request, next: Next) -> Response {
    let mut response = if let Some(answer) = tunnel::answer(&app, &mut request) {
        answer
    } else if let Some(refusal) = own::refuse_names(&app, &request) {
        refusal
    } else if own::is_own(request.uri()) {
        match own::refuse_strangers(&app, &request) {
            Some(refusal) => refusal,
            None => next.run(request).await,
        }
    } else {
        answer_and_record(&app, request, next).await
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (HeaderName::from_static("x-sandbox"), "1"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Addresses of pages name a sign-up, which is no other site's business. Without a referrer
        // for its own, a browser would call their forms a stranger's.
        (REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Here a HEAD would have the effects of a GET: begin a sign-up, or take a code.
const NOT_FOR_HEAD: [&str; 5] = [
    "/authorize",
    "/oauth",
    "/verify",
    "/web-idv/verification-url",
    "/web-idv/verification-result",
];

async fn answer_and_record(app: &AppState, mut request: Request, next: Next) -> Response {
    let came = app.clock.now();
    let ticket = app.journal.received(Call::of(&request), came);
    let notes = Notes::on(Arc::clone(&app.journal), ticket);
    request.extensions_mut().insert(notes.clone());

    let acts = request.method() == Method::HEAD && NOT_FOR_HEAD.contains(&request.uri().path());
    let method = request.method().clone();
    let only_get = NOT_FOR_HEAD.contains(&request.uri().path());
    let mut response = if acts {
        Refusal::MethodNotAllowed.into_response()
    } else {
        next.run(request).await
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let headers = response.headers_mut();
        if only_get {
            headers.insert(ALLOW, HeaderValue::from_static("GET"));
        }
        if let Some(allowed) = headers.get(ALLOW).and_then(|value| value.to_str().ok()) {
            notes.failure_unless_known(&diagnosis::of_method(method.as_str(), allowed));
        }
    }

    let refusal = response.extensions().get::<Refusal>().copied();
    if let Some(refusal) = refusal {
        notes.failure_unless_known(&refusal.text());
    }
    if let Some(refusal) = refusal.filter(|_| app.dialect.both_error_texts) {
        response = refusal.with_text_in(TextMember::Both);
    }
    let (answer, response) = Answer::of(response).await;
    if let Some(client) = notes.read().client_id.and_then(|id| app.client(&id)) {
        notes.secret(client.secret.expose());
    }
    let noted = notes.read();
    // By the client's own clock, so that its journal has one order of time.
    let at = noted.client_id.as_ref().map_or(came, |id| {
        let ahead = app.clock.now_of(id).duration_since(app.clock.now());
        later(came, ahead)
    });
    app.journal.answered(ticket, answer, noted, at);
    response
}

async fn not_found(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if vendor::is_unplayed(uri.path()) {
        return Refusal::NotPlayed.into_response();
    }
    if is_for_programs(&uri) || !is_browsers(&headers) {
        return Refusal::NotFound.into_response();
    }
    let texts = reader.texts();
    let words = texts.dashboard.errors.no_page;
    pages::problem(&app, texts, StatusCode::NOT_FOUND, words)
}

async fn method_not_allowed(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    method: Method,
    uri: Uri,
) -> Response {
    if is_for_programs(&uri) {
        return Refusal::MethodNotAllowed.into_response();
    }
    let texts = reader.texts();
    let [title, reason, advice] = texts.dashboard.errors.other_method;
    let reason = fill(reason, method.as_str());
    let words = [title, &reason, advice];
    pages::problem(&app, texts, StatusCode::METHOD_NOT_ALLOWED, words)
}

/// Browsers name the kind of page that they show; programs take anything, or JSON.
fn is_browsers(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(ACCEPT).iter();
    kinds.any(|kinds| {
        kinds
            .to_str()
            .is_ok_and(|kinds| kinds.contains("text/html"))
    })
}

fn is_for_programs(uri: &Uri) -> bool {
    ["/v2/", "/export/", "/web-idv/", "/_sandbox/api/"]
        .iter()
        .any(|prefix| uri.path().starts_with(prefix))
}
