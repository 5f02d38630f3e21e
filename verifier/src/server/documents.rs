//! `POST /documents`.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, Request, State},
    response::{IntoResponse, Response},
};
use jiff::Zoned;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use webkyc_reading::Side;

use super::{
    App, body,
    problem::{Problem, ProblemBody},
};
use crate::{
    deadline::Deadline,
    document::{LONGEST_READING, Look},
};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Expectation {
    /// `expected`: this side has a machine-readable zone, so a picture that does not show it is refused.
    zone: Option<Expected>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum Expected {
    Expected,
}

/// Reads one side of a document: the body is the picture as it came from the camera, JPEG or PNG.
#[utoipa::path(
    post,
    path = "/documents",
    params(Expectation),
    request_body(content = Vec<u8>, content_type = "image/jpeg"),
    responses(
        (status = 200, body = Side),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn read_document(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    let expectation = Query::<Expectation>::try_from_uri(request.uri());
    let Ok(Query(expectation)) = expectation else {
        return Err(body::refuse(request, Problem::BadRequest).await);
    };
    let place = match app.pictures.enter() {
        Ok(place) => place,
        Err(problem) => return Err(body::refuse(request, problem).await),
    };
    let bytes = body::read(request, Problem::PictureTooLarge).await?;
    let verifier = Arc::clone(&app.verifier);
    let expects_zone = matches!(expectation.zone, Some(Expected::Expected));
    let side = place.run(move || {
        let look = Look {
            today: Zoned::now().date(),
            expects_zone,
            deadline: Deadline::after(LONGEST_READING),
        };
        verifier.read_side(&bytes, look)
    });
    Ok(Json(side.await??).into_response())
}
