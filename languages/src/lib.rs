#![doc = include_str!("../README.md")]

mod loaded;
mod rust;

use std::collections::BTreeSet;

use toml::{Table, Value};

pub use self::{
    loaded::{PROGRAMS, files, loaded_code, tags},
    rust::Shapes,
};

/// Tag (BCP 47) and file of each language. The first is shown to readers of none of them.
const FILES: [(&str, &str); 3] = [
    ("en", include_str!("../en.toml")),
    ("de", include_str!("../de.toml")),
    ("fr", include_str!("../fr.toml")),
];

/// One part of the files as Rust: `TEXTS`, a `Texts` for each language with its `tag` and its `name`
/// in the language itself.
///
/// # Errors
/// When the languages do not have the same texts; which file and which text, in a sentence.
pub fn code(part: &str, shapes: Shapes<'_>) -> Result<String, String> {
    let languages = read(&FILES, part)?;
    Ok(rust::code(&languages, shapes))
}

/// The same without tags and names.
///
/// # Errors
/// As [`code`].
pub fn code_of_texts(part: &str) -> Result<String, String> {
    Ok(rust::code_of_texts(&read(&FILES, part)?))
}

/// `LANGUAGES`: each language's tag, and its name in the language itself.
///
/// # Errors
/// A file has no name.
pub fn code_of_names() -> Result<String, String> {
    let languages = FILES.iter().map(|(tag, file)| match file.parse::<Table>() {
        Ok(file) => match file.get("name") {
            Some(Value::String(name)) => Ok((*tag, name.clone())),
            _ => Err(format!("{tag}.toml: `name` is missing")),
        },
        Err(error) => Err(format!("{tag}.toml: {error}")),
    });
    let languages = languages.collect::<Result<Vec<_>, _>>()?;
    Ok(format!(
        "pub(crate) static LANGUAGES: [(&str, &str); {}] = {languages:?};\n",
        languages.len()
    ))
}

/// The texts of one part in one language.
struct Language<'a> {
    tag: &'a str,
    name: String,
    texts: Table,
}

fn read<'a>(files: &[(&'a str, &str)], part: &str) -> Result<Vec<Language<'a>>, String> {
    let mut languages: Vec<Language<'_>> = Vec::new();
    for (tag, file) in files {
        let wrong = |what: &str| format!("{tag}.toml: {what}");
        let mut file: Table = file.parse().map_err(|error| wrong(&format!("{error}")))?;
        let (Some(Value::String(name)), Some(Value::Table(texts))) =
            (file.remove("name"), file.remove(part))
        else {
            return Err(wrong(&format!("`name` or `{part}` is missing")));
        };
        if let Some(first) = languages.first() {
            check_tables(part, &first.texts, &texts).map_err(|what| wrong(&what))?;
        }
        languages.push(Language { tag, name, texts });
    }
    Ok(languages)
}

/// Whether a table has the same texts as the first language's.
fn check_tables(path: &str, expected: &Table, found: &Table) -> Result<(), String> {
    if let Some(missing) = expected.keys().find(|key| !found.contains_key(*key)) {
        return Err(format!("{path}.{missing} is missing"));
    }
    for (key, found) in found {
        let path = format!("{path}.{key}");
        match expected.get(key) {
            Some(expected) => check(&path, expected, found)?,
            None => return Err(format!("{path} is one too many")),
        }
    }
    Ok(())
}

fn check(path: &str, expected: &Value, found: &Value) -> Result<(), String> {
    match (expected, found) {
        (Value::Table(expected), Value::Table(found)) => check_tables(path, expected, found),
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let pairs = expected.iter().zip(found);
            pairs
                .into_iter()
                .try_for_each(|(expected, found)| check(path, expected, found))
        }
        (Value::String(expected), Value::String(found)) => {
            if found.trim().is_empty() {
                Err(format!("{path} is empty"))
            } else if names(expected) != names(found) {
                Err(format!("{path} has other names in braces"))
            } else {
                Ok(())
            }
        }
        _ => Err(format!("{path} is of another kind")),
    }
}

/// The names in braces.
fn names(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str =
        "name = \"English\"\n[page]\nlead = \"For {client}\"\nways = [\"a\", \"b\"]";

    fn refused(german: &str) -> String {
        let file = format!("name = \"Deutsch\"\n[page]\n{german}");
        let files = [("en", ENGLISH), ("de", &file)];
        read(&files, "page").err().unwrap_or_default()
    }

    #[test]
    fn every_language_has_the_same_texts() {
        for (german, problem) in [
            ("lead = \"Für {client}\"\nways = [\"a\", \"b\"]", ""),
            ("lead = \"Für {client}\"", "de.toml: page.ways is missing"),
            (
                "lead = \"Für {client}\"\nways = [\"a\", \"b\"]\nmore = \"c\"",
                "de.toml: page.more is one too many",
            ),
            (
                "lead = \"Für {shop}\"\nways = [\"a\", \"b\"]",
                "de.toml: page.lead has other names in braces",
            ),
            (
                "lead = \"Für {client}\"\nways = [\"a\"]",
                "de.toml: page.ways is of another kind",
            ),
            (
                "lead = \" \"\nways = [\"a\", \"b\"]",
                "de.toml: page.lead is empty",
            ),
        ] {
            assert_eq!(refused(german), problem, "{german}");
        }
    }

    #[test]
    fn a_part_becomes_structs_and_a_value_for_each_language() {
        let english = "name = \"English\"\n[page]\ntitle = \"T\"\n[page.way_on]\nsteps = [\"a\", \"b\"]\n\
             [page.words]\nsex-x = \"X\"";
        let languages = read(&[("en", english)], "page").unwrap();
        let shapes = Shapes {
            serialized: &["way_on"],
            keyed: &["words"],
        };
        let code = rust::code(&languages, shapes);
        for line in [
            "pub(crate) struct Texts { pub(crate) tag: &'static str, pub(crate) name: &'static str, \
             pub(crate) title: &'static str, pub(crate) way_on: WayOnTexts, \
             pub(crate) words: &'static [(&'static str, &'static str)], }",
            "#[derive(serde::Serialize)]",
            "pub(crate) struct WayOnTexts { pub(crate) steps: [&'static str; 2], }",
            "pub(crate) static TEXTS: [Texts; 1] = [Texts { tag: \"en\", name: \"English\", \
             title: \"T\", way_on: WayOnTexts { steps: [\"a\", \"b\"], }, words: &[(\"sex-x\", \"X\"), ], }];",
        ] {
            assert!(code.contains(line), "{line}\n{code}");
        }
    }
}
