//! The journal of calls to Authenteq's own paths and of visitors' steps, for tests and for
//! developers.

mod call;
mod curl;
mod notes;
mod redact;
mod search;
mod summary;
mod view;

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

pub(crate) use call::{Answer, Call, InShort, secrets_in_query};
pub(crate) use curl::quoted;
use jiff::Timestamp;
pub(crate) use notes::{Form, Noted, Notes};
pub use redact::Field;
pub(crate) use redact::HIDDEN;
pub(crate) use search::Search;
use serde::Serialize;
pub use summary::{SignUpSummary, Stage, Standing};
use tokio::sync::watch;
use utoipa::ToSchema;
pub use view::{CallRecord, Event, SignUpRecord};

use crate::eviction::KEPT;

/// One request to a path of Authenteq's. Neither its query nor its body: they hold secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedRequest {
    /// `GET`, `POST` …
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Absent while the request is being answered, and for good if its sender went away.
    #[schema(required, nullable)]
    pub status: Option<u16>,
    /// When it came, by the client's clock.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The client it spoke for, rightly or not. Absent where none was named.
    #[schema(required, nullable)]
    pub client_id: Option<String>,
}

/// Everything that happened, in order.
#[derive(Default)]
pub(crate) struct Journal {
    entries: Mutex<Entries>,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct Entries {
    kept: VecDeque<Entry>,
    written: u64,
    /// Of all that is kept, in bytes of text.
    weight: usize,
}

/// The oldest entries are forgotten beyond this as well, in bytes of text: a call with large headers
/// weighs as much as a hundred others.
const HEAVIEST: usize = 64 * 1024 * 1024;

impl Entries {
    /// Changes one entry, and forgets the oldest ones if there is no room for all now.
    fn change(&mut self, ticket: Ticket, change: impl FnOnce(&mut Entry)) {
        let Some(entry) = self.find(ticket) else {
            return;
        };
        let before = entry.weight();
        change(entry);
        let after = entry.weight();
        self.weight = self.weight - before + after;
        self.trim();
    }

    fn trim(&mut self) {
        while self.kept.len() > KEPT || self.weight > HEAVIEST {
            let Some(oldest) = self.kept.pop_front() else {
                return;
            };
            self.weight -= oldest.weight();
        }
    }

    fn retain(&mut self, keep: impl Fn(&Entry) -> bool) {
        self.kept.retain(keep);
        self.weight = self.kept.iter().map(Entry::weight).sum();
    }

    fn find(&mut self, ticket: Ticket) -> Option<&mut Entry> {
        let place = self
            .kept
            .binary_search_by_key(&ticket.0, |entry| entry.number);
        self.kept.get_mut(place.ok()?)
    }
}

/// One thing that happened.
#[derive(Clone)]
pub(crate) struct Entry {
    /// Counts upwards; never used twice.
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    pub(crate) client_id: Option<String>,
    /// The sign-up it belongs to, where that is known.
    pub(crate) sign_up: Option<String>,
    pub(crate) happening: Happening,
}

#[derive(Clone)]
pub(crate) enum Happening {
    /// A request to a path of Authenteq's.
    Call(Box<Call>),
    /// A visitor's step on the pages.
    Visitor {
        /// In a sentence.
        what: String,
        /// What the visitor chose to show in this step.
        chosen: Option<Chosen>,
    },
    /// A visitor was sent back to the client.
    Returned {
        location: String,
        /// One of [`OUTCOMES`](crate::outcome::OUTCOMES).
        outcome: &'static str,
        scenario: Option<&'static str>,
        remark: Option<String>,
    },
}

/// What a visitor chose to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// The test person, or the failure, of this scenario.
    Scenario(&'static str),
    /// Something of their own, or nothing yet.
    NoScenario,
}

impl From<&str> for Happening {
    /// A visitor's step, in a sentence.
    fn from(what: &str) -> Self {
        Self::Visitor {
            what: what.to_owned(),
            chosen: None,
        }
    }
}

impl Entry {
    /// In bytes of text.
    fn weight(&self) -> usize {
        match &self.happening {
            Happening::Call(call) => call.weight(),
            Happening::Visitor { what, .. } => what.len(),
            Happening::Returned { location, .. } => location.len(),
        }
    }
}

/// Finds an entry again.
#[derive(Clone, Copy)]
pub(crate) struct Ticket(u64);

impl Journal {
    /// Written down before it is answered: a test may cut the connection in between, and the
    /// request was received all the same.
    pub(crate) fn received(&self, call: Call, at: Timestamp) -> Ticket {
        self.write(Entry {
            number: 0,
            at,
            client_id: None,
            sign_up: None,
            happening: Happening::Call(Box::new(call)),
        })
    }

    /// Says whose a call is that is not answered yet.
    fn belongs(&self, ticket: Ticket, client_id: Option<String>, sign_up: Option<String>) {
        self.entries().change(ticket, |entry| {
            (entry.client_id, entry.sign_up) = (client_id, sign_up);
        });
    }

    /// Adds the answer to a call, and its endpoint's notes.
    pub(crate) fn answered(&self, ticket: Ticket, answer: Answer, noted: Noted, at: Timestamp) {
        // It may be forgotten meanwhile, alone or with its client.
        self.entries().change(ticket, |entry| {
            entry.at = at;
            entry.client_id = noted.client_id.clone();
            entry.sign_up = noted.sign_up.clone();
            if let Happening::Call(call) = &mut entry.happening {
                call.conclude(answer, noted);
            }
        });
        self.tell();
    }

    /// Adds a visitor's step.
    pub(crate) fn visited(
        &self,
        sign_up: &str,
        client_id: &str,
        happening: Happening,
        at: Timestamp,
    ) {
        self.write(Entry {
            number: 0,
            at,
            client_id: Some(client_id.to_owned()),
            sign_up: Some(sign_up.to_owned()),
            happening,
        });
    }

    /// The entries of one client, or all.
    pub(crate) fn entries_of(&self, client_id: Option<&str>) -> Vec<Entry> {
        let entries = self.entries();
        let kept = entries.kept.iter();
        kept.filter(|entry| client_id.is_none() || entry.client_id.as_deref() == client_id)
            .cloned()
            .collect()
    }

    /// The calls alone, without their secrets.
    pub(crate) fn requests_of(&self, client_id: Option<&str>) -> Vec<ReceivedRequest> {
        let entries = self.entries();
        let kept = entries.kept.iter();
        kept.filter(|entry| client_id.is_none() || entry.client_id.as_deref() == client_id)
            .filter_map(|entry| match &entry.happening {
                Happening::Call(call) => Some(ReceivedRequest {
                    method: call.method.clone(),
                    path: call.path().to_owned(),
                    status: call.answer.as_ref().map(|answer| answer.status),
                    at: entry.at,
                    client_id: entry.client_id.clone(),
                }),
                Happening::Visitor { .. } | Happening::Returned { .. } => None,
            })
            .collect()
    }

    /// Changes whenever something is written.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(crate) fn forget(&self, client_id: &str) {
        let is_others = |entry: &Entry| entry.client_id.as_deref() != Some(client_id);
        self.entries().retain(is_others);
        self.tell();
    }

    pub(crate) fn forget_all(&self) {
        self.entries().retain(|_| false);
        self.tell();
    }

    fn write(&self, mut entry: Entry) -> Ticket {
        let mut entries = self.entries();
        entries.written += 1;
        entry.number = entries.written;
        entries.weight += entry.weight();
        entries.kept.push_back(entry);
        entries.trim();
        let ticket = Ticket(entries.written);
        drop(entries);
        self.tell();
        ticket
    }

    /// Wakes the watchers.
    pub(crate) fn tell(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::Request;

    use super::*;

    fn call(target: &str) -> Call {
        Call::of(
            &Request::get(target)
                .body(axum::body::Body::empty())
                .unwrap(),
        )
    }

    fn answer(status: u16) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    #[test]
    fn heavy_calls_are_forgotten_sooner() {
        const AT: Timestamp = Timestamp::UNIX_EPOCH;
        let journal = Journal::default();
        let heavy = format!("/v2?{}", "x".repeat(60_000));
        for _ in 0..100 {
            let ticket = journal.received(call(&heavy), AT);
            let form = Form {
                multipart: false,
                fields: (0..64)
                    .map(|n| (n.to_string(), "y".repeat(60_000)))
                    .collect(),
            };
            let noted = Noted {
                form: Some(form),
                ..Noted::default()
            };
            journal.answered(ticket, answer(200), noted, AT);
        }
        assert_eq!(journal.requests_of(None).len(), 100);
        for _ in 0..400 {
            let mut answer = answer(200);
            answer.body = "z".repeat(1024 * 1024);
            let ticket = journal.received(call("/filler"), AT);
            journal.answered(ticket, answer, Noted::default(), AT);
        }
        let weight = journal.entries().weight;
        assert!(
            journal.requests_of(None).len() < 100 && weight <= HEAVIEST,
            "{weight}"
        );
        journal.forget_all();
        assert_eq!(journal.entries().weight, 0);
    }

    #[test]
    fn an_answer_finds_its_request_even_after_others_were_forgotten() {
        const AT: Timestamp = Timestamp::UNIX_EPOCH;
        let journal = Journal::default();
        let first = journal.received(call("/first"), AT);
        let shops = journal.received(call("/second"), AT);
        let noted = Noted {
            client_id: Some("shop".to_owned()),
            ..Noted::default()
        };
        journal.answered(shops, answer(200), noted, AT);
        for _ in 0..KEPT - 2 {
            journal.received(call("/filler"), AT);
        }
        journal.forget("shop");
        journal.received(call("/filler"), AT);
        let last = journal.received(call("/last"), AT);
        journal.answered(first, answer(200), Noted::default(), AT);
        journal.answered(last, answer(201), Noted::default(), AT);
        let all = journal.requests_of(None);
        assert_eq!(all.len(), KEPT);
        let answered: Vec<_> = all.iter().filter_map(|one| one.status).collect();
        assert_eq!(answered, [201]);
        assert_eq!(journal.requests_of(Some("shop")), []);
    }
}
