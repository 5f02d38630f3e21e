//! The test persons, and every scenario that can be named.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::{App, Frame, Section, page};
use crate::scenario::Group;
use crate::specimen::Picture;

#[derive(Template)]
#[template(path = "dashboard/persons.html")]
struct Persons {
    frame: Frame,
}

pub(super) async fn list_persons(State(app): App) -> Response {
    let frame = Frame::of(&app, Section::Persons);
    page(StatusCode::OK, &Persons { frame })
}
