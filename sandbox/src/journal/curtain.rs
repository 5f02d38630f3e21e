//! What is not shown unless somebody asks for it.

use std::cmp::Reverse;

use serde::Serialize;
use utoipa::ToSchema;

use super::call::SECRET_NAMES;

/// Stands in place of a secret.
const HIDDEN: &str = "••••••••";
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

/// Hides secrets, unless somebody asked for them.
pub(super) struct Curtain<'a> {
    secrets: Vec<&'a str>,
    revealed: bool,
}

impl<'a> Curtain<'a> {
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
        let is_secret = SECRET_NAMES.contains(&name) && !value.is_empty();
        match is_secret && !self.revealed {
            true => HIDDEN.to_owned(),
            false => self.hide(value),
        }
    }

    pub(super) fn fields(&self, pairs: &[(String, String)]) -> Vec<Field> {
        let field = |(name, value): &(String, String)| Field {
            name: name.clone(),
            value: self.field(name, value),
        };
        pairs.iter().map(field).collect()
    }
}
