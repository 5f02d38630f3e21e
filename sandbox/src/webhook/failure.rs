//! Why a receiver did not answer, in words for a list.

use std::{error::Error, io, iter::successors};

use super::deliveries::DeliveryOutcome;

/// Longer than any of the reasons that are known.
const LONGEST_REASON: usize = 200;

/// The next try is due, and there is no answer to this one.
pub(crate) fn no_answer() -> DeliveryOutcome {
    DeliveryOutcome::Failure("no answer within 10 seconds".to_owned())
}

/// A redirect. Following it would hand the documents to another server.
pub(crate) fn redirect() -> DeliveryOutcome {
    DeliveryOutcome::Failure("redirect not followed".to_owned())
}

/// The root cause of an error. The error's own text would have the URL with its query.
pub(crate) fn cause(error: &reqwest::Error) -> DeliveryOutcome {
    if error.is_timeout() {
        return no_answer();
    }
    let causes = || successors(error.source(), |error| (*error).source());
    let kind = causes()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .map(io::Error::kind)
        .last();
    let reason = match kind {
        Some(io::ErrorKind::ConnectionRefused) => "connection refused".to_owned(),
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => {
            "connection closed before an answer".to_owned()
        }
        _ => match causes().last() {
            Some(first) => first.to_string().chars().take(LONGEST_REASON).collect(),
            None => "the request cannot be made".to_owned(),
        },
    };
    DeliveryOutcome::Failure(reason)
}
