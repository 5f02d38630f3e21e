//! The browser that a sign-up belongs to: the one in which its visitor agreed to show something of their own.

use std::sync::Arc;

use axum::{
    Router,
    extract::{RawPathParams, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header::SET_COOKIE},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;

use super::{
    is_browsers, pages,
    reader::{Reader, cookie},
};
use crate::{app_state::AppState, ids::Ids};

/// Its address is no secret on this machine: recorded calls and the control API name it.
const OWNER: &str = "sandbox-visitor";
/// Letters and digits of a secret.
const LENGTH: usize = 24;

/// Opens these pages of a sign-up only to the browser that it belongs to, if it belongs to one.
pub(super) fn only_for_owner(
    pages: Router<Arc<AppState>>,
    app: &Arc<AppState>,
) -> Router<Arc<AppState>> {
    pages.route_layer(from_fn_with_state(Arc::clone(app), check))
}

async fn check(
    State(app): State<Arc<AppState>>,
    reader: Reader,
    path: RawPathParams,
    request: Request,
    next: Next,
) -> Response {
    let id = path.iter().find(|(name, _)| *name == "sign_up");
    match id {
        Some((_, id)) if !is_owner(&app, id, request.headers()) => {
            refuse(&app, reader, request.headers(), id)
        }
        _ => next.run(request).await,
    }
}

/// A page, or a sentence for a script.
pub(super) fn refuse(app: &AppState, reader: Reader, headers: &HeaderMap, id: &str) -> Response {
    let texts = reader.texts();
    if is_browsers(headers) {
        return pages::owned_sign_up(app, texts, id);
    }
    let [_, reason, advice] = texts.refusals.owned;
    (StatusCode::FORBIDDEN, format!("{reason} {advice}")).into_response()
}

/// Whether a sign-up belongs to this browser, or to none yet. Asked again after a body was read: the visitor may have
/// agreed meanwhile.
pub(super) fn is_owner(app: &AppState, id: &str, headers: &HeaderMap) -> bool {
    app.store.owner(id).is_none_or(|owner| {
        let sent = sent(headers).unwrap_or_default();
        sent.as_bytes().ct_eq(owner.as_bytes()).into()
    })
}

/// What makes a browser the owner of a sign-up. It has one from the first page on, so that a second press of its button
/// is of the same browser.
pub(super) struct Secret {
    pub(super) value: String,
    is_new: bool,
}

impl Secret {
    /// The one that this browser has, or a new one.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        match sent(headers) {
            Some(secret) => Self {
                value: secret.to_owned(),
                is_new: false,
            },
            None => Self {
                // Without a seed, which others may know.
                value: Ids::of(None, OWNER).word(LENGTH),
                is_new: true,
            },
        }
    }

    /// Has the browser keep it until it is closed.
    pub(super) fn keep(self, id: &str, response: &mut Response) {
        if !self.is_new {
            return;
        }
        let Self { value, .. } = self;
        let cookie = format!("{OWNER}={value}; Path=/identification/{id}; HttpOnly; SameSite=Lax");
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
}

fn sent(headers: &HeaderMap) -> Option<&str> {
    let secret = cookie(headers, OWNER)?;
    let is_ours = secret.len() == LENGTH && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_ours.then_some(secret)
}
