//! Texts as Rust code.

use std::fmt::Write;

use toml::{Table, Value};

use crate::Language;

/// A struct for each table, and the values of all languages, each with its tag and name.
pub(crate) fn code(languages: &[Language<'_>], serialized: &[&str]) -> String {
    let mut code = String::new();
    if let Some(first) = languages.first() {
        let head = "pub(crate) tag: &'static str, pub(crate) name: &'static str, ";
        structs("", head, &first.texts, serialized, &mut code);
    }
    code + &values(languages, |language| {
        format!("tag: {:?}, name: {:?}, ", language.tag, language.name)
    })
}

/// The same without tags and names.
pub(crate) fn code_of_texts(languages: &[Language<'_>]) -> String {
    let mut code = String::new();
    if let Some(first) = languages.first() {
        structs("", "", &first.texts, &[], &mut code);
    }
    code + &values(languages, |_| String::new())
}

fn values(languages: &[Language<'_>], head: impl Fn(&Language<'_>) -> String) -> String {
    let values = languages
        .iter()
        .map(|language| value_of("Texts", &head(language), &language.texts, &mut literal));
    let values: Vec<String> = values.collect();
    let (count, values) = (values.len(), values.join(", "));
    format!("/// Every language.\npub(crate) static TEXTS: [Texts; {count}] = [{values}];\n")
}

/// The structs, and `Texts::of`, which takes the lines of a block (see [`crate::loaded`]) and returns those
/// after it; nothing if the block is of other texts.
pub(crate) fn code_of_block(texts: &Table, mark: &str) -> String {
    let mut code = String::new();
    structs("", "", texts, &[], &mut code);
    let mut names = Vec::new();
    let value = value_of("Self", "", texts, &mut |_| {
        names.push(format!("t{}", names.len()));
        names[names.len() - 1].clone()
    });
    let (count, names) = (names.len() + 1, names.join(", "));
    code + &format!(
        "impl Texts {{
    pub(crate) fn of<'a>(lines: &'a [&'static str]) -> Option<(Self, &'a [&'static str])> {{
        let (block, rest) = lines.split_first_chunk::<{count}>()?;
        let [mark, {names}] = *block;
        if mark != {mark:?} {{
            return None;
        }}
        Some(({value}, rest))
    }}
}}
"
    )
}

/// The struct of this table, after those of the tables in it.
fn structs(key: &str, head: &str, table: &Table, serialized: &[&str], code: &mut String) {
    let mut fields = head.to_owned();
    for (key, value) in table {
        let kind = match value {
            Value::Table(table) => {
                structs(key, "", table, serialized, code);
                name_of(key)
            }
            Value::Array(texts) => format!("[&'static str; {}]", texts.len()),
            _ => "&'static str".to_owned(),
        };
        let _ = write!(fields, "pub(crate) {key}: {kind}, ");
    }
    if serialized.contains(&key) {
        code.push_str("#[derive(serde::Serialize)]\n#[serde(rename_all = \"camelCase\")]\n");
    }
    let _ = writeln!(code, "pub(crate) struct {} {{ {fields}}}", name_of(key));
}

/// `way_on`: `WayOnTexts`.
fn name_of(key: &str) -> String {
    let words = key.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    });
    words.collect::<String>() + "Texts"
}

fn value_of(
    name: &str,
    head: &str,
    table: &Table,
    text: &mut impl FnMut(&Value) -> String,
) -> String {
    let mut fields = head.to_owned();
    for (key, value) in table {
        let value = match value {
            Value::Table(table) => value_of(&name_of(key), "", table, text),
            Value::Array(texts) => {
                let texts: Vec<String> = texts.iter().map(&mut *text).collect();
                format!("[{}]", texts.join(", "))
            }
            value => text(value),
        };
        let _ = write!(fields, "{key}: {value}, ");
    }
    format!("{name} {{ {fields}}}")
}

fn literal(text: &Value) -> String {
    format!("{:?}", text.as_str().unwrap_or_default())
}
