//! The page for programmers: addresses, and the sandbox's functions for tests.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    super::{own::Address, reader::Reader},
    App, Frame, Section, page,
};
use crate::texts::{Texts, fill};

#[derive(Template)]
#[template(path = "dashboard/programs.html")]
struct Programs<'a> {
    frame: Frame,
    url: &'a str,
    speaks_tls: bool,
}

pub(super) async fn show_programs(
    State(app): App,
    reader: Reader,
    Address(url): Address,
) -> Response {
    let frame = Frame::of(&app, reader, Section::Programs);
    let programs = Programs {
        frame,
        url: &url,
        speaks_tls: app.tunnels.is_some(),
    };
    page(StatusCode::OK, &programs)
}
