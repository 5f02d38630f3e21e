//! The TOML file of `--config`.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::{Config, ConfigError};
use crate::{
    client::{
        AfterFailure, Change, Client, ClientError, ClientFlaw, ClientSettings, Logo,
        WebhookSignature,
    },
    dialect::Dialect,
};

impl Config {
    /// Reads a TOML file: the `[[client]]` tables, `verifier`, `seed`, `now` and `[dialect]`.
    ///
    /// # Errors
    /// When the file cannot be read or a client in it cannot be used.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::File {
            path: path.to_owned(),
            source,
        })?;
        let file: ConfigFile = toml::from_str(&text).map_err(|error| ConfigError::Toml {
            path: path.to_owned(),
            reason: without_value(error.message()),
            line: error
                .span()
                .map_or(1, |span| text[..span.start].matches('\n').count() + 1),
        })?;
        // A logo's path is meant from where it is written.
        let folder = path.parent().unwrap_or(Path::new("."));
        let clients = file.client.into_iter().map(|entry| entry.read(folder));
        Ok(Self {
            clients: clients.collect::<Result<_, _>>()?,
            verifier: file.verifier,
            seed: file.seed,
            now: file.now,
            dialect: file.dialect,
            ..Self::default()
        })
    }
}

/// "invalid type: integer `7`, expected a string" shows the value in the file, which may be a
/// secret.
fn without_value(message: &str) -> String {
    match message.rsplit_once(", expected ") {
        Some((wrong, expected)) if wrong.starts_with("invalid") => format!("expected {expected}"),
        _ => message.to_owned(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    #[serde(default)]
    client: Vec<ClientEntry>,
    verifier: Option<Url>,
    seed: Option<u64>,
    now: Option<Timestamp>,
    #[serde(default)]
    dialect: Dialect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientEntry {
    id: String,
    secret: String,
    redirect_uris: Vec<String>,
    name: Option<String>,
    logo: Option<PathBuf>,
    deactivated: Option<bool>,
    webhook_url: Option<String>,
    webhook_signature: Option<WebhookSignature>,
    after_failure: Option<AfterFailure>,
}

impl ClientEntry {
    fn read(self, folder: &Path) -> Result<Client, ClientError> {
        let refused = |flaw| ClientError::flawed(&self.id, flaw);
        if self.redirect_uris.is_empty() {
            return Err(refused(ClientFlaw::NoRedirectUri));
        }
        let mut client = Client::without_redirect_uri(&self.id, &self.secret)?;
        client.logo = self
            .logo
            .as_ref()
            .map(|path| Logo::read(&folder.join(path)).map_err(refused))
            .transpose()?;
        let settings = ClientSettings {
            name: self.name.into(),
            redirect_uris: Change::To(self.redirect_uris),
            deactivated: self.deactivated.into(),
            webhook_url: self.webhook_url.into(),
            webhook_signature: self.webhook_signature.into(),
            after_failure: self.after_failure.into(),
            ..ClientSettings::default()
        };
        settings
            .apply(&mut client)
            .map_err(|flaws| ClientError::Flawed { id: self.id, flaws })?;
        Ok(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sandbox.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::write(
            folder.path().join("logo.svg"),
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
        )
        .unwrap();
        std::fs::write(folder.path().join("logo.exe"), "MZ").unwrap();
        Config::from_file(&path)
    }

    #[test]
    fn a_file_names_clients_with_all_they_have() {
        let config = file(
            r#"
            seed = 7
            now = "2026-01-01T00:00:00Z"
            [dialect]
            both_error_texts = true

            [[client]]
            id = "client!+ID"
            secret = "s,e,c"
            redirect_uris = ["http://localhost:1/a", "https://shop.example/b"]
            name = "Shop <&>"
            logo = "logo.svg"
            deactivated = true
            webhook_url = "http://localhost:1/hook"
            webhook_signature = "hmac"
            after_failure = "stay"
            "#,
        )
        .unwrap();
        let clients = config.clients;
        assert_eq!(
            (config.seed, config.now.unwrap().as_second()),
            (Some(7), 1_767_225_600)
        );
        assert!(config.dialect.both_error_texts && config.dialect.code_lifetime == 600);
        assert_eq!(clients[0].id, "client!+ID");
        assert_eq!(clients[0].name, "Shop <&>");
        assert_eq!(clients[0].redirect_uris.len(), 2);
        assert_eq!(
            clients[0].logo.as_ref().unwrap().media_type,
            "image/svg+xml"
        );
        assert!(clients[0].deactivated);
        let webhook = clients[0].webhook_url.as_ref().unwrap();
        assert_eq!(webhook.as_str(), "http://localhost:1/hook");
        assert_eq!(clients[0].webhook_signature, WebhookSignature::Hmac);
        assert_eq!(clients[0].after_failure, AfterFailure::Stay);
    }

    #[test]
    fn a_client_without_a_name_is_called_by_its_id() {
        let config = file(
            "[[client]]\nid = \"shop\"\nsecret = \"s\"\n\
             redirect_uris = [\"http://localhost/\"]",
        );
        assert_eq!(config.unwrap().clients[0].name, "shop");
    }

    #[test]
    fn a_wrong_file_gives_one_line_without_secrets() {
        let entry = "[[client]]\nid = \"a\"\nsecret = \"hush\"\nname = \"A\"\n";
        for (text, expected) in [
            (
                format!("{entry}redirect_uris = []"),
                "it has no redirect URI",
            ),
            (
                format!("{entry}redirect_uris = [\"/x\"]"),
                "is not an absolute",
            ),
            (
                format!("{entry}redirect_uris = [\"http://localhost/\"]\nlogo = \"logo.exe\""),
                "neither",
            ),
            (
                format!("{entry}redirect_uris = [\"http://localhost/\"]\nlogo = \"none\""),
                "none",
            ),
            (
                format!("{entry}redirect_uris = [\"http://localhost/\"]\nwebhook_url = \"/hook\""),
                "the webhook URL is not an absolute",
            ),
            (
                format!("{entry}redirect_uris = []\nwebhook_signature = \"md5\""),
                "line 6",
            ),
            (format!("{entry}redirect_uri = 7"), "line 5"),
            (
                "[[client]]\nsecret = 4711".to_owned(),
                "line 2: expected a string",
            ),
            ("secret".to_owned(), "line 1"),
        ] {
            let message = file(&text).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
            assert!(
                !message.contains("hush") && !message.contains("4711") && !message.contains('\n'),
                "{message}"
            );
        }
    }
}
