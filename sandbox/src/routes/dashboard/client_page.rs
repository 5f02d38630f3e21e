//! The page of one client, and the way back to it.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    super::{own::Address, reader::Reader},
    App, Frame, Moment, Section,
    client_form::{ClientForm, Flaws},
    missing, page,
    script_forms::{ClockForm, FaultForm, FaultLabels},
    sign_ups::authorize_path,
};
use crate::{
    app_state::AppState,
    client::{AfterFailure, Client, WebhookSignature},
    controls::Controls,
    fault::Fault,
    redirect::RedirectUri,
    scenario::{Group, Scenario},
    texts::{Texts, fill},
};

/// A client's page. Wrong entries stay in their fields, with a sentence at each.
#[derive(Template)]
#[template(path = "dashboard/client.html")]
pub(super) struct ClientPage {
    frame: Frame,
    labels: FaultLabels,
    url: String,
    client: Arc<Client>,
    pub(super) shown: bool,
    pub(super) done: Option<&'static str>,
    draft: ClientForm,
    flaws: Flaws,
    now: Moment,
    code_lifetime: u32,
    next: Vec<&'static Scenario>,
    always: Option<&'static Scenario>,
    faults: Vec<Fault>,
    fault: FaultForm,
    fault_flaw: Option<String>,
    clock: ClockForm,
    clock_flaw: Option<&'static str>,
}

impl ClientPage {
    pub(super) fn of(
        app: &AppState,
        reader: Reader,
        Address(url): Address,
        client: Arc<Client>,
    ) -> Self {
        let script = app.scripts.of(&client.id);
        Self {
            frame: Frame::of(app, reader, Section::Clients).below(),
            labels: FaultLabels(&reader.texts().dashboard.script),
            url,
            shown: false,
            done: None,
            draft: ClientForm::of(&client),
            flaws: Flaws::default(),
            now: Moment(app.clock.now_of(&client.id)),
            code_lifetime: app.dialect.code_lifetime,
            next: script.next.into(),
            always: script.always,
            faults: script.faults,
            fault: FaultForm::default(),
            fault_flaw: None,
            clock: ClockForm::default(),
            clock_flaw: None,
            client,
        }
    }

    /// The same page with the entered settings and their mistakes.
    pub(super) fn refuse_settings(mut self, draft: ClientForm, flaws: Flaws) -> Response {
        (self.draft, self.flaws) = (draft, flaws);
        self.refused()
    }

    /// The same with a fault.
    pub(super) fn refuse_fault(mut self, fault: FaultForm, flaw: String) -> Response {
        (self.fault, self.fault_flaw) = (fault, Some(flaw));
        self.refused()
    }

    /// The same with a time.
    pub(super) fn refuse_clock(mut self, clock: ClockForm, flaw: &'static str) -> Response {
        (self.clock, self.clock_flaw) = (clock, Some(flaw));
        self.refused()
    }

    fn refused(&self) -> Response {
        page(StatusCode::UNPROCESSABLE_ENTITY, self)
    }

    /// The address of this page.
    fn path(&self) -> String {
        path_of(&self.client.id)
    }

    fn walk(&self, uri: &RedirectUri) -> String {
        authorize_path(&self.client.id, uri)
    }

    /// The client's time.
    fn time(&self) -> String {
        format!("{} {}", self.now.date(), self.now.time())
    }

    fn has_script(&self) -> bool {
        !self.next.is_empty() || self.always.is_some() || !self.faults.is_empty()
    }
}

/// Does something to an existing client, and goes back to its page.
pub(super) fn act(
    State(app): App,
    reader: Reader,
    Path(id): Path<String>,
    done: &str,
    action: impl FnOnce(&Controls),
) -> Response {
    if app.client(&id).is_none() {
        return unknown(&app, reader);
    }
    action(&Controls::new(app, &id));
    back(&id, &format!("?done={done}"))
}

pub(super) fn back(id: &str, query: &str) -> Response {
    Redirect::to(&format!("{}{query}", path_of(id))).into_response()
}

fn path_of(id: &str) -> String {
    let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    // A form's spelling of a space, which a path takes for a plus sign.
    format!("/_sandbox/clients/{}", id.replace('+', "%20"))
}

pub(super) fn unknown(app: &AppState, reader: Reader) -> Response {
    missing(app, reader, Section::Clients)
}
