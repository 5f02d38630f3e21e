//! Claims about documents as they may come, about the sandbox's persons, and about generated names.

mod documents;
mod names;
mod persons;

use jiff::civil::date;
use serde_json::{Value as Json, json};

use super::*;

const TODAY: Date = date(2026, 11, 28);

/// A document from its fields as in Authenteq's JSON.
fn document(fields: Json) -> Document<'static> {
    serde_json::from_value(fields).unwrap()
}

fn born(day: &str) -> Document<'static> {
    document(json!({"dateOfBirth": day}))
}

fn expiring(day: &str) -> Document<'static> {
    document(json!({"dateOfExpiry": day}))
}

fn called(surname: &str, given_names: &str) -> Document<'static> {
    document(json!({"surname": surname, "givenNames": given_names}))
}

fn verified(documents: impl IntoIterator<Item = Document<'static>>) -> Verification<'static> {
    Verification {
        documents: documents.into_iter().collect(),
        ..Verification::default()
    }
}

fn account(name: &str, birthdate: &str) -> Expected {
    Expected {
        name: Some(name.to_owned()),
        birthdate: date::read(birthdate),
    }
}

/// The answer as the site reads it, without the day.
#[track_caller]
fn ask_for(claim: &str, verification: &Verification<'_>, expected: &Expected, today: Date) -> Json {
    let answers = evaluate(&[claim.parse().unwrap()], verification, expected, today);
    let mut answers = serde_json::to_value(&answers).unwrap();
    let mut answer = answers[claim].take();
    let day = answer.as_object_mut().unwrap().remove("evaluatedOn");
    assert_eq!(day, Some(json!(today.to_string())));
    answer
}

#[track_caller]
fn ask(claim: &str, documents: impl IntoIterator<Item = Document<'static>>) -> Json {
    let expected = account("Anna Schmidt", "1990-05-12");
    ask_for(claim, &verified(documents), &expected, TODAY)
}

#[track_caller]
fn is_called(name: &str, documents: impl IntoIterator<Item = Document<'static>>) -> Json {
    let expected = account(name, "1990-05-12");
    ask_for("name_match", &verified(documents), &expected, TODAY)["value"].take()
}

fn unknown() -> Json {
    json!({"value": "unknown"})
}

fn missing() -> Json {
    json!({"value": null})
}

fn rests_on(value: impl Into<Json>, document: u8, field: &str) -> Json {
    json!({"value": value.into(), "document": document, "field": field})
}
