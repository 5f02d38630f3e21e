//! The client of a request, for rate and concurrency limits only. Never used to grant access.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRef, FromRequestParts},
    http::{Extensions, HeaderMap, request::Parts},
};
use ipnet::IpNet;

use crate::config::Config;

/// An IPv4 address, or the first 64 bits of an IPv6 one, because a client usually controls the
/// whole /64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ClientIp(IpAddr);

impl ClientIp {
    /// The peer; or, if the peer is one of our proxies, the last address in `X-Forwarded-For` that
    /// is not one. The client may have forged the addresses to the left of it.
    fn find(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let mut address = peer.to_canonical();
        let lines = headers.get_all("x-forwarded-for").iter();
        let lines: Vec<_> = lines.map(|line| line.to_str().unwrap_or("?")).collect();
        let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
        for hop in hops {
            if !trusted.iter().any(|network| network.contains(&address)) {
                break;
            }
            let Some(said) = parse_hop(hop.trim()) else {
                break;
            };
            address = said.to_canonical();
        }
        Self::of(address)
    }

    fn asking(extensions: &Extensions, headers: &HeaderMap, config: &Config) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.0.ip());
        Self::find(peer, headers, &config.listeners.trusted_proxies)
    }

    /// The address, or the first of the network.
    pub(crate) fn address(self) -> IpAddr {
        self.0
    }

    /// The client at this address.
    pub(crate) fn of(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(v6) => {
                let network = v6.to_bits() & !u128::from(u64::MAX);
                Ipv6Addr::from_bits(network).into()
            }
        })
    }
}

/// Accepts `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::7`, `[2001:db8::7]:4711`.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let bare = hop
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address = bare.unwrap_or(hop).parse();
    address
        .ok()
        .or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()))
}

impl<S> FromRequestParts<S> for ClientIp
where
    S: Send + Sync,
    Arc<Config>: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let config = Arc::<Config>::from_ref(state);
        Ok(Self::asking(&parts.extensions, &parts.headers, &config))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        ClientIp::find(peer.parse().unwrap(), &headers, &trusted)
            .0
            .to_string()
    }

    #[test]
    fn acc_09_what_a_stranger_says_of_itself_is_not_believed() {
        assert_eq!(found("192.0.2.1", &["198.51.100.9"]), "192.0.2.1");
        assert_eq!(found("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(found("10.0.0.1", &["198.51.100.9"]), "198.51.100.9");
        // The client wrote the first address, our outer proxy the second; our inner proxy was the
        // peer.
        assert_eq!(
            found("10.0.0.1", &["1.1.1.1, 198.51.100.9, 10.0.0.2"]),
            "198.51.100.9"
        );
        assert_eq!(
            found("10.0.0.1", &["1.1.1.1", "198.51.100.9"]),
            "198.51.100.9"
        );
        assert_eq!(found("10.0.0.1", &["1.1.1.1, nonsense"]), "10.0.0.1");
        assert_eq!(found("10.0.0.1", &["198.51.100.9:4711"]), "198.51.100.9");
        assert_eq!(found("::ffff:10.0.0.1", &["198.51.100.9"]), "198.51.100.9");
    }

    #[test]
    fn fe_10_a_network_of_64_bits_is_one_client() {
        let one = found("fd00::1", &["2001:db8:1:2:aaaa::1"]);
        assert_eq!(one, found("fd00::1", &["[2001:db8:1:2:bbbb::9]:443"]));
        assert_eq!(one, "2001:db8:1:2::");
        assert_ne!(one, found("fd00::1", &["2001:db8:1:3::1"]));
    }
}
