//! `/web-idv/…`: the calls that came after Web KYC. A server asks for the address to send the
//! visitor to, and takes the whole result for the code that the visitor comes back with.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};

use super::{
    credentials::{self, Reference},
    own::Called,
    parameters::remark_unknown,
    prepared::Prepared,
    refusal::{Refusal, TextMember},
};
use crate::{
    api::Api,
    app_state::AppState,
    client::Client,
    comparison::Comparison,
    diagnosis,
    fault::Endpoint,
    journal::{Notes, secrets_in_query},
    pictures,
    query::{self, Query},
    redirect::RedirectUri,
    sign_up::{AuthorizationRequest, SignUp},
    store::CodeRefused,
    wire::{DocumentData, JsonBody, VerificationUrl},
};

const REDIRECT_URL: &str = "redirectUrl";
const CODE: &str = "code";

pub(crate) async fn create_verification_url(
    State(app): State<Arc<AppState>>,
    notes: Notes,
    called: Called,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, Refusal> {
    let client = authenticate(&app, &notes, &headers)?;
    for name in headers
        .keys()
        .filter(|name| name.as_str().starts_with("aq-"))
    {
        notes.remark(format!(
            "The header {name} is ignored: the test person decides."
        ));
    }
    let query = Query::parse(raw.as_deref().unwrap_or_default());
    remark_unknown(&notes, query.names(), &[REDIRECT_URL]);
    let redirect_uri = read_redirect_url(&app, &client, &notes, &query)?;
    if !app.store.has_room() {
        notes.failure("Pictures of other visitors take all the memory that there is.");
        return Err(Refusal::NoRoom);
    }
    let id = app.store.begin(SignUp::of(
        AuthorizationRequest {
            api: Api::WebIdv,
            client: Arc::clone(&client),
            redirect_uri,
            state: None,
            back: None,
            remarks: Vec::new(),
        },
        app.clock.now_of(&client.id),
    ));
    notes.sign_up(&id);
    let token = app.store.address(&id, &client.id);
    notes.secret(&token);
    let effect = app.effect_at(Endpoint::VerificationUrl, &client.id, None);
    let url = format!("{}/verify?token={token}", called.origin_for_visitors(&app));
    let answer = Prepared::Json(JsonBody::VerificationUrl(VerificationUrl {
        verification_url: url,
    }));
    Ok(answer.spoilt_by(effect, &app, &client.id, &notes).await)
}

pub(crate) async fn take_verification_result(
    State(app): State<Arc<AppState>>,
    notes: Notes,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::parse(raw.as_deref().unwrap_or_default());
    let code = query.get(CODE).map(query::decoded);
    // By the id in the credentials, so that the call is in its sign-up even if the secret is wrong.
    let authenticated = authenticate(&app, &notes, &headers);
    if let (Some(id), Some(code)) = (notes.read().client_id, &code)
        && let Some(sign_up) = app.store.sign_up_of_code(code, &id)
    {
        notes.sign_up(&sign_up);
    }
    let client = authenticated?;
    remark_unknown(&notes, query.names(), &[REDIRECT_URL, CODE]);
    let redirect_url = read_redirect_url(&app, &client, &notes, &query)?;
    let code = read(&notes, &query, CODE)?;
    let now = app.clock.now_of(&client.id);
    let redeemed = app
        .store
        .redeem(&code, &client.id, redirect_url.as_str(), now);
    let effect = app.effect_at(Endpoint::Result, &client.id, redeemed.as_ref().ok());
    let answer = match redeemed {
        Ok(verification) => {
            notes.sign_up(&verification.sign_up);
            let mut result = pictures::drawing(move || verification.record()).await;
            // Only a visitor who passed has a code.
            result.status = Some("PASSED");
            if app.dialect.first_and_last_names {
                let documents = result.documents.iter_mut();
                documents.for_each(DocumentData::add_first_and_last_name);
            }
            Prepared::Json(JsonBody::Record(Box::new(result)))
        }
        Err(refused) => {
            if let Some(sign_up) = &refused.sign_up {
                notes.sign_up(sign_up);
            }
            notes.failure(diagnosis::of_code(refused.because));
            if let Some(sent_to) = &refused.sent_to {
                notes.compare(Comparison::of(redirect_url.as_str(), sent_to));
            }
            let refusal = match refused.because {
                CodeRefused::RedirectUri => Refusal::NotRegistered(REDIRECT_URL),
                _ => Refusal::CodeInvalidOrExpired,
            };
            Prepared::Refused(refusal, TextMember::Message)
        }
    };
    Ok(answer.spoilt_by(effect, &app, &client.id, &notes).await)
}

fn authenticate(
    app: &AppState,
    notes: &Notes,
    headers: &HeaderMap,
) -> Result<Arc<Client>, Refusal> {
    credentials::client(app, notes, headers, Reference::WebIdv).map_err(|refused| match refused {
        Refusal::BadApiKeys if !app.dialect.one_spelling_of_bad_keys => Refusal::BadApiKeysOfWebIdv,
        other => other,
    })
}

fn read_redirect_url(
    app: &AppState,
    client: &Client,
    notes: &Notes,
    query: &Query<'_>,
) -> Result<RedirectUri, Refusal> {
    let spelling = read(notes, query, REDIRECT_URL)?;
    if query
        .get(REDIRECT_URL)
        .is_some_and(|url| url.contains("://"))
    {
        notes.remark("redirectUrl came without percent-encoding; an & in it would be lost.");
    }
    if client.redirect_uris.is_empty() {
        notes.failure(format!("{} has no redirect URLs.", client.id));
        return Err(Refusal::NoRedirectUrls);
    }
    // A client that sends its page's address sends the code in it, which is unspent.
    for secret in secrets_in_query(&spelling) {
        notes.secret(&secret);
    }
    let shown = spelling.split(['?', '#']).next().unwrap_or_default();
    let refused = |because: &str| {
        let registered = client.redirect_uris.iter().map(RedirectUri::as_str);
        let registered: Vec<&str> = registered.collect();
        notes.failure(format!(
            "{REDIRECT_URL} is {shown}, which {because}. Registered: {}. Scheme, host, port \
             and path must be the same to the letter.",
            registered.join(", ")
        ));
        if let Some(comparison) = Comparison::with_nearest(shown, registered) {
            notes.compare(comparison);
        }
        Refusal::NotRegistered(REDIRECT_URL)
    };
    let url =
        RedirectUri::parse_for_web_idv(&spelling).map_err(|unfit| refused(&unfit.to_string()))?;
    if !client.is_registered(&url) {
        return Err(refused("is not registered"));
    }
    if app.dialect.https_only && !url.is_https_or_loopback() {
        return Err(refused("is neither https nor on this machine"));
    }
    Ok(url)
}

fn read(notes: &Notes, query: &Query<'_>, name: &'static str) -> Result<String, Refusal> {
    if query.repeats(name) {
        notes.failure(format!("{name} is there more than once."));
        return Err(Refusal::InvalidParameter(name));
    }
    let Some(value) = query.get(name) else {
        notes.failure(diagnosis::of_missing(name, query.names(), "query"));
        return Err(Refusal::MissingParameter(name));
    };
    Ok(query::decoded(value))
}
