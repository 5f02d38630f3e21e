//! `GET /api/config`

use axum::{Json, extract::State};
use webkyc_shared::api::{PublicConfig, ReturnUrl, Site};

use crate::app::AppState;

/// The public settings of this deployment.
#[utoipa::path(get, path = "/api/config", responses((status = 200, body = PublicConfig)))]
pub(crate) async fn get_config(State(app): State<AppState>) -> Json<PublicConfig> {
    let sites = app.config.sites.iter().map(|(key, site)| Site {
        key: key.to_owned(),
        name: site.name.clone(),
        returns: site
            .returns
            .iter()
            .map(|(key, url)| ReturnUrl {
                key: key.to_owned(),
                url: url.clone(),
            })
            .collect(),
    });
    Json(PublicConfig {
        public_url: app.config.public_url.url.clone(),
        redirect_uri: app.config.redirect.uri.clone(),
        identity_origin: app.config.endpoints.identity.origin().ascii_serialization(),
        sites: sites.collect(),
        test: !app.config.live,
    })
}
