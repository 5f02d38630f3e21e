//! The test persons, and every scenario that can be named.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use webkyc_specimen::Picture;

use super::{App, Frame, Section, page};
use crate::scenario::Group;

#[derive(Template)]
#[template(path = "dashboard/persons.html")]
struct Persons {
    frame: Frame,
}

pub(super) async fn list_persons(State(app): App) -> Response {
    let frame = Frame::of(&app, Section::Persons);
    page(StatusCode::OK, &Persons { frame })
}
