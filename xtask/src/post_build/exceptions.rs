//! Tells a program of an exception in one of its callbacks or tasks.
//!
//! An exception of the browser that Rust does not expect ends the callback without a panic, and the page
//! would wait for ever. wasm-bindgen has no hook for it, so this edits the scripts that it writes: they
//! call the program's export `crashed`, if it has one.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::files;

/// Every callback and task of a program runs through one of these two calls.
const CALLS: [&str; 2] = [
    "return f(a, state.b, ...args);",
    "return f(state.a, state.b, ...args);",
];

/// The functions with these calls: a script has those that its program needs.
const KINDS: [&str; 2] = ["function makeMutClosure(", "function makeClosure("];

/// Only a script of wasm-bindgen has this function.
const GLUE: &str = "function __wbg_get_imports()";

/// Edits the scripts of all programs in a folder.
pub(super) fn report_all(folder: &Path) -> Result<()> {
    for file in files::sorted_entries(folder)? {
        if !files::has_extension(&file, &["js"]) {
            continue;
        }
        let script = files::read_text(&file)?;
        if script.contains(GLUE) {
            let calls: usize = CALLS.iter().map(|call| script.matches(call).count()).sum();
            let kinds: usize = KINDS.iter().map(|kind| script.matches(kind).count()).sum();
            ensure!(
                calls > 0 && calls == kinds,
                "{}: the calls of callbacks are not where they were: see exceptions.rs",
                file.display()
            );
            files::write(&file, reporting(&script))?;
        }
    }
    Ok(())
}

fn reporting(script: &str) -> String {
    CALLS.iter().fold(script.to_owned(), |script, call| {
        script.replace(
            call,
            &format!("{call} }} catch (error) {{ wasm.crashed?.(); throw error;"),
        )
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// As wasm-bindgen writes it, shortened.
    const SCRIPT: &str = "function __wbg_get_imports() {}
function makeMutClosure(arg0, arg1, f) {
    const real = (...args) => {
        try {
            return f(a, state.b, ...args);
        } finally {
            state.a = a;
        }
    };
}
";

    #[test]
    fn an_exception_is_reported_and_thrown_on() {
        let folder = tempfile::tempdir().unwrap();
        let glue = folder.path().join("portal.js");
        fs::write(&glue, SCRIPT).unwrap();
        fs::write(folder.path().join("results.js"), "page();").unwrap();
        report_all(folder.path()).unwrap();
        assert!(fs::read_to_string(glue).unwrap().contains(
            "return f(a, state.b, ...args); } catch (error) { wasm.crashed?.(); throw error;
        } finally {"
        ));
        let other = fs::read_to_string(folder.path().join("results.js")).unwrap();
        assert_eq!(other, "page();");
    }

    #[test]
    fn a_script_of_another_form_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let glue = folder.path().join("portal.js");
        fs::write(glue, SCRIPT.replace("return f", "f")).unwrap();
        assert!(report_all(folder.path()).is_err());
    }
}
