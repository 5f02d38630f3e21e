//! The signature by which a receiver recognises the sender of a message.

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::ClientSecret;

/// How `X-SIGNATURE` is made. The reference speaks of a SHA-256 digest of body and client secret, and
/// leaves open how the two come together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WebhookSignature {
    /// SHA-256 over the body followed by the secret.
    #[default]
    Sha256,
    /// HMAC-SHA-256 (RFC 2104) over the body, keyed with the secret.
    Hmac,
}

impl WebhookSignature {
    /// In hexadecimal digits, lower case.
    pub(crate) fn of(self, body: &[u8], secret: &ClientSecret) -> String {
        match self {
            Self::Sha256 => {
                let digest = Sha256::new().chain_update(body);
                format!("{:x}", digest.chain_update(secret.as_bytes()).finalize())
            }
            Self::Hmac => {
                let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
                    .expect("a key of HMAC may have any length");
                format!("{:x}", mac.chain_update(body).finalize().into_bytes())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;

    fn signed(signature: WebhookSignature, body: &str, secret: &str) -> String {
        let client = Client::new("id", secret, "http://localhost/").unwrap();
        signature.of(body.as_bytes(), &client.secret)
    }

    #[test]
    fn the_digest_is_that_of_body_and_secret_in_this_order() {
        // FIPS 180-2, appendix B.1: "abc".
        assert_eq!(
            signed(WebhookSignature::Sha256, "ab", "c"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn the_hmac_is_that_of_the_standard() {
        // RFC 4231, test case 2.
        assert_eq!(
            signed(
                WebhookSignature::Hmac,
                "what do ya want for nothing?",
                "Jefe"
            ),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
