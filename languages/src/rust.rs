//! Texts as Rust code.

use std::fmt::Write;

use toml::{Table, Value};

use crate::Language;

/// A struct for each table, and the values of all languages.
pub(crate) fn code(languages: &[Language<'_>], serialized: &[&str]) -> String {
    let mut code = String::new();
    if let Some(first) = languages.first() {
        structs("", &first.texts, serialized, &mut code);
    }
    let values = languages.iter().map(|language| {
        let head = format!("tag: {:?}, name: {:?}, ", language.tag, language.name);
        value_of("Texts", &head, &language.texts)
    });
    let values: Vec<String> = values.collect();
    let (count, values) = (values.len(), values.join(", "));
    code + &format!(
        "/// Every language.\npub(crate) static TEXTS: [Texts; {count}] = [{values}];\n"
    )
}

/// The struct of this table, after those of the tables in it.
fn structs(key: &str, table: &Table, serialized: &[&str], code: &mut String) {
    let mut fields = match key {
        "" => "pub(crate) tag: &'static str, pub(crate) name: &'static str, ".to_owned(),
        _ => String::new(),
    };
    for (key, value) in table {
        let kind = match value {
            Value::Table(table) => {
                structs(key, table, serialized, code);
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

fn value_of(name: &str, head: &str, table: &Table) -> String {
    let fields = table.iter().map(|(key, value)| match value {
        Value::Table(table) => format!("{key}: {}, ", value_of(&name_of(key), "", table)),
        Value::Array(texts) => {
            let texts: Vec<String> = texts.iter().map(literal).collect();
            format!("{key}: [{}], ", texts.join(", "))
        }
        text => format!("{key}: {}, ", literal(text)),
    });
    format!("{name} {{ {head}{}}}", fields.collect::<String>())
}

fn literal(text: &Value) -> String {
    format!("{:?}", text.as_str().unwrap_or_default())
}
