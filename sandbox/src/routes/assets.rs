//! The files that pages load: style, fonts, pictures of the test persons, logos.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use webkyc_specimen::{self as specimen, Picture, persona::Persona};

use crate::{app_state::AppState, pictures};

/// Nothing of it changes while the program runs, but a rebuilt program has new ones.
const FRESH: &str = "public, max-age=60";
/// An SVG opened by itself is a document; this one may not do anything.
pub(super) const INERT: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

const DEMO_LOGO: &[u8] = include_bytes!("../../assets/demo-logo.svg");

pub(crate) async fn show_asset(Path(file): Path<String>) -> Response {
    let (media_type, content): (_, &'static [u8]) = match file.as_str() {
        "style.css" => (
            "text/css; charset=utf-8",
            include_bytes!("../../assets/style.css"),
        ),
        "capture.css" => (
            "text/css; charset=utf-8",
            include_bytes!("../../assets/capture.css"),
        ),
        "capture.js" => (
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/capture.js"),
        ),
        "camera.js" => (
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/camera.js"),
        ),
        "challenge.js" => (
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/challenge.js"),
        ),
        "file_check.js" => (
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/file_check.js"),
        ),
        "hints.js" => (
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/hints.js"),
        ),
        "dashboard.css" => (
            "text/css; charset=utf-8",
            include_bytes!("../../assets/dashboard.css"),
        ),
        "dashboard.js" => (
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/dashboard.js"),
        ),
        "icon.svg" => ("image/svg+xml", include_bytes!("../../assets/icon.svg")),
        "roboto-regular.ttf" => ("font/ttf", specimen::ROBOTO_REGULAR),
        "roboto-bold.ttf" => ("font/ttf", specimen::ROBOTO_BOLD),
        "noto-arabic-names.ttf" => ("font/ttf", specimen::NOTO_ARABIC),
        "noto-chinese-names.ttf" => ("font/ttf", specimen::NOTO_CHINESE),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    file_response(media_type, content)
}

pub(crate) async fn show_picture(Path((person, picture)): Path<(String, String)>) -> Response {
    let found = Persona::by_key(&person).and_then(|person| {
        let name = picture.strip_suffix(".jpeg")?;
        let picture = Picture::all_of(person).find(|picture| picture.name() == name)?;
        Some((person, picture))
    });
    let Some((person, picture)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let jpeg = pictures::drawing(move || specimen::jpeg(person, picture)).await;
    file_response("image/jpeg", jpeg)
}

/// The portrait on the first document, small enough for a list.
pub(crate) async fn show_thumbnail(Path(file): Path<String>) -> Response {
    let person = file.strip_suffix(".jpeg").and_then(Persona::by_key);
    let Some(person) = person else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let jpeg = pictures::drawing(move || specimen::thumbnail(person)).await;
    file_response("image/jpeg", jpeg)
}

pub(crate) async fn show_logo(
    State(app): State<Arc<AppState>>,
    Path(client): Path<String>,
) -> Response {
    let Some(client) = app.client(&client) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match &client.logo {
        Some(logo) => file_response(logo.media_type, logo.content.to_vec()),
        None => file_response("image/svg+xml", DEMO_LOGO),
    }
}

fn file_response(media_type: &'static str, content: impl IntoResponse) -> Response {
    let headers = [
        (CONTENT_TYPE, media_type),
        (CACHE_CONTROL, FRESH),
        (CONTENT_SECURITY_POLICY, INERT),
    ];
    (headers, content).into_response()
}
