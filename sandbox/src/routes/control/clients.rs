//! `/_sandbox/api/clients`

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{
        Path, State,
        rejection::{BytesRejection, JsonRejection},
    },
    http::StatusCode,
};
use serde::Serialize;
use url::Url;
use utoipa::ToSchema;

use super::refusal::{ControlRefusal, client, controls, unknown};
use crate::{
    app_state::AppState,
    client::{AfterFailure, Client, ClientSettings, LogoChange, WebhookSignature},
    redirect::RedirectUri,
};

/// A client, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientView {
    id: String,
    /// The name that visitors see.
    name: String,
    redirect_uris: Vec<String>,
    /// Whether the account was closed.
    deactivated: bool,
    /// Receives a message for every visitor who passes.
    #[schema(required, nullable)]
    webhook_url: Option<String>,
    webhook_signature: WebhookSignature,
    after_failure: AfterFailure,
}

impl ClientView {
    fn of(client: &Client) -> Self {
        let uris = client.redirect_uris.iter().map(RedirectUri::as_str);
        Self {
            id: client.id.clone(),
            name: client.name.clone(),
            redirect_uris: uris.map(str::to_owned).collect(),
            deactivated: client.deactivated,
            webhook_url: client.webhook_url.as_ref().map(Url::to_string),
            webhook_signature: client.webhook_signature,
            after_failure: client.after_failure,
        }
    }
}

/// A client that was just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct NewClientView {
    #[serde(flatten)]
    client: ClientView,
    secret: String,
}

/// A client's secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecretView {
    secret: String,
}

/// Every client, oldest first.
#[utoipa::path(get, path = "/_sandbox/api/clients", tag = "clients",
    responses((status = 200, body = Vec<ClientView>)))]
pub(super) async fn list_clients(State(app): State<Arc<AppState>>) -> Json<Vec<ClientView>> {
    let clients = app.clients.all();
    Json(clients.iter().map(|one| ClientView::of(one)).collect())
}

/// Makes a client. Makes up the id and the secret if they are left out.
#[utoipa::path(post, path = "/_sandbox/api/clients", tag = "clients",
    request_body = ClientSettings,
    responses(
        (status = 201, body = NewClientView),
        (status = 400, body = ControlRefusal),
        (status = 409, body = ControlRefusal, description = "The id is taken"),
    ))]
pub(super) async fn create_client(
    State(app): State<Arc<AppState>>,
    settings: Result<Json<ClientSettings>, JsonRejection>,
) -> Result<(StatusCode, Json<NewClientView>), ControlRefusal> {
    let Json(settings) = settings?;
    let client = app.store.draw(|ids| app.clients.make(settings, ids))?;
    let view = NewClientView {
        client: ClientView::of(&client),
        secret: client.secret.expose().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// One client.
#[utoipa::path(get, path = "/_sandbox/api/clients/{clientId}", tag = "clients",
    params(("clientId" = String, Path)),
    responses((status = 200, body = ClientView), (status = 404, body = ControlRefusal)))]
pub(super) async fn get_client(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
) -> Result<Json<ClientView>, ControlRefusal> {
    Ok(Json(ClientView::of(&*client(&app, &id)?)))
}

/// Changes the settings that are named, and no others. Sign-ups under way keep the old ones.
#[utoipa::path(patch, path = "/_sandbox/api/clients/{clientId}", tag = "clients",
    params(("clientId" = String, Path)),
    request_body = ClientSettings,
    responses(
        (status = 200, body = ClientView),
        (status = 400, body = ControlRefusal),
        (status = 404, body = ControlRefusal),
    ))]
pub(super) async fn change_client(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
    settings: Result<Json<ClientSettings>, JsonRejection>,
) -> Result<Json<ClientView>, ControlRefusal> {
    client(&app, &id)?;
    let Json(settings) = settings?;
    let changed = change(&app, &id, settings)?;
    Ok(Json(ClientView::of(&changed)))
}

/// Removes the client with everything that is known of it.
#[utoipa::path(delete, path = "/_sandbox/api/clients/{clientId}", tag = "clients",
    params(("clientId" = String, Path)),
    responses((status = 204, description = "Done"), (status = 404, body = ControlRefusal)))]
pub(super) async fn delete_client(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ControlRefusal> {
    controls(&app, &id)?.remove();
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a picture on top of the pages: SVG, PNG or JPEG by its first bytes, of 256 KiB at most.
#[utoipa::path(put, path = "/_sandbox/api/clients/{clientId}/logo", tag = "clients",
    params(("clientId" = String, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 204, description = "Done"),
        (status = 400, body = ControlRefusal),
        (status = 404, body = ControlRefusal),
    ))]
pub(super) async fn put_logo(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
    content: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, ControlRefusal> {
    let logo = match content {
        Ok(content) => LogoChange::Replace(content.into()),
        Err(_) => LogoChange::TooLarge,
    };
    change_logo(&app, &id, logo)
}

/// Brings back the sandbox's own picture.
#[utoipa::path(delete, path = "/_sandbox/api/clients/{clientId}/logo", tag = "clients",
    params(("clientId" = String, Path)),
    responses((status = 204, description = "Done"), (status = 404, body = ControlRefusal)))]
pub(super) async fn delete_logo(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ControlRefusal> {
    change_logo(&app, &id, LogoChange::Remove)
}

fn change_logo(app: &AppState, id: &str, logo: LogoChange) -> Result<StatusCode, ControlRefusal> {
    let settings = ClientSettings {
        logo,
        ..ClientSettings::default()
    };
    change(app, id, settings)?;
    Ok(StatusCode::NO_CONTENT)
}

fn change(
    app: &AppState,
    id: &str,
    settings: ClientSettings,
) -> Result<Arc<Client>, ControlRefusal> {
    let changed = app
        .store
        .draw(|ids| app.clients.change_settings(id, settings, ids));
    Ok(changed.ok_or_else(|| unknown(id))??)
}

/// The client's secret.
#[utoipa::path(get, path = "/_sandbox/api/clients/{clientId}/secret", tag = "clients",
    params(("clientId" = String, Path)),
    responses((status = 200, body = SecretView), (status = 404, body = ControlRefusal)))]
pub(super) async fn get_secret(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
) -> Result<Json<SecretView>, ControlRefusal> {
    let secret = client(&app, &id)?.secret.expose().to_owned();
    Ok(Json(SecretView { secret }))
}

/// Forgets the client's sign-ups, records and script, and moves its clock back.
#[utoipa::path(post, path = "/_sandbox/api/clients/{clientId}/reset", tag = "clients",
    params(("clientId" = String, Path)),
    responses((status = 204, description = "Done"), (status = 404, body = ControlRefusal)))]
pub(super) async fn reset_client(
    State(app): State<Arc<AppState>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ControlRefusal> {
    controls(&app, &id)?.reset();
    Ok(StatusCode::NO_CONTENT)
}
