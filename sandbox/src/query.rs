//! The query of an authorize URL, as clients really write it.

/// The parameters of one query, in order, their values still percent-encoded.
///
/// A pair is split at its first `=`: clients are known to put whole addresses behind it unencoded.
pub(crate) struct Query<'a>(Vec<(String, &'a str)>);

impl<'a> Query<'a> {
    pub(crate) fn parse(raw: &'a str) -> Self {
        let pairs = raw.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), value)
        });
        Self(pairs.collect())
    }

    /// The one value of a parameter. A parameter without a value counts as absent (RFC 6749,
    /// section 3.1).
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        let mut values = self
            .0
            .iter()
            .filter(|(n, _)| n == name)
            .map(|(_, value)| *value);
        values.next().filter(|value| !value.is_empty())
    }

    /// Every parameter, in order.
    pub(crate) fn decoded(&self) -> Vec<(String, String)> {
        let pairs = self.0.iter();
        pairs
            .map(|(name, value)| (name.clone(), decoded(value)))
            .collect()
    }

    /// Names, and values as they are written.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), *value))
    }

    /// The name of every parameter.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Whether a parameter is given more than once.
    pub(crate) fn repeats(&self, name: &str) -> bool {
        self.0.iter().filter(|(n, _)| n == name).count() > 1
    }
}

/// Percent-decoded; bytes that are no UTF-8 become U+FFFD. A `+` stays a `+`: it means a space
/// only in forms, and no parameter read this way may hold a space.
pub(crate) fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&bytes(text).map(|byte| byte.value).collect::<Vec<_>>()).into_owned()
}

/// The same bytes in the spelling that RFC 3986, section 6.2.2, recommends: percent-encoding only
/// where it is needed, and in upper case. For values that must come back byte for byte and must not
/// end the header line they are written to.
pub(crate) fn normalised(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    for byte in bytes(text) {
        let bare = matches!(byte.value, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~')
            || (byte.value == b'+' && !byte.was_encoded);
        if bare {
            normal.push(char::from(byte.value));
        } else {
            normal.push_str(&format!("%{:02X}", byte.value));
        }
    }
    normal
}

struct Byte {
    value: u8,
    was_encoded: bool,
}

fn bytes(text: &str) -> impl Iterator<Item = Byte> {
    let raw = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let first = *raw.get(at)?;
        let escaped = (first == b'%')
            .then(|| raw.get(at + 1..at + 3))
            .flatten()
            .and_then(|pair| {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
            });
        at += if escaped.is_some() { 3 } else { 1 };
        Some(Byte {
            value: escaped.unwrap_or(first),
            was_encoded: escaped.is_some(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_behind_a_name_needs_no_encoding() {
        let query = Query::parse("redirect_uri=http://127.0.0.1:5000/r?u_id=A-B=C&state=s");
        assert_eq!(
            query.get("redirect_uri"),
            Some("http://127.0.0.1:5000/r?u_id=A-B=C")
        );
        assert_eq!(query.get("state"), Some("s"));
    }

    #[test]
    fn an_empty_value_counts_as_absent() {
        assert_eq!(Query::parse("state=&scope").get("state"), None);
        assert_eq!(Query::parse("state=&scope").get("scope"), None);
    }

    #[test]
    fn a_repeated_name_is_noticed_in_any_spelling() {
        assert!(Query::parse("state=a&st%61te=a").repeats("state"));
        assert!(!Query::parse("state=a&states=a").repeats("state"));
    }

    #[test]
    fn normalising_keeps_every_byte() {
        assert_eq!(normalised("a-z_0.9~"), "a-z_0.9~");
        assert_eq!(normalised("%7e%41%2b+%20"), "~A%2B+%20");
        assert_eq!(normalised("%ff%0d%0a\"<é"), "%FF%0D%0A%22%3C%C3%A9");
        assert_eq!(normalised("100%"), "100%25");
    }

    #[test]
    fn decoding_bears_broken_escapes() {
        assert_eq!(decoded("%zz%4"), "%zz%4");
        assert_eq!(decoded("a%26b+c"), "a&b+c");
    }
}
