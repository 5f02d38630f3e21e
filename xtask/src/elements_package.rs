//! The custom elements as an npm package.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value};

use crate::{
    files,
    npm::Node,
    post_build::{elements, hashed_names, texts},
    root, steps,
};

const NAME: &str = "authenteq-elements";

/// That of the workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The elements, each with its style sheet.
const ELEMENTS: [(&str, &str); 2] = [
    ("authenteq-button", "button.css"),
    ("authenteq-results", "components.css"),
];

/// Files beside the sources of `elements.js`.
const WRITTEN: [&str; 4] = [
    "README.md",
    "custom-elements.json",
    "elements.d.ts",
    "react.d.ts",
];

/// The folder that is packed.
pub(crate) fn folder() -> Result<PathBuf> {
    Ok(steps::folder()?.join(NAME))
}

/// Packs the elements of these pages into a folder. Returns the tarball.
pub(crate) fn pack(node: &Node, pages: &Path, into: &Path) -> Result<PathBuf> {
    let package = folder()?;
    collect(pages, &package)?;
    node.pack(&package, into)?;
    Ok(into.join(format!("{NAME}-{VERSION}.tgz")))
}

/// Writes the package's files into a folder of their own.
fn collect(pages: &Path, package: &Path) -> Result<()> {
    files::remove_folder(package)?;
    files::make_folder(package)?;
    let folder = root().join("frontend/elements");
    let mut sources = vec![root().join("LICENSE")];
    sources.extend(WRITTEN.map(|name| folder.join(name)));
    for source in sources {
        files::copy(&source, &package.join(files::name(&source)?))?;
    }
    let mut script = elements::script()?;
    replace(&mut script, r#"import.meta.url ?? "";"#, r#""";"#)?;
    for (element, style) in ELEMENTS {
        let parts = Parts::of(pages, element, style)?;
        parts.write(package)?;
        parts.name_in(&mut script, element, style)?;
    }
    add_texts(pages, package, &mut script)?;
    files::write(&package.join("elements.js"), script)?;
    let manifest = files::read_text(&folder.join("package.json"))?;
    files::write(&package.join("package.json"), with_version(&manifest)?)
}

/// The texts of the results, which are scripts already.
fn add_texts(pages: &Path, package: &Path, script: &mut String) -> Result<()> {
    for tag in webkyc_languages::tags() {
        let name = texts::file_of("authenteq-results", tag);
        let built = hashed_names::find(pages, &name)?;
        let named = files::name(&built)?;
        files::copy(&built, &package.join(named))?;
        let import = |name: &str| format!("import(\"./{name}\")");
        replace(script, &import(&name), &import(named))?;
    }
    Ok(())
}

/// The built parts of an element, as scripts. A binary or a style sheet that a script fetches by its own
/// address is something that each bundler understands in another way, or not at all; every one of them
/// understands `import`.
struct Parts {
    glue: Module,
    binary: Module,
    style: Module,
}

/// Its name follows the content, so that a site that serves the package's files may let browsers cache them
/// for good.
struct Module {
    name: String,
    text: String,
}

impl Module {
    fn new(name: &str, text: String) -> Self {
        Self {
            name: hashed_names::with_hash(name, text.as_bytes()),
            text,
        }
    }
}

impl Parts {
    fn of(pages: &Path, element: &str, style: &str) -> Result<Self> {
        let find = |name: &str| hashed_names::find(pages, name);
        let (glue, binary) = (
            find(&format!("{element}.js"))?,
            find(&format!("{element}_bg.wasm"))?,
        );
        let mut glue_text = files::read_text(&glue)?;
        // Where the program is unless `elements.js` says so, which it does.
        let own = format!("new URL(`{}`,import.meta.url)", files::name(&binary)?);
        replace(&mut glue_text, &own, "void 0")?;
        let base64 = BASE64_STANDARD.encode(files::read(&binary)?);
        let style = find(style)?;
        let rules = serde_json::to_string(&files::read_text(&style)?)?;
        let binary_text = format!(
            "export default Uint8Array.from(atob(\"{base64}\"), (c) => c.charCodeAt(0));\n"
        );
        Ok(Self {
            glue: Module::new(&format!("{element}.js"), glue_text),
            binary: Module::new(&format!("{element}-wasm.js"), binary_text),
            style: Module::new(
                &format!("{element}-style.js"),
                format!("export default {rules};\n"),
            ),
        })
    }

    fn write(&self, package: &Path) -> Result<()> {
        for module in [&self.glue, &self.binary, &self.style] {
            files::write(&package.join(&module.name), &module.text)?;
        }
        Ok(())
    }

    /// Has `elements.js` import the parts.
    fn name_in(&self, script: &mut String, element: &str, style: &str) -> Result<()> {
        let import =
            |module: &Module| format!("import(\"./{}\").then((it) => it.default)", module.name);
        let at = |file: &str| format!("(new URL(\"./{file}\", import.meta.url))");
        replace(
            script,
            &format!("import(\"./{element}.js\")"),
            &format!("import(\"./{}\")", self.glue.name),
        )?;
        let binary = at(&format!("{element}_bg.wasm"));
        replace(script, &format!("fetch{binary}"), &import(&self.binary))?;
        let style = at(style);
        replace(script, &format!("textOf{style}"), &import(&self.style))
    }
}

/// Replaces the one place where a text has this part.
fn replace(text: &mut String, part: &str, by: &str) -> Result<()> {
    let count = text.matches(part).count();
    ensure!(
        count == 1,
        "{part} stands {count} times, and not once, in a script of the elements"
    );
    *text = text.replace(part, by);
    Ok(())
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
        for (element, style) in ELEMENTS {
            let binary = built(&folder, &format!("{element}_bg.wasm"), "\0asm");
            let glue = format!("if(!p)p=new URL(`{binary}`,import.meta.url);");
            built(&folder, &format!("{element}.js"), &glue);
            built(&folder, style, ".a { content: \"x\" }");
        }
        for tag in webkyc_languages::tags() {
            let text = format!("export default \"{tag}\";");
            built(&folder, &texts::file_of("authenteq-results", tag), &text);
        }
        folder
    }

    fn built(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
        let name = hashed_names::with_hash(name, text.as_bytes());
        fs::write(folder.path().join(&name), text).unwrap();
        name
    }

    #[test]
    fn the_package_holds_every_file_that_its_scripts_and_its_manifest_name() {
        let package = tempfile::tempdir().unwrap();
        collect(pages().path(), package.path()).unwrap();
        let entries = files::sorted_entries(package.path()).unwrap();
        let found: Vec<_> = entries.iter().map(|it| files::name(it).unwrap()).collect();
        let others = ["LICENSE", "elements.js", "package.json"];
        assert_eq!(
            found.len(),
            others.len() + WRITTEN.len() + 3 * ELEMENTS.len() + webkyc_languages::tags().count()
        );
        let script = fs::read_to_string(package.path().join("elements.js")).unwrap();
        let imported: Vec<_> = script
            .split("import(\"./")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert_eq!(
            imported.len(),
            3 * ELEMENTS.len() + webkyc_languages::tags().count()
        );
        for name in &imported {
            assert!(found.contains(name), "{name}");
            let text = fs::read_to_string(package.path().join(name)).unwrap();
            assert!(!text.contains("import.meta"), "{text}");
        }
        assert!(!script.contains("import.meta"));
        let text = |part: &str| {
            let name = imported.iter().find(|name| name.contains(part)).unwrap();
            fs::read_to_string(package.path().join(name)).unwrap()
        };
        assert_eq!(text("-fr-"), "export default \"fr\";");
        assert!(text("-wasm-").contains("\"AGFzbQ==\""));
        let is_texts =
            |name: &str| webkyc_languages::tags().any(|tag| name.contains(&format!("-{tag}-")));
        let is_glue =
            |name: &&&str| !name.contains("-wasm-") && !name.contains("-style-") && !is_texts(name);
        for glue in imported.iter().filter(is_glue) {
            let text = fs::read_to_string(package.path().join(glue)).unwrap();
            assert_eq!(text, "if(!p)p=void 0;");
        }
        assert_eq!(
            text("-style-"),
            "export default \".a { content: \\\"x\\\" }\";\n"
        );
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
