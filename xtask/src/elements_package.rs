//! The custom elements as an npm package.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use crate::{files, npm::Node, post_build::hashed_names, root, steps};

const NAME: &str = "authenteq-elements";

/// That of the workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Files of the built pages besides `elements.js`. They keep the hashes in their names, so that a site
/// that serves the package's files may let browsers cache them for good.
const BUILT: [&str; 6] = [
    "authenteq-button.js",
    "authenteq-button_bg.wasm",
    "authenteq-results.js",
    "authenteq-results_bg.wasm",
    "button.css",
    "components.css",
];

/// Files beside the source of `elements.js`.
const WRITTEN: [&str; 3] = ["README.md", "custom-elements.json", "elements.d.ts"];

/// Packs the elements of these pages into a folder. Returns the tarball.
pub(crate) fn pack(node: &Node, pages: &Path, into: &Path) -> Result<PathBuf> {
    let package = steps::folder()?.join(NAME);
    collect(pages, &package)?;
    node.pack(&package, into)?;
    Ok(into.join(format!("{NAME}-{VERSION}.tgz")))
}

/// Copies the package's files into a folder of their own.
fn collect(pages: &Path, package: &Path) -> Result<()> {
    files::remove_folder(package)?;
    files::make_folder(package)?;
    let elements = root().join("frontend/elements");
    let mut sources = vec![pages.join("elements.js"), root().join("LICENSE")];
    sources.extend(WRITTEN.map(|name| elements.join(name)));
    for name in BUILT {
        sources.push(hashed_names::find(pages, name)?);
    }
    for source in sources {
        files::copy(&source, &package.join(files::name(&source)?))?;
    }
    let manifest = files::read_text(&elements.join("package.json"))?;
    files::write(&package.join("package.json"), with_version(&manifest)?)
}

/// The manifest with the workspace's version, which is written in Cargo.toml alone.
fn with_version(manifest: &str) -> Result<String> {
    let mut manifest: Map<String, Value> =
        serde_json::from_str(manifest).context("package.json cannot be read")?;
    ensure!(
        manifest.get("name") == Some(&NAME.into()),
        "package.json names another package than {NAME}"
    );
    let before = manifest.insert("version".to_owned(), VERSION.into());
    ensure!(before.is_none(), "package.json has a version of its own");
    Ok(serde_json::to_string_pretty(&manifest)? + "\n")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder with built elements in it.
    fn pages() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in BUILT {
            let name = hashed_names::with_hash(name, name.as_bytes());
            fs::write(folder.path().join(&name), &name).unwrap();
        }
        fs::write(folder.path().join("elements.js"), "elements").unwrap();
        folder
    }

    #[test]
    fn the_package_holds_the_elements_and_every_file_that_its_manifest_names() {
        let package = tempfile::tempdir().unwrap();
        collect(pages().path(), package.path()).unwrap();
        let mut expected = BUILT
            .map(|name| hashed_names::with_hash(name, name.as_bytes()))
            .to_vec();
        let others = ["LICENSE", "elements.js", "package.json"];
        expected.extend(others.iter().chain(&WRITTEN).map(ToString::to_string));
        expected.sort();
        let entries = files::sorted_entries(package.path()).unwrap();
        let found: Vec<_> = entries.iter().map(|it| files::name(it).unwrap()).collect();
        assert_eq!(found, expected);
        let manifest = fs::read(package.path().join("package.json")).unwrap();
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
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
            assert!(package.path().join(named.as_str().unwrap()).is_file());
        }
    }

    #[test]
    fn pages_without_elements_make_no_package() {
        let (pages, package) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert!(collect(pages.path(), package.path()).is_err());
    }

    #[test]
    fn a_version_beside_that_of_the_workspace_is_refused() {
        for manifest in [
            r#"{"name": "authenteq-elements", "version": "1.0.0"}"#,
            r#"{"name": "something-else"}"#,
            "[]",
        ] {
            assert!(with_version(manifest).is_err(), "{manifest}");
        }
    }

    #[test]
    fn the_types_name_every_event_and_member_of_the_manifest() {
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
