//! `POST /v2/web-kyc/token`: a code becomes a token.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{
        FromRequest, Request, State,
        multipart::{Multipart, MultipartError},
    },
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};

use super::{
    parameters::remark_unknown,
    prepared::Prepared,
    refusal::{Refusal, TextMember},
};
use crate::{
    app_state::AppState,
    comparison::Comparison,
    diagnosis,
    fault::Endpoint,
    journal::{Form, Notes},
    store::{CodeRefused, Exchanged, NotTaken},
    wire::{JsonBody, Token},
};

const FIELDS: [&str; 5] = [
    "grantType",
    "code",
    "redirectUri",
    "clientId",
    "clientSecret",
];

pub(crate) async fn exchange_code(
    State(app): State<Arc<AppState>>,
    notes: Notes,
    TokenRequest(fields): TokenRequest,
) -> Result<Response, Refusal> {
    note_caller(&app, &notes, &fields);
    let [grant_type, code, redirect_uri, client_id, client_secret] = values(&notes, &fields)?;
    // The guide spells it one way in its curl call and the other in its text.
    match grant_type {
        "authorization_code" => {}
        "authorizationCode" => notes.remark(
            "grantType is authorizationCode, as in the guide's text; its curl call has \
             authorization_code.",
        ),
        _ => {
            notes.failure("grantType must be authorization_code.");
            return Err(Refusal::InvalidParameter("grantType"));
        }
    }
    // Before the code is touched: a caller without the secret cannot spend the code.
    let Some(client) = app.client(client_id) else {
        notes.failure(format!("No client has the id {client_id}."));
        return Err(Refusal::BadApiKeys);
    };
    if !client.secret.is(client_secret) {
        notes.failure(diagnosis::of_secret(
            &client.secret,
            client_secret,
            client_id,
        ));
        return Err(Refusal::BadApiKeys);
    }
    // The exchange counts even if a fault spoils its answer.
    let now = app.clock.now_of(&client.id);
    let exchanged = app.store.exchange(code, &client.id, redirect_uri, now);
    let verification = exchanged.as_ref().ok().map(|done| &done.verification);
    let effect = app.effect_at(Endpoint::Token, &client.id, verification);
    let answer = outcome(&notes, redirect_uri, exchanged);
    Ok(answer.spoilt_by(effect, &app, &client.id, &notes).await)
}

/// Notes client and sign-up before anything is checked, so that the call is found among theirs even if
/// a field is missing or, as in most first sign-ups that fail, the secret is wrong.
fn note_caller(app: &AppState, notes: &Notes, fields: &[(String, String)]) {
    let field = |wanted| fields.iter().find(|(name, _)| name == wanted);
    let Some((_, id)) = field("clientId") else {
        return;
    };
    notes.client(id);
    if let Some((_, code)) = field("code")
        && let Some(sign_up) = app.store.sign_up_of_code(code, id)
    {
        notes.sign_up(&sign_up);
    }
}

/// The values of [`FIELDS`].
fn values<'a>(notes: &Notes, fields: &'a [(String, String)]) -> Result<[&'a str; 5], Refusal> {
    let value = |wanted: &str| {
        let field = fields.iter().find(|(name, _)| name == wanted);
        field
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    };
    let there = || fields.iter().map(|(name, _)| name.as_str());
    remark_unknown(notes, there(), &FIELDS);
    let missing: Vec<String> = FIELDS
        .into_iter()
        .filter(|name| value(name).is_none())
        .map(|name| diagnosis::of_missing(name, there(), "form"))
        .collect();
    if !missing.is_empty() {
        notes.failure(missing.join(" "));
    }
    let given = |name| value(name).ok_or(Refusal::MissingParameter(name));
    let [grant_type, code, redirect_uri, client_id, client_secret] = FIELDS.map(given);
    Ok([
        grant_type?,
        code?,
        redirect_uri?,
        client_id?,
        client_secret?,
    ])
}

/// The token, or the refusal with what is known about its cause.
fn outcome(notes: &Notes, redirect_uri: &str, exchanged: Result<Exchanged, NotTaken>) -> Prepared {
    match exchanged {
        Ok(done) => {
            notes.sign_up(&done.verification.sign_up);
            notes.secret(&done.token);
            Prepared::Json(JsonBody::Token(Token { token: done.token }))
        }
        Err(refused) => {
            if let Some(sign_up) = &refused.sign_up {
                notes.sign_up(sign_up);
            }
            notes.failure(diagnosis::of_code(refused.because));
            if let Some(sent_to) = &refused.sent_to {
                notes.compare(Comparison::of(redirect_uri, sent_to));
            }
            let refusal = match refused.because {
                CodeRefused::RedirectUri => Refusal::RedirectUriDiffers,
                _ => Refusal::CodeInvalidOrExpired,
            };
            Prepared::Refused(refusal, TextMember::Message)
        }
    }
}

/// The fields of the form, in either of the two encodings of forms.
pub(crate) struct TokenRequest(Vec<(String, String)>);

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
        let notes = request
            .extensions()
            .get::<Notes>()
            .cloned()
            .unwrap_or_default();
        let (multipart, fields): (_, Vec<_>) = match media_type.as_deref() {
            Some("application/x-www-form-urlencoded") => {
                let body = Bytes::from_request(request, state)
                    .await
                    .map_err(|rejection| unreadable(rejection.into_response().status()))?;
                (
                    false,
                    url::form_urlencoded::parse(&body).into_owned().collect(),
                )
            }
            Some("multipart/form-data") => (true, parts(request, state).await?),
            other => {
                notes.failure(format!(
                    "The body is {}; send multipart/form-data or application/x-www-form-urlencoded.",
                    other.unwrap_or("of no type")
                ));
                return Err(Refusal::UnsupportedMediaType);
            }
        };
        notes.form(Form {
            multipart,
            fields: fields.clone(),
        });
        notes.remark(if multipart {
            "The form is multipart/form-data, as in the guide's curl call."
        } else {
            "The form is application/x-www-form-urlencoded; the guide's curl call sends \
             multipart/form-data."
        });
        for known in FIELDS {
            if fields.iter().filter(|(name, _)| name == known).count() > 1 {
                notes.failure(format!("{known} is there more than once."));
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
