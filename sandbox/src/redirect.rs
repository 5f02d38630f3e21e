//! Where the visitor goes back to: the addresses a client registers, and the one it asks for.

use url::Url;

use crate::query;

/// Why an address cannot be registered or asked for. Completes the sentence "the address …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UnfitAddress {
    #[error("is not an absolute http or https address")]
    NotAbsolute,
    #[error("carries a user name or a password")]
    Credentials,
    #[error("carries a fragment (#…)")]
    Fragment,
    #[error("has a query that already uses the name `code` or `state`, which are added on return")]
    ReservedName,
}

/// An absolute http(s) address without credentials and fragment, spelt as the client spelt it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RedirectUri {
    spelling: String,
    origin: String,
}

impl RedirectUri {
    pub(crate) fn parse(spelling: &str) -> Result<Self, UnfitAddress> {
        Self::parse_reserving(&["code", "state"], spelling)
    }

    /// The same where only `code` is added on return, so that a client without another place for
    /// a state may keep one in the query.
    pub(crate) fn parse_for_web_idv(spelling: &str) -> Result<Self, UnfitAddress> {
        Self::parse_reserving(&["code"], spelling)
    }

    fn parse_reserving(names: &[&str], spelling: &str) -> Result<Self, UnfitAddress> {
        let url = plain_address(spelling)?;
        if url.query_pairs().any(|(name, _)| names.contains(&&*name)) {
            return Err(UnfitAddress::ReservedName);
        }
        Ok(Self {
            spelling: spelling.to_owned(),
            origin: url.origin().ascii_serialization(),
        })
    }

    /// As the client spelt it.
    pub(crate) fn as_str(&self) -> &str {
        &self.spelling
    }

    /// Whether both name the same place. Clients put values of their own into the query, so it is
    /// left out; everything before it is compared byte for byte, which leaves two parsers nothing
    /// to disagree about.
    pub(crate) fn same_place(&self, other: &Self) -> bool {
        self.place() == other.place()
    }

    fn place(&self) -> &str {
        self.spelling.split('?').next().unwrap_or_default()
    }

    /// Whether the token call names the address that the code was sent to. Clients differ in how
    /// often they encode, so the decoded spellings count.
    pub(crate) fn is_spelt(&self, spelling: &str) -> bool {
        self.spelling == spelling || query::decoded(&self.spelling) == query::decoded(spelling)
    }

    /// Whether the address is one that the real Authenteq would register: https, or this machine.
    pub(crate) fn is_https_or_loopback(&self) -> bool {
        let Some(url) = absolute_http(&self.spelling) else {
            return false;
        };
        url.scheme() == "https"
            || match url.host() {
                Some(url::Host::Domain(name)) => {
                    name == "localhost" || name.ends_with(".localhost")
                }
                Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
                Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
                None => false,
            }
    }

    /// The address's origin as a source of a Content-Security-Policy. The grammar of policies knows
    /// no IPv6 addresses and no unusual hosts; for these it is the scheme.
    pub(crate) fn csp_source(&self) -> &str {
        let Some((scheme, host)) = self.origin.split_once("//") else {
            return "";
        };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
        if host.bytes().all(is_plain) {
            &self.origin
        } else {
            scheme
        }
    }

    /// The address with the outcome appended; its own query stays as it is. Values are expected
    /// in the spelling of [`query::normalised`].
    pub(crate) fn with_outcome(&self, outcome: &[(&str, &str)]) -> String {
        let mut location = header_safe(&self.spelling);
        for (name, value) in outcome {
            match location.find('?') {
                None => location.push('?'),
                Some(at) if at + 1 == location.len() || location.ends_with('&') => {}
                Some(_) => location.push('&'),
            }
            location.push_str(name);
            location.push('=');
            location.push_str(value);
        }
        location
    }
}

/// An absolute http(s) address without credentials and fragment.
pub(crate) fn plain_address(spelling: &str) -> Result<Url, UnfitAddress> {
    let url = absolute_http(spelling).ok_or(UnfitAddress::NotAbsolute)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UnfitAddress::Credentials);
    }
    if spelling.contains('#') {
        return Err(UnfitAddress::Fragment);
    }
    Ok(url)
}

/// The target of the "Back to …" link, if it is one that a link may have.
pub(crate) fn back_link(spelling: &str) -> Option<String> {
    let url = absolute_http(spelling)?;
    // `https://bank.example@evil.example/` looks like an address of the bank.
    let is_plain = url.username().is_empty() && url.password().is_none();
    is_plain.then(|| url.into())
}

/// Browsers' rules of parsing repair `https:/x`, `https:\\x` and addresses with line breaks in
/// them. Here they are mistakes.
fn absolute_http(spelling: &str) -> Option<Url> {
    let (scheme, rest) = spelling.split_once("://")?;
    let scheme_fits = matches!(scheme, "http" | "https");
    let characters_fit =
        !spelling.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\');
    let host_begins = rest.starts_with(|c: char| c.is_alphanumeric() || c == '[')
        || rest
            .split(['/', '?', '#'])
            .next()
            .is_some_and(|authority| authority.contains('@'));
    if !(scheme_fits && characters_fit && host_begins) {
        return None;
    }
    Url::parse(spelling).ok().filter(Url::has_host)
}

/// Percent-encodes characters that an address, and so a header, must not contain.
fn header_safe(spelling: &str) -> String {
    let mut safe = String::with_capacity(spelling.len());
    for byte in spelling.bytes() {
        match byte {
            b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}' => {
                safe.push_str(&format!("%{byte:02X}"))
            }
            0x21..=0x7e => safe.push(char::from(byte)),
            _ => safe.push_str(&format!("%{byte:02X}")),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(spelling: &str) -> RedirectUri {
        RedirectUri::parse(spelling).unwrap()
    }

    #[test]
    fn sbx_05_only_absolute_http_addresses_are_taken() {
        for hostile in [
            "",
            "/results",
            "//evil.example",
            "https:",
            "https://",
            "https:/evil.example",
            "https:\\\\evil.example",
            "https:///evil.example",
            "javascript://host/%0aalert(1)",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://host/",
            "file:///etc/passwd",
            "HTTPS://host/",
            " https://host/",
            "https://host/\n",
            "https://ho\tst/",
            "https://ho\\st",
            "https://?x",
            "https://#x",
        ] {
            assert_eq!(
                RedirectUri::parse(hostile),
                Err(UnfitAddress::NotAbsolute),
                "{hostile:?}"
            );
            assert_eq!(back_link(hostile), None, "{hostile:?}");
        }
        assert_eq!(back_link("https://bank.example@evil.example/"), None);
    }

    #[test]
    fn addresses_that_hide_something_are_refused() {
        assert_eq!(
            RedirectUri::parse("https://a@host/"),
            Err(UnfitAddress::Credentials)
        );
        assert_eq!(
            RedirectUri::parse("https://host/#x"),
            Err(UnfitAddress::Fragment)
        );
        assert_eq!(
            RedirectUri::parse("https://host/?code=1"),
            Err(UnfitAddress::ReservedName)
        );
        assert_eq!(
            RedirectUri::parse("https://host/?a=1&st%61te=1"),
            Err(UnfitAddress::ReservedName)
        );
        assert!(RedirectUri::parse_for_web_idv("https://host/?state=1").is_ok());
        assert_eq!(
            RedirectUri::parse_for_web_idv("https://host/?state=1&code=1"),
            Err(UnfitAddress::ReservedName)
        );
    }

    #[test]
    fn oa_12_a_place_is_the_same_only_byte_for_byte_before_the_query() {
        let registered = uri("http://localhost:8080/results");
        assert!(registered.same_place(&uri("http://localhost:8080/results?u_id=7")));
        assert!(uri("http://localhost:8080/results?x=1").same_place(&registered));
        for other in [
            "http://localhost:8080/results/",
            "http://localhost:8080/Results",
            "http://LOCALHOST:8080/results",
            "http://localhost:8081/results",
            "http://localhost/results",
            "https://localhost:8080/results",
            "http://localhost:8080/x/../results",
            "http://localhost:8080/%72esults",
            "http://localhost:8080/results;x",
            "http://localhost.evil.example:8080/results",
        ] {
            assert!(!registered.same_place(&uri(other)), "{other}");
        }
    }

    #[test]
    fn the_outcome_is_appended_and_the_query_stays() {
        let back = |spelling| uri(spelling).with_outcome(&[("code", "C0de"), ("state", "s%20")]);
        assert_eq!(back("https://h/r"), "https://h/r?code=C0de&state=s%20");
        assert_eq!(back("https://h/r?"), "https://h/r?code=C0de&state=s%20");
        assert_eq!(
            back("https://h/r?b=2&a=1"),
            "https://h/r?b=2&a=1&code=C0de&state=s%20"
        );
        assert_eq!(
            back("https://h/r?b=2&"),
            "https://h/r?b=2&code=C0de&state=s%20"
        );
        assert_eq!(
            back("https://h/r?n=ü"),
            "https://h/r?n=%C3%BC&code=C0de&state=s%20"
        );
        assert_eq!(
            uri("https://h/r").with_outcome(&[("state", "s")]),
            "https://h/r?state=s"
        );
        assert_eq!(uri("https://h/r").with_outcome(&[]), "https://h/r");
    }

    #[test]
    fn the_token_call_may_encode_once_more() {
        let asked = uri("https://h/r?mail=a@b");
        assert!(asked.is_spelt("https://h/r?mail=a@b"));
        assert!(asked.is_spelt("https://h/r?mail=a%40b"));
        assert!(!asked.is_spelt("https://h/r"));
        assert!(!asked.is_spelt("https://h/r?mail=a@b&x"));
    }

    #[test]
    fn a_policy_names_the_origin_or_for_ipv6_the_scheme() {
        assert_eq!(
            uri("http://localhost:8080/r?x").csp_source(),
            "http://localhost:8080"
        );
        assert_eq!(uri("https://h:443/r").csp_source(), "https://h");
        assert_eq!(uri("http://[::1]:8080/r").csp_source(), "http:");
        assert_eq!(uri("http://a;sandbox/r").csp_source(), "http:");
    }

    #[test]
    fn https_and_this_machine_need_no_warning() {
        for fine in [
            "https://h/",
            "http://localhost/",
            "http://a.localhost/",
            "http://127.0.0.1:1/",
            "http://[::1]/",
        ] {
            assert!(uri(fine).is_https_or_loopback(), "{fine}");
        }
        assert!(!uri("http://shop.example/").is_https_or_loopback());
    }
}
