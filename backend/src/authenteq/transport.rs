//! Failures below HTTP: the errors of calls without a complete answer.

use std::{error, io, sync::Arc};

use super::{Call, Error, Step};

/// Whether the connection was lost, as opposed to a timeout, a rejected certificate or a malformed
/// answer.
pub(super) fn is_lost_connection(error: &reqwest::Error) -> bool {
    let is_connect = error.is_connect() && !is_caused_by::<rustls::Error>(error, |_| true);
    let is_closed = is_caused_by(error, hyper::Error::is_incomplete_message)
        || is_caused_by(error, |error: &io::Error| {
            use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
            [BrokenPipe, ConnectionAborted, ConnectionReset].contains(&error.kind())
        });
    !error.is_timeout() && (is_connect || is_closed)
}

/// The error of a call that failed without a complete answer.
pub(super) fn failure(call: Call, error: reqwest::Error) -> Error {
    // The URL may contain values that must not be logged.
    let error = error.without_url();
    let step = if error.is_dns() {
        Step::Dns
    } else if is_caused_by::<rustls::Error>(&error, |_| true) {
        Step::Tls
    } else {
        Step::Connect
    };
    if error.is_connect() {
        let source = Arc::new(error);
        Error::Unreachable { step, source }
    } else if error.is_timeout() {
        Error::Timeout { call }
    } else {
        let source = Arc::new(error);
        Error::Broken { call, source }
    }
}

/// Whether the chain of causes contains such an error; `io::Error` hides its inner error from
/// `source`.
fn is_caused_by<E: error::Error + 'static>(
    error: &reqwest::Error,
    is_meant: impl Fn(&E) -> bool,
) -> bool {
    let mut cause = error::Error::source(error);
    while let Some(error) = cause {
        if error.downcast_ref::<E>().is_some_and(&is_meant) {
            return true;
        }
        let hidden = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        cause = match hidden {
            Some(hidden) => Some(hidden),
            None => error.source(),
        };
    }
    false
}
