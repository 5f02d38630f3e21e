//! Names by content, for the files that Trunk builds or copies under the names of their sources.
//!
//! While a new release takes the place of an old one, both answer. A file whose name follows its content is
//! the one that is meant, or is not there; under one name for all releases, the script of one and the
//! program of another would come together.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};

use super::sizes::sorted_entries;

/// What is renamed, and before it all that it names: its own name follows theirs. `elements.js` is absent:
/// pages of other sites name it.
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

/// Style sheets that Trunk has named by their content, and that `elements.js` names without.
const NAMED_BY_TRUNK: [&str; 2] = ["button.css", "components.css"];

/// Files that name others.
const TEXTS: [&str; 2] = ["js", "html"];

/// Renames the files of this folder, and changes the names wherever they stand.
pub(crate) fn follow_content(folder: &Path) -> Result<()> {
    for name in NAMED_BY_TRUNK {
        let named = find(folder, name)?;
        rename_in_texts(folder, name, file_name(&named)?)?;
    }
    for name in FILES {
        let file = folder.join(name);
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let named = with_hash(name, &content);
        fs::rename(&file, folder.join(&named))
            .with_context(|| format!("cannot rename {}", file.display()))?;
        rename_in_texts(folder, name, &named)?;
    }
    Ok(())
}

/// The file of this folder that has this name, `button.css`, with its hash in it.
pub(crate) fn find(folder: &Path, name: &str) -> Result<PathBuf> {
    let (stem, ending) = parts(name);
    let is_it = |file: &&PathBuf| {
        let hash = file_name(file)
            .ok()
            .and_then(|found| found.strip_prefix(stem)?.strip_prefix('-'))
            .and_then(|rest| rest.strip_suffix(ending));
        hash.is_some_and(is_hash)
    };
    let files = sorted_entries(folder)?;
    let mut found = files.iter().filter(is_it);
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

/// `portal-0123456789abcdef.js`, for a text of any kind: the name changes with the content, so that a browser
/// may keep the file for good.
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

fn file_name(file: &Path) -> Result<&str> {
    let name = file.file_name().and_then(|name| name.to_str());
    name.with_context(|| format!("{} has no plain name", file.display()))
}

/// A file that nobody names is never loaded, or by a name that is put together somewhere else.
fn rename_in_texts(folder: &Path, before: &str, after: &str) -> Result<()> {
    let mut is_named = false;
    for file in sorted_entries(folder)? {
        let extension = file.extension().and_then(|it| it.to_str());
        if !extension.is_some_and(|it| TEXTS.contains(&it)) {
            continue;
        }
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let changed = renamed(&text, before, after);
        if changed != text {
            is_named = true;
            fs::write(&file, changed)
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
    }
    if !is_named {
        bail!("no page and no script names {before}");
    }
    Ok(())
}

/// Changes a name where it is a whole one: `results.js` is not the end of `authenteq-results.js`.
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

    /// As Trunk and the steps before this one leave it.
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
            "results.html",
            "<script src=\"./arrival.js\"></script><script src=\"./results.js\"></script>\
             <link href=\"./authenteq-results.js\"><link href=\"./authenteq-results_bg.wasm\">",
        );
        write(
            "integrate.html",
            "<link href=\"./integrate.css\"><script src=\"./integrate_loader.js\"></script>",
        );
        folder
    }

    fn read(folder: &Path, name: &str) -> String {
        fs::read_to_string(folder.join(name)).unwrap()
    }

    /// Name and content of all files but the pages.
    fn names(folder: &Path) -> Vec<String> {
        let files = sorted_entries(folder).unwrap();
        files
            .iter()
            .map(|file| file_name(file).unwrap().to_owned())
            .filter(|name| !name.ends_with(".html"))
            .collect()
    }

    #[test]
    fn fe_20_every_file_that_is_named_is_there_and_has_a_hash_in_its_name() {
        let folder = pages();
        follow_content(folder.path()).unwrap();
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
            follow_content(folder.path()).unwrap();
        }
        let changed = |name: &str| {
            let of = |folder: &Path| file_name(&find(folder, name).unwrap()).unwrap().to_owned();
            of(first.path()) != of(second.path())
        };
        assert!(changed("authenteq-button_bg.wasm"));
        assert!(changed("authenteq-button.js"));
        assert!(!changed("authenteq-results.js"));
        let glue = find(second.path(), "authenteq-button.js").unwrap();
        let program = find(second.path(), "authenteq-button_bg.wasm").unwrap();
        let glue = fs::read_to_string(glue).unwrap();
        assert!(
            glue.contains(&format!("`{}`", file_name(&program).unwrap())),
            "{glue}"
        );
    }

    #[test]
    fn a_name_is_changed_where_it_is_a_whole_one() {
        let text = "import './results.js'; import \"./authenteq-results.js\" // see results.js";
        assert_eq!(
            renamed(text, "results.js", "results-1.js"),
            "import './results-1.js'; import \"./authenteq-results.js\" // see results.js"
        );
    }

    #[test]
    fn a_file_that_nobody_names_is_refused() {
        let folder = pages();
        fs::write(
            folder.path().join("results.html"),
            "<script src=\"./results.js\">",
        )
        .unwrap();
        let told = follow_content(folder.path()).unwrap_err().to_string();
        assert_eq!(told, "no page and no script names arrival.js");
        fs::remove_file(folder.path().join("button-2edf4fc599aa6f1f.css")).unwrap();
        assert!(follow_content(folder.path()).is_err());
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
