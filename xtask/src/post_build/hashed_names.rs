//! Puts a hash of the content into the names of files that Trunk builds or copies without one.
//!
//! While a new release replaces an old one, both answer. With a hash in its name, a file is the right
//! one or missing; without, a browser could load the script of one release and the program of the other.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};

use super::texts;
use crate::files;

/// The files to rename besides the texts, each after the files that it names, because their names are part of its content.
/// `elements.js` keeps its name: pages of other sites load it.
const FILES: [&str; 10] = [
    "authenteq-button_bg.wasm",
    "authenteq-results_bg.wasm",
    "integrate_bg.wasm",
    "authenteq-button.js",
    "authenteq-results.js",
    "integrate.js",
    "integrate_loader.js",
    "results.js",
    "arrival.js",
    "integrate.css",
];

/// Style sheets that get their hash from Trunk, and that `elements.js` names without it.
const NAMED_BY_TRUNK: [&str; 2] = ["button.css", "components.css"];

/// Kinds of files that name others.
const TEXTS: [&str; 2] = ["js", "html"];

/// Renames the files of a folder, and their names in scripts and pages.
pub(crate) fn rename_all(folder: &Path) -> Result<()> {
    for name in NAMED_BY_TRUNK {
        let named = find(folder, name)?;
        rename_in_texts(folder, name, files::name(&named)?)?;
    }
    for name in texts::all_files() {
        rename(folder, &name)?;
    }
    for name in FILES {
        rename(folder, name)?;
    }
    Ok(())
}

fn rename(folder: &Path, name: &str) -> Result<()> {
    let file = folder.join(name);
    let named = with_hash(name, &files::read(&file)?);
    fs::rename(&file, folder.join(&named))
        .with_context(|| format!("cannot rename {}", file.display()))?;
    rename_in_texts(folder, name, &named)
}

/// Finds the file with a name like `button.css` and a hash in it.
pub(crate) fn find(folder: &Path, name: &str) -> Result<PathBuf> {
    let (stem, ending) = parts(name);
    let is_it = |file: &&PathBuf| {
        let hash = files::name(file)
            .ok()
            .and_then(|found| found.strip_prefix(stem)?.strip_prefix('-'))
            .and_then(|rest| rest.strip_suffix(ending));
        hash.is_some_and(is_hash)
    };
    let entries = files::sorted_entries(folder)?;
    let mut found = entries.iter().filter(is_it);
    let file = found.next();
    let file =
        file.with_context(|| format!("there is no {stem}-….{ending} in {}", folder.display()))?;
    ensure!(
        found.next().is_none(),
        "two files in {} are {name} with a hash",
        folder.display()
    );
    Ok(file.clone())
}

/// `portal-0123456789abcdef.js`: the name changes with the content, so browsers may cache the file for
/// good.
pub(crate) fn with_hash(name: &str, content: &[u8]) -> String {
    let (stem, ending) = parts(name);
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{stem}-{:016x}{ending}", hasher.finish())
}

/// `authenteq-button` and `_bg.wasm`: the hash stands where Trunk puts it.
fn parts(name: &str) -> (&str, &str) {
    let end = name.find("_bg.").or_else(|| name.rfind('.'));
    name.split_at(end.unwrap_or(name.len()))
}

/// A number without leading zeros, as Trunk writes it.
fn is_hash(text: &str) -> bool {
    (8..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Fails when no file names `before`: then no page would load it, or a script builds its name.
fn rename_in_texts(folder: &Path, before: &str, after: &str) -> Result<()> {
    let mut is_named = false;
    for file in files::sorted_entries(folder)? {
        if !files::has_extension(&file, &TEXTS) {
            continue;
        }
        let text = files::read_text(&file)?;
        let changed = renamed(&text, before, after);
        if changed != text {
            is_named = true;
            files::write(&file, changed)?;
        }
    }
    if !is_named {
        bail!("no page and no script names {before}");
    }
    Ok(())
}

/// Changes a name only between quotes or after a slash: `authenteq-results.js` ends with `results.js` too.
fn renamed(text: &str, before: &str, after: &str) -> String {
    let is_quote = |c: char| "\"'`".contains(c);
    let mut changed = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(before) {
        let (start, end) = (&rest[..at], &rest[at + before.len()..]);
        let is_whole = start.ends_with(|c| c == '/' || is_quote(c)) && end.starts_with(is_quote);
        changed += start;
        changed += if is_whole { after } else { before };
        rest = end;
    }
    changed + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder as Trunk and the steps before this one leave it.
    fn pages() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        for program in ["authenteq-button", "authenteq-results", "integrate"] {
            write(&format!("{program}_bg.wasm"), program);
            write(
                &format!("{program}.js"),
                &format!("new URL(`{program}_bg.wasm`,import.meta.url)"),
            );
        }
        texts::write_all(folder.path()).unwrap();
        write("integrate_loader.js", "import e from\"./integrate.js\"");
        write("results.js", "import e from'./authenteq-results.js'");
        write("arrival.js", "1");
        write("integrate.css", "p {}");
        write("button-2edf4fc599aa6f1f.css", "a {}");
        write("components-5e9453411578ce7.css", "b {}");
        write(
            "elements.js",
            "import(`./authenteq-button.js`);new URL('./authenteq-button_bg.wasm');new URL(`./button.css`);\
             import(`./authenteq-results.js`);new URL(`./authenteq-results_bg.wasm`);new URL(`./components.css`)",
        );
        write(
            "index.html",
            "<script src=\"./portal-language.js\"></script>",
        );
        write(
            "results.html",
            "<script src=\"./arrival.js\"></script><script src=\"./results.js\"></script>\
             <script src=\"./authenteq-results-language.js\"></script><link href=\"./authenteq-results.js\"><link href=\"./authenteq-results_bg.wasm\">",
        );
        write(
            "integrate.html",
            "<link href=\"./integrate.css\"><script src=\"./integrate-language.js\"></script><script src=\"./integrate_loader.js\"></script>",
        );
        folder
    }

    fn read(folder: &Path, name: &str) -> String {
        fs::read_to_string(folder.join(name)).unwrap()
    }

    /// The names of all files but the pages.
    fn names(folder: &Path) -> Vec<String> {
        let entries = files::sorted_entries(folder).unwrap();
        entries
            .iter()
            .map(|file| files::name(file).unwrap().to_owned())
            .filter(|name| !name.ends_with(".html"))
            .collect()
    }

    #[test]
    fn fe_20_every_named_file_exists_and_has_a_hash_in_its_name() {
        let folder = pages();
        rename_all(folder.path()).unwrap();
        for text in ["elements.js", "results.html", "integrate.html"] {
            let text = read(folder.path(), text);
            let named: Vec<_> = text
                .split(['"', '\'', '`'])
                .filter_map(|part| part.strip_prefix("./"))
                .collect();
            assert!(named.len() >= 2, "{text}");
            for name in named {
                assert!(folder.path().join(name).is_file(), "{name}");
                let (stem, _) = parts(name);
                assert!(is_hash(stem.rsplit('-').next().unwrap()), "{name}");
            }
        }
        let without: Vec<_> = names(folder.path())
            .into_iter()
            .filter(|name| !is_hash(parts(name).0.rsplit('-').next().unwrap()))
            .collect();
        assert_eq!(without, ["elements.js"]);
        let css = find(folder.path(), "button.css").unwrap();
        assert!(css.ends_with("button-2edf4fc599aa6f1f.css"), "{css:?}");
    }

    #[test]
    fn fe_20_a_script_is_named_by_the_program_that_it_starts_as_well() {
        let (first, second) = (pages(), pages());
        fs::write(second.path().join("authenteq-button_bg.wasm"), "another").unwrap();
        for folder in [&first, &second] {
            rename_all(folder.path()).unwrap();
        }
        let changed = |name: &str| {
            let of = |folder: &Path| {
                files::name(&find(folder, name).unwrap())
                    .unwrap()
                    .to_owned()
            };
            of(first.path()) != of(second.path())
        };
        assert!(changed("authenteq-button_bg.wasm"));
        assert!(changed("authenteq-button.js"));
        assert!(!changed("authenteq-results.js"));
        let glue = find(second.path(), "authenteq-button.js").unwrap();
        let program = find(second.path(), "authenteq-button_bg.wasm").unwrap();
        let glue = fs::read_to_string(glue).unwrap();
        assert!(
            glue.contains(&format!("`{}`", files::name(&program).unwrap())),
            "{glue}"
        );
    }

    #[test]
    fn a_name_at_the_end_of_another_name_stays() {
        let text = "import './results.js'; import \"./authenteq-results.js\" // see results.js";
        assert_eq!(
            renamed(text, "results.js", "results-1.js"),
            "import './results-1.js'; import \"./authenteq-results.js\" // see results.js"
        );
    }

    #[test]
    fn a_file_that_no_page_and_no_script_names_is_refused() {
        let folder = pages();
        fs::write(
            folder.path().join("results.html"),
            "<script src=\"./results.js\"></script><script src=\"./authenteq-results-language.js\">",
        )
        .unwrap();
        let error = rename_all(folder.path()).unwrap_err().to_string();
        assert_eq!(error, "no page and no script names arrival.js");
        fs::remove_file(folder.path().join("button-2edf4fc599aa6f1f.css")).unwrap();
        assert!(rename_all(folder.path()).is_err());
    }

    #[test]
    fn the_name_of_a_file_follows_its_content() {
        let name = |content: &str| with_hash("boot.js", content.as_bytes());
        assert_eq!(name("a"), name("a"));
        assert_ne!(name("a"), name("b"));
        assert_eq!(name("a").len(), "boot-0123456789abcdef.js".len());
        assert!(with_hash("portal_bg.wasm", b"a").ends_with("_bg.wasm"));
    }
}
