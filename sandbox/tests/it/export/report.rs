//! The report for people, as an independent PDF reader sees it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::take_images;
use crate::{harness::Stack, scenarios::PERSONS};

#[tokio::test]
async fn the_report_has_every_value_and_every_image_in_it() {
    let stack = Stack::start().await;
    for person in ["anna", "john"] {
        let id = stack.verified(person).await;
        let mut record = stack.record(&id).await;
        let images: BTreeSet<Vec<u8>> = take_images(&mut record).into_iter().collect();
        let report = stack.exported("pdf", &id, "application/pdf").await;
        assert_eq!(
            report,
            stack.exported("pdf", &id, "application/pdf").await,
            "the report differs from time to time"
        );

        let read = lopdf::Document::load_mem(&report).unwrap();
        let pages = read.get_pages();
        let numbers: Vec<u32> = pages.keys().copied().collect();
        assert!(pages.len() > 1);
        for number in &numbers {
            let text = read.extract_text(&[*number]).unwrap();
            assert!(
                text.contains(&format!("{id}, page {number} of {}", pages.len())),
                "{text}"
            );
        }
        let text = read.extract_text(&numbers).unwrap();
        assert!(text.contains("Verification report"), "{text}");
        for value in leaves(&record) {
            assert!(text.contains(&value), "{value} is not in\n{text}");
        }

        let embedded: BTreeSet<Vec<u8>> = pages
            .values()
            .flat_map(|page| read.get_page_images(*page).unwrap())
            .map(|image| image.content.to_vec())
            .collect();
        assert!(embedded == images, "{} images", embedded.len());
    }
}

/// Every text of every record can be copied out of the report: no letter of any script is a mere
/// drawing.
#[tokio::test]
async fn the_report_has_every_letter_of_every_person() {
    let stack = Stack::start().await;
    for person in PERSONS {
        let id = stack.verified(person).await;
        let report = stack.exported("pdf", &id, "application/pdf").await;
        let read = lopdf::Document::load_mem(&report).unwrap();
        let numbers: Vec<u32> = read.get_pages().into_keys().collect();
        let text = letters(&read.extract_text(&numbers).unwrap());
        for value in leaves(&stack.record(&id).await) {
            let value = letters(&value);
            // The reader returns right-to-left text in the order on the sheet.
            let from_the_right: String = value.chars().rev().collect();
            assert!(
                text.contains(&value) || (person == "arabic" && text.contains(&from_the_right)),
                "{person}: {value} is not in\n{text}"
            );
        }
    }
}

/// The letters of a text: without line breaks, and without the dots of Arabic, which are drawn as
/// signs of their own and read as U+FFFD.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{fffd}')
        .collect()
}

/// Every text of a record, its lines one by one, without those of images and bills.
fn leaves(value: &Value) -> Vec<String> {
    match value {
        Value::Object(file) if file.contains_key("contentType") => Vec::new(),
        Value::Object(members) => members.values().flat_map(leaves).collect(),
        Value::String(text) => text.split('^').map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
