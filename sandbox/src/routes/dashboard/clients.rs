//! The clients: what they are, and what can be done with each.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    App, Frame, Moment, Section,
    client_form::{ClientForm, Entered, Flaws},
    missing, page,
    script::{ClockForm, FaultForm, Told},
    sign_ups::authorize_path,
};
use crate::{
    app_state::AppState,
    client::{AfterFailure, Client, ClientSettings, WebhookSignature},
    controls::Controls,
    fault::Fault,
    redirect::RedirectUri,
    routes::pages,
    scenario::{Group, Scenario},
};

#[derive(Template)]
#[template(path = "dashboard/clients.html")]
struct ClientList {
    frame: Frame,
    clients: Vec<Arc<Client>>,
}

pub(super) async fn list_clients(State(app): App) -> Response {
    let frame = Frame::of(&app, Section::Clients);
    let clients = app.clients.all();
    page(StatusCode::OK, &ClientList { frame, clients })
}

#[derive(Template)]
#[template(path = "dashboard/client_new.html")]
struct NewClient {
    frame: Frame,
    draft: ClientForm,
    flaws: Flaws,
}

fn show_new(app: &AppState, status: StatusCode, draft: ClientForm, flaws: Flaws) -> Response {
    let frame = Frame::of(app, Section::Clients).below();
    let form = NewClient {
        frame,
        draft,
        flaws,
    };
    page(status, &form)
}

pub(super) async fn new_client(State(app): App) -> Response {
    show_new(
        &app,
        StatusCode::OK,
        ClientForm::default(),
        Flaws::default(),
    )
}

pub(super) async fn add_client(State(app): App, Entered(draft): Entered) -> Response {
    let Some(draft) = draft else {
        return unreadable(&app);
    };
    let made = app
        .store
        .draw(|ids| app.clients.make(draft.settings(), ids));
    match made {
        Ok(client) => back(&client.id, "?done=added"),
        Err(error) => show_new(&app, StatusCode::UNPROCESSABLE_ENTITY, draft, error.into()),
    }
}

/// A client's page. What was entered wrongly stands in its fields, with a sentence at each.
#[derive(Template)]
#[template(path = "dashboard/client.html")]
pub(super) struct ClientPage {
    frame: Frame,
    url: String,
    client: Arc<Client>,
    shown: bool,
    done: Option<&'static str>,
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
    pub(super) fn of(app: &AppState, client: Arc<Client>) -> Self {
        let script = app.scripts.of(&client.id);
        Self {
            frame: Frame::of(app, Section::Clients).below(),
            url: app.url.clone(),
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

    /// The same page with settings as they were entered, and what is wrong with them.
    fn refuse_settings(mut self, draft: ClientForm, flaws: Flaws) -> Response {
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

    fn is_told(&self) -> bool {
        !self.next.is_empty() || self.always.is_some() || !self.faults.is_empty()
    }
}

#[derive(Deserialize)]
pub(super) struct View {
    #[serde(default)]
    secrets: String,
    #[serde(default)]
    done: String,
}

pub(super) async fn show_client(
    State(app): App,
    Path(id): Path<String>,
    Query(view): Query<View>,
) -> Response {
    let Some(client) = app.client(&id) else {
        return unknown(&app);
    };
    let done = match view.done.as_str() {
        "added" => Some("The client was added. Its credentials work now."),
        "saved" => Some("Saved. Sign-ups that are under way keep what they began with."),
        "reset" => Some("Everything about its sign-ups was forgotten."),
        "told" => Some("Noted. The next calls will show it."),
        "moved" => Some("The client’s time was moved."),
        "closed" => Some("The account is deactivated."),
        "opened" => Some("The account is active again."),
        _ => None,
    };
    let client = ClientPage {
        shown: view.secrets == "shown",
        done,
        ..ClientPage::of(&app, client)
    };
    page(StatusCode::OK, &client)
}

pub(super) async fn save_client(
    State(app): App,
    Path(id): Path<String>,
    Entered(draft): Entered,
) -> Response {
    let Some(client) = app.client(&id) else {
        return unknown(&app);
    };
    let Some(draft) = draft else {
        return unreadable(&app);
    };
    let settings = ClientSettings {
        id: None,
        ..draft.settings()
    };
    match app.clients.change(&id, |client| settings.apply(client)) {
        Some(Ok(_)) => back(&id, "?done=saved"),
        Some(Err(flaws)) => ClientPage::of(&app, client).refuse_settings(draft, flaws.into()),
        None => unknown(&app),
    }
}

pub(super) async fn close_account(app: App, id: Path<String>) -> Response {
    act(app, id, "closed", |controls| controls.deactivate(true))
}

pub(super) async fn open_account(app: App, id: Path<String>) -> Response {
    act(app, id, "opened", |controls| controls.deactivate(false))
}

pub(super) async fn reset_client(app: App, id: Path<String>) -> Response {
    act(app, id, "reset", Controls::reset)
}

pub(super) async fn remove_client(State(app): App, Path(id): Path<String>) -> Response {
    if app.client(&id).is_none() {
        return unknown(&app);
    }
    Controls::new(app, &id).remove();
    Redirect::to(Section::Clients.path()).into_response()
}

/// Does something to a client that is there, and goes back to its page.
pub(super) fn act(
    State(app): App,
    Path(id): Path<String>,
    done: &str,
    action: impl FnOnce(&Controls),
) -> Response {
    if app.client(&id).is_none() {
        return unknown(&app);
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

pub(super) fn unknown(app: &AppState) -> Response {
    missing(app, Section::Clients, "client")
}

fn unreadable(app: &AppState) -> Response {
    pages::problem(
        app,
        StatusCode::BAD_REQUEST,
        "The form could not be read",
        "It broke off, or it is not the form of a client. Nothing was changed.",
        "Go back and send it again.",
    )
}
