//! The operators' listener: exports of any verification, for the site's own servers.

use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use secrecy::ExposeSecret;
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::export::{attachment, parse_format};
use crate::{
    AppState, authenteq::VerificationId, error::ApiError, middleware::request_log::RequestId,
};

/// Lets operators through: a key that no browser has, from something that is no browser.
pub(crate) async fn check(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_browser = ["origin", "sec-fetch-site", "cookie"]
        .iter()
        .any(|name| headers.contains_key(*name));
    if is_browser {
        return ApiError::CrossOriginRejected.into_response();
    }
    if !has_key(&app, headers) {
        return ApiError::OperatorKeyInvalid.into_response();
    }
    next.run(request).await
}

fn has_key(app: &AppState, headers: &HeaderMap) -> bool {
    let Some(operator) = &app.config.operator else {
        return false;
    };
    let mut credentials = headers.get_all(header::AUTHORIZATION).iter();
    let given = credentials.next().and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split_once(' '));
    let Some((scheme, given)) = given.filter(|_| credentials.next().is_none()) else {
        return false;
    };
    let key = operator.key.get();
    let is_key: bool = key
        .expose_secret()
        .as_bytes()
        .ct_eq(given.as_bytes())
        .into();
    scheme.eq_ignore_ascii_case("bearer") && is_key
}

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
    Path(format): Path<String>,
    parameters: Result<Query<Parameters>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, ApiError> {
    let format = parse_format(&format)?;
    let id = parameters
        .ok()
        .and_then(|Query(parameters)| VerificationId::parse(&parameters.verification_id));
    let id = id.ok_or(ApiError::BadRequest(
        "verificationId must be a UUID in lower case, and the only parameter",
    ))?;
    let export = app.operators.export(format, id).await?;
    Ok(attachment(
        format,
        export,
        (),
        app.metrics.clone(),
        request_id,
    ))
}
