//! Files of texts, of which a program loads one: a block for each of its parts, and a text in each line.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    iter,
};

use toml::{Table, Value};

use crate::{FILES, Language, read, rust};

/// The programs that load their texts, each with the parts that it shows.
pub const PROGRAMS: [(&str, [&str; 2]); 3] = [
    ("portal", ["common", "portal"]),
    ("authenteq-results", ["common", "results"]),
    ("integrate", ["common", "integrate"]),
];

/// The tag of each language.
pub fn tags() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(tag, _)| *tag)
}

/// One part as Rust for programs that load it: `Texts`, and `Texts::of` for the lines of a file.
///
/// # Errors
/// When the languages do not have the same texts; which file and which text, in a sentence.
pub fn loaded_code(part: &str) -> Result<String, String> {
    let languages = read(&FILES, part)?;
    let code = languages.first().map(|first| {
        let mark = mark(part, &first.texts);
        rust::code_of_block(&first.texts, &mark)
    });
    Ok(code.unwrap_or_default())
}

/// The file of these parts in each language, with the language's tag. Its first line is the tag.
///
/// # Errors
/// As [`loaded_code`].
pub fn files(parts: &[&str]) -> Result<Vec<(&'static str, String)>, String> {
    let mut files: Vec<_> = tags().map(|tag| (tag, tag.to_owned())).collect();
    for part in parts {
        for (language, (_, file)) in read(&FILES, part)?.iter().zip(&mut files) {
            for line in block(part, language)? {
                file.push('\n');
                file.push_str(line.as_ref());
            }
        }
    }
    Ok(files)
}

/// The mark of a part, then its texts in the order in which Rust reads them.
fn block(part: &str, language: &Language<'_>) -> Result<Vec<String>, String> {
    let lines = iter::once(mark(part, &language.texts));
    let lines: Vec<_> = lines.chain(texts_of(&language.texts)).collect();
    match lines.iter().find(|line| line.contains(['\n', '\r'])) {
        Some(line) => Err(format!(
            "{}.toml: a line ends within {line:?}",
            language.tag
        )),
        None => Ok(lines),
    }
}

fn texts_of(table: &Table) -> Vec<String> {
    let texts = table.values().flat_map(|value| match value {
        Value::Table(table) => texts_of(table),
        Value::Array(texts) => texts.iter().map(text_of).collect(),
        text => vec![text_of(text)],
    });
    texts.collect()
}

fn text_of(text: &Value) -> String {
    text.as_str().unwrap_or_default().to_owned()
}

/// A hash of the names of all texts: a program refuses a file of another release that has other texts.
fn mark(part: &str, texts: &Table) -> String {
    let mut hasher = DefaultHasher::new();
    part.hash(&mut hasher);
    hash_names(texts, &mut hasher);
    format!("{:016x}", hasher.finish())
}

fn hash_names(table: &Table, hasher: &mut impl Hasher) {
    for (key, value) in table {
        key.hash(hasher);
        match value {
            Value::Table(table) => hash_names(table, hasher),
            Value::Array(texts) => texts.len().hash(hasher),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "name = \"English\"\n[page]\ntitle = \"T\"\n[page.way_on]\nsteps = [\"a\", \"b\"]";

    fn page(file: &str) -> Table {
        let languages = read(&[("en", file)], "page");
        languages.unwrap().remove(0).texts
    }

    #[test]
    fn the_lines_of_a_block_are_in_the_order_in_which_rust_reads_them() {
        let texts = page(PAGE);
        let code = rust::code_of_block(&texts, &mark("page", &texts));
        for part in [
            "pub(crate) struct Texts(&'static [&'static str; 4]);",
            "pub(crate) struct WayOnTexts(&'static [&'static str; 4]);",
            "fn title(self) -> &'static str { self.0[1] }",
            "fn way_on(self) -> WayOnTexts { WayOnTexts(self.0) }",
            "fn steps(self) -> [&'static str; 2] { [self.0[2], self.0[3]] }",
        ] {
            assert!(code.contains(part), "{part}\n{code}");
        }
        assert_eq!(texts_of(&texts), ["T", "a", "b"]);
        assert!(code.contains(&format!("block[0] == {:?}", mark("page", &texts))));
    }

    #[test]
    fn other_texts_have_another_mark() {
        let first = mark("page", &page(PAGE));
        assert_eq!(
            mark("page", &page(&PAGE.replace("\"T\"", "\"Titel\""))),
            first
        );
        for (before, after) in [("title", "heading"), ("way_on", "way"), (", \"b\"", "")] {
            assert_ne!(
                mark("page", &page(&PAGE.replace(before, after))),
                first,
                "{after}"
            );
        }
        assert_ne!(mark("form", &page(PAGE)), first);
    }

    #[test]
    fn a_file_begins_with_the_tag_of_its_language() {
        for (_, parts) in PROGRAMS {
            let files = files(&parts).unwrap();
            let tags = files.iter().map(|(_, file)| file.lines().next().unwrap());
            assert_eq!(tags.collect::<Vec<_>>(), ["en", "de", "fr"]);
            let counts: Vec<_> = files.iter().map(|(_, file)| file.lines().count()).collect();
            assert_eq!(counts, [counts[0]; 3]);
        }
    }

    #[test]
    fn a_text_of_two_lines_is_refused() {
        let texts = page("name = \"English\"\n[page]\ntitle = \"T\\nU\"");
        let language = Language {
            tag: "en",
            name: "English".to_owned(),
            texts,
        };
        assert!(
            block("page", &language)
                .unwrap_err()
                .starts_with("en.toml: ")
        );
    }
}
