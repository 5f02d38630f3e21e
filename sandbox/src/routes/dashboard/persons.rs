//! The test persons, and every scenario that can be named.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use webkyc_specimen::Picture;

use super::{super::reader::Reader, App, Frame, Section, page};
use crate::{
    scenario::Group,
    texts::{Texts, fill},
};

#[derive(Template)]
#[template(path = "dashboard/persons.html")]
struct Persons {
    frame: Frame,
}

pub(super) async fn list_persons(State(app): App, reader: Reader) -> Response {
    let frame = Frame::of(&app, reader, Section::Persons);
    page(StatusCode::OK, &Persons { frame })
}
