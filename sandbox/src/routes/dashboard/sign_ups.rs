//! The sign-ups: one row for each, and one page for each, which says why it failed.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::{
    super::{own::Address, reader::Reader},
    App, Frame, Moment, SecretsQuery, Section, missing, page,
    paging::Paging,
    timeline::{Item, What},
    tone::Tone,
};
use crate::{
    api::Api,
    app_state::AppState,
    journal::{Search, SignUpSummary, Stage, Standing},
    redirect::RedirectUri,
    scenario::Scenario,
    texts::{SignUpsTexts, Texts, fill},
};

/// The stage that completes a sign-up: the client has fetched the data.
const GOAL: usize = 3;

/// The search and the filter of the list.
#[derive(Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    client: String,
    /// Anything: failures only.
    #[serde(default)]
    failed: String,
    #[serde(default)]
    page: String,
}

impl Filter {
    fn narrows(&self) -> bool {
        !self.q.trim().is_empty() || !self.client.is_empty() || !self.failed.is_empty()
    }
}

/// A sign-up as a row of the list.
pub(super) struct SignUpRow {
    id: String,
    started: Moment,
    client: Option<ClientName>,
    scenario: Option<&'static Scenario>,
    api: Option<Api>,
    stages: Vec<Mark>,
    tone: Tone,
    outcome: String,
}

/// A stage as the progress line shows it.
struct Mark {
    name: String,
    tone: Tone,
    word: &'static str,
}

impl Mark {
    fn of(stage: &Stage, texts: &SignUpsTexts) -> Self {
        let (tone, word) = match stage.standing {
            Standing::Done => (Tone::Good, texts.done),
            Standing::Failed => (Tone::Bad, texts.failed),
            Standing::Open => (Tone::Open, texts.open),
        };
        Self {
            name: stage.name.clone(),
            tone,
            word,
        }
    }
}

/// A client as other pages name it. It may have been removed, or never have been there.
pub(super) struct ClientName {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) is_known: bool,
}

impl ClientName {
    pub(super) fn of(app: &AppState, id: &str) -> Self {
        let client = app.client(id);
        Self {
            is_known: client.is_some(),
            name: client.map_or_else(|| id.to_owned(), |client| client.name.clone()),
            id: id.to_owned(),
        }
    }
}

impl SignUpRow {
    fn of(app: &AppState, texts: &Texts, summary: SignUpSummary) -> Self {
        let fetched = summary
            .stages
            .get(GOAL)
            .is_some_and(|stage| stage.standing == Standing::Done);
        let tone = match (summary.failed, fetched) {
            (true, _) => Tone::Bad,
            (false, true) => Tone::Good,
            (false, false) => Tone::Open,
        };
        let texts = &texts.dashboard.sign_ups;
        let stages = summary.stages.iter().map(|stage| Mark::of(stage, texts));
        Self {
            started: Moment(summary.started),
            client: summary.client_id.map(|id| ClientName::of(app, &id)),
            scenario: summary.scenario.as_deref().and_then(Scenario::by_name),
            api: summary.api,
            stages: stages.collect(),
            tone,
            outcome: summary.outcome,
            id: summary.id,
        }
    }

    /// Calls that belong to no sign-up are listed too: a developer whose first sign-up goes wrong
    /// looks for them.
    fn is_lone_call(&self) -> bool {
        self.id.starts_with("call-")
    }

    fn api_name(&self) -> &'static str {
        match self.api {
            Some(Api::WebKyc) => "Web KYC",
            Some(Api::WebIdv) => "Web IDV",
            None => "",
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/sign_ups.html")]
struct SignUps {
    frame: Frame,
    filter: Filter,
    clients: Vec<ClientName>,
    rows: Vec<SignUpRow>,
    paging: Paging,
    /// A link to try out, for a developer without a client.
    walk: Option<String>,
}

pub(super) async fn list_sign_ups(
    State(app): App,
    reader: Reader,
    Query(filter): Query<Filter>,
) -> Response {
    let frame = Frame::of(&app, reader, Section::SignUps);
    let client_id = Some(filter.client.as_str()).filter(|id| !id.is_empty());
    let search = Search::of(&filter.q).among_failures(!filter.failed.is_empty());
    let mut sign_ups = app.journal.sign_ups(client_id, &search);
    let narrowed = [
        ("q", filter.q.as_str()),
        ("client", &filter.client),
        ("failed", &filter.failed),
    ];
    let (shown, paging) = Paging::of(sign_ups.len(), &filter.page, &narrowed);
    let clients = app.clients.all();
    let list = SignUps {
        frame,
        rows: sign_ups
            .drain(shown)
            .map(|summary| SignUpRow::of(&app, reader.texts(), summary))
            .collect(),
        paging,
        walk: clients.iter().find_map(|client| {
            let uri = client.redirect_uris.first()?;
            Some(authorize_path(&client.id, uri))
        }),
        clients: clients
            .iter()
            .map(|client| ClientName::of(&app, &client.id))
            .collect(),
        filter,
    };
    page(StatusCode::OK, &list)
}

/// A link with everything right that a sign-up can begin with.
pub(super) fn authorize_path(client_id: &str, uri: &RedirectUri) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", client_id)
        .append_pair("redirect_uri", uri.as_str())
        .append_pair("scope", "kyc")
        .finish()
        // A form's spelling of a space, which an authorize URL takes for a plus sign.
        .replace('+', "%20");
    format!("/authorize?{query}")
}

#[derive(Template)]
#[template(path = "dashboard/sign_up.html")]
struct SignUpPage {
    frame: Frame,
    row: SignUpRow,
    items: Vec<Item>,
    verification: Option<String>,
    shown: bool,
}

pub(super) async fn show_sign_up(
    State(app): App,
    reader: Reader,
    Path(id): Path<String>,
    Address(url): Address,
    Query(secrets): Query<SecretsQuery>,
) -> Response {
    let frame = Frame::of(&app, reader, Section::SignUps).below();
    let shown = secrets.shown();
    let Some(record) = app.journal.sign_up(&id, &url, shown) else {
        return missing(&app, reader, Section::SignUps);
    };
    let finished = app.store.verifications();
    let verification = finished.into_iter().find(|one| one.sign_up == id);
    let started = record.summary.started;
    let texts = &reader.texts().dashboard.sign_up;
    let events = record.events.into_iter();
    let mut items: Vec<Item> = events
        .map(|event| Item::of(event, started, texts))
        .collect();
    let verification = verification.map(|one| one.id);
    for delivery in verification.iter().flat_map(|id| app.deliveries.of(id)) {
        let item = Item::of_delivery(delivery, started);
        let place = items.iter().position(|other| other.is_later(&item));
        items.insert(place.unwrap_or(items.len()), item);
    }
    let sign_up = SignUpPage {
        frame,
        row: SignUpRow::of(&app, reader.texts(), record.summary),
        items,
        verification,
        shown,
    };
    page(StatusCode::OK, &sign_up)
}
