//! The picture in a request's body.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use tokio::time::timeout;

use super::problem::Problem;

/// How long a picture may take to arrive.
const LONGEST: Duration = Duration::from_secs(10);

/// Reads as much as the limit of the route allows.
pub(super) async fn read(request: Request, too_large: Problem) -> Result<Bytes, Problem> {
    let body = timeout(LONGEST, Bytes::from_request(request, &())).await;
    let body = body.map_err(|_| Problem::SlowBody)?;
    body.map_err(|rejection| match rejection.status().as_u16() {
        413 => too_large,
        _ => Problem::BadRequest,
    })
}
