//! What clients asked of Authenteq's own paths, for tests that count.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde::Serialize;

use crate::aging::KEPT;

/// One request to a path of Authenteq's. Neither its query nor its body: they hold secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedRequest {
    /// `GET`, `POST` …
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Absent while the request is being answered, and for good if its sender went away.
    pub status: Option<u16>,
    /// When it came, by the sandbox's clock.
    pub at: Timestamp,
}

/// The requests in the order they came.
#[derive(Default)]
pub(crate) struct RequestLog(Mutex<Requests>);

#[derive(Default)]
struct Requests {
    kept: VecDeque<ReceivedRequest>,
    forgotten: usize,
}

/// Finds an entry again.
#[derive(Clone, Copy)]
pub(crate) struct Ticket(usize);

impl RequestLog {
    /// Written down before it is answered: a test may cut the connection in between, and the
    /// request was received all the same.
    pub(crate) fn received(&self, method: &Method, path: &str, at: Timestamp) -> Ticket {
        let mut requests = self.requests();
        if requests.kept.len() == KEPT {
            requests.kept.pop_front();
            requests.forgotten += 1;
        }
        requests.kept.push_back(ReceivedRequest {
            method: method.to_string(),
            path: path.to_owned(),
            status: None,
            at,
        });
        Ticket(requests.forgotten + requests.kept.len() - 1)
    }

    pub(crate) fn answered(&self, ticket: Ticket, status: StatusCode) {
        let mut requests = self.requests();
        let place = ticket.0.checked_sub(requests.forgotten);
        if let Some(request) = place.and_then(|place| requests.kept.get_mut(place)) {
            request.status = Some(status.as_u16());
        }
    }

    pub(crate) fn all(&self) -> Vec<ReceivedRequest> {
        self.requests().kept.iter().cloned().collect()
    }

    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_finds_its_request_even_after_others_were_forgotten() {
        let log = RequestLog::default();
        let first = log.received(&Method::GET, "/first", Timestamp::UNIX_EPOCH);
        for _ in 0..KEPT {
            log.received(&Method::GET, "/filler", Timestamp::UNIX_EPOCH);
        }
        let last = log.received(&Method::POST, "/last", Timestamp::UNIX_EPOCH);
        log.answered(first, StatusCode::OK);
        log.answered(last, StatusCode::CREATED);
        let all = log.all();
        assert_eq!(all.len(), KEPT);
        assert_eq!(
            all.iter()
                .filter(|request| request.status.is_some())
                .count(),
            1
        );
        assert_eq!(all.last().unwrap().status, Some(201));
    }
}
