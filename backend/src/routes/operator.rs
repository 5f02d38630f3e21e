//! The operators' listener: exports of any verification, for the site's own servers.

use axum::{
    Extension,
    extract::{Query, State},
    response::Response,
};
use serde::Deserialize;
use webkyc_shared::problem::ErrorCode;

use super::{
    export::{attachment, parse_format},
    openapi,
    path::Segment,
};
use crate::{
    app::AppState, authenteq::VerificationId, error::ApiError, middleware::request_log::RequestId,
};

/// See [`openapi::Problems`]. The key of a site finds nothing here.
pub(super) const PROBLEMS: openapi::Problems = &[
    openapi::CALLING,
    openapi::EXPORTING,
    &[ErrorCode::BadRequest, ErrorCode::NotFound],
];

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Parameters {
    /// A UUID in lower case, as in the details' `id`.
    verification_id: String,
}

/// Any verification of the account as a file.
#[utoipa::path(
    get,
    path = "/export/{format}",
    params(("format" = String, Path, description = "`json`, `multipart` or `pdf`"), Parameters),
    responses((status = 200, content(
        (Object = "application/json"),
        (Vec<u8> = "multipart/form-data"),
        (Vec<u8> = "application/pdf"),
    ))),
)]
pub(crate) async fn get_export(
    State(app): State<AppState>,
    Extension(request_id): Extension<RequestId>,
    Segment(format): Segment,
    parameters: Result<Query<Parameters>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ApiError> {
    let format = parse_format(&format)?;
    let id = parameters
        .ok()
        .and_then(|Query(parameters)| VerificationId::parse(&parameters.verification_id));
    let id = id.ok_or(ApiError::BadRequest(
        "verificationId must be a UUID in lower case, and the only parameter".into(),
    ))?;
    let export = app.operators.export(format, id, None).await?;
    Ok(attachment(
        format,
        export,
        (),
        app.metrics.clone(),
        request_id,
    ))
}
