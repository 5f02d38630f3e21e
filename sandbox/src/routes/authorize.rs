//! `GET /authorize`, which one of Authenteq's examples calls `/oauth`: a sign-up begins.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::Uri,
    response::Response,
};

use super::{
    pages,
    parameters::{ParameterProblem, missing, problem, read_scenario, remark_unknown},
    prepared::replacement,
    reader::Reader,
    redirects,
};
use crate::{
    api::{Api, Step},
    app_state::AppState,
    client::Client,
    comparison::ENCODED_TWICE,
    fault::Endpoint,
    journal::Notes,
    query::{self, Query},
    redirect::{self, RedirectUri},
    sign_up::{AuthorizationRequest, SignUp},
};

/// Every parameter that means something. Others are ignored: the mails and campaigns that carry
/// such links add their own.
const KNOWN: [&str; 8] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "back_url",
    "back",
    "sandbox_scenario",
];
/// A state longer than this fits no cookie and few servers' request lines.
const LONGEST_STATE: usize = 4096;

pub(crate) async fn authorize(
    State(app): State<Arc<AppState>>,
    notes: Notes,
    reader: Reader,
    uri: Uri,
    RawQuery(raw): RawQuery,
) -> Response {
    let raw = raw.unwrap_or_default();
    let query = Query::parse(&raw);
    remark_spelling(&notes, uri.path(), &query);
    let checked = read_request(&app, &notes, &query)
        .and_then(|request| Ok((request, read_scenario(&query)?)));
    let (request, scenario) = match checked {
        Ok(checked) => checked,
        Err(problem) => {
            // The cause is in the sentence already.
            if let Some(comparison) = &problem.comparison {
                notes.compare((**comparison).clone());
            }
            notes.failure(problem.sentence());
            return pages::refuse_parameter(&app, reader.texts(), &problem);
        }
    };
    for remark in &request.remarks {
        notes.remark(remark);
    }
    let client = Arc::clone(&request.client);
    if let Some(effect) = app.effect_at(Endpoint::Authorize, &client.id, None)
        && let Some(other) = replacement(&effect, &app, &client.id, &notes).await
    {
        return other;
    }
    if !app.store.has_room() {
        return pages::no_room(&app, reader.texts(), &request);
    }
    let id = app
        .store
        .begin(SignUp::of(request, app.clock.now_of(&client.id)));
    notes.sign_up(&id);
    match scenario.or_else(|| app.scripts.take_scenario(&client.id)) {
        Some(scenario) => redirects::skip_pages(&app, &id, scenario, reader.texts()),
        None => redirects::to_step(&id, Step::Introduction),
    }
}

/// Where the documentation has several names for one thing, which one came.
fn remark_spelling(notes: &Notes, path: &str, query: &Query<'_>) {
    if path == "/oauth" {
        notes.remark("The path is /oauth, as in one example; everywhere else it is /authorize.");
    }
    match (query.get("back_url"), query.get("back")) {
        (Some(_), Some(_)) => notes.remark("back_url and back both came; back_url counts."),
        (None, Some(_)) => {
            notes.remark("The link back came as back, as in an example; the reference: back_url.");
        }
        _ => {}
    }
    if query
        .get("redirect_uri")
        .is_some_and(|uri| uri.contains("://"))
    {
        notes.remark("redirect_uri came without percent-encoding; an & in it would be lost.");
    }
    remark_unknown(notes, query.names(), &KNOWN);
}

/// The client and its address come first: while they are in doubt, the visitor cannot be sent back.
fn read_request(
    app: &AppState,
    notes: &Notes,
    query: &Query<'_>,
) -> Result<AuthorizationRequest, ParameterProblem> {
    if let Some(name) = KNOWN.into_iter().find(|name| query.repeats(name)) {
        return Err(problem(name, query)
            .because("It is there more than once, so it is not clear which one is meant.")
            .so("Send it once."));
    }
    let client = read_client(app, query)?;
    notes.client(&client.id);
    let redirect_uri = read_redirect_uri(app, &client, query)?;
    match query.get("response_type").map(query::decoded).as_deref() {
        Some("code") => {}
        Some(_) => {
            return Err(problem("response_type", query)
                .because("The code flow is the only one there is.")
                .so("Send response_type=code."));
        }
        None => {
            return Err(missing("response_type", query).so("Send response_type=code."));
        }
    }
    let mut remarks = Vec::new();
    match query.get("scope").map(query::decoded).as_deref() {
        Some("kyc") => {}
        Some(_) => {
            return Err(problem("scope", query)
                .because("The only scope there is is kyc.")
                .so("Send scope=kyc."));
        }
        None => remarks.push("scope is missing; it was taken for kyc.".to_owned()),
    }
    let state = query.get("state").map(query::normalised);
    match &state {
        Some(state) if state.len() > LONGEST_STATE => {
            return Err(problem("state", query)
                .because("It is longer than 4,096 characters.")
                .so("Send a random string of some 43 characters, and keep everything else on your side."));
        }
        Some(_) => {}
        None => remarks.push(
            "state is missing: your site will not be able to tell this sign-up from one that another visitor began."
                .to_owned(),
        ),
    }
    let asked_back = query
        .get("back_url")
        .or(query.get("back"))
        .map(query::decoded);
    let back = asked_back.as_deref().and_then(redirect::back_link);
    if asked_back.is_some() && back.is_none() {
        let encoded = asked_back.as_deref().map(query::decoded);
        let twice = encoded.as_deref().and_then(redirect::back_link).is_some();
        let mut remark =
            "back_url is not an absolute http or https address; there is no link back.".to_owned();
        if twice {
            remark.push(' ');
            remark.push_str(ENCODED_TWICE);
        }
        remarks.push(remark);
    }
    Ok(AuthorizationRequest {
        api: Api::WebKyc,
        client,
        redirect_uri,
        state,
        back,
        remarks,
    })
}

fn read_client(app: &AppState, query: &Query<'_>) -> Result<Arc<Client>, ParameterProblem> {
    let clients = app.clients.all();
    let known: Vec<&str> = clients.iter().map(|client| client.id.as_str()).collect();
    let advice = format!(
        "This sandbox knows {}. Others are added with --client, or on its dashboard.",
        known.join(", ")
    );
    let Some(id) = query.get("client_id").map(query::decoded) else {
        return Err(missing("client_id", query).so(&advice));
    };
    match app.client(&id) {
        Some(client) => Ok(client),
        None if app.client(&query::decoded(&id)).is_some() => Err(problem("client_id", query)
            .because(ENCODED_TWICE)
            .so("Send the id, encoded once.")),
        None => Err(problem("client_id", query)
            .because("No client has this id.")
            .so(&advice)),
    }
}

fn read_redirect_uri(
    app: &AppState,
    client: &Client,
    query: &Query<'_>,
) -> Result<RedirectUri, ParameterProblem> {
    let registered: Vec<&str> = client
        .redirect_uris
        .iter()
        .map(RedirectUri::as_str)
        .collect();
    let advice = format!(
        "{} has registered {}. Scheme, host, port and path must be the same to the letter; only the query may differ.",
        client.id,
        registered.join(", ")
    );
    let Some(spelling) = query.get("redirect_uri").map(query::decoded) else {
        return Err(missing("redirect_uri", query).so(&advice));
    };
    let uri = RedirectUri::parse(&spelling).map_err(|unfit| {
        problem("redirect_uri", query)
            .because(&format!("It {unfit}."))
            .unlike(&spelling, registered.iter().copied())
            .so(&advice)
    })?;
    if !client.is_registered(&uri) {
        return Err(problem("redirect_uri", query)
            .because("The client has not registered it.")
            .unlike(&spelling, registered.iter().copied())
            .so(&advice));
    }
    if app.dialect.https_only && !uri.is_https_or_loopback() {
        return Err(problem("redirect_uri", query)
            .because("It is neither https nor on this machine, which https_only = true demands.")
            .so("Register an https address."));
    }
    Ok(uri)
}
