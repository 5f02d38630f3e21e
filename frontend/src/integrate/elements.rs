//! The custom elements: one script, two tags.

use super::embed::{Embed, escaped};
use crate::components::sign_up_button::Variant;

/// For the page with the button.
pub(super) fn button(embed: &Embed) -> String {
    let variant = match embed.variant {
        Variant::Brand => "brand",
        Variant::Accessible => "accessible",
    };
    format!(
        r#"{}
<authenteq-button{} variant="{variant}">
  <a href="{}">{}</a>
</authenteq-button>
"#,
        script(embed),
        attributes(embed),
        escaped(&embed.start_url()),
        escaped(embed.caption())
    )
}

/// For the redirect URI's page; `meanwhile` shows until the program has loaded.
pub(super) fn results(embed: &Embed, meanwhile: &str) -> String {
    format!(
        r#"{}
<authenteq-results{}>
  <p>{}</p>
</authenteq-results>
"#,
        script(embed),
        attributes(embed),
        escaped(meanwhile)
    )
}

/// For a page of the deployment's own origin.
pub(super) const POLICY: &str = "Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src blob:\n";

/// For a page of another origin of the same site.
pub(super) fn sibling_policy(embed: &Embed) -> String {
    let origin = embed.origin();
    format!(
        "Content-Security-Policy: script-src {origin} 'wasm-unsafe-eval'; connect-src {origin}; img-src blob:\n"
    )
}

fn script(embed: &Embed) -> String {
    let url = escaped(&format!("{}/elements.js", embed.public_url));
    format!("<script type=\"module\" src=\"{url}\"></script>\n")
}

fn attributes(embed: &Embed) -> String {
    let mut attributes = String::new();
    if let Some(site) = &embed.site {
        attributes += &format!(" site=\"{}\"", escaped(site));
        if let Some(key) = &embed.return_key {
            attributes += &format!(" return=\"{}\"", escaped(key));
        }
    }
    attributes + &format!(" lang=\"{}\"", embed.language.tag())
}

#[cfg(test)]
mod tests {
    use roxmltree::{Document, Node};

    use super::*;
    use crate::integrate::embed::tests::{HOSTILE, assert_starts, every_choice, plain};

    /// The two elements of a snippet: the script, and the other one.
    fn script_and<'a>(document: &'a Document<'_>) -> (Node<'a, 'a>, Node<'a, 'a>) {
        let children = document.root_element().children();
        let elements: Vec<_> = children.filter(|node| node.is_element()).collect();
        let [script, element] = elements.as_slice() else {
            panic!("two elements were to be there: {elements:?}");
        };
        assert_eq!(script.tag_name().name(), "script");
        assert_eq!(script.attribute("type"), Some("module"));
        assert_eq!(script.text(), None);
        (*script, *element)
    }

    fn in_a_page(snippet: &str) -> String {
        format!("<body>{snippet}</body>")
    }

    #[test]
    fn the_button_says_what_was_chosen_and_holds_a_working_link() {
        for embed in every_choice() {
            let page = in_a_page(&button(&embed));
            let document = Document::parse(&page).unwrap();
            let (script, button) = script_and(&document);
            let folder = script.attribute("src").unwrap();
            assert_eq!(
                folder.strip_suffix("/elements.js"),
                Some(embed.public_url.as_str())
            );
            assert_eq!(button.tag_name().name(), "authenteq-button");
            assert_eq!(button.attribute("site"), embed.site.as_deref());
            assert_eq!(button.attribute("return"), embed.return_key.as_deref());
            assert_eq!(button.attribute("lang"), Some(embed.language.tag()));
            let accessible = button.attribute("variant") == Some("accessible");
            assert_eq!(accessible, embed.variant == Variant::Accessible);
            let link = button.first_element_child().unwrap();
            assert_starts(link.attribute("href").unwrap(), &embed);
            assert_eq!(link.text(), Some(embed.caption()));
        }
    }

    #[test]
    fn the_results_know_the_way_on_and_say_something_meanwhile() {
        for embed in every_choice() {
            let page = in_a_page(&results(&embed, HOSTILE));
            let document = Document::parse(&page).unwrap();
            let (_, results) = script_and(&document);
            assert_eq!(results.tag_name().name(), "authenteq-results");
            assert_eq!(results.attribute("site"), embed.site.as_deref());
            assert_eq!(results.attribute("return"), embed.return_key.as_deref());
            let meanwhile = results.first_element_child().unwrap();
            assert_eq!(meanwhile.text(), Some(HOSTILE));
        }
    }

    #[test]
    fn a_page_of_another_origin_allows_the_deployment_in_place_of_itself() {
        assert_eq!(
            sibling_policy(&plain()),
            POLICY.replace("'self'", "https://shop.example")
        );
        for policy in [POLICY, &sibling_policy(&plain())] {
            assert!(!policy.contains("unsafe-inline"));
            assert!(!policy.contains("'unsafe-eval'"));
            assert!(policy.contains("img-src blob:"));
        }
    }
}
