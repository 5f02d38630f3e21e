//! Hides secrets in the journal's entries.

use std::cmp::Reverse;

use serde::Serialize;
use utoipa::ToSchema;

use super::call::{is_secret, is_secret_header};
use crate::query::decoded;

/// Stands in place of a secret.
pub(crate) const HIDDEN: &str = "••••••••";
/// A shorter secret is hidden where it is one, and not wherever the same letters are.
const UNMISTAKABLE: usize = 8;

/// A name and a value.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Hides secrets, unless they were asked for.
pub(super) struct Redactor<'a> {
    secrets: Vec<&'a str>,
    revealed: bool,
}

impl<'a> Redactor<'a> {
    pub(super) fn new(secrets: &'a [String], revealed: bool) -> Self {
        let mut secrets: Vec<&str> = secrets
            .iter()
            .map(String::as_str)
            .filter(|secret| secret.len() >= UNMISTAKABLE)
            .collect();
        // One may be the beginning of another.
        secrets.sort_by_key(|secret| Reverse(secret.len()));
        Self { secrets, revealed }
    }

    pub(super) fn hide(&self, text: &str) -> String {
        if self.revealed {
            return text.to_owned();
        }
        self.secrets
            .iter()
            .fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
    }

    pub(super) fn field(&self, name: &str, value: &str) -> String {
        if is_secret(name) && !value.is_empty() && !self.revealed {
            HIDDEN.to_owned()
        } else {
            self.hide(value)
        }
    }

    /// Of a header that opens something, its scheme is left.
    pub(super) fn header(&self, name: &str, value: &str) -> String {
        if self.revealed || !is_secret_header(name) {
            return self.hide(value);
        }
        let scheme = value.split_once(' ').map(|(scheme, _)| scheme);
        match scheme.filter(|scheme| scheme.bytes().all(|byte| byte.is_ascii_alphabetic())) {
            Some(scheme) => format!("{scheme} {HIDDEN}"),
            None => HIDDEN.to_owned(),
        }
    }

    /// Path and query, in which a secret is hidden wherever its parameter stands.
    pub(super) fn target(&self, target: &str) -> String {
        let Some((path, query)) = target.split_once('?').filter(|_| !self.revealed) else {
            return self.hide(target);
        };
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, value)) if is_secret(&decoded(name)) && !value.is_empty() => {
                format!("{name}={HIDDEN}")
            }
            _ => self.hide(pair),
        });
        format!(
            "{}?{}",
            self.hide(path),
            pairs.collect::<Vec<_>>().join("&")
        )
    }

    pub(super) fn headers(&self, pairs: &[(String, String)]) -> Vec<Field> {
        let field = |(name, value): &(String, String)| Field {
            name: name.clone(),
            value: self.header(name, value),
        };
        pairs.iter().map(field).collect()
    }

    pub(super) fn fields(&self, pairs: &[(String, String)]) -> Vec<Field> {
        let field = |(name, value): &(String, String)| Field {
            name: name.clone(),
            value: self.field(name, value),
        };
        pairs.iter().map(field).collect()
    }
}
