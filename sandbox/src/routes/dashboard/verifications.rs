//! The verifications: the data that clients get, and how to fetch it again.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use serde_json::Value;
use webkyc_specimen::persona::Shape;

use super::{
    super::{own::Address, reader::Reader},
    App, Frame, Moment, SecretsQuery, Section, missing, page,
    paging::Paging,
    sign_ups::ClientName,
};
use crate::{
    app_state::AppState,
    journal::quoted,
    pictures,
    texts::{Texts, fill},
    verification::Finished,
    webhook_worker,
};

struct VerificationRow {
    id: String,
    ended: Moment,
    client: ClientName,
    /// A test person's name, or whose document was read.
    person: &'static str,
    /// `read` where a visitor's own document was read.
    scenario: &'static str,
    failure: Option<&'static str>,
}

impl VerificationRow {
    fn of(app: &AppState, texts: &Texts, finished: &Finished) -> Self {
        let failure = finished.played.filter(|scenario| scenario.is_failure());
        Self {
            id: finished.id.clone(),
            ended: Moment(finished.ended),
            client: ClientName::of(app, &finished.client_id),
            person: finished
                .played
                .map_or(texts.dashboard.verifications.own_document, |scenario| {
                    scenario.person.name
                }),
            scenario: finished.scenario(),
            failure: failure.map(|scenario| texts.title_of(scenario)),
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/verifications.html")]
struct Verifications {
    frame: Frame,
    rows: Vec<VerificationRow>,
    paging: Paging,
}

/// `?page=2`
#[derive(Deserialize)]
pub(super) struct PageQuery {
    #[serde(default)]
    page: String,
}

pub(super) async fn list_verifications(
    State(app): App,
    reader: Reader,
    Query(asked): Query<PageQuery>,
) -> Response {
    let frame = Frame::of(&app, reader, Section::Verifications);
    let finished = app.store.verifications();
    let (shown, paging) = Paging::of(finished.len(), &asked.page, &[]);
    let newest = finished.iter().rev().skip(shown.start).take(shown.len());
    let list = Verifications {
        frame,
        rows: newest
            .map(|one| VerificationRow::of(&app, reader.texts(), one))
            .collect(),
        paging,
    };
    page(StatusCode::OK, &list)
}

/// A part of the data under its name in the JSON. Values at the top have an empty name.
struct RecordPart {
    name: String,
    members: Vec<(String, String)>,
}

/// The parts of a record in their order. Nested members have their path as a name.
fn parts(record: &Value) -> Vec<RecordPart> {
    let members = |value: &Value, parts: bool| {
        let mut rows = Vec::new();
        for (name, value) in value.as_object().into_iter().flatten() {
            if value.is_object() == parts {
                flatten(name, value, &mut rows);
            }
        }
        rows
    };
    let whole = RecordPart {
        name: String::new(),
        members: members(record, false),
    };
    let documents = record.as_object().into_iter().flatten();
    let documents = documents.filter(|(_, value)| value.is_object());
    let documents = documents.map(|(name, value)| {
        let mut rows = members(value, false);
        rows.extend(members(value, true));
        RecordPart {
            name: name.clone(),
            members: rows,
        }
    });
    [whole].into_iter().chain(documents).collect()
}

fn flatten(name: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                flatten(&format!("{name}.{member}"), value, rows);
            }
        }
        Value::String(text) => rows.push((name.to_owned(), text.clone())),
        other => rows.push((name.to_owned(), other.to_string())),
    }
}

/// One of the exports, as a terminal asks for it.
struct Export {
    id: &'static str,
    name: &'static str,
    curl: String,
}

fn exports(app: &AppState, url: &str, finished: &Finished, shown: bool) -> Vec<Export> {
    let client = app.client(&finished.client_id);
    let credentials = match client.filter(|_| shown) {
        Some(client) => quoted(&format!("{}:{}", client.id, client.secret.expose())),
        None => format!(
            "{}\"$CLIENT_SECRET\"",
            quoted(&format!("{}:", finished.client_id))
        ),
    };
    [
        ("json", "JSON", ""),
        ("multipart", "Multipart", ""),
        ("pdf", "PDF", "-o report.pdf "),
    ]
    .map(|(id, name, option)| Export {
        id,
        name,
        curl: format!(
            "curl -u {credentials} {option}{}",
            quoted(&format!(
                "{url}/export/verification-result-as-{id}?verificationId={}",
                finished.id
            ))
        ),
    })
    .into()
}

#[derive(Template)]
#[template(path = "dashboard/verification.html")]
struct VerificationPage {
    frame: Frame,
    row: VerificationRow,
    sign_up: String,
    code: Option<String>,
    parts: Vec<RecordPart>,
    images: Vec<(String, (u32, u32))>,
    proof_of_address: bool,
    /// Whether its client has one.
    webhook: bool,
    guide: bool,
    exports: Vec<Export>,
    shown: bool,
}

pub(super) async fn show_verification(
    State(app): App,
    reader: Reader,
    Path(id): Path<String>,
    Address(url): Address,
    Query(secrets): Query<SecretsQuery>,
) -> Response {
    let Some(finished) = app.store.finished(&id) else {
        return missing(&app, reader, Section::Verifications);
    };
    let shown = secrets.shown();
    let verification = VerificationPage {
        frame: Frame::of(&app, reader, Section::Verifications).below(),
        row: VerificationRow::of(&app, reader.texts(), &finished),
        parts: parts(&finished.without_own().members()),
        images: finished
            .specimens()
            .filter_map(|(name, image)| Some((name, image.size()?)))
            .collect(),
        webhook: app
            .client(&finished.client_id)
            .is_some_and(|client| client.webhook_url.is_some()),
        proof_of_address: finished.subject.proof_of_address.is_some(),
        guide: finished.subject.shape == Shape::Guide,
        exports: exports(&app, &url, &finished, shown),
        code: shown.then_some(finished.code),
        sign_up: finished.sign_up,
        shown,
    };
    page(StatusCode::OK, &verification)
}

/// Tells the webhook once more, and shows the sign-up, in which the tries are listed.
pub(super) async fn resend_webhook(
    State(app): App,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    let Some(finished) = app.store.finished(&id) else {
        return missing(&app, reader, Section::Verifications);
    };
    match webhook_worker::resend(&app, &id) {
        Ok(()) => Redirect::to(&format!("/_sandbox/attempts/{}", finished.sign_up)).into_response(),
        // The client has none any more, so the page has no such button either.
        Err(_) => Redirect::to(&format!("/_sandbox/verifications/{id}")).into_response(),
    }
}

pub(super) async fn show_image(
    State(app): App,
    Path((id, name)): Path<(String, String)>,
) -> Response {
    let name = name.strip_suffix(".jpeg").map(str::to_owned);
    let (Some(finished), Some(name)) = (app.store.finished(&id), name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let found = finished.specimens().find(|(known, _)| *known == name);
    let Some(image) = found.map(|(_, image)| image.clone()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match pictures::drawing(move || image.jpeg()).await {
        Some(jpeg) => ([(CONTENT_TYPE, "image/jpeg")], jpeg).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(super) async fn show_proof_of_address(State(app): App, Path(id): Path<String>) -> Response {
    let Some(finished) = app.store.finished(&id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match pictures::drawing(move || finished.proof_of_address()).await {
        Some(bill) => ([(CONTENT_TYPE, "application/pdf")], bill).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_listed_part_by_part_under_the_names_of_the_wire() {
        let parts = parts(&json!({
            "id": "1",
            "nfcVerified": true,
            "documentData": { "classes": { "B": { "from": "2019" } }, "surname": "DOE" },
        }));
        let written: Vec<String> = parts
            .iter()
            .flat_map(|part| {
                let rows = part.members.iter();
                rows.map(|(name, value)| format!("{}/{name}={value}", part.name))
            })
            .collect();
        assert_eq!(
            written,
            [
                "/id=1",
                "/nfcVerified=true",
                "documentData/surname=DOE",
                "documentData/classes.B.from=2019",
            ]
        );
    }
}
