//! Gives the functions that a program imports short names, and drops those that it does not import.
//!
//! The names that wasm-bindgen writes end with sixteen random digits, which nothing compresses: two kilobytes
//! of a page, half in the program and half in its script. No option of wasm-bindgen shortens them, and the
//! tool that does it, Emscripten's `wasm-opt --minify-imports`, knows the scripts of Emscripten alone.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use walrus::Module;

/// Between these lines, a script has one function for each import.
const START: &str = "    const import0 = {";
const END: &str = "    };";

/// Renames the imports of `program`, and returns its script with the same names.
pub(super) fn shorten(program: &mut Module, script: &str) -> Result<String> {
    let mut names = HashMap::new();
    for (number, import) in program.imports.iter_mut().enumerate() {
        let short = short_name(number);
        names.insert(std::mem::replace(&mut import.name, short.clone()), short);
    }
    let mut lines = script.lines();
    let mut shortened: Vec<String> = Vec::new();
    for line in lines.by_ref() {
        shortened.push(line.to_owned());
        if line == START {
            break;
        }
    }
    let mut is_kept = true;
    loop {
        let line = lines.next().context("the script ends within its imports")?;
        let indented = line.strip_prefix("        ");
        if let Some((name, function)) = indented.and_then(|line| line.split_once(": function(")) {
            // A member, and no line of its function.
            if !name.starts_with(' ') {
                let short = names.remove(name);
                is_kept = short.is_some();
                if let Some(short) = short {
                    shortened.push(format!("        {short}: function({function}"));
                }
                continue;
            }
        }
        if is_kept || line == END {
            shortened.push(line.to_owned());
        }
        if line == END {
            break;
        }
    }
    ensure!(names.is_empty(), "the script has no {:?}", names.keys());
    shortened.extend(lines.map(str::to_owned));
    Ok(shortened.join("\n") + "\n")
}

/// `a` to `z`, then `aa`, `ab` and so on.
fn short_name(number: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(number % 26).unwrap_or_default());
    let before = number / 26;
    let mut name = if before == 0 {
        String::new()
    } else {
        short_name(before - 1)
    };
    name.push(letter);
    name
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const SCRIPT: &str = "function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_log_0123456789abcdef: function(arg0) {
            console.log(arg0);
        },
        __wbg_unused_0123456789abcdef: function() {
            const inner = {
                a: function() {},
            };
        },
        __wbg_fetch_fedcba9876543210: function() { return handleError(function (arg0) {
            return fetch(arg0);
        }, arguments); },
    };
    return import0;
}
";

    fn program(imports: &[&str]) -> Module {
        let mut program = Module::default();
        let kind = program.types.add(&[], &[]);
        for name in imports {
            program.add_import_func("./a_bg.js", name, kind);
        }
        program
    }

    #[test]
    fn imports_and_script_get_the_same_short_names() {
        let mut program = program(&["__wbg_fetch_fedcba9876543210", "__wbg_log_0123456789abcdef"]);
        let script = shorten(&mut program, SCRIPT).unwrap();
        let names: Vec<_> = program.imports.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(
            script,
            "function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        b: function(arg0) {
            console.log(arg0);
        },
        a: function() { return handleError(function (arg0) {
            return fetch(arg0);
        }, arguments); },
    };
    return import0;
}
"
        );
    }

    #[test]
    fn a_script_without_one_of_the_imports_is_refused() {
        assert!(shorten(&mut program(&["__wbg_other_0"]), SCRIPT).is_err());
        assert!(shorten(&mut program(&[]), "no imports").is_err());
    }

    #[test]
    fn no_two_names_are_the_same() {
        let names: HashSet<_> = (0..2000).map(short_name).collect();
        assert_eq!(names.len(), 2000);
        assert_eq!(short_name(25), "z");
        assert_eq!(short_name(26), "aa");
    }
}
