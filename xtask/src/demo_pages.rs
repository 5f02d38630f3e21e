//! The pages of `cargo xtask demo`, built without tools that would have to be installed first: cargo compiles
//! the programs, wasm-bindgen's library writes their scripts, and this does what Trunk does with
//! `index.html`. They are not small, and are compiled in a fraction of the time. A test compares them with
//! Trunk's.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lol_html::{element, html_content::ContentType};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    files,
    pages::{self, Stamp},
    post_build::{self, hashed_names, html},
    processes::cargo,
    programs_folder, root,
    steps::{self, Step},
    tools::{self, WASM_TARGET},
};

/// The addresses in the pages are relative, as Trunk.toml has it.
const BASE: &str = "./";

/// Compiled quickly, for loopback: without optimisation the pages would be tens of megabytes. In the profile of
/// the programs, so that both use the same macros.
const SETTINGS: [&str; 2] = ["profile.dev.opt-level=1", "profile.dev.debug=false"];

/// Builds the pages unless they are up to date. Returns their folder.
pub(crate) fn build() -> Result<PathBuf> {
    let pages = steps::folder()?.join("demo-pages");
    let mut sources = pages::sources();
    sources.push(root().join("xtask/src/demo_pages.rs"));
    let stamp = Stamp::new("demo-pages", sources, &pages)?;
    if stamp.holds()? {
        return Ok(pages);
    }
    tools::add_wasm_target()?;
    println!("Two builds follow: the pages, then the programs.");
    Step {
        doing: "Compiling the pages",
        takes: "3 to 7 minutes the first time",
        log: "demo-pages",
    }
    .run(
        cargo()
            .args(["build", "-p", "webkyc-frontend", "--bins"])
            .args(["--target", WASM_TARGET])
            .args(SETTINGS.iter().flat_map(|setting| ["--config", setting]))
            .env("CARGO_INCREMENTAL", "0")
            .current_dir(root()),
    )?;
    let target = programs_folder()?;
    let target = target.parent().context("the programs lie in no folder")?;
    let programs = target.join(WASM_TARGET).join("debug");
    let unfinished = pages.with_added_extension("unfinished");
    files::remove_folder(&unfinished)?;
    files::make_folder(&unfinished)?;
    assemble(root(), &unfinished, |program| {
        bind(&programs, program, &unfinished)
    })?;
    files::remove_folder(&pages)?;
    files::rename(&unfinished, &pages)?;
    stamp.set()?;
    Ok(pages)
}

/// Writes a program's script, and the program as that script wants it.
fn bind(programs: &Path, program: &str, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(programs.join(format!("{program}.wasm")))
        .web(true)?
        // /results and the elements start their programs without naming the file.
        .omit_default_module_path(false)
        .typescript(false)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen cannot read {program}.wasm"))
}

/// Writes the files that `index.html` in `source` asks Trunk for into `folder`. `bind` writes `NAME.js` and
/// `NAME_bg.wasm` of a program there.
fn assemble(source: &Path, folder: &Path, bind: impl Fn(&str) -> Result<()>) -> Result<()> {
    let index = files::read_text(&source.join("index.html"))?;
    let page = html::rewrite(
        &index,
        vec![element!("link[data-trunk]", |link| {
            let asset = Asset {
                source,
                folder,
                href: link.get_attribute("href").unwrap_or_default(),
            };
            let program = link.get_attribute("data-bin").unwrap_or_default();
            match link.get_attribute("rel").as_deref() {
                Some("rust") if link.has_attribute("data-type") => {
                    bind(&program)?;
                    if link.has_attribute("data-loader-shim") {
                        let loader = format!("import init from './{program}.js';\nawait init();\n");
                        files::write(&folder.join(format!("{program}_loader.js")), loader)?;
                    }
                    link.remove();
                }
                Some("rust") => {
                    bind(&program)?;
                    link.replace(&start(folder, &program)?, ContentType::Html);
                }
                Some("copy-file") => {
                    asset.copy()?;
                    link.remove();
                }
                rel => {
                    let name = asset.copy_with_hash()?;
                    let rel = if rel == Some("css") {
                        "stylesheet"
                    } else {
                        "icon"
                    };
                    let link_to = format!(r#"<link rel="{rel}" href="{BASE}{name}">"#);
                    link.replace(&link_to, ContentType::Html);
                }
            }
            Ok(())
        })],
    )?;
    files::write(&folder.join("index.html"), page)?;
    post_build::finish(folder, BASE, false)
}

/// The script that starts the page's own program, whose files get a hash here: the hook expects Trunk to
/// have done that.
fn start(folder: &Path, program: &str) -> Result<String> {
    let [script, binary] = ["js", "wasm"].map(|kind| {
        let name = if kind == "js" {
            format!("{program}.js")
        } else {
            format!("{program}_bg.wasm")
        };
        let content = files::read(&folder.join(&name))?;
        let hashed = hashed_names::with_hash(&name, &content);
        files::rename(&folder.join(&name), &folder.join(&hashed))?;
        anyhow::Ok(hashed)
    });
    let (script, binary) = (script?, binary?);
    Ok(format!(
        r#"<script type="module">
import init from '{BASE}{script}';
await init({{ module_or_path: '{BASE}{binary}' }});
</script>
<link rel="modulepreload" href="{BASE}{script}" crossorigin>
<link rel="preload" as="fetch" type="application/wasm" href="{BASE}{binary}" crossorigin>"#
    ))
}

/// A file that `index.html` names.
struct Asset<'a> {
    source: &'a Path,
    folder: &'a Path,
    /// Relative to the source.
    href: String,
}

impl Asset<'_> {
    fn copy(&self) -> Result<()> {
        let file = self.source.join(&self.href);
        files::copy(&file, &self.folder.join(files::name(&file)?))
    }

    fn copy_with_hash(&self) -> Result<String> {
        let file = self.source.join(&self.href);
        let name = hashed_names::with_hash(files::name(&file)?, &files::read(&file)?);
        files::copy(&file, &self.folder.join(&name))?;
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::BTreeSet, fs};

    use super::*;

    /// File names, and what a page loads in which order, without the hashes of contents.
    fn loaded(folder: &Path, page: &str) -> Vec<String> {
        let text = fs::read_to_string(folder.join(page)).unwrap();
        let loads = RefCell::new(Vec::new());
        let see = |tag: &str, kind: Option<String>, address: Option<String>| {
            let kind = kind.unwrap_or_default();
            if let Some(address) = address {
                loads
                    .borrow_mut()
                    .push(format!("{tag} {kind} {}", without_hash(&address)));
            }
        };
        html::rewrite(
            &text,
            vec![
                element!("head link, link", |link| {
                    see(
                        "link",
                        link.get_attribute("rel"),
                        link.get_attribute("href"),
                    );
                    Ok(())
                }),
                element!("script", |script| {
                    see(
                        "script",
                        script.get_attribute("type"),
                        script.get_attribute("src"),
                    );
                    Ok(())
                }),
            ],
        )
        .unwrap();
        loads.into_inner()
    }

    fn without_hash(name: &str) -> String {
        let is_hash = |part: &str| {
            (14..=16).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let parts = name.split_inclusive(['-', '.', '_', '/']);
        let kept = parts.filter(|part| !is_hash(part.trim_end_matches(['-', '.', '_', '/'])));
        kept.collect::<String>()
            .replace("-.", ".")
            .replace("-_", "_")
    }

    fn names(folder: &Path) -> BTreeSet<String> {
        let entries = files::sorted_entries(folder).unwrap();
        let names = entries.iter().map(|file| files::name(file).unwrap());
        let names = names.filter(|name| !name.ends_with(".br"));
        // A hash at the end of a stem leaves its hyphen.
        names.map(without_hash).collect()
    }

    #[test]
    fn a_program_finds_its_file_by_itself() {
        let (programs, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let empty = b"\0asm\x01\0\0\0";
        fs::write(programs.path().join("empty.wasm"), empty).unwrap();
        bind(programs.path(), "empty", folder.path()).unwrap();
        let script = fs::read_to_string(folder.path().join("empty.js")).unwrap();
        assert!(script.contains("new URL('empty_bg.wasm', import.meta.url)"));
    }

    #[test]
    fn the_demo_has_the_pages_that_trunk_builds() {
        let trunk = root().join("dist");
        assert!(trunk.is_dir(), "run `cargo xtask pages` first");
        let folder = tempfile::tempdir().unwrap();
        let glue = |program: &str| {
            let calls = "function __wbg_get_imports() {} function makeMutClosure() { return f(a, state.b, ...args); }";
            let script = format!("{calls} // {program}_bg.wasm");
            files::write(&folder.path().join(format!("{program}.js")), script)?;
            files::write(&folder.path().join(format!("{program}_bg.wasm")), program)
        };
        assemble(root(), folder.path(), glue).unwrap();
        assert_eq!(names(folder.path()), names(&trunk));
        for page in ["index.html", "results.html", "integrate.html"] {
            let expected: BTreeSet<_> = loaded(&trunk, page).into_iter().collect();
            let found: BTreeSet<_> = loaded(folder.path(), page).into_iter().collect();
            assert_eq!(found, expected, "{page}");
        }
    }
}
