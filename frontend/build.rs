//! Turns the texts of the pages into Rust.

use std::{env, error::Error, fs, path::PathBuf};

/// Loaded by the programs that show them, in one language.
const LOADED: [&str; 4] = ["common", "portal", "results", "integrate"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut code = String::new();
    for part in LOADED {
        code += &module(part, &webkyc_languages::loaded_code(part)?);
    }
    // Few enough to be part of a program, in every language.
    for part in ["button", "snippet"] {
        code += &module(part, &webkyc_languages::code_of_texts(part)?);
    }
    code += &webkyc_languages::code_of_names()?;
    let mut files = String::new();
    for (program, parts) in webkyc_languages::PROGRAMS {
        let texts = webkyc_languages::files(&parts)?;
        let texts: Vec<_> = texts.into_iter().map(|(_, file)| file).collect();
        let (name, count) = (program.to_uppercase().replace('-', "_"), texts.len());
        // Of the others, only tests have every language.
        if program != "authenteq-results" {
            files += "#[cfg(test)]\n";
        }
        files += &format!("pub(crate) static {name}: [&str; {count}] = {texts:?};\n");
    }
    code += &module("files", &files);
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    fs::write(folder.join("texts.rs"), code)?;
    Ok(())
}

fn module(name: &str, code: &str) -> String {
    format!("pub(crate) mod {name} {{\n{code}}}\n")
}
