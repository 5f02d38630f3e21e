//! A backend's configuration.

use webkyc_backend::config::{Config, settings::Settings};

/// With an Authenteq that cannot be reached.
pub fn read() -> Config {
    Config::from_settings(Settings {
        client_id: Some("client!+ID".into()),
        client_secret: Some("secret".into()),
        public_url: Some("https://kyc.example".into()),
        api_url: Some("http://127.0.0.1:9".into()),
        export_url: Some("http://127.0.0.1:9".into()),
        identity_url: Some("https://identity.example".into()),
        assets: Some(env!("CARGO_MANIFEST_DIR").into()),
        ..Settings::default()
    })
    .expect("a configuration")
}
