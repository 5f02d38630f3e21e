//! The configuration of a sandbox.

mod error;
mod file;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

pub use error::ConfigError;
use jiff::Timestamp;
use url::{Host, Url};

use crate::{client::Client, dialect::Dialect, vendor};

/// Where a sandbox listens and which clients it knows.
#[derive(Clone, Debug)]
pub struct Config {
    /// Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The origin that browsers see, where it is not the address listened on.
    pub public_url: Option<Url>,
    /// Where the certificate authority is kept, for clients that speak TLS to Authenteq's own names.
    /// Without it, TLS is not spoken.
    pub tls: Option<PathBuf>,
    /// The accounts. Ids are unique.
    pub clients: Vec<Client>,
    /// The origin of a `webkyc-verifier` on this machine, or `unix:` and the path of its socket. With it visitors' own
    /// documents are read, and their faces compared.
    pub verifier: Option<Url>,
    /// Where ids, codes and tokens come from: the same seed has the same ones, in the same order
    /// for each client. Without one it is 0; with a verifier there is none, and they are unpredictable.
    pub seed: Option<u64>,
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
            tls: None,
            clients: vec![Client::demo()],
            verifier: None,
            seed: None,
            now: None,
            dialect: Dialect::default(),
        }
    }
}

impl Config {
    /// Warnings about this configuration, a sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if let Some(place) = self.exposed_at() {
            warnings.push(format!(
                "at {place}: everyone on that network can use the sandbox"
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

    /// The address at which other machines reach the sandbox, if they do.
    pub(crate) fn exposed_at(&self) -> Option<String> {
        let public = self.public_url.as_ref();
        let public = public
            .filter(|url| is_of_network(url))
            .map(|url| url.origin().ascii_serialization());
        let listens = || (!self.listen.ip().is_loopback()).then(|| self.listen.to_string());
        public.or_else(listens)
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
        if let Some(verifier) = &self.verifier {
            if !is_local_origin(verifier) && socket_of(verifier).is_none() {
                return Err(ConfigError::Verifier(verifier.to_string()));
            }
            if let Some(place) = self.exposed_at() {
                return Err(ConfigError::VerifierAndNetwork(place));
            }
            if self.seed.is_some() {
                return Err(ConfigError::VerifierAndSeed);
            }
        }
        match &self.public_url {
            Some(url) if !is_origin(url) => Err(ConfigError::PublicUrl(url.to_string())),
            _ => Ok(()),
        }
    }
}

/// Names of Authenteq lead here by the settings of a machine alone.
fn is_of_network(url: &Url) -> bool {
    is_origin(url) && !is_loopback(url) && !url.host_str().is_some_and(vendor::is_authenteqs)
}

fn is_local_origin(url: &Url) -> bool {
    is_origin(url) && url.scheme() == "http" && is_loopback(url)
}

/// The path in `unix:/run/webkyc/verifier.sock`, on a system that has such sockets.
pub(crate) fn socket_of(url: &Url) -> Option<&Path> {
    // Nothing is encoded, so the path is what was written.
    let is_path = url.as_str().strip_prefix("unix:") == Some(url.path())
        && url.path().starts_with('/')
        && !url.path().contains('%');
    (cfg!(unix) && is_path).then(|| Path::new(url.path()))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_that_contradicts_itself_is_refused() {
        let twice = Config {
            clients: vec![Client::demo(), Client::demo()],
            ..Config::default()
        };
        assert!(matches!(twice.check(), Err(ConfigError::TwiceTheClient(_))));
        let no_client = Config {
            clients: Vec::new(),
            ..Config::default()
        };
        assert!(matches!(no_client.check(), Err(ConfigError::NoClient)));
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
    fn sbx_14_a_verifier_stays_on_this_machine_and_its_ids_unpredictable() {
        let with = |url: &str| Config {
            verifier: Some(url.parse().unwrap()),
            ..Config::default()
        };
        for right in [
            "http://127.0.0.1:8095",
            "http://[::1]:1/",
            "http://localhost",
            #[cfg(unix)]
            "unix:/run/webkyc/verifier.sock",
        ] {
            assert!(with(right).check().is_ok(), "{right}");
        }
        for wrong in [
            "https://127.0.0.1",
            "http://192.0.2.1",
            "http://verifier.example",
            "http://127.0.0.1/path",
            "unix:verifier.sock",
            "unix://host/verifier.sock",
            "unix:/a?b",
            "unix:/a%2fb",
        ] {
            let refused = with(wrong).check();
            assert!(matches!(refused, Err(ConfigError::Verifier(_))), "{wrong}");
        }
        let seeded = Config {
            seed: Some(0),
            ..with("http://127.0.0.1:1")
        };
        assert!(matches!(seeded.check(), Err(ConfigError::VerifierAndSeed)));
        let open = Config {
            listen: "0.0.0.0:1".parse().unwrap(),
            ..with("http://127.0.0.1:1")
        };
        let refused = open.check();
        assert!(matches!(refused, Err(ConfigError::VerifierAndNetwork(_))));
        let behind_a_proxy = |url: &str| Config {
            public_url: Some(url.parse().unwrap()),
            ..with("http://127.0.0.1:1")
        };
        for (url, is_exposed) in [
            ("https://sandbox.example", true),
            ("http://10.0.0.1:8090", true),
            ("http://localhost:8090", false),
            ("https://identity.authenteq.com", false),
        ] {
            assert_eq!(behind_a_proxy(url).check().is_err(), is_exposed, "{url}");
        }
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
