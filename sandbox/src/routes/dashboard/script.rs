//! A client's script and its clock, as their forms change them.

use std::{sync::Arc, time::Duration};

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    super::{own::Address, reader::Reader},
    App,
    client_page::{ClientPage, act, back, unknown},
    script_forms::{ClockForm, FaultForm, number},
};
use crate::controls::Controls;

/// Ten years.
const FURTHEST_MOVE: u64 = 10 * 366 * 24 * 60;

#[derive(Deserialize)]
pub(super) struct ScenarioForm {
    #[serde(default)]
    scenario: String,
}

pub(super) async fn play_next(
    app: App,
    reader: Reader,
    id: Path<String>,
    Form(form): Form<ScenarioForm>,
) -> Response {
    act(app, reader, id, "planned#next", |controls| {
        // The page offers existing scenarios only; an invented name changes nothing.
        let _ = controls.play_next([form.scenario.as_str()]);
    })
}

pub(super) async fn play_always(
    app: App,
    reader: Reader,
    id: Path<String>,
    Form(form): Form<ScenarioForm>,
) -> Response {
    let scenario = Some(form.scenario.as_str()).filter(|name| !name.is_empty());
    act(app, reader, id, "planned#next", |controls| {
        let _ = controls.play_always(scenario);
    })
}

pub(super) async fn add_fault(
    State(app): App,
    reader: Reader,
    Path(id): Path<String>,
    address: Address,
    Form(form): Form<FaultForm>,
) -> Response {
    let Some(client) = app.client(&id) else {
        return unknown(&app, reader);
    };
    let texts = &reader.texts().dashboard;
    match form.fault(&texts.script) {
        Ok(fault) => match Controls::new(Arc::clone(&app), &id).inject(fault) {
            Ok(()) => back(&id, "?done=planned#next"),
            Err(flaw) => {
                ClientPage::of(&app, reader, address, client).refuse_fault(form, flaw.to_string())
            }
        },
        Err(flaw) => {
            ClientPage::of(&app, reader, address, client).refuse_fault(form, flaw.to_owned())
        }
    }
}

pub(super) async fn clear_script(app: App, reader: Reader, id: Path<String>) -> Response {
    act(app, reader, id, "planned#next", Controls::clear_script)
}

pub(super) async fn move_clock(
    State(app): App,
    reader: Reader,
    Path(id): Path<String>,
    address: Address,
    Form(form): Form<ClockForm>,
) -> Response {
    let Some(client) = app.client(&id) else {
        return unknown(&app, reader);
    };
    match number(&form.minutes, 1, FURTHEST_MOVE) {
        Some(minutes) => {
            Controls::new(app, &id).advance_clock(Duration::from_secs(minutes * 60));
            back(&id, "?done=moved#clock")
        }
        None => {
            let flaw = reader.texts().dashboard.client_page.not_minutes;
            ClientPage::of(&app, reader, address, client).refuse_clock(form, flaw)
        }
    }
}
