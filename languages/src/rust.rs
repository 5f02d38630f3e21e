//! Texts as Rust code.

use std::fmt::Write;

use toml::{Table, Value};

use crate::Language;

/// Which tables become something else than a plain struct.
#[derive(Clone, Copy, Default)]
pub struct Shapes<'a> {
    /// Structs that can be serialized, in camel case.
    pub serialized: &'a [&'a str],
    /// Pairs of key and text, for keys that a program looks up.
    pub keyed: &'a [&'a str],
}

/// A struct for each table, and the values of all languages, each with its tag and name.
pub(crate) fn code(languages: &[Language<'_>], shapes: Shapes<'_>) -> String {
    let mut code = String::new();
    if let Some(first) = languages.first() {
        let head = "pub(crate) tag: &'static str, pub(crate) name: &'static str, ";
        structs("", head, &first.texts, shapes, &mut code);
    }
    code + &values(languages, shapes, |language| {
        format!("tag: {:?}, name: {:?}, ", language.tag, language.name)
    })
}

/// The same without tags and names.
pub(crate) fn code_of_texts(languages: &[Language<'_>]) -> String {
    let mut code = String::new();
    if let Some(first) = languages.first() {
        structs("", "", &first.texts, Shapes::default(), &mut code);
    }
    code + &values(languages, Shapes::default(), |_| String::new())
}

fn values(
    languages: &[Language<'_>],
    shapes: Shapes<'_>,
    head: impl Fn(&Language<'_>) -> String,
) -> String {
    let values = languages
        .iter()
        .map(|language| value_of("Texts", &head(language), &language.texts, shapes));
    let values: Vec<String> = values.collect();
    let (count, values) = (values.len(), values.join(", "));
    format!("/// Every language.\npub(crate) static TEXTS: [Texts; {count}] = [{values}];\n")
}

/// For a program that loads its texts: a type for each table, which finds each text by its place, so that nothing is
/// copied. `Texts::of` takes the lines of a block (see [`crate::loaded`]) and returns those after it; nothing if the
/// block is of other texts.
pub(crate) fn code_of_block(texts: &Table, mark: &str) -> String {
    // The mark is the first line.
    let (mut code, mut place) = (String::new(), 1);
    let methods = methods(texts, &mut place, &mut code);
    let count = place;
    code = code.replace(COUNT, &count.to_string());
    code + &format!(
        "#[derive(Clone, Copy)]
pub(crate) struct Texts(&'static [&'static str; {count}]);
impl Texts {{
    pub(crate) fn of(lines: &'static [&'static str]) -> Option<(Self, &'static [&'static str])> {{
        let (block, rest) = lines.split_first_chunk::<{count}>()?;
        (block[0] == {mark:?}).then_some((Self(block), rest))
    }}
{methods}}}
"
    )
}

/// Stands for the number of lines until it is known.
const COUNT: &str = "COUNT";

/// A method for each text and table; the types of the tables go into `code`.
fn methods(table: &Table, place: &mut usize, code: &mut String) -> String {
    let mut methods = String::new();
    for (key, value) in table {
        let (kind, value) = match value {
            Value::Table(table) => {
                let (name, inner) = (name_of(key), self::methods(table, place, code));
                let _ = writeln!(
                    code,
                    "#[derive(Clone, Copy)]
pub(crate) struct {name}(&'static [&'static str; {COUNT}]);
impl {name} {{
{inner}}}"
                );
                let value = format!("{name}(self.0)");
                (name, value)
            }
            Value::Array(texts) => {
                let texts: Vec<String> = texts.iter().map(|_| next(place)).collect();
                let kind = format!("[&'static str; {}]", texts.len());
                (kind, format!("[{}]", texts.join(", ")))
            }
            _ => ("&'static str".to_owned(), next(place)),
        };
        let _ = writeln!(
            methods,
            "    pub(crate) fn {key}(self) -> {kind} {{ {value} }}"
        );
    }
    methods
}

fn next(place: &mut usize) -> String {
    *place += 1;
    format!("self.0[{}]", *place - 1)
}

/// The struct of this table, after those of the tables in it.
fn structs(key: &str, head: &str, table: &Table, shapes: Shapes<'_>, code: &mut String) {
    let mut fields = head.to_owned();
    for (key, value) in table {
        let kind = match value {
            Value::Table(_) if shapes.keyed.contains(&key.as_str()) => {
                "&'static [(&'static str, &'static str)]".to_owned()
            }
            Value::Table(table) => {
                structs(key, "", table, shapes, code);
                name_of(key)
            }
            Value::Array(texts) => format!("[&'static str; {}]", texts.len()),
            _ => "&'static str".to_owned(),
        };
        let _ = write!(fields, "pub(crate) {key}: {kind}, ");
    }
    if shapes.serialized.contains(&key) {
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

fn value_of(name: &str, head: &str, table: &Table, shapes: Shapes<'_>) -> String {
    let fields = table.iter().map(|(key, value)| match value {
        Value::Table(table) if shapes.keyed.contains(&key.as_str()) => {
            let pairs = table.iter();
            let pairs = pairs.map(|(key, text)| format!("({key:?}, {}), ", literal(text)));
            format!("{key}: &[{}], ", pairs.collect::<String>())
        }
        Value::Table(table) => {
            format!("{key}: {}, ", value_of(&name_of(key), "", table, shapes))
        }
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
