//! Unchecked settings: each is an environment variable, a flag of the same name and a key of a TOML
//! file.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, ensure};
use clap::Args;
use serde::Deserialize;

use crate::config::{
    file,
    form::Form::{self, Plain, Quotes},
};

/// Enough for thousands of sites; a larger file is the wrong one.
const FILE_LIMIT: u64 = 4 << 20;

/// The settings as given. A flag wins over the environment, and both over the file.
#[derive(Args, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(rustdoc::bare_urls, reason = "these are also the words of --help")]
pub struct Settings {
    /// The client id from Authenteq; required
    #[arg(long, global = true, env = "WEBKYC_CLIENT_ID", value_name = "ID")]
    pub client_id: Option<String>,
    /// The client secret from Authenteq; required, here or in a file
    #[arg(
        long,
        global = true,
        env = "WEBKYC_CLIENT_SECRET",
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub client_secret: Option<String>,
    /// A file that holds the client secret
    #[arg(
        long,
        global = true,
        env = "WEBKYC_CLIENT_SECRET_FILE",
        value_name = "FILE"
    )]
    pub client_secret_file: Option<String>,
    /// The address that browsers see, with a path if mounted under one; required
    #[arg(long, global = true, env = "WEBKYC_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// The redirect URI registered with Authenteq, sent byte for byte [default: PUBLIC_URL/results]
    #[arg(long, global = true, env = "WEBKYC_REDIRECT_URI", value_name = "URL")]
    pub redirect_uri: Option<String>,
    /// Where the identity server's "Back to …" link leads
    #[arg(long, global = true, env = "WEBKYC_BACK_URL", value_name = "URL")]
    pub back_url: Option<String>,
    /// Authenteq's identity server [default: https://identity.authenteq.com]
    #[arg(long, global = true, env = "WEBKYC_IDENTITY_URL", value_name = "URL")]
    pub identity_url: Option<String>,
    /// Authenteq's token and details API [default: https://api.authenteq.com]
    #[arg(long, global = true, env = "WEBKYC_API_URL", value_name = "URL")]
    pub api_url: Option<String>,
    /// Authenteq's export API [default: https://api.app.authenteq.com]
    #[arg(long, global = true, env = "WEBKYC_EXPORT_URL", value_name = "URL")]
    pub export_url: Option<String>,
    /// The grantType of the token call [default: authorization_code]
    #[arg(long, global = true, env = "WEBKYC_GRANT_TYPE", value_name = "WORD")]
    pub grant_type: Option<String>,
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(
        long,
        global = true,
        env = "WEBKYC_LISTEN",
        value_name = "ADDRESS:PORT"
    )]
    pub listen: Option<String>,
    /// The proxies whose X-Forwarded-For is believed: addresses or networks, separated by spaces
    #[arg(
        long,
        global = true,
        env = "WEBKYC_TRUSTED_PROXIES",
        value_name = "NETWORKS"
    )]
    pub trusted_proxies: Option<String>,
    /// Where operators ask for exports and metrics [default: nowhere]
    #[arg(
        long,
        global = true,
        env = "WEBKYC_OPERATOR_LISTEN",
        value_name = "ADDRESS:PORT"
    )]
    pub operator_listen: Option<String>,
    /// The key that operators send as a Bearer token: 32 characters or more
    #[arg(
        long,
        global = true,
        env = "WEBKYC_OPERATOR_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub operator_key: Option<String>,
    /// A file that holds the operators' key
    #[arg(
        long,
        global = true,
        env = "WEBKYC_OPERATOR_KEY_FILE",
        value_name = "FILE"
    )]
    pub operator_key_file: Option<String>,
    /// Keys that seal the cookies: base64 of 32 bytes or more, newest first, separated by spaces
    #[arg(
        long,
        global = true,
        env = "WEBKYC_COOKIE_KEYS",
        value_name = "KEYS",
        hide_env_values = true
    )]
    pub cookie_keys: Option<String>,
    /// A file that holds the cookie keys, one a line
    #[arg(
        long,
        global = true,
        env = "WEBKYC_COOKIE_KEYS_FILE",
        value_name = "FILE"
    )]
    pub cookie_keys_file: Option<String>,
    /// The folder of built pages [default: those inside this program, if it was built with them; dist]
    #[arg(long, global = true, env = "WEBKYC_ASSETS", value_name = "FOLDER")]
    pub assets: Option<String>,
    /// What to log, as a filter such as info or webkyc_backend=debug [default: info]
    #[arg(long, global = true, env = "WEBKYC_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// The sites visitors may come from, by key; only in the file, as `[sites.KEY]`
    #[arg(skip)]
    pub sites: BTreeMap<String, Site>,
}

/// An empty value counts as absent, like an unedited line of `.env.sample`.
pub(crate) fn given(setting: Option<String>) -> Option<String> {
    setting.filter(|text| !text.is_empty())
}

/// A site that sends its visitors here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The name to show.
    pub name: String,
    /// Exact addresses a visitor may be sent back to, by key.
    #[serde(default)]
    pub returns: BTreeMap<String, String>,
    /// Exact origins of the same site whose pages may call the API, as `https://www.shop.example`.
    #[serde(default)]
    pub origins: Vec<String>,
}

impl Settings {
    /// Reads the settings from a TOML file.
    ///
    /// # Errors
    /// When the file cannot be read or is invalid; gives the line number, not its content.
    pub fn from_file(path: &Path) -> anyhow::Result<Self> {
        let named = path.to_owned();
        // The path may be a pipe: `--config <(…)`.
        let read = file::in_time(file::PATIENCE, move || {
            let file = fs::File::open(named)?;
            let is_open_to_all = file::is_open_to_all(&file.metadata()?);
            let text = file::text(file::read(file, FILE_LIMIT)?)?;
            Ok((text, is_open_to_all))
        });
        let (text, is_open_to_all) = read.with_context(|| format!("cannot read {path:?}"))?;
        let settings: Self = toml::from_str(&text).map_err(|error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text[..start].matches('\n').count() + 1;
            // "invalid type: integer `7`, expected a string" would quote a possible secret.
            let reason = match error.message().rsplit_once(", expected ") {
                Some((wrong, expected)) if wrong.starts_with("invalid") => {
                    format!("expected {expected}")
                }
                _ => error.message().to_owned(),
            };
            anyhow::anyhow!("{path:?}, line {line}: {reason}")
        })?;
        let secrets = [
            &settings.client_secret,
            &settings.cookie_keys,
            &settings.operator_key,
        ];
        if secrets.iter().any(|secret| secret.is_some()) {
            ensure!(
                !is_open_to_all,
                "{path:?} holds a secret, and everybody on this machine may open it: chmod 600"
            );
        }
        Ok(settings)
    }

    /// Every value with its environment variable and form. Destructures all fields, so that a new
    /// one cannot be forgotten.
    pub(crate) fn values(&self) -> [(&'static str, Option<&str>, Form); 19] {
        let Self {
            client_id,
            client_secret,
            client_secret_file,
            public_url,
            redirect_uri,
            back_url,
            identity_url,
            api_url,
            export_url,
            grant_type,
            listen,
            trusted_proxies,
            operator_listen,
            operator_key,
            operator_key_file,
            cookie_keys,
            cookie_keys_file,
            assets,
            log,
            // Checked separately, value by value.
            sites: _,
        } = self;
        [
            ("WEBKYC_CLIENT_ID", client_id, Plain),
            ("WEBKYC_CLIENT_SECRET", client_secret, Quotes),
            ("WEBKYC_CLIENT_SECRET_FILE", client_secret_file, Plain),
            ("WEBKYC_PUBLIC_URL", public_url, Plain),
            ("WEBKYC_REDIRECT_URI", redirect_uri, Plain),
            ("WEBKYC_BACK_URL", back_url, Plain),
            ("WEBKYC_IDENTITY_URL", identity_url, Plain),
            ("WEBKYC_API_URL", api_url, Plain),
            ("WEBKYC_EXPORT_URL", export_url, Plain),
            ("WEBKYC_GRANT_TYPE", grant_type, Plain),
            ("WEBKYC_LISTEN", listen, Plain),
            ("WEBKYC_TRUSTED_PROXIES", trusted_proxies, Plain),
            ("WEBKYC_OPERATOR_LISTEN", operator_listen, Plain),
            ("WEBKYC_OPERATOR_KEY", operator_key, Quotes),
            ("WEBKYC_OPERATOR_KEY_FILE", operator_key_file, Plain),
            ("WEBKYC_COOKIE_KEYS", cookie_keys, Quotes),
            ("WEBKYC_COOKIE_KEYS_FILE", cookie_keys_file, Plain),
            ("WEBKYC_ASSETS", assets, Plain),
            ("WEBKYC_LOG", log, Plain),
        ]
        .map(|(setting, value, form)| (setting, value.as_deref(), form))
    }

    /// These settings, with `fallback` for absent ones.
    #[must_use]
    pub fn or(self, mut fallback: Self) -> Self {
        let is_given = |setting: &Option<String>| given(setting.clone()).is_some();
        // A value here and a file there give the same setting twice; this one wins.
        if is_given(&self.client_secret) || is_given(&self.client_secret_file) {
            (fallback.client_secret, fallback.client_secret_file) = (None, None);
        }
        if is_given(&self.cookie_keys) || is_given(&self.cookie_keys_file) {
            (fallback.cookie_keys, fallback.cookie_keys_file) = (None, None);
        }
        if is_given(&self.operator_key) || is_given(&self.operator_key_file) {
            (fallback.operator_key, fallback.operator_key_file) = (None, None);
        }
        Self {
            client_id: given(self.client_id).or(fallback.client_id),
            client_secret: given(self.client_secret).or(fallback.client_secret),
            client_secret_file: given(self.client_secret_file).or(fallback.client_secret_file),
            public_url: given(self.public_url).or(fallback.public_url),
            redirect_uri: given(self.redirect_uri).or(fallback.redirect_uri),
            back_url: given(self.back_url).or(fallback.back_url),
            identity_url: given(self.identity_url).or(fallback.identity_url),
            api_url: given(self.api_url).or(fallback.api_url),
            export_url: given(self.export_url).or(fallback.export_url),
            grant_type: given(self.grant_type).or(fallback.grant_type),
            listen: given(self.listen).or(fallback.listen),
            trusted_proxies: given(self.trusted_proxies).or(fallback.trusted_proxies),
            operator_listen: given(self.operator_listen).or(fallback.operator_listen),
            operator_key: given(self.operator_key).or(fallback.operator_key),
            operator_key_file: given(self.operator_key_file).or(fallback.operator_key_file),
            cookie_keys: given(self.cookie_keys).or(fallback.cookie_keys),
            cookie_keys_file: given(self.cookie_keys_file).or(fallback.cookie_keys_file),
            assets: given(self.assets).or(fallback.assets),
            log: given(self.log).or(fallback.log),
            sites: if self.sites.is_empty() {
                fallback.sites
            } else {
                self.sites
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_leaves_the_file_its_say_and_a_twin_wins_over_the_files_twin() {
        let environment = Settings {
            client_id: Some(String::new()),
            client_secret_file: Some("/run/secrets/authenteq".into()),
            ..Settings::default()
        };
        let file = Settings {
            client_id: Some("a".into()),
            client_secret: Some("in the file".into()),
            ..Settings::default()
        };
        let both = environment.or(file);
        assert_eq!(both.client_id.as_deref(), Some("a"));
        assert_eq!(both.client_secret, None);
        assert!(both.client_secret_file.is_some());
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let flags = Settings {
            listen: Some("127.0.0.1:1".into()),
            ..Settings::default()
        };
        let file: Settings = toml::from_str(
            "listen = \"127.0.0.1:2\"\nclient_id = \"a\"\n[sites.shop]\nname = \"Shop\"\nreturns = { done = \"https://shop.example/done\" }",
        )
        .unwrap();
        let both = flags.or(file);
        assert_eq!(both.listen.as_deref(), Some("127.0.0.1:1"));
        assert_eq!(both.client_id.as_deref(), Some("a"));
        assert_eq!(
            both.sites["shop"].returns["done"],
            "https://shop.example/done"
        );
    }

    #[test]
    #[cfg(unix)]
    fn ops_06_a_configuration_that_holds_a_secret_is_not_for_everybody() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("webkyc.toml");
        for (text, mode, is_taken) in [
            ("client_secret = \"98765\"", 0o644, false),
            ("client_secret = \"98765\"", 0o640, true),
            ("client_id = \"a\"", 0o644, true),
        ] {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let read = Settings::from_file(&path);
            assert_eq!(read.is_ok(), is_taken, "{text} {mode:o}");
        }
    }

    #[test]
    fn ops_10_a_wrong_file_is_told_by_its_line_and_never_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("webkyc.toml");
        for text in [
            "client_secret = 98765",
            "\nclient_secrets = \"98765\"",
            "client_secret = \"98765",
        ] {
            fs::write(&path, text).unwrap();
            let Err(error) = Settings::from_file(&path) else {
                panic!("was accepted");
            };
            let told = error.to_string();
            assert!(
                told.contains(", line ") && !told.contains("98765"),
                "{told}"
            );
        }
    }
}
