//! The built pages. `/` and `/start` are one document, which reads from its address which page to
//! show.

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use tower::ServiceExt;
use tower_http::services::{
    ServeDir,
    fs::{Backend, DefaultServeDirFallback},
};

use crate::{
    app::AppState,
    assets::{Assets, PAGES},
    config::Config,
    error::ApiError,
};

pub(crate) fn router(config: &Config) -> Router<AppState> {
    let path = &config.public_url.path;
    let mut router = Router::new().route(&format!("{path}/{{file}}"), get(get_asset));
    for (page, file) in PAGES {
        let get_page = get(async move |State(app): State<AppState>, request: Request| {
            serve(&app, file, request).await
        });
        router = router.route(&format!("{path}{page}"), get_page);
    }
    if !path.is_empty() {
        let home = format!("{path}/");
        router = router.route(path, get(async move || Redirect::to(&home)));
    }
    router
}

async fn get_asset(
    State(app): State<AppState>,
    Path(file): Path<String>,
    request: Request,
) -> Response {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b".-_".contains(&b);
    if file.starts_with('.') || !file.bytes().all(is_plain) || file.ends_with(".html") {
        return ApiError::NotFound.into_response();
    }
    let mut response = serve(&app, &file, request).await;
    let status = response.status();
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        let caching = if is_hashed(&file) {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    }
    response
}

/// Lets tower-http find the file, its type and its brotli twin, and check the browser's cached
/// copy.
async fn serve(app: &AppState, file: &str, mut request: Request) -> Response {
    let Ok(uri) = format!("/{file}").parse::<Uri>() else {
        return ApiError::NotFound.into_response();
    };
    *request.uri_mut() = uri;
    match &app.config.assets {
        Assets::Folder(folder) => answer(ServeDir::new(folder), request).await,
        Assets::Inside(files) => answer(ServeDir::with_backend("", files.clone()), request).await,
    }
}

async fn answer<B: Backend>(
    files: ServeDir<DefaultServeDirFallback, B>,
    request: Request,
) -> Response {
    let files = files
        .append_index_html_on_directories(false)
        .precompressed_br();
    match files.oneshot(request).await {
        Ok(response) if response.status() == StatusCode::NOT_FOUND => {
            ApiError::NotFound.into_response()
        }
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    }
}

/// Whether Trunk named this file by its content: `portal-0123456789abcdef.js`, `…_bg.wasm`. The
/// hash is a number without leading zeros.
fn is_hashed(file: &str) -> bool {
    let stem = file.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit('-').next().unwrap_or_default();
    (8..=16).contains(&hash.len()) && hash.bytes().all(|b| b.is_ascii_hexdigit())
}
