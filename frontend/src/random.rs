//! Randomness from Web Crypto, for states and for addresses that no cache knows.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// 256 random bits from Web Crypto as 43 characters of base64url; nothing where there is no Web Crypto.
pub(crate) fn text() -> Option<String> {
    let mut bytes = [0; 32];
    let crypto = web_sys::window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}
