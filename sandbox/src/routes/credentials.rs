//! Basic credentials, by which the Export and the Web IDV API know their caller.

use std::sync::Arc;

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::refusal::Refusal;
use crate::{app_state::AppState, client::Client, diagnosis, journal::Notes};

/// The name of the header in the table of the export reference.
const AUTHENTICATION: &str = "authentication";

/// Which reference describes a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reference {
    /// Its table calls the header `Authentication`, its errors call it `Authorization`.
    Export,
    /// `Authorization` throughout.
    WebIdv,
}

/// The client whose id and secret the request carries, in `Authorization` or under the other name
/// where that is printed or the dialect has it.
pub(crate) fn client(
    app: &AppState,
    notes: &Notes,
    headers: &HeaderMap,
    reference: Reference,
) -> Result<Arc<Client>, Refusal> {
    let takes_both = reference == Reference::Export || app.dialect.authentication_header;
    let there = |name: &str| headers.get(name).filter(|header| !header.is_empty());
    let usual = there(AUTHORIZATION.as_str());
    let other = there(AUTHENTICATION);
    if let Some(remark) = diagnosis::of_header_name(usual.is_some(), other.is_some(), takes_both) {
        notes.remark(remark);
    }
    let Some(header) = usual.or(other.filter(|_| takes_both)) else {
        notes.failure(diagnosis::of_missing_credentials(other.is_some()));
        return Err(Refusal::ApiKeysMissing);
    };
    let Some((id, secret)) = header.to_str().ok().and_then(pair) else {
        notes.failure(
            "The credentials are not Basic and the base64 of id:secret in UTF-8 (RFC 7617).",
        );
        return Err(Refusal::ApiKeysInvalid);
    };
    notes.client(&id);
    let Some(client) = app.client(&id) else {
        notes.failure(format!("No client has the id {id}."));
        return Err(Refusal::BadApiKeys);
    };
    if !client.secret.is(&secret) {
        notes.failure(diagnosis::of_secret(&client.secret, &secret, &id));
        return Err(Refusal::BadApiKeys);
    }
    if client.deactivated {
        notes.failure(format!("The account of {id} is deactivated."));
        return Err(Refusal::AccountDeactivated);
    }
    Ok(client)
}

/// Id and secret, split at the first colon: a secret may hold more of them (RFC 7617, section 2).
fn pair(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(credentials: &[u8]) -> String {
        format!("Basic {}", STANDARD.encode(credentials))
    }

    #[test]
    fn a_secret_may_hold_colons_and_what_is_encoded_elsewhere() {
        assert_eq!(
            pair(&basic(b"client!+ID:s:e+c%20r\xc3\xa9t:")),
            Some(("client!+ID".to_owned(), "s:e+c%20r\u{e9}t:".to_owned()))
        );
        assert!(pair(&basic(b"a:b").replace("Basic", "bAsIc ")).is_some());
    }

    #[test]
    fn anything_else_is_no_pair() {
        let encoded = STANDARD.encode("a:b");
        for wrong in [
            "Basic".to_owned(),
            "Basic ".to_owned(),
            "Basic a:b".to_owned(),
            format!("Basic{encoded}"),
            format!("Bearer {encoded}"),
            encoded,
            basic(b"no colon"),
            basic(b"not:utf8\xff"),
        ] {
            assert_eq!(pair(&wrong), None, "{wrong}");
        }
    }
}
