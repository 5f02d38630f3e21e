//! The journal written out for people and programs; secrets only on demand.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Entry, Happening, Journal,
    call::{Call, secrets_in_query},
    curl::curl,
    redact::{Field, Redactor},
    summary::{SignUpSummary, step_of},
};
use crate::comparison::Comparison;

/// One sign-up, with everything that happened in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AttemptRecord)]
pub struct SignUpRecord {
    /// The sign-up in short.
    #[serde(flatten)]
    pub summary: SignUpSummary,
    /// Its events, oldest first.
    pub events: Vec<Event>,
}

/// One thing that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Event {
    /// A request to a path of Authenteq's.
    Call(Box<CallRecord>),
    /// A visitor's step on the pages.
    Visitor {
        /// When, by the client's clock.
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
        /// In a sentence.
        what: String,
    },
    /// The visitor was sent back to the client.
    Returned {
        /// When, by the client's clock.
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
        /// The redirect URI with the parameters of the return.
        location: String,
        /// The fault that was played on the way, if any.
        remark: Option<String>,
    },
}

/// A request and its answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallRecord {
    /// Its place among all that the sandbox wrote down.
    pub number: u64,
    /// When it came, by the client's clock.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The documentation's name for it: Authorize, Token …
    pub step: String,
    /// `GET`, `POST` …
    pub method: String,
    /// Path and query as they came.
    pub target: String,
    /// The query, decoded.
    pub query: Vec<Field>,
    /// Header lines.
    pub headers: Vec<Field>,
    /// The fields of a form.
    pub form: Option<Vec<Field>>,
    /// Absent while the request is being answered, and for good if its sender went away.
    pub status: Option<u16>,
    /// Header lines of the answer.
    pub answer_headers: Vec<Field>,
    /// The body that was sent; a large one in short.
    pub answer_body: String,
    /// Why it was refused, in a sentence or two.
    pub failure: Option<String>,
    /// The address that came, beside the one that would have been right.
    pub comparison: Option<Comparison>,
    /// Which of several spellings came, and other remarks about an allowed call.
    pub remarks: Vec<String>,
    /// The same call for a terminal.
    pub curl: String,
}

impl Journal {
    /// Everything of one sign-up. `url` is the sandbox's own, for calls to be repeated.
    pub(crate) fn sign_up(&self, id: &str, url: &str, revealed: bool) -> Option<SignUpRecord> {
        let mut entries = self.entries_of(None);
        entries.retain(|entry| entry.belongs_to(id));
        let summary = SignUpSummary::of(&entries)?;
        let events = entries
            .iter()
            .map(|entry| entry.event(url, revealed))
            .collect();
        Some(SignUpRecord { summary, events })
    }
}

impl Entry {
    fn belongs_to(&self, sign_up: &str) -> bool {
        match &self.sign_up {
            Some(id) => id == sign_up,
            None => self.own_id() == sign_up,
        }
    }

    /// Of a call that belongs to no sign-up.
    pub(super) fn own_id(&self) -> String {
        format!("call-{}", self.number)
    }

    fn event(&self, url: &str, revealed: bool) -> Event {
        match &self.happening {
            Happening::Call(call) => Event::Call(Box::new(self.call(call, url, revealed))),
            Happening::Visitor { what, .. } => Event::Visitor {
                at: self.at,
                what: what.clone(),
            },
            Happening::Returned {
                location, remark, ..
            } => Event::Returned {
                at: self.at,
                location: Redactor::new(&secrets_in_query(location), revealed).hide(location),
                remark: remark.clone(),
            },
        }
    }

    fn call(&self, call: &Call, url: &str, revealed: bool) -> CallRecord {
        let redactor = Redactor::new(&call.secrets, revealed);
        let answer = call.answer.as_ref();
        CallRecord {
            number: self.number,
            at: self.at,
            step: step_of(call.path()).to_owned(),
            method: call.method.clone(),
            target: redactor.target(&call.target),
            query: redactor.fields(&call.query()),
            headers: redactor.headers(&call.headers),
            form: call.form.as_ref().map(|form| redactor.fields(&form.fields)),
            status: answer.map(|answer| answer.status),
            answer_headers: answer.map_or(Vec::new(), |answer| redactor.headers(&answer.headers)),
            answer_body: answer.map_or(String::new(), |answer| redactor.hide(&answer.body)),
            failure: call
                .failure
                .as_deref()
                .map(|failure| redactor.hide(failure)),
            comparison: call.comparison.as_ref().map(|one| {
                Comparison::of(
                    &redactor.target(&one.received),
                    &redactor.target(&one.expected),
                )
            }),
            remarks: call.remarks.clone(),
            curl: curl(call, url, &redactor),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request};

    use super::*;
    use crate::journal::{Answer, Form, Notes};

    const CODE: &str = "C0deC0deC0deC0de";

    fn journal() -> Journal {
        let journal = Journal::default();
        let request = Request::post("/v2/web-kyc/token?x=it's")
            .header("host", "localhost")
            .header("x-own", "1")
            .body(Body::empty())
            .unwrap();
        let ticket = journal.received(Call::of(&request), Timestamp::UNIX_EPOCH);
        let notes = Notes::default();
        notes.sign_up("sign-up-1");
        notes.client("shop");
        notes.secret("eyJhbGc.secret.token");
        notes.form(Form {
            multipart: true,
            fields: vec![
                ("code".to_owned(), CODE.to_owned()),
                ("clientSecret".to_owned(), "pw".to_owned()),
                ("clientId".to_owned(), "pwned".to_owned()),
            ],
        });
        let answer = Answer {
            status: 200,
            headers: Vec::new(),
            body: r#"{"token":"eyJhbGc.secret.token"}"#.to_owned(),
        };
        journal.answered(ticket, answer, notes.read(), Timestamp::UNIX_EPOCH);
        journal
    }

    fn call(revealed: bool) -> CallRecord {
        let record = journal()
            .sign_up("sign-up-1", "http://h", revealed)
            .unwrap();
        match record.events.into_iter().next() {
            Some(Event::Call(call)) => *call,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn secrets_are_shown_on_demand_only() {
        let hidden = format!("{:?}", call(false));
        assert!(!hidden.contains(CODE) && !hidden.contains("eyJ") && !hidden.contains("pw\""));
        assert!(hidden.contains("pwned"), "{hidden}");
        let revealed = format!("{:?}", call(true));
        assert!(revealed.contains(CODE) && revealed.contains("eyJ") && revealed.contains("pw\""));
    }

    #[test]
    fn a_call_can_be_repeated_in_a_terminal() {
        assert_eq!(
            call(true).curl,
            "curl -H 'x-own: 1' --form-string 'code=C0deC0deC0deC0de' \
             --form-string 'clientSecret=pw' --form-string 'clientId=pwned' \
             'http://h/v2/web-kyc/token?x=it'\\''s'"
        );
    }

    #[test]
    fn a_call_without_a_sign_up_is_found_by_its_number() {
        let journal = Journal::default();
        let request = Request::get("/v2/web-kyc/details")
            .body(Body::empty())
            .unwrap();
        journal.received(Call::of(&request), Timestamp::UNIX_EPOCH);
        assert_eq!(
            journal.sign_up("call-1", "", false).unwrap().events.len(),
            1
        );
        assert!(journal.sign_up("call-2", "", false).is_none());
    }
}
