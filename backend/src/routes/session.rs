//! `GET /api/session`, `POST /api/logout`

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use webkyc_shared::{
    api::{SESSION_HEADER, Session},
    problem::ErrorCode,
    sign_up::SiteReturn,
};

use super::openapi;
use crate::{
    app::AppState,
    config::Config,
    error::ApiError,
    session::{
        cookies::{Cookies, SealedSession, SetCookies, SignUpSession},
        refusal::Refusal,
    },
    sign_ups,
};

/// See [`openapi::Problems`].
pub(super) const PROBLEMS: openapi::Problems = &[openapi::SESSION];

/// The session of this browser.
#[utoipa::path(get, path = "/api/session", responses((status = 200, body = Session)))]
pub(crate) async fn get_session(
    State(app): State<AppState>,
    cookies: Cookies,
    headers: HeaderMap,
) -> Result<Json<Session>, Refusal> {
    let session = current(&app, &cookies, &headers)?;
    Ok(Json(public(&app.config, &session)))
}

/// See [`openapi::Problems`].
pub(super) const LOGOUT_PROBLEMS: openapi::Problems = &[&[ErrorCode::SessionChanged]];

/// Ends the session. Data already on a screen is the page's to wipe. Never with `Clear-Site-Data`:
/// the origin's storage belongs to its other tabs as well, which may be in the middle of a sign-up.
#[utoipa::path(post, path = "/api/logout", responses((status = 204)))]
pub(crate) async fn logout(
    State(app): State<AppState>,
    cookies: Cookies,
    page: HeaderMap,
) -> Result<(StatusCode, SetCookies, ()), ApiError> {
    if let Ok(session) = app.session(&cookies) {
        ensure_shown(&session, &page)?;
        app.revoked.insert(&session, app.clock.now());
    }
    Ok((StatusCode::NO_CONTENT, cookies.drop_session(), ()))
}

/// The session, if it belongs to the calling page. The cookies of an ended session are removed.
pub(crate) fn current(
    app: &AppState,
    cookies: &Cookies,
    headers: &HeaderMap,
) -> Result<SealedSession, Refusal> {
    let session = app.session(cookies).map_err(|error| match error {
        // One of the two sessions is the visitor's own.
        ApiError::BadRequest(_) => error.into(),
        over => over.with(cookies.drop_session()),
    })?;
    ensure_shown(&session, headers)?;
    Ok(session)
}

/// Checks that the session is the one that the page names, if it names one.
fn ensure_shown(session: &SealedSession, page: &HeaderMap) -> Result<(), ApiError> {
    match page.get(SESSION_HEADER) {
        Some(shown) if shown.as_bytes() != session.id.as_bytes() => Err(ApiError::SessionChanged),
        _ => Ok(()),
    }
}

/// The part of a session that the page may know.
pub(crate) fn public(config: &Config, session: &SealedSession) -> Session {
    let came_from = session.came_from.as_ref();
    // The configuration may have changed since: `/start` would reject a removed site.
    let came_from = came_from.filter(|from| config.sites.contains(&from.site));
    let mut public = Session {
        session_id: session.id.clone(),
        expires_at: session.expires_at(),
        return_url: None,
        site: None,
        return_key: None,
        sign_up: None,
        return_now: false,
        test: !config.live,
    };
    if let Some(sign_up) = &session.sign_up {
        public.return_url = came_from.and_then(|from| return_url(config, from, sign_up));
        public.return_now = sign_up.returns_at_once && public.return_url.is_some();
        public.sign_up = Some(sign_up.id.clone());
        return public;
    }
    let back = came_from.and_then(|from| {
        let return_key = from.return_key.as_ref()?;
        let return_url = config.sites.return_url(&from.site, return_key)?;
        Some((return_url.to_owned(), return_key.clone()))
    });
    public.site = came_from.map(|from| from.site.clone());
    (public.return_url, public.return_key) = back.unzip();
    public
}

/// The way back to the site that created the sign-up.
fn return_url(config: &Config, from: &SiteReturn, sign_up: &SignUpSession) -> Option<String> {
    let return_key = from.return_key.as_ref()?;
    let site = config.sites.get(&from.site)?;
    sign_ups::return_url(site, return_key, &sign_up.id, sign_up.code.as_deref())
}
