//! `elements.js`, one file of several modules: a page of another site loads it with one request.

use anyhow::Result;

use crate::{files, root};

/// In `frontend/elements`, each after the modules that it imports.
const MODULES: [&str; 6] = [
    "loading.js",
    "leaving.js",
    "element.js",
    "button.js",
    "results.js",
    "elements.js",
];

/// The modules without their imports of each other and without exports. All share one scope.
pub(crate) fn script() -> Result<String> {
    let mut script = String::new();
    for module in MODULES {
        let text = files::read_text(&root().join("frontend/elements").join(module))?;
        for line in text.lines().filter(|line| !line.starts_with("import ")) {
            script += line.strip_prefix("export ").unwrap_or(line);
            script.push('\n');
        }
    }
    Ok(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_imports_names_that_stand_before_it() {
        let folder = root().join("frontend/elements");
        let scripts = files::sorted_entries(&folder).unwrap();
        let scripts = scripts
            .iter()
            .filter(|it| files::has_extension(it, &["js"]));
        assert_eq!(scripts.count(), MODULES.len());
        for (at, module) in MODULES.iter().enumerate() {
            let text = files::read_text(&folder.join(module)).unwrap();
            for line in text.lines().filter(|line| line.starts_with("import ")) {
                let import = line.strip_prefix("import { ");
                let import =
                    import.and_then(|rest| rest.strip_suffix("\";")?.split_once(" } from \"./"));
                let (names, from) = import.unwrap_or_else(|| panic!("{module}: {line}"));
                assert!(MODULES[..at].contains(&from), "{module}: {line}");
                let from = files::read_text(&folder.join(from)).unwrap();
                for name in names.split(", ") {
                    let kinds = ["const", "function", "async function", "class"];
                    let is_one = |kind| from.contains(&format!("\nexport {kind} {name}"));
                    assert!(kinds.into_iter().any(is_one), "{module}: {name}");
                }
            }
        }
    }
}
