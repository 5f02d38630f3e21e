//! `[sites.KEY.webhook]`: where the events of a site are sent, and the secrets that sign them.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use standardwebhooks::Webhook as Signer;
use url::Url;

use super::{
    Secret,
    checks::Checks,
    form::{self, QuoteRule},
    public_url::web_url,
    settings::given,
};

/// The maximum number of secrets: the newest, its predecessor, and a few more.
const SECRET_LIMIT: usize = 8;
/// The shortest key, in bytes (Standard Webhooks 1.0: 24 to 64).
const SECRET_LENGTH: std::ops::RangeInclusive<usize> = 24..=64;

/// The table `[sites.KEY.webhook]` as given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookSettings {
    /// Where events are posted: https, or http on loopback.
    pub url: Option<String>,
    /// A file of `whsec_…` secrets, one a line, newest first; all sign.
    pub secret_file: Option<String>,
}

/// Where the events of a site are sent.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Where events are posted.
    pub url: Url,
    /// All of them sign.
    pub secrets: Secret<WebhookSecrets>,
}

/// Secrets of Standard Webhooks, newest first. Never shown.
pub struct WebhookSecrets(Vec<SecretString>);

impl WebhookSettings {
    pub(super) fn check(&self, site: &str, checks: &mut Checks) -> Option<Webhook> {
        let setting = |name: &str| format!("[sites.{site}.webhook] {name}");
        let url = match given(&self.url) {
            None => Err("is required".to_owned()),
            Some(url) => match form::problem(url, QuoteRule::Refuse) {
                Some(problem) => Err(problem),
                None => web_url("[sites]", url).map_err(|error| error.problem),
            },
        };
        let url = url.and_then(|url| {
            if url.username().is_empty() && url.password().is_none() && url.fragment().is_none() {
                return Ok(url);
            }
            Err("must not have a user name, a password or a fragment".to_owned())
        });
        let url = url.map_err(|problem| checks.refuse(setting("url"), &problem));
        let secrets = match given(&self.secret_file) {
            Some(file) => checks.secret_file(setting("secret_file"), file, WebhookSecrets::parse),
            None => {
                checks.refuse(setting("secret_file"), "is required");
                None
            }
        };
        Some(Webhook {
            url: url.ok()?,
            secrets: secrets?,
        })
    }
}

impl WebhookSecrets {
    /// Parses `whsec_` and base64 of 24 to 64 random bytes, one a line, newest first.
    ///
    /// # Errors
    /// Which secret is wrong and why, never the secret itself.
    pub fn parse(given: &str) -> Result<Self, String> {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let secrets = given.split_whitespace().enumerate().map(|(i, secret)| {
            let key = secret.strip_prefix("whsec_");
            let key = key.and_then(|key| BASE64_STANDARD.decode(key).ok());
            if !key.is_some_and(|key| SECRET_LENGTH.contains(&key.len())) {
                return Err(format!(
                    "secret {} must be whsec_ and base64 of 24 to 64 random bytes: \
                     echo whsec_$(openssl rand -base64 32)",
                    i + 1
                ));
            }
            Ok(SecretString::from(secret))
        });
        let secrets = secrets.collect::<Result<Vec<_>, _>>()?;
        match secrets.len() {
            0 => Err("holds no secret".to_owned()),
            1..=SECRET_LIMIT => Ok(Self(secrets)),
            _ => Err(format!("holds more than {SECRET_LIMIT} secrets")),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The header `webhook-signature`: one signature for each secret (Standard Webhooks 1.0).
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let sign = |secret: &SecretString| {
            let signer = Signer::new(secret.expose_secret()).ok()?;
            signer.sign(id, timestamp, body.as_bytes()).ok()
        };
        let signatures: Vec<_> = self.0.iter().filter_map(sign).collect();
        signatures.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    #[test]
    fn every_secret_signs_as_the_specification_has_it() {
        let other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let secrets = WebhookSecrets::parse(&format!("{SECRET}\n{other}\n")).unwrap();
        // The sample of the specification's reference implementations.
        let body = r#"{"email":"test@example.com","username":"test_user"}"#;
        let header = secrets.sign("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553, body);
        let (first, second) = header.split_once(' ').unwrap();
        assert_eq!(first, "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
        assert!(second.starts_with("v1,") && second != first);
    }

    #[test]
    fn ops_09_a_weak_secret_is_refused_by_its_number_and_never_shown() {
        for (given, problem) in [
            (String::new(), "no secret"),
            ("whsec_c2hvcnQ=".to_owned(), "secret 1 must be"),
            (SECRET[6..].to_owned(), "secret 1 must be"),
            (format!("{SECRET} whsec_%%%"), "secret 2 must be"),
            ([SECRET; 9].join("\n"), "more than 8"),
        ] {
            let Err(message) = WebhookSecrets::parse(&given) else {
                panic!("{given} was accepted");
            };
            assert!(message.contains(problem), "{message}");
            assert!(!message.contains("C2FV"), "{message}");
        }
    }
}
