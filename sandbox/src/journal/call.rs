//! One request and its answer, as far as a developer wants to read them.

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;

use super::notes::{Form, Noted};
use crate::query::{self, Query};

/// What is longer than this is cut, so that nobody can fill the memory with it.
const LONGEST: usize = 4096;
/// An answer that is longer than this is shown as what it was made of.
const LARGEST_SHOWN: u64 = 16 * 1024;
/// Headers whose values open something.
const SECRET_HEADERS: [HeaderName; 3] = [
    AUTHORIZATION,
    HeaderName::from_static("authentication"),
    COOKIE,
];
/// Parameters and fields whose values open something.
pub(super) const SECRET_NAMES: [&str; 3] = ["code", "token", "clientSecret"];

/// A request, and its answer once there is one.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// As it stands in the request line, without scheme and host.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) form: Option<Form>,
    pub(crate) answer: Option<Answer>,
    pub(crate) remarks: Vec<String>,
    pub(crate) failure: Option<String>,
    pub(crate) secrets: Vec<String>,
}

/// An answer. Its body is what was sent, or what was sent in short.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// Goes along with a large answer and says what is in it.
#[derive(Clone)]
pub(crate) struct InShort(pub(crate) String);

impl Call {
    pub(crate) fn of(request: &Request) -> Self {
        let uri = request.uri();
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let headers = request.headers();
        let mut remarks = Vec::new();
        if uri.authority().is_some() {
            remarks
                .push("The request line has the whole address in it (absolute form).".to_owned());
        }
        if headers.contains_key("content-type") && request.method() == "GET" {
            remarks.push("Content-Type came with a GET, which has no content; ignored.".to_owned());
        }
        if headers.contains_key("authentication") {
            remarks.push(
                "A header is called Authentication, as the export reference has it once; \
                 the credentials are read from Authorization."
                    .to_owned(),
            );
        }
        Self {
            method: request.method().to_string(),
            target: shortened(target),
            headers: shown(headers),
            form: None,
            answer: None,
            remarks,
            failure: None,
            secrets: secrets_of(target, headers),
        }
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Names and values of the query, decoded.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let raw = self.target.split_once('?').map_or("", |(_, query)| query);
        Query::parse(raw).decoded()
    }

    pub(super) fn conclude(&mut self, answer: Answer, noted: Noted) {
        for (name, value) in &answer.headers {
            if name == "location" {
                self.secrets.extend(secrets_in_query(value));
            }
        }
        self.answer = Some(answer);
        self.form = noted.form.map(|mut form| {
            for (_, value) in &mut form.fields {
                *value = shortened(value);
            }
            form
        });
        self.remarks.extend(noted.remarks);
        self.failure = noted.failure;
        self.secrets.extend(noted.secrets);
        for (name, value) in self.form.iter().flat_map(|form| &form.fields) {
            if SECRET_NAMES.contains(&name.as_str()) {
                self.secrets.push(value.clone());
            }
        }
        self.secrets.retain(|secret| !secret.is_empty());
    }
}

impl Answer {
    /// Reads a response and gives it back whole.
    pub(crate) async fn of(response: Response) -> (Self, Response) {
        let (parts, body) = response.into_parts();
        let (text, body) = match parts.extensions.get::<InShort>() {
            Some(InShort(text)) => (text.clone(), body),
            None if body
                .size_hint()
                .exact()
                .is_some_and(|size| size <= LARGEST_SHOWN) =>
            {
                let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
                (
                    String::from_utf8_lossy(&bytes).into_owned(),
                    Body::from(bytes),
                )
            }
            None => (String::new(), body),
        };
        let answer = Self {
            status: parts.status.as_u16(),
            headers: shown(&parts.headers),
            body: text,
        };
        (answer, Response::from_parts(parts, body))
    }
}

fn shown(headers: &HeaderMap) -> Vec<(String, String)> {
    let value =
        |value: &axum::http::HeaderValue| shortened(&String::from_utf8_lossy(value.as_bytes()));
    let lines = headers.iter();
    lines
        .map(|(name, content)| (name.to_string(), value(content)))
        .collect()
}

fn secrets_of(target: &str, headers: &HeaderMap) -> Vec<String> {
    let mut secrets = secrets_in_query(target);
    for name in SECRET_HEADERS {
        for value in headers.get_all(name) {
            let value = String::from_utf8_lossy(value.as_bytes());
            // The scheme is none.
            let secret = value.split_once(' ').map_or(&*value, |(_, secret)| secret);
            secrets.push(secret.trim().to_owned());
        }
    }
    secrets
}

/// The values of an address that open something, as they are written there and as they are meant.
pub(super) fn secrets_in_query(address: &str) -> Vec<String> {
    let raw = address.split_once('?').map_or("", |(_, query)| query);
    let query = Query::parse(raw);
    let values = SECRET_NAMES.into_iter().filter_map(|name| query.get(name));
    values
        .flat_map(|value| [value.to_owned(), query::decoded(value)])
        .collect()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}
