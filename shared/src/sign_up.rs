//! The values that travel through a sign-up: its handle, the `state`, the code, the site to return to,
//! the reason for a failure.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::problem::{ErrorClass, ErrorCode};

/// A value that has not the form it must have. Displays the form, never the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Malformed {}

/// The `state` of a flow (RFC 6749 section 4.1.1): 32 random bytes as 43 characters of base64url.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SignUpState(String);

impl SignUpState {
    /// The form of a state.
    pub const FORM: Malformed =
        Malformed("state must be 32 random bytes as 43 characters of base64url");

    /// As it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SignUpState {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let is_base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if text.len() == 43 && text.bytes().all(is_base64url) {
            Ok(Self(text))
        } else {
            Err(Self::FORM)
        }
    }
}

impl From<SignUpState> for String {
    fn from(state: SignUpState) -> Self {
        state.0
    }
}

/// A state belongs in no log.
impl fmt::Debug for SignUpState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignUpState([redacted])")
    }
}

/// An authorization code: 1 to 512 characters. Authenteq's are alphanumeric; a few more characters
/// that mean nothing in a URL are let through.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AuthorizationCode(String);

impl AuthorizationCode {
    /// The form of a code.
    pub const FORM: Malformed =
        Malformed("code must be 1 to 512 characters of A-Z a-z 0-9 . _ ~ -");

    /// As it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AuthorizationCode {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"._~-".contains(&b);
        if (1..=512).contains(&text.len()) && text.bytes().all(is_plain) {
            Ok(Self(text))
        } else {
            Err(Self::FORM)
        }
    }
}

impl From<AuthorizationCode> for String {
    fn from(code: AuthorizationCode) -> Self {
        code.0
    }
}

/// A code belongs in no log.
impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationCode([redacted])")
    }
}

/// Opens a sign-up that a site's server created: 32 random bytes as 43 characters of base64url.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SignUpHandle(String);

impl SignUpHandle {
    /// The form of a handle.
    pub const FORM: Malformed =
        Malformed("signUp must be the 43 characters of base64url after #sign_up=");

    /// As it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SignUpHandle {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        match SignUpState::try_from(text) {
            Ok(SignUpState(text)) => Ok(Self(text)),
            Err(_) => Err(Self::FORM),
        }
    }
}

impl From<SignUpHandle> for String {
    fn from(handle: SignUpHandle) -> Self {
        handle.0
    }
}

/// A handle belongs in no log.
impl fmt::Debug for SignUpHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignUpHandle([redacted])")
    }
}

/// How far a sign-up has come. The last four never change.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum SignUpStatus {
    /// The site's server created it.
    Created,
    /// The visitor has left for the identity server.
    Started,
    /// The visitor came back with a code, which was or may have been sent to Authenteq.
    Returned,
    /// The person is verified, and the claims are evaluated.
    Verified,
    /// The code did not lead to a verification.
    Failed,
    /// The visitor did not come back in time.
    Expired,
    /// The site's server canceled it.
    Canceled,
}

impl SignUpStatus {
    /// As it is spelt on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether its visitor may begin it, for the first time or again: no code was sent.
    #[must_use]
    pub fn may_begin(self) -> bool {
        matches!(self, Self::Created | Self::Started)
    }

    /// Whether it never changes again.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        !matches!(self, Self::Created | Self::Started | Self::Returned)
    }
}

/// Why a flow failed, as a page shows and reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(
    rename_all = "SCREAMING_SNAKE_CASE",
    expecting = "reason must be a code that a page shows"
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum FailureReason {
    /// The browser keeps nothing for this page.
    StorageBlocked,
    /// The browser has no Web Crypto.
    NoRandomness,
    /// This tab keeps no flow: the visitor left from another browser, tab or device, or the link is
    /// forged.
    NotStartedHere,
    /// The state was taken before in this tab.
    AlreadyUsed,
    /// The visitor took more than an hour.
    TooOld,
    /// This tab keeps other flows, but not this one.
    StateDiffers,
    /// The callback has no state.
    StateMissing,
    /// The callback's parameters contradict each other.
    BadReturn,
    /// The callback has no code, for example after Cancel.
    NoCode,
    /// The callback has an `error`.
    ProviderError,
    /// The data can no longer be fetched.
    DataExpired,
    /// Authenteq cannot be reached or fails.
    ProviderDown,
    /// The backend did not answer.
    Offline,
    /// The answer did not come from the backend.
    UnreadableAnswer,
    /// The browser has no session to show.
    NothingHere,
    /// Every other refusal of the backend.
    #[serde(untagged)]
    #[strum(transparent)]
    Backend(ErrorCode),
}

impl From<ErrorCode> for FailureReason {
    fn from(code: ErrorCode) -> Self {
        match (code.class(), code) {
            (_, ErrorCode::SessionExpired) => Self::DataExpired,
            (ErrorClass::UpstreamDown, _) => Self::ProviderDown,
            _ => Self::Backend(code),
        }
    }
}

impl FailureReason {
    /// The form of a reason, which its deserializer demands.
    pub const FORM: Malformed = Malformed("reason must be a code that a page shows");

    /// The code that a visitor reads to the support desk, as it is spelt on the wire.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }
}

/// Where a visitor came from and where the sign-up ends: keys of the backend's configuration, which
/// turns them into addresses. Serialized as a pair, to keep cookies short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(String, Option<String>)", into = "(String, Option<String>)")]
pub struct SiteReturn {
    /// [`Site::key`](crate::api::Site::key)
    pub site: String,
    /// [`ReturnUrl::key`](crate::api::ReturnUrl::key) of that site.
    pub return_key: Option<String>,
}

impl SiteReturn {
    /// From the keys of an address, a request or an element, where either may be absent.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownReturn`] for a return without a site.
    pub fn of_keys(
        site: Option<String>,
        return_key: Option<String>,
    ) -> Result<Option<Self>, ErrorCode> {
        match (site, return_key) {
            (Some(site), return_key) => Ok(Some(Self { site, return_key })),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(ErrorCode::UnknownReturn),
        }
    }
}

impl From<(String, Option<String>)> for SiteReturn {
    fn from((site, return_key): (String, Option<String>)) -> Self {
        Self { site, return_key }
    }
}

impl From<SiteReturn> for (String, Option<String>) {
    fn from(from: SiteReturn) -> Self {
        (from.site, from.return_key)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::{
        IntoDeserializer,
        value::{self, StrDeserializer},
    };
    use strum::VariantArray;

    use super::*;

    const STATE: &str = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq83";

    #[test]
    fn a_state_of_43_base64url_characters_is_taken() {
        let state = SignUpState::try_from(STATE.to_owned());
        assert_eq!(state.map(String::from).as_deref(), Ok(STATE));
    }

    #[test]
    fn oa_03_anything_else_is_not_a_state() {
        for text in [
            String::new(),
            STATE[1..].to_owned(),
            format!("{STATE}="),
            "a".repeat(10_000),
            STATE.replace('q', "+"),
            STATE.replace('q', "é"),
        ] {
            assert_eq!(SignUpState::try_from(text), Err(SignUpState::FORM));
        }
    }

    #[test]
    fn a_code_is_1_to_512_plain_characters() {
        for code in ["a", "A-Z_0.~9", &"a".repeat(512)] {
            assert!(
                AuthorizationCode::try_from(code.to_owned()).is_ok(),
                "{code}"
            );
        }
        for code in ["", "a b", "a&b", "é", "a\n", &"a".repeat(513)] {
            let refused = AuthorizationCode::try_from(code.to_owned());
            assert_eq!(refused, Err(AuthorizationCode::FORM), "{code}");
        }
    }

    #[test]
    fn a_reason_is_one_that_a_page_shows() {
        let read = |text: &'static str| {
            let text: StrDeserializer<'_, value::Error> = text.into_deserializer();
            FailureReason::deserialize(text)
        };
        let refusals = ErrorCode::VARIANTS.iter().copied();
        let refusals = refusals.map(FailureReason::Backend);
        for reason in refusals.chain([FailureReason::StorageBlocked, FailureReason::NoCode]) {
            assert_eq!(read(reason.code()), Ok(reason));
        }
        for text in ["", "no_code", "BACKEND", "Anna Schmidt"] {
            let refused = read(text).map_err(|error| error.to_string());
            assert_eq!(refused, Err(FailureReason::FORM.to_string()), "{text}");
        }
    }

    #[test]
    fn neither_is_printed() {
        let state = SignUpState::try_from(STATE.to_owned());
        let code = AuthorizationCode::try_from("c0de".to_owned());
        let printed = format!("{state:?} {code:?}");
        assert!(
            !printed.contains("q83v") && !printed.contains("c0de"),
            "{printed}"
        );
    }
}
