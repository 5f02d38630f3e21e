//! `/web-idv/…`: the calls that came after Web KYC. A server asks for the address to send the
//! visitor to, and takes the whole result for the code that the visitor comes back with.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::credentials::{self, KeysRefused};
use super::prepared::Prepared;
use super::refusal::Refusal;
use crate::app_state::AppState;
use crate::attempt::{Attempt, AuthorizationRequest, Progress};
use crate::client::Client;
use crate::fault::Endpoint;
use crate::flow::Flow;
use crate::query::{self, Query};
use crate::redirect::RedirectUri;
use crate::specimen;
use crate::store::CodeRefused;

const REDIRECT_URL: &str = "redirectUrl";
const CODE: &str = "code";

pub(crate) async fn create_verification_url(
    State(app): State<Arc<AppState>>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Json<Value>, Refusal> {
    let client = authenticate(&app, &headers)?;
    let query = Query::parse(raw.as_deref().unwrap_or_default());
    let redirect_uri = read_redirect_url(client, &query)?;
    let token = app.store.begin(Attempt {
        request: Arc::new(AuthorizationRequest {
            flow: Flow::WebIdv,
            client: Arc::clone(client),
            redirect_uri,
            state: None,
            back: None,
            remarks: Vec::new(),
        }),
        started: app.clock.now(),
        progress: Progress::Introduced,
    });
    let url = format!("{}/verify?token={token}", app.url);
    Ok(Json(json!({ "verificationUrl": url })))
}

pub(crate) async fn take_verification_result(
    State(app): State<Arc<AppState>>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, Refusal> {
    let client = authenticate(&app, &headers)?;
    let query = Query::parse(raw.as_deref().unwrap_or_default());
    let redirect_url = read_redirect_url(client, &query)?;
    let code = read(&query, CODE)?;
    let verification = app
        .store
        .redeem(&code, &client.id, redirect_url.as_str(), app.clock.now())
        .map_err(|refused| match refused {
            CodeRefused::Invalid => Refusal::CodeInvalidOrExpired,
            CodeRefused::RedirectUri => Refusal::NotRegistered(REDIRECT_URL),
        })?;
    let effect = verification.scenario.effect_at(Endpoint::Result);
    let mut result = specimen::drawing(move || verification.record()).await;
    // Only who passed has a code.
    result["status"] = json!("PASSED");
    let answer = Prepared::Json(result);
    Ok(answer.spoilt_by(effect, &app.clock).await)
}

fn authenticate<'a>(app: &'a AppState, headers: &HeaderMap) -> Result<&'a Arc<Client>, Refusal> {
    credentials::client(app, headers).map_err(|refused| match refused {
        KeysRefused::Missing => Refusal::ApiKeysMissing,
        KeysRefused::Invalid => Refusal::ApiKeysInvalid,
        KeysRefused::Bad => Refusal::BadApiKeysOfWebIdv,
        KeysRefused::Deactivated => Refusal::AccountDeactivated,
    })
}

fn read_redirect_url(client: &Client, query: &Query<'_>) -> Result<RedirectUri, Refusal> {
    let spelling = read(query, REDIRECT_URL)?;
    RedirectUri::parse_for_web_idv(&spelling)
        .ok()
        .filter(|url| client.is_registered(url))
        .ok_or(Refusal::NotRegistered(REDIRECT_URL))
}

fn read(query: &Query<'_>, name: &'static str) -> Result<String, Refusal> {
    if query.repeats(name) {
        return Err(Refusal::InvalidParameter(name));
    }
    let value = query.get(name).ok_or(Refusal::MissingParameter(name))?;
    Ok(query::decoded(value))
}
