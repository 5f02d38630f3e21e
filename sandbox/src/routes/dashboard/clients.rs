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
    super::own::Address,
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
    address: Address,
    Query(view): Query<View>,
) -> Response {
    let Some(client) = app.client(&id) else {
        return unknown(&app);
    };
    let done = match view.done.as_str() {
        "added" => Some("The client was added. Its credentials work now."),
        "saved" => Some("Saved. Sign-ups that are under way keep what they began with."),
        "reset" => Some("Its sign-ups and verifications were deleted."),
        "planned" => Some("Saved. It applies from the next call on."),
        "moved" => Some("The client’s clock was moved."),
        "closed" => Some("The account is deactivated."),
        "opened" => Some("The account is active again."),
        _ => None,
    };
    let mut client = ClientPage::of(&app, address, client);
    client.shown = view.secrets == "shown";
    client.done = done;
    page(StatusCode::OK, &client)
}

pub(super) async fn save_client(
    State(app): App,
    Path(id): Path<String>,
    address: Address,
    Entered(draft): Entered,
) -> Response {
    let Some(client) = app.client(&id) else {
        return unknown(&app);
    };
    let Some(draft) = draft else {
        return unreadable(&app);
    };
    let settings = ClientSettings {
        id: Change::Keep,
        ..draft.settings()
    };
    match app.clients.change(&id, |client| settings.apply(client)) {
        Some(Ok(_)) => back(&id, "?done=saved"),
        Some(Err(flaws)) => {
            ClientPage::of(&app, address, client).refuse_settings(draft, flaws.into())
        }
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

fn unreadable(app: &AppState) -> Response {
    pages::problem(
        app,
        StatusCode::BAD_REQUEST,
        "The form could not be read",
        "It is incomplete, or not the form of a client. Nothing was changed.",
        "Go back and send it again.",
    )
}
