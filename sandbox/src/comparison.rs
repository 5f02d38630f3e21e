//! An address that came in place of the expected one: where the two differ, and what may have
//! changed it on its way.

use serde::Serialize;
use url::{Position, Url};
use utoipa::ToSchema;

use crate::query::decoded;

/// The diagnosis of a value that is still encoded after it was decoded.
pub(crate) const ENCODED_TWICE: &str = "It is percent-encoded once too often: %252F and %253A are \
    a slash and a colon that were encoded twice. Encode it once.";

/// The address that came beside the one that was expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Comparison {
    /// As it was understood: decoded once.
    pub received: String,
    /// The registered address that is most like it.
    pub expected: String,
}

/// A text in three parts, of which the middle one is not in the other text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Marked {
    pub(crate) before: String,
    pub(crate) differs: String,
    pub(crate) after: String,
}

impl Comparison {
    pub(crate) fn of(received: &str, expected: &str) -> Self {
        Self {
            received: received.to_owned(),
            expected: expected.to_owned(),
        }
    }

    /// With whichever of several is most like it. Queries are left out: they may differ.
    pub(crate) fn with_nearest<'a>(
        received: &str,
        registered: impl IntoIterator<Item = &'a str>,
    ) -> Option<Self> {
        let place = |address: &str| address.split('?').next().unwrap_or_default().to_owned();
        let received = place(received);
        registered
            .into_iter()
            .map(|expected| Self::of(&received, &place(expected)))
            .max_by_key(|one| (one.cause().is_some(), one.alike()))
    }

    /// The number of bytes that both share at their beginnings and ends.
    fn alike(&self) -> usize {
        let (start, end) = self.common();
        start + end
    }

    fn common(&self) -> (usize, usize) {
        let (received, expected): (Vec<char>, Vec<char>) = (
            self.received.chars().collect(),
            self.expected.chars().collect(),
        );
        let pairs = received.iter().zip(&expected);
        let start = pairs.take_while(|(one, other)| one == other).count();
        let pairs = received[start..]
            .iter()
            .rev()
            .zip(expected[start..].iter().rev());
        let end = pairs.take_while(|(one, other)| one == other).count();
        (start, end)
    }

    /// Both, with what differs in the middle.
    pub(crate) fn marked(&self) -> [Marked; 2] {
        let (start, end) = self.common();
        [&self.received, &self.expected].map(|text| {
            let text: Vec<char> = text.chars().collect();
            let part = |from, to| text[from..to].iter().collect();
            let middle = text.len() - end;
            Marked {
                before: part(0, start),
                differs: part(start, middle),
                after: part(middle, text.len()),
            }
        })
    }

    /// The most likely mistake, in a sentence.
    pub(crate) fn cause(&self) -> Option<&'static str> {
        let Self { received, expected } = self;
        let once = decoded(received);
        let is_expected = |text: &str| text == expected || decoded(text) == *expected;
        if *received != once && (is_expected(&once) || is_encoded(received)) {
            return Some(ENCODED_TWICE);
        }
        if received.contains("&amp;") && is_expected(&received.replace("&amp;", "&")) {
            return Some("It has &amp; in place of &: that is how HTML writes it, and no address.");
        }
        if received.trim() == expected {
            return Some("White space around it is all that differs.");
        }
        if received.trim_end_matches('/') == expected.trim_end_matches('/') {
            return Some("A slash at the end is all that differs.");
        }
        if received.eq_ignore_ascii_case(expected) {
            return Some("Capital and small letters are all that differs.");
        }
        let (one, other) = (parts(received)?, parts(expected)?);
        match [
            one.0 != other.0,
            one.1 != other.1,
            one.2 != other.2,
            one.3 != other.3,
        ] {
            [true, false, _, false] => Some("One is http, the other https."),
            [false, true, false, false] => {
                Some("The hosts differ: localhost and 127.0.0.1 are two names for programs.")
            }
            [false, false, true, false] => Some("The ports differ."),
            [false, false, false, true] => Some("The paths differ."),
            _ => None,
        }
    }
}

/// Whether a scheme and its slashes are still encoded.
fn is_encoded(address: &str) -> bool {
    let start: String = address.chars().take(20).collect();
    !start.contains("://") && start.to_lowercase().contains("%3a")
}

/// Scheme, host, port and the rest.
fn parts(address: &str) -> Option<(String, String, Option<u16>, String)> {
    let url = Url::parse(address).ok()?;
    Some((
        url.scheme().to_owned(),
        url.host_str()?.to_owned(),
        url.port_or_known_default(),
        url[Position::BeforePath..].to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: &str = "http://localhost:8080/results";

    #[test]
    fn what_changed_an_address_is_guessed() {
        for (received, cause) in [
            ("http%3A%2F%2Flocalhost%3A8080%2Fresults", "too often"),
            ("http%253A%252F%252Flocalhost:8080/results", "too often"),
            ("http%3A%2F%2Felsewhere%2F", "too often"),
            ("http://localhost:8080%2Fresults", "too often"),
            ("http://localhost:8080/results/", "slash at the end"),
            ("http://localhost:8080/Results", "Capital"),
            (" http://localhost:8080/results", "White space"),
            ("https://localhost:8080/results", "https"),
            ("http://127.0.0.1:8080/results", "hosts"),
            ("http://localhost:3000/results", "ports"),
            ("http://localhost:8080/result", "paths"),
        ] {
            let found = Comparison::of(received, EXPECTED).cause();
            assert!(
                found.is_some_and(|found| found.contains(cause)),
                "{received}: {found:?}"
            );
        }
        let html = Comparison::of("https://h/r?a=1&amp;b=2", "https://h/r?a=1&b=2");
        assert!(html.cause().unwrap().contains("&amp;"));
        assert_eq!(
            Comparison::of("https://elsewhere/x", EXPECTED).cause(),
            None
        );
        assert_eq!(Comparison::of("", EXPECTED).cause(), None);
    }

    #[test]
    fn what_differs_is_in_the_middle() {
        let parts = |received, expected| {
            Comparison::of(received, expected)
                .marked()
                .map(|one| [one.before, one.differs, one.after].join("|"))
        };
        assert_eq!(
            parts("http://h/r/", "http://h/r"),
            ["http://h/r|/|", "http://h/r||"]
        );
        assert_eq!(
            parts("http://a/r", "https://b/r"),
            ["http|://a|/r", "http|s://b|/r"]
        );
        assert_eq!(parts("aa", "aaa"), ["aa||", "aa|a|"]);
        assert_eq!(parts("\u{e4}x", "\u{e4}y"), ["\u{e4}|x|", "\u{e4}|y|"]);
        assert_eq!(parts("", ""), ["||", "||"]);
    }

    #[test]
    fn the_nearest_of_several_is_compared_with() {
        let registered = ["https://shop.example/back", EXPECTED, "https://h/results"];
        let nearest = Comparison::with_nearest("http://localhost:8080/results/?x=1", registered);
        assert_eq!(
            nearest,
            Some(Comparison::of("http://localhost:8080/results/", EXPECTED))
        );
        assert_eq!(Comparison::with_nearest("x", []), None);
    }
}
