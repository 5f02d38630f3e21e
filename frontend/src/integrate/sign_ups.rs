//! Snippets for a site whose server creates its sign-ups.

use super::embed::{Embed, escaped};

/// Where the second listener is in the examples; its address is not public.
const OPERATORS: &str = "http://127.0.0.1:8081";
/// Stands for the 43 characters of a handle.
const HANDLE: &str = "HANDLE";

/// The call of the site's server.
pub(super) fn create(embed: &Embed) -> String {
    let return_key = match (&embed.site, &embed.server_return) {
        (Some(_), Some(key)) => format!(", \"return\": {key:?}"),
        _ => String::new(),
    };
    // Within single quotation marks of the shell, where keys of the configuration have none.
    let return_key = return_key.replace('\'', "");
    format!(
        r#"curl -sS {OPERATORS}/sign-ups \
  -H "Authorization: Bearer $(cat shop-key)" \
  -H "Idempotency-Key: order-1001" \
  -H "Content-Type: application/json" \
  -d '{{"reference": "customer-17", "displayName": "account a…@…", "claims": ["age_over_18"]{return_key}}}'
"#
    )
}

/// The link, for any page.
pub(super) fn link(embed: &Embed) -> String {
    let [address, caption] = [address(embed).as_str(), embed.caption()].map(escaped);
    format!("<a href=\"{address}\">{caption}</a>\n")
}

/// The element, which leads to the same page.
pub(super) fn button(embed: &Embed) -> String {
    let [address, caption] = [address(embed).as_str(), embed.caption()].map(escaped);
    format!(
        "<authenteq-button sign-up=\"{HANDLE}\">\n  <a href=\"{address}\">{caption}</a>\n</authenteq-button>\n"
    )
}

/// How the site's server learns the result.
pub(super) const FETCH: &str = "curl -sS \"http://127.0.0.1:8081/sign-ups/su_…?wait=20\" \\
  -H \"Authorization: Bearer $(cat shop-key)\"
";

fn address(embed: &Embed) -> String {
    format!("{}/start#sign_up={HANDLE}", embed.public_url)
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;

    use super::*;
    use crate::integrate::embed::tests::{every_choice, hostile, plain};

    #[test]
    fn link_and_element_lead_to_the_question_of_this_deployment() {
        for embed in every_choice() {
            let expected = format!("{}/start#sign_up=HANDLE", embed.public_url);
            for html in [link(&embed), button(&embed)] {
                let document = Document::parse(&html).unwrap();
                let links = document.descendants().filter(|it| it.has_tag_name("a"));
                let addresses: Vec<_> = links.filter_map(|it| it.attribute("href")).collect();
                assert_eq!(addresses, [expected.as_str()], "{html}");
            }
        }
    }

    #[test]
    fn the_call_names_the_chosen_return() {
        assert!(create(&plain()).contains(r#""claims": ["age_over_18"], "return": "done"}'"#));
        let none = Embed {
            server_return: None,
            ..plain()
        };
        assert!(create(&none).contains(r#""claims": ["age_over_18"]}'"#));
        assert_eq!(create(&hostile()).matches('\'').count(), 2);
    }
}
