//! `GET /api/export/json`, `/multipart`, `/pdf`

use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use tracing::warn;
use webkyc_shared::problem::ErrorCode;

use super::{openapi, path::Segment, session::current};
use crate::{
    app::AppState,
    authenteq::{Format, RunningExport},
    error::ApiError,
    metrics::Metrics,
    middleware::{client_ip::ClientIp, request_log::RequestId},
    session::{cookies::Cookies, refusal::Refusal},
};

/// See [`openapi::Problems`].
pub(super) const PROBLEMS: openapi::Problems = &[
    openapi::SESSION,
    openapi::CALLING,
    openapi::EXPORTING,
    &[
        ErrorCode::RateLimited,
        ErrorCode::NotFound,
        ErrorCode::ExportNotReady,
        ErrorCode::ExportUnavailable,
    ],
];

/// The verification of this session as a file. Which one that is stands in the sealed cookies:
/// no parameter of the request is looked at.
#[utoipa::path(
    get,
    path = "/api/export/{format}",
    params(("format" = String, Path, description = "`json`, `multipart` or `pdf`")),
    responses((status = 200, content(
        (Object = "application/json"),
        (Vec<u8> = "multipart/form-data"),
        (Vec<u8> = "application/pdf"),
    ))),
)]
pub(crate) async fn get_export(
    State(app): State<AppState>,
    Extension(request_id): Extension<RequestId>,
    client: ClientIp,
    cookies: Cookies,
    headers: HeaderMap,
    Segment(format): Segment,
) -> Result<Response, Refusal> {
    let format = parse_format(&format)?;
    let session = current(&app, &cookies, &headers)?;
    let verification = cookies.verification(&session)?;
    app.rate_limits.export(&session.id, client)?;
    let wait = app.limits.authenteq.wait;
    let of_session = app.per_holder.exports.take(session.id.clone(), wait).await;
    let of_session = of_session.ok_or(ApiError::RateLimited { retry_after: 1 })?;
    let visitor = Some(client.address());
    let export = app.authenteq.export(format, verification, visitor).await;
    let export = export.map_err(ApiError::from)?;
    Ok(attachment(
        format,
        export,
        of_session,
        app.metrics.clone(),
        request_id,
    ))
}

pub(super) fn parse_format(name: &str) -> Result<Format, ApiError> {
    let format = Format::ALL.into_iter().find(|format| format.name() == name);
    format.ok_or(ApiError::NotFound)
}

/// A file to download, never to display, so its content cannot run anywhere. The permits are
/// released after the last byte has been sent.
pub(super) fn attachment(
    format: Format,
    RunningExport { export, place }: RunningExport,
    other_place: impl Send + 'static,
    metrics: Metrics,
    RequestId(request_id): RequestId,
) -> Response {
    let content_type = HeaderValue::from_str(&export.content_type);
    let content_type = content_type.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let disposition = format!("attachment; filename=\"{}\"", format.file_name());
    let length = export.length;
    let stream = export.into_stream().inspect(move |piece| {
        let _until_the_end = (&place, &other_place);
        if let Err(error) = piece {
            metrics.export_aborted();
            warn!(request_id, cause = error.to_string(), "export aborted");
        }
    });
    let headers = [(header::CONTENT_DISPOSITION, disposition)];
    let mut response = (headers, Body::from_stream(stream)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type);
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}
