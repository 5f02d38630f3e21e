//! What happens to the pages after Trunk has built them.
//!
//! The pages are served under a Content-Security-Policy that knows no inline script. Trunk starts
//! the WebAssembly from one, so it moves into a file. What the pages load gets names that follow its
//! content. A release build is compressed as well, and weighed: it fails when a first visit would load
//! more than is allowed.

use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result, bail};

pub(crate) mod hashed_names;
mod markup;
mod minify;
pub(crate) mod sizes;

use self::markup::{Tag, tags};

/// A page with a program of its own.
struct OtherPage {
    file: &'static str,
    /// Runs before anything else of the page is loaded.
    first: Option<&'static str>,
    /// A style sheet of its own, after the others.
    style: Option<&'static str>,
    /// Starts the program.
    script: &'static str,
    program: &'static str,
}

const OTHER_PAGES: [OtherPage; 2] = [
    OtherPage {
        file: "results.html",
        first: Some("arrival.js"),
        style: None,
        script: "results.js",
        program: "authenteq-results",
    },
    OtherPage {
        file: "integrate.html",
        first: None,
        style: Some("integrate.css"),
        script: "integrate_loader.js",
        program: "integrate",
    },
];

/// Called by Trunk, which says by environment variables what it has built.
pub(crate) fn run() -> Result<()> {
    let folder = env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .context("TRUNK_STAGING_DIR is not set: this is a command for Trunk, see Trunk.toml")?;
    let base = env::var("TRUNK_PUBLIC_URL").unwrap_or_else(|_| "./".into());
    let index = folder.join("index.html");
    let page =
        fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;

    let moved = move_scripts(&page, &base);
    for script in &moved.scripts {
        fs::write(folder.join(&script.file), &script.text)
            .with_context(|| format!("cannot write {}", script.file))?;
    }
    fs::write(&index, &moved.page).with_context(|| format!("cannot write {}", index.display()))?;
    for page in OTHER_PAGES {
        let file = folder.join(page.file);
        let made = page.made_from(&moved.page, &base);
        if page.first.is_some_and(|first| !made.contains(first)) {
            bail!(
                "index.html has no <meta charset>, after which a script of {} belongs",
                page.file
            );
        }
        fs::write(&file, made).with_context(|| format!("cannot write {}", file.display()))?;
    }

    // `trunk serve` adds an inline script that reloads the page: only what is deployed is checked.
    let is_release = env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    if is_release {
        refuse_inline(&moved.page)?;
        minify::all(&folder)?;
    }
    hashed_names::follow_content(&folder)?;
    if is_release {
        sizes::compress(&folder)?;
        for weight in sizes::of_pages(&folder)? {
            println!("{}{}", weight.table(), weight.summary());
            weight.check()?;
        }
    }
    Ok(())
}

#[derive(Debug, PartialEq)]
struct Moved {
    page: String,
    scripts: Vec<Script>,
}

#[derive(Debug, PartialEq)]
struct Script {
    file: String,
    text: String,
}

/// Moves inline module scripts into files beside the page, and takes out nonces: no server puts
/// a real one in.
///
/// A script's imports stay right, since the file lies where the page lies. So does the address it
/// fetches the WebAssembly from: that one counts from the page, not from the file.
fn move_scripts(page: &str, base: &str) -> Moved {
    let mut moved = Moved {
        page: String::new(),
        scripts: Vec::new(),
    };
    let mut copied = 0;
    for tag in tags(page) {
        let mut kept: Vec<String> = tag
            .attributes
            .iter()
            .filter(|attribute| attribute.name != "nonce")
            .map(|attribute| attribute.source.to_owned())
            .collect();
        let mut end = tag.span.end;
        if is_inline_script(&tag) && tag.value("type") == Some("module") {
            let script = Script::named_by_content(tag.text);
            kept.push(format!(r#"src="{base}{}""#, script.file));
            moved.scripts.push(script);
            end += tag.text.len();
        } else if kept.len() == tag.attributes.len() {
            continue;
        }
        moved.page += &page[copied..tag.span.start];
        moved.page += &format!("<{}>", [vec![tag.name], kept].concat().join(" "));
        copied = end;
    }
    moved.page += &page[copied..];
    moved
}

impl OtherPage {
    /// The same page with another program: its script in the place of the one that there is, and its
    /// files fetched ahead.
    fn made_from(&self, page: &str, base: &str) -> String {
        let Self {
            script, program, ..
        } = self;
        let style = self.style.map_or_else(String::new, |style| {
            format!("<link rel=\"stylesheet\" href=\"{base}{style}\">\n")
        });
        let mut other = String::new();
        let mut copied = 0;
        for tag in tags(page) {
            let relation = tag.value("rel").unwrap_or_default();
            let text = match (tag.name.as_str(), self.first) {
                ("link", _) if ["modulepreload", "preload"].contains(&relation) => String::new(),
                // Before style sheets, which a script behind them waits for.
                ("meta", Some(first)) if tag.value("charset").is_some() => {
                    let charset = &page[tag.span.clone()];
                    format!(r#"{charset}<script src="{base}{first}"></script>"#)
                }
                ("script", _) if tag.value("type") == Some("module") => format!(
                    r#"{style}<script type="module" src="{base}{script}"></script>
<link rel="modulepreload" href="{base}{program}.js">
<link rel="preload" as="fetch" type="application/wasm" crossorigin href="{base}{program}_bg.wasm">"#
                ),
                _ => continue,
            };
            other += &page[copied..tag.span.start];
            other += &text;
            copied = tag.span.end;
            if tag.name == "script" {
                copied += tag.text.len() + "</script>".len();
            }
        }
        other + &page[copied..]
    }
}

impl Script {
    fn named_by_content(text: &str) -> Self {
        Self {
            file: hashed_names::with_hash("boot.js", text.as_bytes()),
            text: format!("{}\n", text.trim()),
        }
    }
}

fn is_inline_script(tag: &Tag<'_>) -> bool {
    tag.name == "script" && tag.value("src").is_none()
}

/// Fails when the page holds what its Content-Security-Policy would keep from working.
fn refuse_inline(page: &str) -> Result<()> {
    for tag in tags(page) {
        if is_inline_script(&tag) {
            bail!("index.html holds an inline <script>, which the pages' security headers forbid");
        }
        if tag.name == "style" {
            bail!("index.html holds an inline <style>, which the pages' security headers forbid");
        }
        let forbidden = tag.attributes.iter().find(|attribute| {
            attribute.name == "style"
                || attribute.name.starts_with("on")
                || attribute
                    .value
                    .trim_start()
                    .to_ascii_lowercase()
                    .starts_with("javascript:")
        });
        if let Some(attribute) = forbidden {
            bail!(
                "index.html holds <{} {}>, which the pages' security headers forbid",
                tag.name,
                attribute.source
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Trunk 0.21.14 writes it, shortened, with `create_nonce`.
    const PAGE: &str = r#"<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/>
<link rel="stylesheet" href="./a-9c87.css" integrity="sha384-Srj3"/>
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
        let moved = move_scripts(PAGE, "./");
        let [script] = moved.scripts.as_slice() else {
            panic!("one script was to be moved: {:?}", moved.scripts);
        };
        assert_eq!(
            script.text,
            "import init, * as bindings from './portal-c050.js';\n\
             const wasm = await init({ module_or_path: './portal-c050_bg.wasm' });\n"
        );
        assert_eq!(
            moved.page,
            format!(
                r#"<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/>
<link rel="stylesheet" href="./a-9c87.css" integrity="sha384-Srj3"/>
<!-- <script>not one</script> -->
<script type="module" src="./{}"></script>
<link rel="modulepreload" href="./portal-c050.js" crossorigin="anonymous" integrity="sha384-mfE9"></head>
<body></body></html>
"#,
                script.file
            )
        );
        assert!(refuse_inline(PAGE).is_err());
        refuse_inline(&moved.page).unwrap();
    }

    #[test]
    fn another_page_has_another_program_and_nothing_of_the_first() {
        let page = move_scripts(PAGE, "./").page;
        let [results, integrate] = OTHER_PAGES;
        let other = results.made_from(&page, "./");
        assert!(
            !other.contains("portal") && !other.contains("boot-"),
            "{other}"
        );
        assert_eq!(other.matches("<script").count(), 3, "{other}");
        assert_eq!(other.matches("</script>").count(), 3, "{other}");
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
        let other = integrate.made_from(&page, "./");
        let own = other.find(r#"<link rel="stylesheet" href="./integrate.css">"#);
        assert!(other.find("./a-9c87.css") < own, "{other}");
    }

    #[test]
    fn a_page_without_inline_scripts_stays_as_it_is() {
        let page = "<p class='a'>x</p>\n<script type=module src=./a.js></script><script>1</script>";
        let moved = move_scripts(page, "./");
        assert_eq!(
            moved,
            Moved {
                page: page.into(),
                scripts: vec![]
            }
        );
    }

    #[test]
    fn whatever_a_strict_policy_blocks_is_refused() {
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
