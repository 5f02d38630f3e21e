//! The keys that seal and open the cookies.

use base64::{Engine, prelude::BASE64_STANDARD};
use cookie::Key;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use sha2::{Digest, Sha256};

use super::{Api, ClientCredentials, Endpoints, Secret, checks::Checks, settings::Settings};
use crate::sealing;

/// A ring of keys, newest first. Never shown; [`CookieKeys::fingerprints`] may be shown.
#[derive(Clone)]
pub struct CookieKeys {
    keys: Vec<Key>,
}

impl CookieKeys {
    /// The configured keys, bound to the client id, the API and the identity server: a flow or a session
    /// of another API does not open, so its code, token or id is not sent to this one.
    pub(super) fn check(
        settings: &Settings,
        client: Option<&ClientCredentials>,
        api: Option<&Api>,
        endpoints: Option<&Endpoints>,
        checks: &mut Checks,
    ) -> Option<Secret<Self>> {
        let client_id = client.map_or("", |client| &client.id);
        let identity_url = endpoints.map_or("", |endpoints| endpoints.identity.as_str());
        let api = api.map_or("", Api::name);
        let deployment = format!("{client_id}\n{api}\n{identity_url}");
        let keys = checks.secret(
            ("WEBKYC_COOKIE_KEYS", &settings.cookie_keys),
            ("WEBKYC_COOKIE_KEYS_FILE", &settings.cookie_keys_file),
            move |keys| Self::parse(keys, &deployment),
        );
        if keys.is_none() {
            checks.warnings.push(
                "WEBKYC_COOKIE_KEYS is not set: sessions end with this process and are known to it alone"
                    .to_owned(),
            );
        }
        keys
    }

    /// Parses keys in the form of the setting: base64 of 32 or more random bytes each, separated by
    /// white space. Each key is bound to this `deployment`: the same key in another deployment
    /// opens none of our cookies.
    ///
    /// # Errors
    /// Which key is wrong and why, never the key itself.
    pub fn parse(given: &str, deployment: &str) -> Result<Self, String> {
        let derive = |key: &SecretSlice<u8>| {
            let key = BASE64_STANDARD.encode(key.expose_secret());
            let secret = SecretString::from(format!("{key}\n{deployment}"));
            Key::derive_from(secret.expose_secret().as_bytes())
        };
        let keys = sealing::parse_keys(given)?.iter().map(derive).collect();
        Ok(Self { keys })
    }

    /// One random key that lasts until this process ends.
    #[must_use]
    pub fn generate() -> Self {
        Self {
            keys: vec![Key::generate()],
        }
    }

    /// The key that seals.
    #[must_use]
    pub fn newest(&self) -> &Key {
        &self.keys[0]
    }

    /// The keys that open, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter()
    }

    /// Eight hexadecimal digits per key, to compare the keys of replicas.
    #[must_use]
    pub fn fingerprints(&self) -> Vec<String> {
        let digits = |key: &Key| {
            let digest = Sha256::new_with_prefix("webkyc cookie key").chain_update(key.master());
            let digest = digest.finalize();
            digest[..4]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect()
        };
        self.keys.iter().map(digits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

    #[test]
    fn ops_09_a_weak_key_is_refused_by_its_number_and_never_shown() {
        let table = [
            (String::new(), "no key"),
            ("c2hvcnQ=".to_owned(), "key 1 must be 32"),
            (format!("{KEY} %%%"), "key 2 is not base64"),
            (BASE64_STANDARD.encode([0; 32]), "not random"),
            (
                BASE64_STANDARD.encode("passwordpasswordpasswordpassword"),
                "not random",
            ),
            ([KEY; 9].join("\n"), "more than 8"),
        ];
        for (given, said) in table {
            let Err(problem) = CookieKeys::parse(&given, "d") else {
                panic!("{given} was accepted");
            };
            assert!(problem.contains(said), "{problem}");
            assert!(
                given
                    .split(' ')
                    .all(|key| key.is_empty() || !problem.contains(key))
            );
        }
    }

    #[test]
    fn ops_04_a_fingerprint_tells_keys_and_deployments_apart() {
        let one = CookieKeys::parse(KEY, "shop").unwrap().fingerprints();
        let again = CookieKeys::parse(&format!(" {KEY}\n"), "shop").unwrap();
        let elsewhere = CookieKeys::parse(KEY, "other").unwrap();
        assert_eq!(one, again.fingerprints());
        assert_ne!(one, elsewhere.fingerprints());
        assert_eq!(one[0].len(), 8);
    }
}
