//! The list of clients, and the forms that add, change and remove one.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    super::{own::Address, reader::Reader},
    App, Frame, Section,
    client_form::{ClientForm, Entered, Flaws},
    client_page::{ClientPage, act, back, unknown},
    page,
};
use crate::{
    app_state::AppState,
    client::{AfterFailure, Change, Client, ClientSettings, WebhookSignature},
    controls::Controls,
    routes::pages,
    texts::Texts,
};

#[derive(Template)]
#[template(path = "dashboard/clients.html")]
struct ClientList {
    frame: Frame,
    clients: Vec<Arc<Client>>,
}

pub(super) async fn list_clients(State(app): App, reader: Reader) -> Response {
    let frame = Frame::of(&app, reader, Section::Clients);
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

fn show_new(
    app: &AppState,
    reader: Reader,
    status: StatusCode,
    draft: ClientForm,
    flaws: Flaws,
) -> Response {
    let frame = Frame::of(app, reader, Section::Clients).below();
    let form = NewClient {
        frame,
        draft,
        flaws,
    };
    page(status, &form)
}

pub(super) async fn new_client(State(app): App, reader: Reader) -> Response {
    show_new(
        &app,
        reader,
        StatusCode::OK,
        ClientForm::default(),
        Flaws::default(),
    )
}

pub(super) async fn add_client(
    State(app): App,
    reader: Reader,
    Entered(draft): Entered,
) -> Response {
    let Some(draft) = draft else {
        return unreadable(&app, reader);
    };
    let made = app
        .store
        .draw(|ids| app.clients.make(draft.settings(), ids));
    match made {
        Ok(client) => back(&client.id, "?done=added"),
        Err(error) => show_new(
            &app,
            reader,
            StatusCode::UNPROCESSABLE_ENTITY,
            draft,
            error.into(),
        ),
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
    reader: Reader,
    Path(id): Path<String>,
    address: Address,
    Query(view): Query<View>,
) -> Response {
    let Some(client) = app.client(&id) else {
        return unknown(&app, reader);
    };
    let texts = &reader.texts().dashboard.client_page;
    let done = match view.done.as_str() {
        "added" => Some(texts.added),
        "saved" => Some(texts.saved),
        "reset" => Some(texts.was_reset),
        "planned" => Some(texts.planned),
        "moved" => Some(texts.moved),
        "closed" => Some(texts.closed),
        "opened" => Some(texts.opened),
        _ => None,
    };
    let mut client = ClientPage::of(&app, reader, address, client);
    client.shown = view.secrets == "shown";
    client.done = done;
    page(StatusCode::OK, &client)
}

pub(super) async fn save_client(
    State(app): App,
    reader: Reader,
    Path(id): Path<String>,
    address: Address,
    Entered(draft): Entered,
) -> Response {
    let Some(client) = app.client(&id) else {
        return unknown(&app, reader);
    };
    let Some(draft) = draft else {
        return unreadable(&app, reader);
    };
    let settings = ClientSettings {
        id: Change::Keep,
        ..draft.settings()
    };
    match app.clients.change(&id, |client| settings.apply(client)) {
        Some(Ok(_)) => back(&id, "?done=saved"),
        Some(Err(flaws)) => {
            ClientPage::of(&app, reader, address, client).refuse_settings(draft, flaws.into())
        }
        None => unknown(&app, reader),
    }
}

pub(super) async fn close_account(app: App, reader: Reader, id: Path<String>) -> Response {
    act(app, reader, id, "closed", |controls| {
        controls.deactivate(true)
    })
}

pub(super) async fn open_account(app: App, reader: Reader, id: Path<String>) -> Response {
    act(app, reader, id, "opened", |controls| {
        controls.deactivate(false)
    })
}

pub(super) async fn reset_client(app: App, reader: Reader, id: Path<String>) -> Response {
    act(app, reader, id, "reset", Controls::reset)
}

pub(super) async fn remove_client(
    State(app): App,
    reader: Reader,
    Path(id): Path<String>,
) -> Response {
    if app.client(&id).is_none() {
        return unknown(&app, reader);
    }
    Controls::new(app, &id).remove();
    Redirect::to(Section::Clients.path()).into_response()
}

fn unreadable(app: &AppState, reader: Reader) -> Response {
    let words = reader.texts().dashboard.errors.unreadable;
    pages::problem(app, reader.texts(), StatusCode::BAD_REQUEST, words)
}
