//! The picture in a request's body.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::problem::Problem;
use crate::picture::MOST_BYTES;

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

/// Reads the rest of a request that is refused, and keeps nothing of it: a connection that ends with unread bytes loses
/// its answer.
pub(super) async fn refuse(request: Request, problem: Problem) -> Problem {
    let mut body = request.into_body();
    let mut left = MOST_BYTES;
    let _ = timeout(LONGEST, async {
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            let Some(less) = left.checked_sub(length) else {
                break;
            };
            left = less;
        }
    })
    .await;
    problem
}
