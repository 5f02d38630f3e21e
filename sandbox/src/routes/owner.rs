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
use crate::app_state::AppState;

/// Its address is no secret on this machine: recorded calls and the control API name it.
const OWNER: &str = "sandbox-visitor";

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
    let owner = id.and_then(|(_, id)| app.store.owner(id));
    if owner.is_none_or(|owner| is_of(&owner, request.headers())) {
        return next.run(request).await;
    }
    let texts = reader.texts();
    if is_browsers(request.headers()) {
        return pages::problem(&app, texts, StatusCode::FORBIDDEN, texts.refusals.owned);
    }
    let [_, reason, advice] = texts.refusals.owned;
    (StatusCode::FORBIDDEN, format!("{reason} {advice}")).into_response()
}

fn is_of(owner: &str, headers: &HeaderMap) -> bool {
    let sent = cookie(headers, OWNER).unwrap_or_default();
    sent.as_bytes().ct_eq(owner.as_bytes()).into()
}

/// Makes this browser the owner, until it is closed.
pub(super) fn keep_owner(id: &str, owner: &str, response: &mut Response) {
    let cookie = format!("{OWNER}={owner}; Path=/identification/{id}; HttpOnly; SameSite=Lax");
    let cookie = HeaderValue::try_from(cookie);
    let cookie = cookie.expect("ids are letters and digits");
    response.headers_mut().append(SET_COOKIE, cookie);
}
