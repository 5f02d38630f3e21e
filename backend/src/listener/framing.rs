//! Requests that two servers in a row could read as two different ones.
//!
//! hyper refuses most of them, and closes the connection after a request with both
//! `Transfer-Encoding` and `Content-Length` (RFC 9112, section 6.1). What it lets through and no
//! browser sends is refused here, before any route.

use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use hyper::body::Body;

/// What to answer instead of serving this request, if it must not be served.
pub(super) fn refusal(request: &Request<impl Body>) -> Option<StatusCode> {
    let reads_only = matches!(*request.method(), Method::GET | Method::HEAD);
    let has_body = !request.body().is_end_stream();
    if (reads_only && has_body) || !is_plain(request.headers()) {
        return Some(StatusCode::BAD_REQUEST);
    }
    None
}

/// No `Transfer-Encoding` other than one `chunked`; hyper looks only at the end of the list.
fn is_plain(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (encodings.next(), encodings.next()) {
        (None, _) => true,
        (Some(encoding), None) => encoding.as_bytes().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    }
}
