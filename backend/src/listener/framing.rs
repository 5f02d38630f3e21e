//! Rejects requests that two servers in a row could read differently.
//!
//! hyper rejects most of them, and closes the connection after a request with both
//! `Transfer-Encoding` and `Content-Length` (RFC 9112, section 6.1). The others, which no browser
//! sends, are rejected here, before any route.

use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use hyper::body::Body;

/// The error response for a request that must not be served.
pub(super) fn refusal(request: &Request<impl Body>) -> Option<StatusCode> {
    let reads_only = matches!(*request.method(), Method::GET | Method::HEAD);
    let has_body = !request.body().is_end_stream();
    if (reads_only && has_body) || !is_plain(request.headers()) {
        return Some(StatusCode::BAD_REQUEST);
    }
    None
}

/// Rejects any `Transfer-Encoding` but a single `chunked`; hyper checks only the end of the list.
fn is_plain(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (encodings.next(), encodings.next()) {
        (None, _) => true,
        (Some(encoding), None) => encoding.as_bytes().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    }
}
