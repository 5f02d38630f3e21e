//! The result of an exchange: the key to one person's verification.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AccessToken, VerificationId};

/// The first byte of a verification id. No token contains it: tokens are visible ASCII.
const VERIFICATION: u8 = 1;

/// Opens one person's verification. The serialized form is clear text: only for content that is
/// about to be sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Grant {
    /// Web KYC's token.
    #[serde(with = "clear_token")]
    Token(AccessToken),
    /// The id in Web IDV's result.
    Verification(VerificationId),
}

impl Grant {
    /// The grant in clear text, to be sealed: a token as it is, an id as a byte 1 and the 16 bytes
    /// of the UUID.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Token(token) => token.expose().as_bytes().to_vec(),
            Self::Verification(id) => [&[VERIFICATION], id.as_bytes()].concat(),
        }
    }

    /// The inverse of [`Grant::to_bytes`].
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if let Some(id) = bytes.strip_prefix(&[VERIFICATION]) {
            let id = Uuid::from_slice(id).ok()?;
            return Some(Self::Verification(id.into()));
        }
        let token = String::from_utf8(bytes.to_vec()).ok()?;
        AccessToken::new(token).ok().map(Self::Token)
    }
}

mod clear_token {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::AccessToken;

    pub(super) fn serialize<S: Serializer>(
        token: &AccessToken,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(token.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<AccessToken, D::Error> {
        let token = String::deserialize(deserializer)?;
        AccessToken::new(token).map_err(|_| D::Error::custom("not a token"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "3631324b-5bcc-48b0-b717-4f12f45e0a1d";

    fn grants() -> [(Grant, &'static str, Vec<u8>); 2] {
        let id = VerificationId::parse(ID).unwrap();
        let token = AccessToken::new("ey.a.b".to_owned()).unwrap();
        let uuid = Uuid::try_parse(ID).unwrap();
        [
            (
                Grant::Token(token),
                r#"{"token":"ey.a.b"}"#,
                b"ey.a.b".to_vec(),
            ),
            (
                Grant::Verification(id),
                r#"{"verification":"3631324b-5bcc-48b0-b717-4f12f45e0a1d"}"#,
                [&[1], &uuid.as_bytes()[..]].concat(),
            ),
        ]
    }

    #[test]
    fn a_grant_is_written_as_older_releases_wrote_tokens_and_read_again() {
        for (grant, json, bytes) in grants() {
            assert_eq!(serde_json::to_string(&grant).unwrap(), json);
            assert_eq!(grant.to_bytes(), bytes);
            let read: Grant = serde_json::from_str(json).unwrap();
            assert_eq!(read.to_bytes(), bytes);
            assert_eq!(Grant::from_bytes(&bytes).unwrap().to_bytes(), bytes);
            assert!(Grant::from_bytes(&[&bytes[..], b"\n"].concat()).is_none());
        }
        for broken in [&b""[..], &[1], &[2; 17], &[1; 16]] {
            assert!(Grant::from_bytes(broken).is_none(), "{broken:?}");
        }
    }

    #[test]
    fn ops_10_a_grant_is_not_printed() {
        for (grant, ..) in grants() {
            let printed = format!("{grant:?}");
            assert!(
                printed.contains("redacted") || printed.contains("REDACTED"),
                "{printed}"
            );
        }
    }
}
