//! Where the documentation contradicts itself, or is silent: which way the sandbox takes.

use jiff::SignedDuration;
use serde::Deserialize;

/// How long a code can be exchanged, in seconds. Nothing documents it.
const CODE_LIFETIME: u32 = 600;

/// Which of several readings of the documentation the sandbox follows. The default is the one
/// that is printed, call by call.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialect {
    /// Refusals carry their text under both names, `errorMessage` and `errorDescription`.
    pub both_error_texts: bool,
    /// `API_KEYS_BAD` everywhere; without it Web IDV says `BAD_API_KEYS`, as its reference does.
    pub one_spelling_of_bad_keys: bool,
    /// Web IDV reads Basic credentials from a header called `Authentication` too, as the exports
    /// always do: their reference prints it once.
    pub authentication_header: bool,
    /// Results of Web IDV carry `firstName` and `lastName` in their documents too. No document has
    /// them; a program of 2020 reads them.
    pub first_and_last_names: bool,
    /// Redirect URIs are https, or on this machine; others are refused.
    pub https_only: bool,
    /// How long a code can be exchanged, in seconds. Nothing documents it; 600 if it is not said.
    pub code_lifetime: u32,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            both_error_texts: false,
            one_spelling_of_bad_keys: false,
            authentication_header: false,
            first_and_last_names: false,
            https_only: false,
            code_lifetime: CODE_LIFETIME,
        }
    }
}

impl Dialect {
    pub(crate) fn code_lifetime(&self) -> SignedDuration {
        SignedDuration::from_secs(self.code_lifetime.into())
    }
}
