//! The access token.

use secrecy::{ExposeSecret, SecretString};

use super::Error;

/// The longest token that fits into the session's two cookies.
const TOKEN_LIMIT: usize = 5120;

/// Lets its bearer read one person's documents for fifteen minutes (RFC 6750). Never shown.
#[derive(Clone, Debug)]
pub struct AccessToken(SecretString);

impl AccessToken {
    /// Takes visible ASCII of at most 5,120 bytes, which fits a header and a cookie.
    ///
    /// # Errors
    /// [`Error::BadToken`], [`Error::TokenTooLarge`].
    pub fn new(token: String) -> Result<Self, Error> {
        if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::BadToken);
        }
        if token.len() > TOKEN_LIMIT {
            return Err(Error::TokenTooLarge);
        }
        Ok(Self(token.into()))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oa_19_a_token_is_visible_ascii_of_a_size_that_fits() {
        for token in ["", "a b", "ü", "a\nb"] {
            let token = AccessToken::new(token.to_owned());
            assert!(matches!(token, Err(Error::BadToken)));
        }
        assert!(AccessToken::new("x".repeat(5120)).is_ok());
        let token = AccessToken::new("x".repeat(5121));
        assert!(matches!(token, Err(Error::TokenTooLarge)));
    }

    #[test]
    fn ops_10_a_token_is_not_printed() {
        let token = AccessToken::new("canary".to_owned()).unwrap();
        assert!(!format!("{token:?}").contains("canary"));
    }
}
