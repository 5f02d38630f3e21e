//! The texts of the pages: a script for each program and language, and one for each program that loads one of these.
//! As scripts, because every bundler and every Content-Security-Policy that takes the programs takes them too.

use std::path::Path;

use anyhow::{Error, Result};
use webkyc_languages::PROGRAMS;

use crate::{files, root};

/// The word in `frontend/language.js` that the program's name takes the place of.
const PROGRAM: &str = "PROGRAM";

/// Writes the scripts of all programs.
pub(super) fn write_all(folder: &Path) -> Result<()> {
    let chooser = files::read_text(&root().join("frontend/language.js"))?;
    for (program, parts) in PROGRAMS {
        for (tag, texts) in webkyc_languages::files(&parts).map_err(Error::msg)? {
            let script = format!("export default {};\n", serde_json::to_string(&texts)?);
            files::write(&folder.join(file_of(program, tag)), script)?;
        }
        let chooser = chooser.replace(PROGRAM, program);
        files::write(&folder.join(chooser_of(program)), chooser)?;
    }
    Ok(())
}

/// The script with the texts of a language.
pub(crate) fn file_of(program: &str, tag: &str) -> String {
    format!("{program}-{tag}.js")
}

/// The script that chooses the language of a page.
pub(super) fn chooser_of(program: &str) -> String {
    format!("{program}-language.js")
}

/// All of them, those that others name first.
pub(super) fn all_files() -> Vec<String> {
    let programs = PROGRAMS.map(|(program, _)| program);
    let texts = programs
        .into_iter()
        .flat_map(|program| webkyc_languages::tags().map(move |tag| file_of(program, tag)));
    texts.chain(programs.map(chooser_of)).collect()
}

/// Whether a file with a hash in its name is a script with texts.
pub(super) fn is_one(name: &str) -> bool {
    let mut programs = PROGRAMS.iter();
    programs.any(|(program, _)| {
        webkyc_languages::tags().any(|tag| name.starts_with(&format!("{program}-{tag}-")))
    })
}

#[cfg(test)]
mod tests {
    use super::{super::elements, *};

    fn source(name: &str) -> String {
        files::read_text(&root().join("frontend").join(name)).unwrap()
    }

    #[test]
    fn every_language_can_be_loaded() {
        let (chooser, elements) = (source("language.js"), elements::script().unwrap());
        for tag in webkyc_languages::tags() {
            let import = |program| format!("{tag}: () => import(\"./{}\"),", file_of(program, tag));
            assert!(chooser.contains(&import(PROGRAM)), "{tag}");
            assert!(elements.contains(&import("authenteq-results")), "{tag}");
        }
    }

    #[test]
    fn an_element_without_a_program_speaks_every_language() {
        let elements = elements::script().unwrap();
        for (tag, file) in webkyc_languages::files(&["element"]).unwrap() {
            // After the tag and the mark, by their names: `not_loaded`, `reload`, `too_old`.
            let sentences = file
                .lines()
                .skip(2)
                .map(|line| format!("    \"{line}\",\n"));
            let expected = format!("  {tag}: [\n{}  ],\n", sentences.collect::<String>());
            assert!(elements.contains(&expected), "{expected}");
        }
    }

    #[test]
    fn a_script_of_texts_is_a_module() {
        let folder = tempfile::tempdir().unwrap();
        write_all(folder.path()).unwrap();
        let text = files::read_text(&folder.path().join("portal-fr.js")).unwrap();
        assert!(text.starts_with("export default \"fr\\n"), "{text:.40}");
        let chooser = files::read_text(&folder.path().join("integrate-language.js")).unwrap();
        assert!(chooser.contains("import(\"./integrate-de.js\")") && !chooser.contains(PROGRAM));
        for file in all_files() {
            assert!(folder.path().join(&file).is_file(), "{file}");
        }
    }
}
