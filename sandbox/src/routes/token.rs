//! `POST /v2/web-kyc/token`: a code becomes a token.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::prepared::Prepared;
use super::refusal::Refusal;
use crate::app_state::AppState;
use crate::fault::Endpoint;
use crate::store::CodeRefused;

const FIELDS: [&str; 5] = [
    "grantType",
    "code",
    "redirectUri",
    "clientId",
    "clientSecret",
];

pub(crate) async fn exchange_code(
    State(app): State<Arc<AppState>>,
    TokenRequest(fields): TokenRequest,
) -> Result<Response, Refusal> {
    let [grant_type, code, redirect_uri, client_id, client_secret] = FIELDS.map(|name| {
        fields
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    });
    let given = |value: Option<_>, name| value.ok_or(Refusal::MissingParameter(name));
    let grant_type = given(grant_type, "grantType")?;
    let code = given(code, "code")?;
    let redirect_uri = given(redirect_uri, "redirectUri")?;
    let client_id = given(client_id, "clientId")?;
    let client_secret = given(client_secret, "clientSecret")?;

    // The guide spells it one way in its curl call and the other in its text.
    if !matches!(grant_type, "authorization_code" | "authorizationCode") {
        return Err(Refusal::InvalidParameter("grantType"));
    }
    // Before the code is touched: who cannot say the secret cannot spend another's code either.
    let client = app
        .client(client_id)
        .filter(|client| client.secret.is(client_secret))
        .ok_or(Refusal::BadApiKeys)?;
    let now = app.clock.now();
    let token = app
        .store
        .exchange(code, &client.id, redirect_uri, now)
        .map_err(|refused| match refused {
            CodeRefused::Invalid => Refusal::CodeInvalidOrExpired,
            CodeRefused::RedirectUri => Refusal::RedirectUriDiffers,
        })?;
    // The exchange is done whatever becomes of its answer.
    let effect = app
        .store
        .verification(&token, now)
        .and_then(|verification| verification.scenario.effect_at(Endpoint::Token));
    let answer = Prepared::Json(json!({ "token": token }));
    Ok(answer.spoilt_by(effect, &app.clock).await)
}

/// The fields of the form, in either of the two encodings of forms.
pub(crate) struct TokenRequest(HashMap<String, String>);

impl<S: Send + Sync> FromRequest<S> for TokenRequest {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let content_type = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let media_type = content_type
            .and_then(|value| value.split(';').next())
            .map(|value| value.trim().to_ascii_lowercase());
        let pairs = match media_type.as_deref() {
            Some("application/x-www-form-urlencoded") => {
                let body = Bytes::from_request(request, state)
                    .await
                    .map_err(|rejection| unreadable(rejection.into_response().status()))?;
                url::form_urlencoded::parse(&body).into_owned().collect()
            }
            Some("multipart/form-data") => parts(request, state).await?,
            _ => return Err(Refusal::UnsupportedMediaType),
        };
        let mut fields = HashMap::new();
        for (name, value) in pairs {
            let Some(known) = FIELDS.into_iter().find(|field| *field == name) else {
                continue;
            };
            if fields.insert(name, value).is_some() {
                return Err(Refusal::InvalidParameter(known));
            }
        }
        Ok(Self(fields))
    }
}

async fn parts<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<Vec<(String, String)>, Refusal> {
    let broken = |error: MultipartError| unreadable(error.status());
    let mut form = Multipart::from_request(request, state)
        .await
        .map_err(|rejection| unreadable(rejection.status()))?;
    let mut pairs = Vec::new();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let Some(name) = field.name().map(str::to_owned) else {
            continue;
        };
        pairs.push((name, field.text().await.map_err(broken)?));
    }
    Ok(pairs)
}

fn unreadable(status: StatusCode) -> Refusal {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::BodyTooLarge,
        _ => Refusal::BodyUnreadable,
    }
}
