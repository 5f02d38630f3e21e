//! Who reads an answer, and in which language.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::{app_state::AppState, language, texts::Texts};

/// The language that the browser asks for.
#[derive(Clone, Copy)]
pub(super) struct Reader(&'static Texts);

impl Reader {
    /// For a page that belongs to no sign-up.
    pub(super) fn texts(self) -> &'static Texts {
        self.0
    }

    /// For the pages of a sign-up, whose visitor may have chosen another language.
    pub(super) fn texts_of(self, app: &AppState, sign_up: &str) -> &'static Texts {
        app.store.texts(sign_up).unwrap_or(self.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(language::asked_for(&parts.headers)))
    }
}
