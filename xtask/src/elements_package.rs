//! The custom elements as an npm package: a tarball that has the same bytes whenever it is made of
//! the same files.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use flate2::{Compression, GzBuilder};
use serde_json::{Map, Value};
use tar::{Builder, EntryType, Header};

use crate::{post_build::hashed_names, root, steps};

/// As npm calls it.
const NAME: &str = "authenteq-elements";

/// That of the workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the built pages bring beside `elements.js`. Their names have a hash in them there, and in the package
/// too: `elements.js` is the same in both, and a site that serves the package's files itself may let browsers
/// keep them for good.
const BUILT: [&str; 6] = [
    "authenteq-button.js",
    "authenteq-button_bg.wasm",
    "authenteq-results.js",
    "authenteq-results_bg.wasm",
    "button.css",
    "components.css",
];

/// What is written by hand, beside the source of `elements.js`.
const WRITTEN: [&str; 3] = ["README.md", "custom-elements.json", "elements.d.ts"];

/// What npm dates every file: 26 October 1985, 8:15. Tools that cannot take 1970 take this.
const DATE: u64 = 499_162_500;

/// `authenteq-elements-VERSION.tgz`
pub(crate) fn file_name() -> String {
    format!("{NAME}-{VERSION}.tgz")
}

/// The tarball of the elements that these pages hold.
pub(crate) fn pack(pages: &Path) -> Result<Vec<u8>> {
    let sources = Sources {
        pages,
        elements: &root().join("frontend/elements"),
        licence: &root().join("LICENSE"),
    };
    tarball(&sources.files()?)
}

/// The same, as a file for the tests.
pub(crate) fn pack_for_tests(pages: &Path) -> Result<PathBuf> {
    let file = steps::folder()?.join(file_name());
    fs::write(&file, pack(pages)?).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// Where the package's files come from.
struct Sources<'a> {
    pages: &'a Path,
    elements: &'a Path,
    licence: &'a Path,
}

impl Sources<'_> {
    /// Contents by name.
    fn files(&self) -> Result<BTreeMap<String, Vec<u8>>> {
        let script = self.pages.join("elements.js");
        let mut files = BTreeMap::from([("elements.js".to_owned(), read(&script)?)]);
        for name in BUILT {
            let file = hashed_names::find(self.pages, name)?;
            let name = file.file_name().and_then(|name| name.to_str());
            let name = name.with_context(|| format!("{} has no plain name", file.display()))?;
            files.insert(name.to_owned(), read(&file)?);
        }
        for name in WRITTEN {
            files.insert(name.to_owned(), read(&self.elements.join(name))?);
        }
        // Not every copy of the sources has one.
        if self.licence.is_file() {
            files.insert("LICENSE".to_owned(), read(self.licence)?);
        }
        let manifest = read(&self.elements.join("package.json"))?;
        files.insert("package.json".to_owned(), with_version(&manifest)?);
        Ok(files)
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("the package of the elements needs {}", file.display()))
}

/// The version stands in Cargo.toml, and nowhere else.
fn with_version(manifest: &[u8]) -> Result<Vec<u8>> {
    let mut manifest: Map<String, Value> =
        serde_json::from_slice(manifest).context("package.json cannot be read")?;
    ensure!(
        manifest.get("name") == Some(&NAME.into()),
        "package.json names another package than {NAME}"
    );
    let before = manifest.insert("version".to_owned(), VERSION.into());
    ensure!(before.is_none(), "package.json has a version of its own");
    let mut text = serde_json::to_vec_pretty(&manifest)?;
    text.push(b'\n');
    Ok(text)
}

/// npm unpacks what lies in a folder `package`.
fn tarball(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>> {
    // A gzip without a date and a name.
    let gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    let mut tar = Builder::new(gzip);
    for (name, content) in files {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_mtime(DATE);
        header.set_size(content.len() as u64);
        tar.append_data(&mut header, format!("package/{name}"), &content[..])?;
    }
    Ok(tar.into_inner()?.finish()?)
}

#[cfg(test)]
mod tests {
    use std::{io::Read, time::Duration};

    use flate2::read::GzDecoder;

    use super::*;

    /// A folder with built elements in it.
    fn pages() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in BUILT {
            let content = name.repeat(100);
            let name = hashed_names::with_hash(name, content.as_bytes());
            fs::write(folder.path().join(name), content).unwrap();
        }
        fs::write(folder.path().join("elements.js"), "elements").unwrap();
        folder
    }

    fn unpacked(tarball: &[u8]) -> BTreeMap<String, String> {
        let mut archive = tar::Archive::new(GzDecoder::new(tarball));
        let entries = archive.entries().unwrap().map(|entry| {
            let mut entry = entry.unwrap();
            assert_eq!(entry.header().mode().unwrap(), 0o644);
            let name = entry.path().unwrap().to_str().unwrap().to_owned();
            let mut content = String::new();
            entry.read_to_string(&mut content).unwrap();
            (name, content)
        });
        entries.collect()
    }

    #[test]
    fn the_package_holds_the_elements_and_all_that_its_manifest_names() {
        let files = unpacked(&pack(pages().path()).unwrap());
        let hashed = |name: &str| hashed_names::with_hash(name, name.repeat(100).as_bytes());
        let mut expected = BUILT.map(hashed).to_vec();
        let others = [
            "LICENSE",
            "README.md",
            "custom-elements.json",
            "elements.d.ts",
            "elements.js",
            "package.json",
        ];
        expected.extend(others.map(str::to_owned));
        expected.sort();
        let found: Vec<&str> = files
            .keys()
            .map(|name| name.strip_prefix("package/").unwrap())
            .collect();
        assert_eq!(found, expected);
        let manifest: Value = serde_json::from_str(&files["package/package.json"]).unwrap();
        assert_eq!(manifest["version"], VERSION);
        assert_eq!(manifest["type"], "module");
        let exports = &manifest["exports"];
        for named in [
            &manifest["types"],
            &manifest["main"],
            &exports["."]["types"],
            &exports["."]["default"],
            &exports["./custom-elements.json"],
            &manifest["customElements"],
        ] {
            let named = named.as_str().unwrap().trim_start_matches("./");
            assert!(files.contains_key(&format!("package/{named}")), "{named}");
        }
    }

    #[test]
    fn the_same_files_make_the_same_bytes() {
        let (first, second) = (pages(), pages());
        let old = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        let file = fs::File::options()
            .append(true)
            .open(second.path().join("elements.js"));
        file.unwrap().set_modified(old).unwrap();
        let first_tarball = pack(first.path()).unwrap();
        assert_eq!(first_tarball, pack(second.path()).unwrap());
        fs::write(second.path().join("elements.js"), "another").unwrap();
        assert_ne!(first_tarball, pack(second.path()).unwrap());
    }

    #[test]
    fn pages_without_elements_make_no_package() {
        let folder = tempfile::tempdir().unwrap();
        let error = pack(folder.path()).unwrap_err().to_string();
        assert!(
            error.starts_with("the package of the elements needs "),
            "{error}"
        );
        assert!(error.ends_with("elements.js"), "{error}");
    }

    #[test]
    fn a_version_beside_that_of_the_workspace_is_refused() {
        for manifest in [
            r#"{"name": "authenteq-elements", "version": "1.0.0"}"#,
            r#"{"name": "something-else"}"#,
            "[]",
        ] {
            assert!(with_version(manifest.as_bytes()).is_err(), "{manifest}");
        }
    }

    /// What the two files say of the elements must not come apart.
    #[test]
    fn the_types_know_every_attribute_event_and_member_of_the_manifest() {
        let elements = root().join("frontend/elements");
        let types = fs::read_to_string(elements.join("elements.d.ts")).unwrap();
        let manifest = fs::read(elements.join("custom-elements.json")).unwrap();
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
        assert_eq!(manifest["schemaVersion"], "1.0.0");
        let declarations = manifest["modules"][0]["declarations"].as_array().unwrap();
        let tags: Vec<_> = declarations.iter().map(|d| &d["tagName"]).collect();
        assert_eq!(tags, ["authenteq-button", "authenteq-results"]);
        for declaration in declarations {
            assert!(types.contains(&format!(
                "\"{}\":",
                declaration["tagName"].as_str().unwrap()
            )));
            for kind in ["events", "members"] {
                for member in declaration[kind].as_array().unwrap() {
                    let name = member["name"].as_str().unwrap();
                    assert!(types.contains(name), "{kind}: {name}");
                }
            }
        }
    }
}
