//! What a sandbox is told before it starts.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use crate::client::{AfterFailure, Client, ClientFlaw, ClientSettings, Logo};
use crate::dialect::Dialect;
use crate::webhook::WebhookSignature;

/// Where a sandbox listens and which clients it knows.
#[derive(Clone, Debug)]
pub struct Config {
    /// Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The origin that browsers see, where it is not the address listened on.
    pub public_url: Option<Url>,
    /// The accounts. Ids are unique.
    pub clients: Vec<Client>,
    /// Where ids, codes and tokens come from: the same seed has the same ones, in the same order
    /// for each client.
    pub seed: u64,
    /// Where the clock stands still until it is moved. Without it, it goes on as the machine's.
    pub now: Option<Timestamp>,
    /// Which reading of the documentation it follows.
    pub dialect: Dialect,
}

impl Default for Config {
    /// The demo client, on port 8090 of this machine.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8090)),
            public_url: None,
            clients: vec![Client::demo()],
            seed: 0,
            now: None,
            dialect: Dialect::default(),
        }
    }
}

impl Config {
    /// Reads a TOML file: the `[[client]]` tables, `seed`, `now` and `[dialect]`.
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
            seed: file.seed,
            now: file.now,
            dialect: file.dialect,
            ..Self::default()
        })
    }

    /// What one would want to know before relying on this configuration, a sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if !self.listen.ip().is_loopback() {
            warnings.push(format!(
                "listening on {}: everyone on this network can use the sandbox",
                self.listen
            ));
        }
        for client in &self.clients {
            for uri in client
                .redirect_uris
                .iter()
                .filter(|uri| !uri.is_https_or_loopback())
            {
                warnings.push(format!(
                    "{}: the redirect URI {} is http, Authenteq itself registers https only",
                    client.id,
                    uri.as_str()
                ));
            }
        }
        warnings
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.clients.is_empty() {
            return Err(ConfigError::NoClient);
        }
        for (at, client) in self.clients.iter().enumerate() {
            if self.clients[..at].iter().any(|other| other.id == client.id) {
                return Err(ConfigError::TwiceTheClient(client.id.clone()));
            }
        }
        match &self.public_url {
            Some(url) if !is_origin(url) => Err(ConfigError::PublicUrl(url.to_string())),
            _ => Ok(()),
        }
    }
}

/// "invalid type: integer `7`, expected a string" shows what is written in the file, which may be
/// a secret.
fn without_value(message: &str) -> String {
    match message.rsplit_once(", expected ") {
        Some((wrong, expected)) if wrong.starts_with("invalid") => format!("expected {expected}"),
        _ => message.to_owned(),
    }
}

fn is_origin(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    #[serde(default)]
    client: Vec<ClientEntry>,
    #[serde(default)]
    seed: u64,
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
    name: String,
    logo: Option<PathBuf>,
    #[serde(default)]
    deactivated: bool,
    webhook_url: Option<String>,
    #[serde(default)]
    webhook_signature: WebhookSignature,
    #[serde(default)]
    after_failure: AfterFailure,
}

impl ClientEntry {
    fn read(self, folder: &Path) -> Result<Client, ConfigError> {
        let refused = |flaw| ConfigError::Client {
            id: self.id.clone(),
            flaw,
        };
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
            name: Some(self.name),
            redirect_uris: Some(self.redirect_uris),
            deactivated: Some(self.deactivated),
            webhook_url: self.webhook_url,
            webhook_signature: Some(self.webhook_signature),
            after_failure: Some(self.after_failure),
            ..ClientSettings::default()
        };
        settings
            .apply(&mut client)
            .map_err(|flaw| ConfigError::Client { id: self.id, flaw })?;
        Ok(client)
    }
}

/// Why a configuration cannot be used. Never says a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No account at all.
    #[error("there is no client: name at least one")]
    NoClient,
    /// Two accounts of one id.
    #[error("the client `{0}` is there twice")]
    TwiceTheClient(String),
    /// A `--client` that is not `ID,SECRET,REDIRECT_URI`.
    #[error("a client is written ID,SECRET,REDIRECT_URI")]
    ClientFormat,
    /// One account is wrong.
    #[error("client `{id}`: {flaw}")]
    Client {
        /// Which.
        id: String,
        /// How.
        flaw: ClientFlaw,
    },
    /// The public URL is more, or less, than an origin.
    #[error("the public URL `{0}` is not an http or https origin (scheme, host and port, no path)")]
    PublicUrl(String),
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{}, line {line}: {reason}", path.display())]
    Toml {
        /// Which.
        path: PathBuf,
        /// What the parser says.
        reason: String,
        /// Where.
        line: usize,
    },
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
            (7, 1_767_225_600)
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
    fn a_wrong_file_is_told_in_one_line_without_secrets() {
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
            let told = file(&text).unwrap_err().to_string();
            assert!(told.contains(expected), "{told}");
            assert!(
                !told.contains("hush") && !told.contains("4711") && !told.contains('\n'),
                "{told}"
            );
        }
    }

    #[test]
    fn a_configuration_that_contradicts_itself_is_refused() {
        let twice = Config {
            clients: vec![Client::demo(), Client::demo()],
            ..Config::default()
        };
        assert!(matches!(twice.check(), Err(ConfigError::TwiceTheClient(_))));
        let nobody = Config {
            clients: Vec::new(),
            ..Config::default()
        };
        assert!(matches!(nobody.check(), Err(ConfigError::NoClient)));
        for wrong in [
            "https://host/path",
            "https://host/?q",
            "ftp://host/",
            "https://me@host/",
        ] {
            let wrong = Config {
                public_url: Some(wrong.parse().unwrap()),
                ..Config::default()
            };
            assert!(matches!(wrong.check(), Err(ConfigError::PublicUrl(_))));
        }
        assert!(Config::default().check().is_ok());
    }

    #[test]
    fn sbx_01_listening_to_a_network_is_warned_of() {
        assert!(Config::default().listen.ip().is_loopback());
        assert!(Config::default().warnings().is_empty());
        let open = Config {
            listen: "0.0.0.0:1".parse().unwrap(),
            clients: vec![Client::new("a", "b", "http://shop.example/r").unwrap()],
            ..Config::default()
        };
        assert_eq!(open.warnings().len(), 2);
    }
}
