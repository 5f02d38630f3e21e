//! One request and its answer, as far as a developer wants to read them.

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue},
    response::Response,
};

use super::notes::{Form, Noted};
use crate::{
    comparison::Comparison,
    query::{self, Query},
};

/// Longer values are cut, so that none fills the memory.
const LONGEST: usize = 4096;
/// Of headers and of fields, more than this are left out for the same reason.
const MOST: usize = 64;
/// Longer answers are shown in short.
const LARGEST_SHOWN: u64 = 16 * 1024;
/// Headers whose values open something.
const SECRET_HEADERS: [&str; 5] = [
    "authorization",
    "authentication",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];
/// Parameters and fields whose values open something, without hyphens and in lower case.
const SECRET_NAMES: [&str; 6] = [
    "code",
    "token",
    "accesstoken",
    "secret",
    "clientsecret",
    "password",
];

/// Whether the value of a parameter or field is a secret, in any spelling of the name.
pub(super) fn is_secret(name: &str) -> bool {
    // A link that was copied out of HTML has `&amp;code=`.
    let name = name.trim_start_matches("amp;");
    let plain = name.replace(['_', '-'], "").to_lowercase();
    SECRET_NAMES.contains(&plain.as_str())
}

pub(super) fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS.contains(&name)
}

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
    pub(crate) comparison: Option<Comparison>,
    pub(crate) secrets: Vec<String>,
}

/// An answer. Its body is the one that was sent, or that one in short.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// Travels with a large response: its body in short.
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
        Self {
            method: request.method().to_string(),
            target: shortened(target),
            headers: shown(headers),
            form: None,
            answer: None,
            remarks,
            failure: None,
            comparison: None,
            secrets: secrets_in_query(target),
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

    /// In bytes of text.
    pub(super) fn weight(&self) -> usize {
        let pairs = |pairs: &[(String, String)]| -> usize {
            pairs
                .iter()
                .map(|(name, value)| name.len() + value.len())
                .sum()
        };
        let texts = |texts: &[String]| -> usize { texts.iter().map(String::len).sum() };
        let answer = self.answer.as_ref();
        let comparison = self.comparison.as_ref();
        self.target.len()
            + comparison.map_or(0, |one| one.received.len() + one.expected.len())
            + pairs(&self.headers)
            + self.form.as_ref().map_or(0, |form| pairs(&form.fields))
            + answer.map_or(0, |answer| pairs(&answer.headers) + answer.body.len())
            + texts(&self.remarks)
            + texts(&self.secrets)
            + self.failure.as_ref().map_or(0, String::len)
    }

    pub(super) fn conclude(&mut self, answer: Answer, noted: Noted) {
        self.secrets.extend(noted.secrets);
        for (name, value) in &answer.headers {
            if name == "location" {
                self.secrets.extend(secrets_in_query(value));
            }
        }
        self.answer = Some(answer);
        self.form = noted.form.map(|mut form| {
            form.fields.truncate(MOST);
            for (name, value) in &mut form.fields {
                (*name, *value) = (shortened(name), shortened(value));
            }
            form
        });
        let fields = self.form.iter().flat_map(|form| &form.fields);
        let secret = fields.filter(|(name, _)| is_secret(name));
        self.secrets.extend(secret.map(|(_, value)| value.clone()));
        // A cut value is not found in the text. Its place hides it.
        self.secrets
            .retain(|secret| !secret.is_empty() && secret.len() <= LONGEST);
        self.remarks.extend(noted.remarks);
        self.remarks.truncate(MOST);
        for remark in &mut self.remarks {
            *remark = shortened(remark);
        }
        self.failure = noted.failure.map(|failure| shortened(&failure));
        self.comparison = noted
            .comparison
            .map(|one| Comparison::of(&shortened(&one.received), &shortened(&one.expected)));
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
                let bytes = to_bytes(body, usize::MAX).await;
                let bytes = bytes.expect("a body whose size is known is in memory");
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
    let value = |value: &HeaderValue| shortened(&String::from_utf8_lossy(value.as_bytes()));
    let lines = headers.iter().take(MOST);
    lines
        .map(|(name, content)| (shortened(name.as_str()), value(content)))
        .collect()
}

/// The values of an address that open something, as they are written there and as they are meant.
pub(crate) fn secrets_in_query(address: &str) -> Vec<String> {
    let raw = address.split_once('?').map_or("", |(_, query)| query);
    let query = Query::parse(raw);
    let secret = query.pairs().filter(|(name, _)| is_secret(name));
    secret
        .flat_map(|(_, value)| [value.to_owned(), query::decoded(value)])
        .collect()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}
