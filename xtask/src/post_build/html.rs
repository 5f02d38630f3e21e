//! Edits the pages' HTML.

use std::{borrow::Cow, mem};

use anyhow::{Result, anyhow, ensure};
use lol_html::{
    ElementContentHandlers, HandlerResult, RewriteStrSettings, Selector, element,
    errors::RewritingError, html_content::ContentType, rewrite_str, text,
};

use super::{hashed_names, texts};

const INLINE_MODULE: &str = r#"script[type="module"]:not([src])"#;

/// A page with a program of its own, made from `index.html`.
pub(super) struct OtherPage {
    pub(super) file: &'static str,
    /// Runs before the page loads anything else.
    pub(super) first_script: Option<&'static str>,
    /// Whether it shows the button, which has a style sheet.
    pub(super) has_button: bool,
    /// A style sheet of its own, after the others.
    pub(super) style: Option<&'static str>,
    /// Starts the program.
    pub(super) script: &'static str,
    pub(super) program: &'static str,
}

/// A script that was inline.
#[derive(Debug, PartialEq)]
pub(super) struct MovedScript {
    pub(super) file: String,
    pub(super) text: String,
}

/// Changes by selector, as `element!` writes them.
pub(crate) type Handlers<'a> = Vec<(Cow<'a, Selector>, ElementContentHandlers<'a>)>;

/// The page with these changes.
pub(crate) fn rewrite(page: &str, handlers: Handlers<'_>) -> Result<String> {
    let settings = handlers.into_iter().fold(
        RewriteStrSettings::new(),
        RewriteStrSettings::append_element_content_handler,
    );
    rewrite_str(page, settings).map_err(|error| match error {
        RewritingError::ContentHandlerError(error) => anyhow!(error),
        other => anyhow!(other),
    })
}

/// Moves inline module scripts into files beside the page, and removes nonces, which no server replaces.
///
/// A script's imports stay right, because its file lies beside the page. So does the address from which
/// it fetches the WebAssembly: that is relative to the page.
pub(super) fn move_scripts(page: &str, base: &str) -> Result<(String, Vec<MovedScript>)> {
    let scripts: Vec<_> = inline_modules(page)?
        .iter()
        .map(|text| MovedScript::new(text))
        .collect();
    let mut files = scripts.iter().map(|script| &script.file);
    let page = rewrite(
        page,
        vec![
            element!(INLINE_MODULE, |script| {
                let file = files.next().ok_or("index.html holds an empty script")?;
                script.set_attribute("src", &format!("{base}{file}"))?;
                script.set_inner_content("", ContentType::Html);
                Ok(())
            }),
            element!("[nonce]", |any| {
                any.remove_attribute("nonce");
                Ok(())
            }),
        ],
    )?;
    Ok((page, scripts))
}

/// The page with the script that loads its texts, before the one that starts its program.
pub(super) fn with_language(page: &str, program: &str, base: &str) -> Result<String> {
    let script = language_script(program, base);
    rewrite(
        page,
        vec![element!(r#"script[type="module"]"#, |start| {
            start.before(&script, ContentType::Html);
            Ok(())
        })],
    )
}

fn language_script(program: &str, base: &str) -> String {
    let file = texts::chooser_of(program);
    format!("<script type=\"module\" src=\"{base}{file}\"></script>\n")
}

fn inline_modules(page: &str) -> Result<Vec<String>> {
    let (mut texts, mut current) = (Vec::new(), String::new());
    let collect = text!(INLINE_MODULE, |piece| {
        current += piece.as_str();
        if piece.last_in_text_node() {
            texts.push(mem::take(&mut current));
        }
        Ok(())
    });
    rewrite(page, vec![collect])?;
    Ok(texts)
}

impl MovedScript {
    fn new(text: &str) -> Self {
        Self {
            file: hashed_names::with_hash("boot.js", text.as_bytes()),
            text: format!("{}\n", text.trim()),
        }
    }
}

impl OtherPage {
    /// `index.html` with this page's program in the place of its own, and with preloads for it.
    pub(super) fn render(&self, index: &str, base: &str) -> Result<String> {
        let Self {
            script, program, ..
        } = self;
        let style = self.style.map_or_else(String::new, |style| {
            format!("<link rel=\"stylesheet\" href=\"{base}{style}\">\n")
        });
        let language = language_script(program, base);
        let start = format!(
            r#"{style}{language}<script type="module" src="{base}{script}"></script>
<link rel="modulepreload" href="{base}{program}.js">
<link rel="preload" as="fetch" type="application/wasm" crossorigin href="{base}{program}_bg.wasm">"#
        );
        let mut has_charset = false;
        let page = rewrite(
            index,
            vec![
                element!(
                    r#"link[rel="modulepreload"], link[rel="preload"]"#,
                    |link| {
                        link.remove();
                        Ok(())
                    }
                ),
                element!(r#"link[rel="stylesheet"][href*="button-"]"#, |link| {
                    if !self.has_button {
                        link.remove();
                    }
                    Ok(())
                }),
                element!("meta[charset]", |meta| {
                    has_charset = true;
                    // Before the style sheets, which a later script would wait for.
                    if let Some(first) = self.first_script {
                        let script = format!(r#"<script src="{base}{first}"></script>"#);
                        meta.after(&script, ContentType::Html);
                    }
                    Ok(())
                }),
                element!(r#"script[type="module"]"#, |script| {
                    script.replace(&start, ContentType::Html);
                    Ok(())
                }),
            ],
        )?;
        ensure!(
            has_charset || self.first_script.is_none(),
            "index.html has no <meta charset>, after which a script of {} belongs",
            self.file
        );
        Ok(page)
    }
}

/// Fails when the Content-Security-Policy would block a part of the page.
pub(super) fn refuse_inline(page: &str) -> Result<()> {
    fn refuse(what: &str) -> HandlerResult {
        Err(format!("index.html holds {what}, which the pages' security headers forbid").into())
    }
    rewrite(
        page,
        vec![
            element!("script:not([src])", |_| refuse("an inline <script>")),
            element!("style", |_| refuse("an inline <style>")),
            element!("*", |any| {
                let tag = any.tag_name();
                for attribute in any.attributes() {
                    let (name, value) = (attribute.name(), attribute.value());
                    let is_code = value
                        .trim_start()
                        .to_ascii_lowercase()
                        .starts_with("javascript:");
                    if name == "style" || name.starts_with("on") || is_code {
                        return refuse(&format!("<{tag} {name}=\"{value}\">"));
                    }
                }
                Ok(())
            }),
        ],
    )
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::{super::OTHER_PAGES, *};

    /// As Trunk 0.21.14 writes it, shortened, with `create_nonce`.
    const PAGE: &str = r#"<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/>
<link rel="stylesheet" href="./a-9c87.css" integrity="sha384-Srj3"/>
<link rel="stylesheet" href="./button-2edf.css"/>
<!-- <script>not one</script> -->
<script type="module" nonce="{{__TRUNK NONCE__}}">
import init, * as bindings from './portal-c050.js';
const wasm = await init({ module_or_path: './portal-c050_bg.wasm' });
</script>
<link rel="modulepreload" href="./portal-c050.js" crossorigin="anonymous" nonce="{{__TRUNK NONCE__}}" integrity="sha384-mfE9"></head>
<body></body></html>
"#;

    #[test]
    fn the_start_script_moves_into_a_file_beside_the_page() {
        let (page, scripts) = move_scripts(PAGE, "./").unwrap();
        let [script] = scripts.as_slice() else {
            panic!("expected one script: {scripts:?}");
        };
        assert_eq!(
            script.text,
            "import init, * as bindings from './portal-c050.js';\n\
             const wasm = await init({ module_or_path: './portal-c050_bg.wasm' });\n"
        );
        assert_eq!(
            page,
            format!(
                r#"<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/>
<link rel="stylesheet" href="./a-9c87.css" integrity="sha384-Srj3"/>
<link rel="stylesheet" href="./button-2edf.css"/>
<!-- <script>not one</script> -->
<script type="module" src="./{}"></script>
<link rel="modulepreload" href="./portal-c050.js" crossorigin="anonymous" integrity="sha384-mfE9"></head>
<body></body></html>
"#,
                script.file
            )
        );
        assert!(refuse_inline(PAGE).is_err());
        refuse_inline(&page).unwrap();
    }

    #[test]
    fn another_page_has_another_program_and_nothing_of_the_first() {
        let (page, _) = move_scripts(PAGE, "./").unwrap();
        let [results, integrate] = OTHER_PAGES;
        let other = results.render(&page, "./").unwrap();
        assert!(
            !other.contains("portal") && !other.contains("boot-"),
            "{other}"
        );
        assert_eq!(other.matches("<script").count(), 4, "{other}");
        assert_eq!(other.matches("</script>").count(), 4, "{other}");
        let language =
            other.find(r#"<script type="module" src="./authenteq-results-language.js">"#);
        assert!(
            language.unwrap() < other.find("./results.js").unwrap(),
            "{other}"
        );
        let first = other
            .find(r#"<script src="./arrival.js"></script>"#)
            .unwrap();
        assert!(first < other.find("stylesheet").unwrap(), "{other}");
        assert!(other.contains(r#"<script type="module" src="./results.js"></script>"#));
        assert!(other.contains(r#"href="./authenteq-results_bg.wasm""#));
        assert!(
            other.ends_with("</head>\n<body></body></html>\n"),
            "{other}"
        );
        assert_eq!(other.matches("stylesheet").count(), 1, "{other}");
        // A style sheet of its own stands behind those of all pages.
        let other = integrate.render(&page, "./").unwrap();
        assert!(other.contains("button-"), "{other}");
        let own = other.find(r#"<link rel="stylesheet" href="./integrate.css">"#);
        assert!(other.find("./a-9c87.css") < own, "{other}");
        let without_charset = page.replace("charset", "name");
        assert!(results.render(&without_charset, "./").is_err());
    }

    #[test]
    fn the_language_is_chosen_before_the_program_starts() {
        let (page, scripts) = move_scripts(PAGE, "./").unwrap();
        let page = with_language(&page, "portal", "./").unwrap();
        let language = page.find(r#"<script type="module" src="./portal-language.js"></script>"#);
        assert!(
            language.unwrap() < page.find(&scripts[0].file).unwrap(),
            "{page}"
        );
    }

    #[test]
    fn a_page_without_inline_scripts_stays_as_it_is() {
        let page = "<p class='a'>x</p>\n<script type=module src=./a.js></script><script>1</script>";
        assert_eq!(move_scripts(page, "./").unwrap(), (page.into(), vec![]));
    }

    #[test]
    fn inline_code_that_a_strict_policy_blocks_is_refused() {
        for inline in [
            "<script>1</script>",
            "<script type=importmap>{}</script>",
            "<style>p { color: red }</style>",
            "<p style='color: red'>",
            "<body ONLOAD=start()>",
            "<a href=' javascript:start()'>",
        ] {
            let error = refuse_inline(inline).unwrap_err().to_string();
            assert!(error.starts_with("index.html holds "), "{inline}: {error}");
            assert!(!error.contains('\n'), "{error}");
        }
        refuse_inline("<script src=a.js></script><link rel=stylesheet href=a.css>").unwrap();
    }
}
