//! `/sign-ups` and `/events` on the second listener, for the servers of sites.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};
use webkyc_shared::problem::ErrorCode;

use super::{json_body, openapi, path::Segment};
use crate::{
    app::AppState,
    error::ApiError,
    middleware::operator_auth::Caller,
    sign_ups::{
        CreateSignUp, CreatedSignUp, EventPage, ListSignUps, SignUpPage, SignUpView, TriggerEvent,
    },
};

/// The longest wait of a long poll for a sign-up, and of one for events, in seconds.
const SIGN_UP_WAIT: u64 = 20;
const EVENTS_WAIT: u64 = 30;
/// Maximum length of an idempotency key.
const KEY_LIMIT: usize = 255;

/// The problems of every route that needs the store: without `[store]` there is none.
const STORED: &[ErrorCode] = &[ErrorCode::NotFound, ErrorCode::StoreUnavailable];

/// See [`openapi::Problems`].
pub(super) const LIST_PROBLEMS: openapi::Problems =
    &[STORED, &[ErrorCode::BadRequest, ErrorCode::UnknownSite]];

/// See [`openapi::Problems`].
pub(super) const CREATE_PROBLEMS: openapi::Problems = &[
    STORED,
    openapi::BODY,
    &[
        ErrorCode::UnsupportedMediaType,
        ErrorCode::UnknownSite,
        ErrorCode::UnknownReturn,
        ErrorCode::IdempotencyKeyReused,
    ],
];

/// See [`openapi::Problems`].
pub(super) const GET_PROBLEMS: openapi::Problems = &[
    STORED,
    &[
        ErrorCode::BadRequest,
        ErrorCode::SignUpNotFound,
        ErrorCode::TooManyPolls,
    ],
];

/// See [`openapi::Problems`].
pub(super) const CLAIM_PROBLEMS: openapi::Problems = &[
    STORED,
    openapi::BODY,
    &[
        ErrorCode::UnsupportedMediaType,
        ErrorCode::SignUpNotFound,
        ErrorCode::SignUpCodeInvalid,
    ],
];

/// See [`openapi::Problems`].
pub(super) const CANCEL_PROBLEMS: openapi::Problems = &[
    STORED,
    openapi::BODY,
    &[ErrorCode::SignUpNotFound, ErrorCode::SignUpEnded],
];

/// See [`openapi::Problems`].
pub(super) const REDACT_PROBLEMS: openapi::Problems = &[
    STORED,
    openapi::BODY,
    &[ErrorCode::SignUpNotFound, ErrorCode::SignUpNotEnded],
];

/// See [`openapi::Problems`].
pub(super) const EVENTS_PROBLEMS: openapi::Problems = &[
    STORED,
    &[
        ErrorCode::BadRequest,
        ErrorCode::CursorExpired,
        ErrorCode::TooManyPolls,
    ],
];

/// Creates a sign-up: send the visitor to its `url`.
#[utoipa::path(
    post,
    path = "/sign-ups",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters: the same key and body get the same answer for 24 hours")),
    request_body = CreateSignUp,
    responses((status = 201, body = CreatedSignUp)),
)]
pub(crate) async fn create(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    json_body::Json(request): json_body::Json<CreateSignUp>,
) -> Result<(StatusCode, Json<CreatedSignUp>), ApiError> {
    let sign_ups = app.sign_ups()?;
    let key = idempotency_key(&headers)?;
    let created = sign_ups.create(caller.scope(), request, key).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let Some(key) = keys.next() else {
        return Ok(None);
    };
    let is_visible = |key: &&str| {
        (1..=KEY_LIMIT).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
    };
    let key = key.to_str().ok().filter(is_visible);
    match (key, keys.next()) {
        (Some(key), None) => Ok(Some(key)),
        _ => Err(ApiError::BadRequest(
            "Idempotency-Key must come once, with 1 to 255 visible ASCII characters".into(),
        )),
    }
}

/// The site's sign-ups, newest first.
#[utoipa::path(get, path = "/sign-ups", params(ListSignUps), responses((status = 200, body = SignUpPage)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    query: Result<Query<ListSignUps>, QueryRejection>,
) -> Result<Json<SignUpPage>, ApiError> {
    let sign_ups = app.sign_ups()?;
    let query = parameters(
        query,
        "reference, site, status, after and limit are the parameters; a status is created, \
         started, returned, verified, failed, expired or canceled",
    )?;
    Ok(Json(sign_ups.list(caller.scope(), query).await?))
}

/// How long to wait.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WaitQuery {
    /// Up to how many seconds to wait for the result: 0 to 20; 0 by default.
    #[serde(default)]
    wait: u64,
}

/// A sign-up. Changes nothing.
#[utoipa::path(get, path = "/sign-ups/{id}", params(("id" = String, Path), WaitQuery), responses((status = 200, body = SignUpView)))]
pub(crate) async fn get(
    State(app): State<AppState>,
    caller: Caller,
    Segment(id): Segment,
    query: Result<Query<WaitQuery>, QueryRejection>,
) -> Result<Json<SignUpView>, ApiError> {
    let sign_ups = app.sign_ups()?;
    let WaitQuery { wait } = parameters(query, "wait is the only parameter, in seconds")?;
    let wait = bounded(wait, SIGN_UP_WAIT, "wait must be 0 to 20 seconds")?;
    Ok(Json(sign_ups.get(caller.scope(), &id, wait).await?))
}

/// `POST /sign-ups/{id}/claim`
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimSignUp {
    /// The `sign_up_code` that the visitor came back with.
    code: String,
}

/// Takes the code that came back with the visitor, once: only then a sign-up of a site with
/// `release = "on-return"` gets its result.
#[utoipa::path(post, path = "/sign-ups/{id}/claim", params(("id" = String, Path)), request_body = ClaimSignUp, responses((status = 200, body = SignUpView)))]
pub(crate) async fn claim(
    State(app): State<AppState>,
    caller: Caller,
    Segment(id): Segment,
    json_body::Json(request): json_body::Json<ClaimSignUp>,
) -> Result<Json<SignUpView>, ApiError> {
    let sign_ups = app.sign_ups()?;
    let claimed = sign_ups.claim(caller.scope(), &id, &request.code).await?;
    Ok(Json(claimed))
}

/// Ends a sign-up whose visitor has not come back.
#[utoipa::path(post, path = "/sign-ups/{id}/cancel", params(("id" = String, Path)), responses((status = 200, body = SignUpView)))]
pub(crate) async fn cancel(
    State(app): State<AppState>,
    caller: Caller,
    Segment(id): Segment,
) -> Result<Json<SignUpView>, ApiError> {
    let sign_ups = app.sign_ups()?;
    Ok(Json(sign_ups.cancel(caller.scope(), &id).await?))
}

/// Deletes all that is personal of a sign-up; its status and times stay.
#[utoipa::path(post, path = "/sign-ups/{id}/redact", params(("id" = String, Path)), responses((status = 200, body = SignUpView)))]
pub(crate) async fn redact(
    State(app): State<AppState>,
    caller: Caller,
    Segment(id): Segment,
) -> Result<Json<SignUpView>, ApiError> {
    let sign_ups = app.sign_ups()?;
    Ok(Json(sign_ups.redact(caller.scope(), &id).await?))
}

/// Which events to read.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// `cursor` of the page before; without it from the oldest event kept.
    after: Option<String>,
    /// Up to how many seconds to wait for the first event: 0 to 30; 0 by default.
    #[serde(default)]
    wait: u64,
}

/// The events of the site's sign-ups, in order.
#[utoipa::path(get, path = "/events", params(EventsQuery), responses((status = 200, body = EventPage)))]
pub(crate) async fn get_events(
    State(app): State<AppState>,
    caller: Caller,
    query: Result<Query<EventsQuery>, QueryRejection>,
) -> Result<Json<EventPage>, ApiError> {
    let sign_ups = app.sign_ups()?;
    let EventsQuery { after, wait } = parameters(query, "after and wait are the parameters")?;
    let wait = bounded(wait, EVENTS_WAIT, "wait must be 0 to 30 seconds")?;
    let events = sign_ups
        .events(caller.scope(), after.as_deref(), wait)
        .await?;
    Ok(Json(events))
}

/// See [`openapi::Problems`].
pub(super) const TRIGGER_PROBLEMS: openapi::Problems = &[
    STORED,
    openapi::BODY,
    &[ErrorCode::UnsupportedMediaType, ErrorCode::UnknownSite],
];

/// Plays a sign-up of an invented person that ends with an event; only where `live = false`.
#[utoipa::path(post, path = "/events/trigger", request_body = TriggerEvent, responses((status = 201, body = SignUpView)))]
pub(crate) async fn trigger(
    State(app): State<AppState>,
    caller: Caller,
    json_body::Json(request): json_body::Json<TriggerEvent>,
) -> Result<(StatusCode, Json<SignUpView>), ApiError> {
    let sign_ups = app.sign_ups()?;
    let played = sign_ups.trigger(caller.scope(), request).await?;
    Ok((StatusCode::CREATED, Json(played)))
}

/// See [`openapi::Problems`].
pub(super) const RESEND_PROBLEMS: openapi::Problems = &[
    STORED,
    openapi::BODY,
    &[ErrorCode::EventNotFound, ErrorCode::NoWebhook],
];

/// Sends an event to the site's webhook once more, from the beginning.
#[utoipa::path(post, path = "/events/{id}/resend", params(("id" = String, Path)), responses((status = 202)))]
pub(crate) async fn resend(
    State(app): State<AppState>,
    caller: Caller,
    Segment(id): Segment,
) -> Result<StatusCode, ApiError> {
    app.sign_ups()?.resend(caller.scope(), &id).await?;
    Ok(StatusCode::ACCEPTED)
}

fn parameters<T: DeserializeOwned>(
    query: Result<Query<T>, QueryRejection>,
    problem: &'static str,
) -> Result<T, ApiError> {
    let Query(parameters) = query.map_err(|_| ApiError::BadRequest(problem.into()))?;
    Ok(parameters)
}

fn bounded(wait: u64, limit: u64, problem: &'static str) -> Result<u64, ApiError> {
    if wait > limit {
        return Err(ApiError::BadRequest(problem.into()));
    }
    Ok(wait)
}
