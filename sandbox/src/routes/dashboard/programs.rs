//! The page for programmers: addresses, and the sandbox's functions for tests.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{App, Frame, Section, page};

#[derive(Template)]
#[template(path = "dashboard/programs.html")]
struct Programs<'a> {
    frame: Frame,
    url: &'a str,
}

pub(super) async fn show_programs(State(app): App) -> Response {
    let frame = Frame::of(&app, Section::Programs);
    let url = &app.url;
    page(StatusCode::OK, &Programs { frame, url })
}
