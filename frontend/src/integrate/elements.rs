//! The custom elements: one script, two tags.

use super::embed::{Embed, escaped};
use crate::components::sign_up_button::Variant;

/// The framework of a site's pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Framework {
    Plain,
    React,
    Vue,
}

/// The script that brings both elements.
pub(super) fn script(embed: &Embed) -> String {
    let url = escaped(&format!("{}/elements.js", embed.public_url));
    format!("<script type=\"module\" src=\"{url}\"></script>\n")
}

/// For the page with the button.
pub(super) fn button(embed: &Embed, framework: Framework) -> String {
    let link = match &embed.other_origin {
        None => format!(
            "\n  <a href=\"{}\">{}</a>\n",
            escaped(&embed.start_url()),
            escaped(embed.caption())
        ),
        // The state would be kept where the redirect URI's page does not find it.
        Some(_) => String::new(),
    };
    let element = format!(
        "<authenteq-button{} variant=\"{}\">{link}</authenteq-button>\n",
        attributes(embed),
        match embed.variant {
            Variant::Brand => "brand",
            Variant::Accessible => "accessible",
        },
    );
    match framework {
        Framework::Plain => format!("{}\n{element}", script(embed)),
        Framework::React => component("SignUp", &element),
        Framework::Vue => template(&element),
    }
}

/// For the redirect URI's page; `meanwhile` shows until the program has loaded. In a framework, it sends the
/// verification's id to the site's server too.
pub(super) fn results(embed: &Embed, framework: Framework, meanwhile: &str) -> String {
    let element = |listener: &str| {
        format!(
            "<authenteq-results{}{listener}>\n  <p>{}</p>\n</authenteq-results>\n",
            attributes(embed),
            escaped(meanwhile)
        )
    };
    match framework {
        Framework::Plain => format!("{}\n{}", script(embed), element("")),
        Framework::React => {
            let element = element(" onauthenteq-verified={report}");
            format!("{}\n{REPORT}", component("Verified", &element))
        }
        Framework::Vue => {
            let template = template(&element(" @authenteq-verified=\"report\""));
            format!("<script setup>\n{REPORT}</script>\n\n{template}")
        }
    }
}

/// Tells the site's server which verification the visitor has.
const REPORT: &str = r#"async function report(event) {
  // The names, documents and pictures are in `verification` too.
  const { id } = event.currentTarget.verification;
  await fetch("/account/verification", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id }),
  });
}
"#;

/// The same for a page without a framework, as a file of its own.
pub(super) fn listener() -> String {
    format!(
        "const results = document.querySelector(\"authenteq-results\");\n\
         results.addEventListener(\"authenteq-verified\", report);\n\n{REPORT}"
    )
}

/// Loads that file.
pub(super) const LISTENER_SCRIPT: &str = "<script type=\"module\" src=\"verified.js\"></script>\n";

/// Tells Vue that these tags are no components of its own.
pub(super) const VUE_SETTINGS: &str = r#"import vue from "@vitejs/plugin-vue";

const isCustomElement = (tag) => tag.startsWith("authenteq-");

export default {
  plugins: [vue({ template: { compilerOptions: { isCustomElement } } })],
};
"#;

/// How the site's server gets the data by that id.
pub(super) const FETCH: &str = r#"curl -sS "http://127.0.0.1:8081/export/json?verificationId=$ID" \
  -H "Authorization: Bearer $(cat operator-key)"
"#;

fn component(name: &str, element: &str) -> String {
    let element = indented(element, "    ");
    format!("export function {name}() {{\n  return (\n{element}  );\n}}\n")
}

fn template(element: &str) -> String {
    format!("<template>\n{}</template>\n", indented(element, "  "))
}

fn indented(lines: &str, by: &str) -> String {
    lines.lines().map(|line| format!("{by}{line}\n")).collect()
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
            let page = in_a_page(&button(&embed, Framework::Plain));
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
    fn the_button_of_another_origin_holds_no_link() {
        let embed = Embed {
            other_origin: Some("https://www.shop.example".into()),
            ..plain()
        };
        let page = in_a_page(&button(&embed, Framework::Plain));
        let document = Document::parse(&page).unwrap();
        assert!(!script_and(&document).1.has_children(), "{page}");
    }

    #[test]
    fn the_results_know_the_way_on_and_say_something_meanwhile() {
        for embed in every_choice() {
            let page = in_a_page(&results(&embed, Framework::Plain, HOSTILE));
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

    /// The text between two marks.
    fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
        let (_, rest) = text.split_once(before).unwrap();
        rest.rsplit_once(after).unwrap().0
    }

    #[test]
    fn a_framework_draws_the_same_button_as_a_plain_page() {
        let draw = |framework| button(&plain(), framework);
        let without_space = |text: &str| text.replace(['\n', ' '], "");
        let (page, react, vue) = (
            draw(Framework::Plain),
            draw(Framework::React),
            draw(Framework::Vue),
        );
        let (_, element) = page.split_once("\n\n").unwrap();
        for drawn in [
            between(&react, "return (", ");"),
            between(&vue, "<template>", "</template>"),
        ] {
            assert_eq!(without_space(drawn), without_space(element));
        }
    }

    #[test]
    fn react_and_vue_listen_in_their_own_way() {
        let results = |framework| results(&plain(), framework, "…");
        assert!(results(Framework::React).contains(" onauthenteq-verified={report}>"));
        assert!(results(Framework::Vue).contains(" @authenteq-verified=\"report\">"));
        let listener = listener();
        assert!(listener.contains("\"authenteq-verified\", report"));
        for all in [results(Framework::React), results(Framework::Vue), listener] {
            assert!(all.contains(REPORT), "{all}");
        }
    }

    #[test]
    fn typescript_checks_the_react_components() {
        // `tests/bundlers` compiles the file.
        let checked = include_str!("../../../tests/bundlers/types/snippets.jsx");
        let embed = Embed {
            variant: Variant::Accessible,
            ..plain()
        };
        for snippet in [
            button(&embed, Framework::React),
            results(&embed, Framework::React, "One moment …"),
        ] {
            assert!(
                checked.contains(&snippet),
                "snippets.jsx is without\n{snippet}"
            );
        }
    }
}
