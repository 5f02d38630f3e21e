//! The addresses to listen on, and who may call them.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use secrecy::SecretString;

use super::{
    Error, Secret,
    checks::Checks,
    settings::{Settings, given},
    wrong,
};

const LISTEN: &str = "WEBKYC_LISTEN";
const TRUSTED_PROXIES: &str = "WEBKYC_TRUSTED_PROXIES";
const OPERATOR_LISTEN: &str = "WEBKYC_OPERATOR_LISTEN";

/// A shorter key can be guessed by trial.
const BEARER_KEY_LENGTH: usize = 32;

/// Both listeners.
#[derive(Clone, Debug)]
pub struct Listeners {
    /// The address for browsers.
    pub public: SocketAddr,
    /// The proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The operators' listener, if configured.
    pub operator: Option<Operator>,
}

/// The listener for the site's own servers and for operations.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The required Bearer token of a request (RFC 6750).
    pub key: Secret<SecretString>,
}

impl Listeners {
    pub(super) fn check(settings: &Settings, checks: &mut Checks) -> Option<Self> {
        let public = checks.keep(public_address(settings));
        let trusted_proxies = given(&settings.trusted_proxies).unwrap_or_default();
        let trusted_proxies = checks.keep(networks(trusted_proxies));
        let operator = Operator::check(settings, checks);
        if let (Some(public), Some(operator)) = (&public, &operator)
            && *public == operator.listen
            && public.port() != 0
        {
            checks.refuse(OPERATOR_LISTEN, "is the same as WEBKYC_LISTEN");
        }
        Some(Self {
            public: public?,
            trusted_proxies: trusted_proxies?,
            operator,
        })
    }
}

impl Operator {
    fn check(settings: &Settings, checks: &mut Checks) -> Option<Self> {
        let errors_before = checks.errors.len();
        let key = checks.secret(
            ("WEBKYC_OPERATOR_KEY", &settings.operator_key),
            ("WEBKYC_OPERATOR_KEY_FILE", &settings.operator_key_file),
            parse_bearer_key,
        );
        let listen = given(&settings.operator_listen)
            .and_then(|listen| checks.keep(address(OPERATOR_LISTEN, listen)));
        // An invalid value is not also reported as missing.
        let is_invalid = checks.errors.len() > errors_before;
        match (listen, key) {
            (Some(listen), Some(key)) => {
                if !listen.ip().is_loopback() {
                    checks.warnings.push(
                        "WEBKYC_OPERATOR_LISTEN is not loopback: its key and its exports cross the network in clear text"
                            .to_owned(),
                    );
                }
                return Some(Self { listen, key });
            }
            (Some(_), None) if !is_invalid => checks.refuse(
                OPERATOR_LISTEN,
                "needs WEBKYC_OPERATOR_KEY or WEBKYC_OPERATOR_KEY_FILE",
            ),
            (None, Some(_)) if !is_invalid => checks.refuse(
                OPERATOR_LISTEN,
                "is missing, and a key for operators is there",
            ),
            _ => {}
        }
        None
    }
}

pub(super) fn public_address(settings: &Settings) -> Result<SocketAddr, Error> {
    address(LISTEN, given(&settings.listen).unwrap_or("127.0.0.1:8080"))
}

fn address(setting: &'static str, given: &str) -> Result<SocketAddr, Error> {
    given.parse().map_err(|_| {
        let problem = format!("must be ADDRESS:PORT such as 127.0.0.1:8080, not {given:?}");
        wrong(setting, problem)
    })
}

/// Parses networks such as `10.0.0.0/8`, and single addresses.
fn networks(given: &str) -> Result<Vec<IpNet>, Error> {
    let parse = |network: &str| {
        let single = network.parse::<IpAddr>().map(IpNet::from);
        network.parse::<IpNet>().or(single).map_err(|_| {
            let problem =
                format!("must be addresses or networks such as 10.0.0.0/8, not {network:?}");
            wrong(TRUSTED_PROXIES, problem)
        })
    };
    let networks = given.split([' ', ',', '\n']).filter(|n| !n.is_empty());
    networks.map(parse).collect()
}

/// Parses the key of the operator or of a site's server.
pub(super) fn parse_bearer_key(given: &str) -> Result<SecretString, String> {
    if given.len() < BEARER_KEY_LENGTH || !given.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(format!(
            "must be {BEARER_KEY_LENGTH} visible ASCII characters or more: openssl rand -base64 32"
        ));
    }
    Ok(given.into())
}
