//! The link: HTML and CSS for any page, without a script and without a request.

use super::embed::{Embed, escaped};
use crate::components::sign_up_button::Variant;

/// Within `<style>`. One line for each rule, because some content management systems
/// remove indentation. The outline of the focus is the browser's own, which fits any page.
macro_rules! style {
    ($caption:literal) => {
        concat!(
            "\n.authenteq-link{box-sizing:border-box;display:inline-flex;align-items:center;",
            "min-width:min(286px,100%);max-width:100%;min-height:3.05rem;padding:8px 20px 8px 16px;",
            "border:2px solid transparent;border-radius:28px;background:#f29e2e padding-box;",
            "box-shadow:0 5px 10px -5px #0003;", $caption, "text-decoration:none}\n",
            ".authenteq-link svg{flex:none;width:30px;height:30px;margin-right:16px;fill:none;",
            "stroke:currentcolor;stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round}\n",
            ".authenteq-link span{flex:1;padding:6px 0 6px 16px;border-left:1px solid;text-align:center}\n",
            ".authenteq-link:hover{filter:brightness(.95)}\n",
        )
    };
}

const BRAND: &str = style!("color:#fff;font:15px/1.2 system-ui,sans-serif;");
const BRAND_HASH: &str = "sha256-LZyAmDdmyGCdeSSkSImTLqedC79NPJCiVw6ku1cTJxI=";
const ACCESSIBLE: &str = style!("color:#201203;font:550 15px/1.2 system-ui,sans-serif;");
const ACCESSIBLE_HASH: &str = "sha256-d8WTOJ9uoFKeH2CeVYW8p6qzdQ7myItbUGB639Ozd+U=";

/// Both of the mark's strokes.
pub(super) const MARK: &str = "M4 11V8a4 4 0 0 1 4-4h3M21 4h3a4 4 0 0 1 4 4v3M28 21v3a4 4 0 0 1-4 4h-3M11 28H8a4 4 0 0 1-4-4v-3M10 16.5l4.2 4.2L22 12";

/// The link itself.
pub(super) fn html(embed: &Embed) -> String {
    format!(
        r#"<a class="authenteq-link" href="{}">
<svg viewBox="0 0 32 32" aria-hidden="true"><path d="{MARK}"/></svg>
<span>{}</span></a>
"#,
        escaped(&embed.start_url()),
        escaped(embed.caption())
    )
}

/// The rules alone.
pub(super) fn style(embed: &Embed) -> &'static str {
    match embed.variant {
        Variant::Brand => BRAND,
        Variant::Accessible => ACCESSIBLE,
    }
}

/// For the head of the page.
pub(super) fn style_element(embed: &Embed) -> String {
    format!("<style>{}</style>\n", style(embed))
}

/// Allows exactly that style.
pub(super) fn policy(embed: &Embed) -> String {
    let hash = match embed.variant {
        Variant::Brand => BRAND_HASH,
        Variant::Accessible => ACCESSIBLE_HASH,
    };
    format!("Content-Security-Policy: style-src '{hash}'\n")
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use roxmltree::Document;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::integrate::embed::tests::{assert_starts, every_choice, hostile, plain};

    #[test]
    fn the_link_is_one_link_with_a_mark_and_a_caption() {
        for embed in every_choice() {
            let html = html(&embed);
            let document = Document::parse(&html).unwrap();
            let link = document.root_element();
            assert_eq!(link.tag_name().name(), "a");
            assert_starts(link.attribute("href").unwrap(), &embed);
            let elements: Vec<_> = link
                .descendants()
                .filter(|node| node.is_element())
                .map(|node| node.tag_name().name())
                .collect();
            assert_eq!(elements, ["a", "svg", "path", "span"], "{html}");
            let texts = link.descendants().filter(|node| node.is_text());
            let text: String = texts.filter_map(|node| node.text()).collect();
            assert_eq!(text.trim(), embed.caption());
        }
    }

    #[test]
    fn nothing_is_asked_for_and_nothing_runs() {
        for embed in every_choice() {
            let both = html(&embed) + &style_element(&embed);
            for word in ["url(", "@import", "<img", "<script", "src=", "http-equiv"] {
                assert!(!both.contains(word), "{word}: {both}");
            }
            assert!(!both.contains(" on"), "{both}");
        }
    }

    #[test]
    fn html_and_css_together_stay_below_one_kibibyte() {
        for embed in every_choice().into_iter().filter(|it| *it != hostile()) {
            let embed = Embed {
                public_url: "https://shop.example.com/kyc".into(),
                ..embed
            };
            let size = html(&embed).len() + style_element(&embed).len();
            assert!(size <= 1024, "{size}");
        }
    }

    #[test]
    fn the_policy_names_the_hash_of_exactly_the_style() {
        for variant in [Variant::Brand, Variant::Accessible] {
            let embed = Embed { variant, ..plain() };
            let element = style_element(&embed);
            let document = Document::parse(&element).unwrap();
            let text = document.root_element().text().unwrap();
            assert_eq!(text, style(&embed));
            let hash = BASE64_STANDARD.encode(Sha256::digest(text));
            assert_eq!(
                policy(&embed),
                format!("Content-Security-Policy: style-src 'sha256-{hash}'\n")
            );
        }
    }

    #[test]
    fn the_mark_is_that_of_the_pages() {
        let own = include_str!("../components/mark.rs");
        let paths = own.split(" d=\"").skip(1);
        let strokes: Vec<&str> = paths.filter_map(|path| path.split('"').next()).collect();
        // Moved to its own beginning: a second path takes more bytes than it says.
        assert_eq!(
            strokes.join("").replace("m10 16.5 4.2", "M10 16.5l4.2"),
            MARK
        );
    }
}
