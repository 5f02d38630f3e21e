//! What programs need to know: addresses, and what the sandbox does for tests.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{super::own::Address, App, Frame, Section, page};

#[derive(Template)]
#[template(path = "dashboard/programs.html")]
struct Programs<'a> {
    frame: Frame,
    url: &'a str,
}

pub(super) async fn show_programs(State(app): App, Address(url): Address) -> Response {
    let frame = Frame::of(&app, Section::Programs);
    page(StatusCode::OK, &Programs { frame, url: &url })
}
