//! The notes of an endpoint about a call.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{extract::FromRequestParts, http::request::Parts};

use super::{Journal, Ticket};
use crate::comparison::Comparison;

/// A sheet that goes along with a request; its endpoint writes on it.
#[derive(Clone, Default)]
pub(crate) struct Notes {
    noted: Arc<Mutex<Noted>>,
    /// Where the request is written down already.
    entry: Option<(Arc<Journal>, Ticket)>,
}

/// Longer texts are no ids.
const LONGEST_ID: usize = 200;

/// The finished notes.
#[derive(Clone, Default)]
pub(crate) struct Noted {
    pub(crate) client_id: Option<String>,
    pub(crate) sign_up: Option<String>,
    pub(crate) form: Option<Form>,
    /// Which of several spellings came, and other remarks about an allowed call.
    pub(crate) remarks: Vec<String>,
    /// Why the call was refused, in a sentence or two.
    pub(crate) failure: Option<String>,
    /// The address that came, beside the expected one.
    pub(crate) comparison: Option<Comparison>,
    /// Values that are hidden unless they are asked for.
    pub(crate) secrets: Vec<String>,
}

/// A form as it was read.
#[derive(Clone)]
pub(crate) struct Form {
    pub(crate) multipart: bool,
    pub(crate) fields: Vec<(String, String)>,
}

impl Notes {
    pub(crate) fn on(journal: Arc<Journal>, ticket: Ticket) -> Self {
        Self {
            noted: Arc::default(),
            entry: Some((journal, ticket)),
        }
    }

    /// Known at once, as is the sign-up: the answer may take its time, or never come.
    pub(crate) fn client(&self, id: &str) {
        if id.chars().count() > LONGEST_ID {
            return;
        }
        self.noted().client_id = Some(id.to_owned());
        self.pass_on();
    }

    pub(crate) fn sign_up(&self, id: &str) {
        self.noted().sign_up = Some(id.to_owned());
        self.pass_on();
    }

    fn pass_on(&self) {
        if let Some((journal, ticket)) = &self.entry {
            let noted = self.read();
            journal.belongs(*ticket, noted.client_id, noted.sign_up);
        }
    }

    pub(crate) fn form(&self, form: Form) {
        self.noted().form = Some(form);
    }

    pub(crate) fn remark(&self, remark: impl Into<String>) {
        self.noted().remarks.push(remark.into());
    }

    pub(crate) fn failure(&self, sentence: impl Into<String>) {
        self.noted().failure = Some(sentence.into());
    }

    /// Adds what most likely made the one of the other to the reason that was noted.
    pub(crate) fn compare(&self, comparison: Comparison) {
        let mut noted = self.noted();
        if let (Some(failure), Some(cause)) = (&mut noted.failure, comparison.cause()) {
            failure.push(' ');
            failure.push_str(cause);
        }
        noted.comparison = Some(comparison);
    }

    /// For refusals whose own text is enough.
    pub(crate) fn failure_unless_known(&self, sentence: &str) {
        let mut noted = self.noted();
        noted.failure.get_or_insert_with(|| format!("{sentence}."));
    }

    pub(crate) fn secret(&self, secret: &str) {
        self.noted().secrets.push(secret.to_owned());
    }

    pub(crate) fn read(&self) -> Noted {
        self.noted().clone()
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every request has one. Without the middleware that adds it, the notes are lost.
impl<S: Send + Sync> FromRequestParts<S> for Notes {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
