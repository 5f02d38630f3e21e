//! Unchecked settings: each is an environment variable, a flag of the same name and a key of a TOML
//! file.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use anyhow::{Context, ensure};
use clap::Args;
use serde::{Deserialize, Deserializer, de};

use crate::config::{SiteSettings, StoreSettings, file};

/// Enough for thousands of sites; a larger file is the wrong one.
const FILE_LIMIT: u64 = 4 << 20;

/// Declares each setting once: field, environment variable, the value's name in `--help`, and
/// `secret` where neither `--help` nor an error may show the value.
macro_rules! settings {
    ($($(#[$($doc:tt)*])* $field:ident: $variable:tt $placeholder:tt $($secret:ident)?;)*) => {
        /// The settings as given. A flag wins over the environment, and both over the file.
        #[derive(Args, Clone, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        #[expect(rustdoc::bare_urls, reason = "these are also the words of --help")]
        pub struct Settings {
            $(
                $(#[$($doc)*])*
                #[arg(
                    long,
                    global = true,
                    env = $variable,
                    value_name = $placeholder,
                    hide_env_values = is_secret(stringify!($($secret)?))
                )]
                pub $field: Option<String>,
            )*
            /// The sites visitors may come from, by key; only in the file, as `[sites.KEY]`
            #[arg(skip)]
            pub sites: BTreeMap<String, SiteSettings>,
            /// Where sign-ups that a site's server creates are kept; only in the file, as `[store]`
            #[arg(skip)]
            pub store: Option<StoreSettings>,
        }

        impl Settings {
            /// Every value, without the tables of the file.
            pub(super) fn values(&self) -> impl Iterator<Item = SettingText<&Option<String>>> {
                [$(SettingText {
                    setting: $variable,
                    text: &self.$field,
                    is_secret: is_secret(stringify!($($secret)?)),
                }),*]
                .into_iter()
            }

            fn values_mut(&mut self) -> impl Iterator<Item = SettingText<&mut Option<String>>> {
                [$(SettingText {
                    setting: $variable,
                    text: &mut self.$field,
                    is_secret: is_secret(stringify!($($secret)?)),
                }),*]
                .into_iter()
            }
        }
    };
}

settings! {
    /// The client id from Authenteq; required
    client_id: "WEBKYC_CLIENT_ID" "ID";
    /// The client secret from Authenteq; required, here or in a file
    client_secret: "WEBKYC_CLIENT_SECRET" "SECRET" secret;
    /// A file that holds the client secret
    client_secret_file: "WEBKYC_CLIENT_SECRET_FILE" "FILE";
    /// The address that browsers see, with a path if mounted under one; required
    public_url: "WEBKYC_PUBLIC_URL" "URL";
    /// The redirect URI registered with Authenteq, sent byte for byte [default: PUBLIC_URL/results]
    redirect_uri: "WEBKYC_REDIRECT_URI" "URL";
    /// Where the identity server's "Back to …" link leads; with web-kyc
    back_url: "WEBKYC_BACK_URL" "URL";
    /// Which of Authenteq's APIs verifies visitors: web-kyc or web-idv [default: web-kyc]
    flow: "WEBKYC_FLOW" "FLOW";
    /// The flow's ID in Authenteq's dashboard; with web-idv [default: the account's default flow]
    idv_flow_slug: "WEBKYC_IDV_FLOW_SLUG" "SLUG";
    /// Whether visitors may show more than one document: true or false; with web-idv [default: false]
    #[serde(deserialize_with = "true_or_false")]
    idv_multi_document: "WEBKYC_IDV_MULTI_DOCUMENT" "BOOL";
    /// Authenteq's server for visitors [default: https://identity.authenteq.com, or with web-idv https://web-idv.app.authenteq.com]
    identity_url: "WEBKYC_IDENTITY_URL" "URL";
    /// Authenteq's token and details API; with web-kyc [default: https://api.authenteq.com]
    api_url: "WEBKYC_API_URL" "URL";
    /// Authenteq's export API, and with web-idv its API for everything [default: https://api.app.authenteq.com]
    export_url: "WEBKYC_EXPORT_URL" "URL";
    /// The grantType of the token call; with web-kyc [default: authorization_code]
    grant_type: "WEBKYC_GRANT_TYPE" "WORD";
    /// Where to listen [default: 127.0.0.1:8080]
    listen: "WEBKYC_LISTEN" "ADDRESS:PORT";
    /// The proxies whose X-Forwarded-For is believed: addresses or networks, separated by spaces
    trusted_proxies: "WEBKYC_TRUSTED_PROXIES" "NETWORKS";
    /// Where operators ask for exports and metrics [default: nowhere]
    operator_listen: "WEBKYC_OPERATOR_LISTEN" "ADDRESS:PORT";
    /// The key that operators send as a Bearer token: 32 characters or more
    operator_key: "WEBKYC_OPERATOR_KEY" "KEY" secret;
    /// A file that holds the operators' key
    operator_key_file: "WEBKYC_OPERATOR_KEY_FILE" "FILE";
    /// Keys that seal the cookies: base64 of 32 bytes or more, newest first, separated by spaces
    cookie_keys: "WEBKYC_COOKIE_KEYS" "KEYS" secret;
    /// A file that holds the cookie keys, one a line
    cookie_keys_file: "WEBKYC_COOKIE_KEYS_FILE" "FILE";
    /// Whether verifications are of real people: true or false; required with a store [default: false if the
    /// identity server is on this machine, else true]
    #[serde(deserialize_with = "true_or_false")]
    live: "WEBKYC_LIVE" "BOOL";
    /// The time zone for ages, as in the IANA database [default: UTC]
    time_zone: "WEBKYC_TIME_ZONE" "NAME";
    /// The folder of built pages [default: those inside this program, if it was built with them; dist]
    assets: "WEBKYC_ASSETS" "FOLDER";
    /// What to log, as a filter such as info or webkyc_backend=debug [default: info]
    log: "WEBKYC_LOG" "FILTER";
}

/// One setting's value.
pub(super) struct SettingText<T> {
    /// The environment variable's name.
    pub(super) setting: &'static str,
    pub(super) text: T,
    pub(super) is_secret: bool,
}

impl<T> SettingText<T> {
    /// The name of this setting and of its `_FILE` twin.
    fn twin(&self) -> &'static str {
        self.setting.strip_suffix("_FILE").unwrap_or(self.setting)
    }
}

fn is_secret(marker: &str) -> bool {
    marker == "secret"
}

/// In TOML a word without quotes or one in them.
fn true_or_false<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    struct Word;

    impl de::Visitor<'_> for Word {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("true or false")
        }

        fn visit_bool<E>(self, word: bool) -> Result<String, E> {
            Ok(word.to_string())
        }

        fn visit_str<E>(self, word: &str) -> Result<String, E> {
            Ok(word.to_owned())
        }
    }

    from.deserialize_any(Word).map(Some)
}

/// An empty value counts as absent, like an unedited line of `.env.sample`.
#[expect(clippy::ref_option, reason = "it is the type of every setting")]
pub(super) fn given(setting: &Option<String>) -> Option<&str> {
    setting.as_deref().filter(|text| !text.is_empty())
}

impl Settings {
    /// Reads the settings from a TOML file.
    ///
    /// # Errors
    /// When the file cannot be read or is invalid; gives the line number, not its content.
    pub fn from_file(path: &Path) -> anyhow::Result<Self> {
        let named = path.to_owned();
        // The path may be a pipe: `--config <(…)`.
        let read = file::in_time(file::OPEN_TIMEOUT, move || {
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
        let holds_secret = settings
            .values()
            .any(|value| value.is_secret && value.text.is_some());
        if holds_secret {
            ensure!(
                !is_open_to_all,
                "{path:?} holds a secret, and everybody on this machine may open it: chmod 600"
            );
        }
        Ok(settings)
    }

    /// These settings, with `fallback` for absent ones. A value here replaces a file there, and
    /// the other way round: given both, the setting would be given twice.
    #[must_use]
    pub fn or(mut self, mut fallback: Self) -> Self {
        let is_given = |value: &SettingText<&Option<String>>| given(value.text).is_some();
        let ours = self.values().filter(is_given);
        let ours: Vec<_> = ours.map(|value| value.twin()).collect();
        for (value, theirs) in self.values_mut().zip(fallback.values_mut()) {
            if !ours.contains(&value.twin()) {
                *value.text = theirs.text.take();
            }
        }
        if self.sites.is_empty() {
            self.sites = fallback.sites;
        }
        if self.store.is_none() {
            self.store = fallback.store;
        }
        self
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
    fn ops_10_a_wrong_file_is_reported_by_its_line_and_never_its_content() {
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
            let message = error.to_string();
            assert!(
                message.contains(", line ") && !message.contains("98765"),
                "{message}"
            );
        }
    }
}
