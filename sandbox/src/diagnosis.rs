//! Why a call was refused, in sentences for the developer who looks at the inspector. The caller
//! itself learns no more than Authenteq would say.

use uuid::Uuid;

use crate::{
    client::ClientSecret,
    query,
    store::{CodeRefused, TokenRefused},
};

/// Why a code was not taken.
pub(crate) fn of_code(refused: CodeRefused) -> &'static str {
    match refused {
        CodeRefused::Unknown => {
            "This code was never issued. Was it cut or changed on its way, or is it another \
             sandbox's?"
        }
        CodeRefused::Spent => {
            "This code came before, and counts once. Because it may have been stolen, a token it \
             was exchanged for is revoked: exchange each code exactly once."
        }
        CodeRefused::Expired => "This code is too old. Exchange it as soon as it comes.",
        CodeRefused::OtherFlow => {
            "This code was issued in the other flow: codes of /authorize are exchanged for a \
             token, codes of /verify for the result."
        }
        CodeRefused::OtherClient => "This code was issued to another client.",
        CodeRefused::RedirectUri => {
            "The redirect URI is not the one that the code was sent to. Send the same string in \
             both calls; the code is spent now."
        }
    }
}

/// Why a secret is not the right one.
pub(crate) fn of_secret(secret: &ClientSecret, presented: &str, client_id: &str) -> String {
    let hint = if presented.is_empty() {
        "It is empty."
    } else if secret.is(presented.trim()) {
        "It would be right without the white space around it."
    } else if secret.is(&query::decoded(presented)) {
        "It would be right without being percent-encoded."
    } else if secret.is(&presented.replace(' ', "+")) {
        "It would be right with plus signs where spaces came: a form needs + written as %2B."
    } else if presented.starts_with(secret.expose()) || secret.expose().starts_with(presented) {
        "A part of it is right: was it cut, or something added?"
    } else {
        "The page of the client shows the right one."
    };
    format!("The secret is not that of {client_id}. {hint}")
}

/// A remark on the name of the header that credentials came in.
pub(crate) fn of_header_name(usual: bool, other: bool, takes_both: bool) -> Option<&'static str> {
    match (usual, other) {
        (true, true) => Some("Authorization and Authentication both came; Authorization counts."),
        (false, true) if takes_both => Some(
            "The credentials came in a header called Authentication, as the table of the export \
             reference prints it; its errors, and everything else, say Authorization.",
        ),
        _ => None,
    }
}

/// Why an id has no verification. An id that begins with zeros is none that chance makes.
pub(crate) fn of_unknown_verification(id: Uuid) -> &'static str {
    if id.as_fields().0 == 0 {
        "No verification has this id, on purpose: `webkyc check` asks for it, to see that the \
         credentials are right. They are."
    } else {
        "No verification has this id, or it was forgotten."
    }
}

/// Why there are no credentials, whether or not some came under the other name.
pub(crate) fn of_missing_credentials(other: bool) -> &'static str {
    if other {
        "The credentials came in a header called Authentication; only the table of the export \
         reference has it, so this call reads Authorization."
    } else {
        "No Authorization header came. Send Basic and the base64 of id:secret."
    }
}

/// Why a token opens nothing.
pub(crate) fn of_token(refused: TokenRefused) -> String {
    match refused {
        TokenRefused::Unknown => {
            "This token was never issued. Was it cut or changed on its way, or is it another \
             sandbox's?"
                .to_owned()
        }
        TokenRefused::Revoked => {
            "The token was revoked when its code came a second time: exchange each code exactly \
             once."
                .to_owned()
        }
        TokenRefused::Expired(time) => format!(
            "The token ended at {time:.0}: it opens the data for fifteen minutes. The visitor has \
             to sign up again."
        ),
    }
}

/// Which methods a path answers to, where another one came. `allowed` is the value of `Allow`.
pub(crate) fn of_method(method: &str, allowed: &str) -> String {
    let methods: Vec<&str> = allowed
        .split(',')
        .map(str::trim)
        .filter(|allowed| *allowed != "HEAD")
        .collect();
    format!(
        "The request is a {method}; this path answers to {} only.",
        methods.join(" and ")
    )
}

/// Stands in front of a name where a link was copied out of HTML.
const ENTITY: &str = "amp;";

fn of_html(name: &str) -> String {
    format!(
        "{name} came: the link has &amp; in place of &. That is how HTML writes it; an address has \
         & alone."
    )
}

/// Why a parameter is missing of a link that names it.
pub(crate) fn of_entity<'a>(
    missing: &str,
    mut there: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let name = there.find(|name| name.strip_prefix(ENTITY) == Some(missing))?;
    Some(format!("It is missing; {}", of_html(name)))
}

/// Parameters that mean nothing here.
pub(crate) fn of_unknown(names: &[&str]) -> String {
    let ignored = format!("Ignored, being unknown: {}.", names.join(", "));
    match names.iter().find(|name| name.starts_with(ENTITY)) {
        Some(name) => format!("{ignored} {}", of_html(name)),
        None => ignored,
    }
}

/// Which field was probably meant, where one is missing: the field's name in the spelling of
/// OAuth 2.0 libraries, which the documentation does not use.
pub(crate) fn of_missing<'a>(
    missing: &str,
    mut there: impl Iterator<Item = &'a str>,
    place: &str,
) -> String {
    let plain = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    let alike = there.find(|name| plain(name.trim_start_matches(ENTITY)) == plain(missing));
    match alike {
        Some(name) if name.starts_with(ENTITY) => of_html(name),
        Some(name) => format!("The {place} has {name}; the name is {missing}."),
        None => format!("The {place} has no {missing}, or an empty one."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;

    #[test]
    fn the_id_that_a_check_asks_for_is_told_apart() {
        let of = |id: &str| of_unknown_verification(Uuid::try_parse(id).unwrap());
        let checked = of("00000000-0000-4000-8000-000000000000");
        assert!(checked.contains("`webkyc check`"), "{checked}");
        let forgotten = of("3631324b-5bcc-48b0-b717-4f12f45e0a1d");
        assert!(forgotten.ends_with("or it was forgotten."), "{forgotten}");
    }

    #[test]
    fn what_is_wrong_with_a_secret_is_guessed() {
        let client = Client::new("shop", "a+b%c", "http://localhost/").unwrap();
        for (presented, hint) in [
            ("a+b%c\n", "white space"),
            ("a%2Bb%25c", "percent-encoded"),
            ("a b%c", "plus signs"),
            ("a+b", "A part"),
            ("", "empty"),
            ("zzz", "page of the client"),
        ] {
            let sentence = of_secret(&client.secret, presented, "shop");
            assert!(sentence.contains(hint), "{presented:?}: {sentence}");
            assert!(!sentence.contains("a+b%c"), "{sentence}");
        }
    }

    #[test]
    fn a_field_in_the_spelling_of_oauth_is_recognised() {
        let sentence = of_missing("clientId", ["client_id"].into_iter(), "form");
        assert_eq!(sentence, "The form has client_id; the name is clientId.");
        let sentence = of_missing("clientId", ["code"].into_iter(), "form");
        assert!(sentence.contains("has no clientId"));
    }
}
