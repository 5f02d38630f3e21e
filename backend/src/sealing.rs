//! Seals the values that the store of sign-ups keeps, so that the database alone shows none of them.
//!
//! A sealed value is `fingerprint (4) ‖ nonce (12) ‖ ciphertext and tag` of AES-256-GCM
//! (NIST SP 800-38D). The row's id and the field's name are associated data, so a value moved to
//! another row or field does not open. The keys for sealing and for lookups are derived from each
//! configured key by HKDF-SHA-256 (RFC 5869).

use std::fmt;

use aes_gcm::{
    AeadCore, Aes256Gcm, KeyInit,
    aead::{Aead, OsRng, Payload},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretSlice, zeroize::Zeroizing};
use sha2::Sha256;

/// The maximum number of keys: the newest, its predecessor, and a few more.
const KEY_LIMIT: usize = 8;

const FINGERPRINT_LENGTH: usize = 4;
const NONCE_LENGTH: usize = 12;

/// A ring of keys, newest first: the newest seals, all open. Never shown;
/// [`SealingKeys::fingerprints`] may be shown.
#[derive(Clone)]
pub struct SealingKeys {
    keys: Vec<SealingKey>,
}

#[derive(Clone)]
struct SealingKey {
    fingerprint: [u8; FINGERPRINT_LENGTH],
    cipher: Aes256Gcm,
    lookup: Hmac<Sha256>,
}

impl SealingKeys {
    /// Parses keys in the form of the cookie keys: base64 of 32 or more random bytes each,
    /// separated by white space, newest first.
    ///
    /// # Errors
    /// Which key is wrong and why, never the key itself.
    pub fn parse(given: &str) -> Result<Self, String> {
        let keys = parse_keys(given)?;
        let keys = keys.iter().map(SealingKey::derive).collect();
        Ok(Self { keys })
    }

    /// Seals a value for this field of this row. `row` is the row's id.
    ///
    /// # Panics
    /// When `plain` is longer than AES-GCM can seal: 64 GiB.
    #[must_use]
    pub fn seal(&self, row: &str, field: &'static str, plain: &[u8]) -> Vec<u8> {
        let key = &self.keys[0];
        let nonce = Aes256Gcm::generate_nonce(&mut OsRng);
        let payload = Payload {
            msg: plain,
            aad: &place(row, field),
        };
        let ciphertext = key.cipher.encrypt(&nonce, payload);
        let ciphertext = ciphertext.expect("no value is 64 GiB long");
        [key.fingerprint.as_slice(), nonce.as_slice(), &ciphertext].concat()
    }

    /// The value that was sealed for this field of this row; nothing if it was changed, was sealed
    /// for another place, or its key is not in this ring.
    #[must_use]
    pub fn open(&self, row: &str, field: &'static str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (fingerprint, rest) = sealed.split_first_chunk::<FINGERPRINT_LENGTH>()?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LENGTH>()?;
        let place = place(row, field);
        // Two keys may have one fingerprint.
        self.with_fingerprint(fingerprint).find_map(|key| {
            let payload = Payload {
                msg: ciphertext,
                aad: &place,
            };
            key.cipher.decrypt(nonce.into(), payload).ok()
        })
    }

    /// Keyed hashes that find the rows of a text which is only kept sealed: one for each key, newest
    /// first. The first is the one to store; `domain` keeps the same text of two owners apart.
    #[must_use]
    pub fn lookup(&self, domain: &str, text: &str) -> Vec<[u8; 32]> {
        let of_key = |key: &SealingKey| {
            let mut mac = key.lookup.clone();
            // With its length before it, no domain runs into the text.
            mac.update(&(domain.len() as u64).to_be_bytes());
            mac.update(domain.as_bytes());
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().into()
        };
        self.keys.iter().map(of_key).collect()
    }

    /// The first bytes of the values that each key seals, newest first.
    #[must_use]
    pub fn fingerprints(&self) -> Vec<[u8; FINGERPRINT_LENGTH]> {
        self.keys.iter().map(|key| key.fingerprint).collect()
    }

    fn with_fingerprint(
        &self,
        fingerprint: &[u8; FINGERPRINT_LENGTH],
    ) -> impl Iterator<Item = &SealingKey> {
        let keys = self.keys.iter();
        keys.filter(move |key| key.fingerprint == *fingerprint)
    }
}

/// Keys belong in no log.
impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKeys([redacted])")
    }
}

impl SealingKey {
    fn derive(key: &SecretSlice<u8>) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, key.expose_secret());
        let expand = |purpose: &str, into: &mut [u8]| {
            let expanded = hkdf.expand(purpose.as_bytes(), into);
            expanded.expect("HKDF-SHA-256 gives up to 8,160 bytes");
        };
        let mut fingerprint = [0; FINGERPRINT_LENGTH];
        expand("webkyc store fingerprint", &mut fingerprint);
        let mut seal = Zeroizing::new([0; 32]);
        expand("webkyc store seal", &mut *seal);
        let mut lookup = Zeroizing::new([0; 32]);
        expand("webkyc store lookup", &mut *lookup);
        let lookup = <Hmac<Sha256> as Mac>::new_from_slice(lookup.as_slice());
        Self {
            fingerprint,
            cipher: Aes256Gcm::new((&*seal).into()),
            lookup: lookup.expect("HMAC takes a key of any length"),
        }
    }
}

/// The associated data of a sealed value. No field's name has a line break, so no two places have
/// the same.
fn place(row: &str, field: &'static str) -> Vec<u8> {
    format!("{row}\n{field}").into_bytes()
}

/// Parses base64 of 32 or more random bytes each, separated by white space.
///
/// # Errors
/// Which key is wrong and why, never the key itself.
pub(crate) fn parse_keys(given: &str) -> Result<Vec<SecretSlice<u8>>, String> {
    let keys = given.split_whitespace().enumerate().map(|(i, key)| {
        let nth = i + 1;
        let bytes = BASE64_STANDARD
            .decode(key)
            .or_else(|_| BASE64_URL_SAFE_NO_PAD.decode(key))
            .map_err(|_| format!("key {nth} is not base64"))?;
        let bytes = SecretSlice::from(bytes);
        if bytes.expose_secret().len() < 32 {
            let help = "must be 32 random bytes or more: openssl rand -base64 32";
            return Err(format!("key {nth} {help}"));
        }
        if is_patterned(bytes.expose_secret()) {
            return Err(format!("key {nth} is not random: openssl rand -base64 32"));
        }
        Ok(bytes)
    });
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    match keys.len() {
        0 => Err("holds no key".to_owned()),
        1..=KEY_LIMIT => Ok(keys),
        _ => Err(format!("holds more than {KEY_LIMIT} keys")),
    }
}

/// Whether a few bytes repeat, as in a placeholder typed by hand.
fn is_patterned(bytes: &[u8]) -> bool {
    let period_is = |period| bytes.iter().zip(&bytes[period..]).all(|(a, b)| a == b);
    (1..=8).any(period_is)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
    const NEW: &str = "ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A=";
    const ROW: &str = "su_0195";
    const SEALED: &str = "pQg1JmRlZmdoaWprbG1ub/SO0kYRyrgha5qWxzftgKCrcuBJZz2HQODTuF4=";
    const LOOKUP: &str = "zerACcaeOhNei3Zs64cs355b1P7jKl/jWtBlSarB5nw=";

    fn keys(given: &str) -> SealingKeys {
        SealingKeys::parse(given).unwrap()
    }

    #[test]
    fn a_value_opens_in_its_own_row_and_field_only() {
        let ring = keys(OLD);
        let sealed = ring.seal(ROW, "expected", b"Anna");
        let opened = ring.open(ROW, "expected", &sealed);
        assert_eq!(opened.as_deref(), Some(b"Anna".as_slice()));
        for (row, field) in [
            ("su_0196", "expected"),
            (ROW, "reference"),
            (ROW, "response"),
            ("su_0195\nexpected", ""),
            ("su_0195\n", "expected"),
        ] {
            assert_eq!(ring.open(row, field, &sealed), None, "{row} {field}");
        }
        assert_eq!(keys(NEW).open(ROW, "expected", &sealed), None);
        assert!(!sealed.windows(4).any(|bytes| bytes == b"Anna"));
    }

    #[test]
    fn a_changed_value_does_not_open() {
        let ring = keys(OLD);
        let sealed = ring.seal(ROW, "expected", b"Anna");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(ring.open(ROW, "expected", &changed), None, "bit {bit}");
        }
        for length in 0..sealed.len() {
            let opened = ring.open(ROW, "expected", &sealed[..length]);
            assert_eq!(opened, None, "{length} bytes");
        }
    }

    #[test]
    fn an_empty_value_is_sealed_too_and_no_two_sealed_values_are_the_same() {
        let ring = keys(OLD);
        let [one, another] = [(), ()].map(|()| ring.seal(ROW, "expected", b""));
        assert_eq!(ring.open(ROW, "expected", &one), Some(Vec::new()));
        assert_ne!(one, another);
    }

    #[test]
    fn the_newest_key_seals_and_every_key_of_the_ring_opens() {
        let old = keys(OLD);
        let both = keys(&format!("{NEW}\n{OLD}\n"));
        let new = keys(NEW);
        let sealed = old.seal(ROW, "token", b"t");
        assert_eq!(both.open(ROW, "token", &sealed).as_deref(), Some(&b"t"[..]));
        assert_eq!(new.open(ROW, "token", &sealed), None);
        let sealed = both.seal(ROW, "token", b"t");
        assert_eq!(new.open(ROW, "token", &sealed).as_deref(), Some(&b"t"[..]));
        assert_eq!(old.open(ROW, "token", &sealed), None);
        let fingerprints = [new.fingerprints(), old.fingerprints()].concat();
        assert_eq!(both.fingerprints(), fingerprints);
        assert!(sealed.starts_with(&fingerprints[0]));
        assert_eq!(old.open(ROW, "token", &old.fingerprints()[0][..3]), None);
    }

    #[test]
    fn a_text_is_found_by_every_key_of_the_ring_and_in_its_own_domain_only() {
        let both = keys(&format!("{NEW} {OLD}"));
        let found = both.lookup("shop", "user-7");
        let each = [NEW, OLD].map(|key| keys(key).lookup("shop", "user-7"));
        assert_eq!(found, each.concat());
        for (domain, text) in [
            ("other", "user-7"),
            ("shop", "user-8"),
            ("shopuser", "-7"),
            ("", "shopuser-7"),
        ] {
            let others = both.lookup(domain, text);
            assert!(others.iter().all(|other| !found.contains(other)));
        }
    }

    /// Computed by another implementation (Python's `cryptography`), so the form is the documented
    /// one, and the values of earlier releases open.
    #[test]
    fn a_value_of_an_earlier_release_opens() {
        let sealed = BASE64_STANDARD.decode(SEALED).unwrap();
        let opened = keys(OLD).open(ROW, "expected", &sealed);
        assert_eq!(opened.as_deref(), Some("Anna Müller".as_bytes()));
        let found = keys(OLD).lookup("shop", "user-7");
        assert_eq!(BASE64_STANDARD.encode(found[0]), LOOKUP);
    }

    #[test]
    fn nothing_of_a_ring_is_printed() {
        let ring = keys(OLD);
        assert_eq!(format!("{ring:?}"), "SealingKeys([redacted])");
    }
}
