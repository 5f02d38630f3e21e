//! The verification as a PDF report: its data as a table, then the images.

use std::borrow::Cow;

use serde_json::Value;

use crate::page::{self, Ink, Mark, Page, PrintedPicture};

const TITLE: &str = "Verification report";
/// The middle of the table, from the left edge.
const VALUES: f32 = 200.0;
const LINE: f32 = 16.0;
const GAP: f32 = 16.0;
/// Portraits are as high as this; documents take half of the width each.
const PORTRAIT_HEIGHT: f32 = 200.0;

/// The members of a record and their labels, in the reader's order.
pub const MEMBERS: [(&str, &str); 5] = [
    ("id", "Verification id"),
    ("platform", "Platform"),
    ("startTime", "Started"),
    ("endTime", "Finished"),
    ("nfcVerified", "Verified via NFC"),
];
/// The members that contain documents, and their labels.
const DOCUMENTS: [(&str, &str); 3] = [
    ("documentData", "Document data"),
    ("documentData2", "Second document"),
    ("documentData3", "Third document"),
];
/// The same as [`MEMBERS`] for a document.
pub const DOCUMENT_MEMBERS: [(&str, &str); 17] = [
    ("documentType", "Document type"),
    ("documentNumber", "Document number"),
    ("issuingCountry", "Issuing country"),
    ("jurisdiction", "Jurisdiction"),
    ("surnameAndGivenNames", "Surname and given names"),
    ("surname", "Surname"),
    ("givenNames", "Given names"),
    ("namePrefixes", "Name prefixes"),
    ("nameSuffixes", "Name suffixes"),
    ("sex", "Sex"),
    ("nationality", "Nationality"),
    ("dateOfBirth", "Date of birth"),
    ("dateOfIssue", "Date of issue"),
    ("dateOfExpiry", "Date of expiry"),
    ("address", "Address"),
    ("licenseClass", "License classes"),
    ("licenseClassDetails", "License class details"),
];
/// The letters of a value that fit a line.
const LONGEST_LINE: usize = 52;
/// Of the names of images, without the number of the document.
const CAPTIONS: [(&str, &str); 4] = [
    ("livenessFaceImage", "Face in front of the camera"),
    ("croppedFrontImage", "Document, front"),
    ("croppedBackImage", "Document, back"),
    ("faceImage", "Portrait on the document"),
];

/// The PDF report of a verification. The same verification gives the same bytes.
///
/// `record` is the verification as JSON, without images; `images` are JPEG files under the names
/// that the export calls give them.
///
/// # Panics
/// When an image is not a JPEG.
pub fn report(
    id: &str,
    record: &Value,
    images: impl Iterator<Item = (String, Cow<'static, [u8]>)>,
) -> Vec<u8> {
    let mut report = Report::default();
    report.heading(TITLE, 22.0);
    report.table(record, &MEMBERS);
    for (member, heading) in DOCUMENTS {
        if let Some(document) = record.get(member) {
            report.heading(heading, 14.0);
            report.table(document, &DOCUMENT_MEMBERS);
        }
    }
    report.heading("Images", 14.0);
    let half = (Page::WIDTH - GAP) / 2.0;
    let pictures: Vec<(PrintedPicture, &str)> = images
        .map(|(name, jpeg)| {
            let picture =
                PrintedPicture::of_jpeg(jpeg).expect("a drawn or checked picture is a JPEG");
            let picture = if picture.width > picture.height {
                picture.scaled_to_width(half)
            } else {
                picture.scaled_to_height(PORTRAIT_HEIGHT)
            };
            (picture, caption(&name))
        })
        .collect();
    let mut rest = pictures.into_iter().peekable();
    while rest.peek().is_some() {
        report.pictures(rest.by_ref().take(2));
    }
    page::print(TITLE, id, &report.pages)
}

fn caption(name: &str) -> &'static str {
    CAPTIONS
        .iter()
        .find(|(image, _)| name.starts_with(image))
        .map_or("", |(_, caption)| caption)
}

/// Pages that fill from top to bottom, one after the other.
struct Report {
    pages: Vec<Page>,
    /// The used height of the last page.
    taken: f32,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            pages: vec![Page::default()],
            taken: 0.0,
        }
    }
}

impl Report {
    /// Reserves a strip, on the next page if the rest of this one is too small, and returns the
    /// strip's upper edge.
    fn take(&mut self, height: f32) -> f32 {
        if self.taken + height > Page::HEIGHT {
            self.pages.push(Page::default());
            self.taken = 0.0;
        }
        let top = self.taken;
        self.taken += height;
        top
    }

    fn draw(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.marks.push(mark);
        }
    }

    fn write(&mut self, at: (f32, f32), size: f32, ink: Ink, text: &str) {
        self.draw(Mark::Text {
            at,
            size,
            ink,
            text: text.to_owned(),
        });
    }

    fn heading(&mut self, text: &str, size: f32) {
        let top = self.take(size + 2.0 * LINE);
        self.write((0.0, top + size + LINE), size, Ink::Bold, text);
    }

    /// One row for each present member.
    fn table(&mut self, members: &Value, names: &[(&str, &str)]) {
        for (member, label) in names {
            let Some(value) = members.get(member) else {
                continue;
            };
            let lines = lines_of(value);
            let mut top = self.take(LINE * lines.len() as f32);
            self.draw(Mark::Rule { y: top });
            self.write((0.0, top + 12.0), 10.0, Ink::Quiet, label);
            for line in lines {
                self.write((VALUES, top + 12.0), 10.0, Ink::Plain, &line);
                top += LINE;
            }
        }
    }

    /// Pictures beside each other, with captions below them.
    fn pictures<'a>(&mut self, pictures: impl Iterator<Item = (PrintedPicture, &'a str)>) {
        let pictures: Vec<(PrintedPicture, &str)> = pictures.collect();
        let height = pictures
            .iter()
            .map(|(picture, _)| picture.height)
            .fold(0.0, f32::max);
        let top = self.take(height + LINE + GAP);
        let mut left = 0.0;
        for (picture, caption) in pictures {
            let right = left + picture.width;
            self.write((left, top + height + 12.0), 9.0, Ink::Quiet, caption);
            self.draw(Mark::Picture {
                at: (left, top),
                picture,
            });
            left = right + GAP;
        }
    }
}

/// A text in lines that are short enough, broken at blanks.
fn broken(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().filter(|line| {
            line.is_empty() || line.chars().count() + word.chars().count() < LONGEST_LINE
        });
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => line.extend([" ", word]),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A member's value as it is printed.
fn lines_of(value: &Value) -> Vec<String> {
    match value {
        // On the wire the lines of an address are separated like this.
        Value::String(text) => text.split('^').flat_map(broken).collect(),
        Value::Bool(true) => vec!["yes".to_owned()],
        Value::Bool(false) => vec!["no".to_owned()],
        Value::Object(classes) => classes
            .iter()
            .map(|(class, detail)| {
                let text = |name: &str| detail[name].as_str().unwrap_or_default();
                let mut line = format!("{class}: {} to {}", text("from"), text("to"));
                if detail.get("notes").is_some() {
                    line.push_str(&format!(" ({})", text("notes")));
                }
                line
            })
            .collect(),
        other => vec![other.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_broken_at_blanks() {
        let text = "PEREIRA DE ALBUQUERQUE E VASCONCELOS DA CUNHA MONTENEGRO MARIA";
        let lines = broken(text);
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.len() <= LONGEST_LINE));
        assert_eq!(lines.join(" "), text);
        assert_eq!(broken(""), [""]);
    }

    #[test]
    fn what_does_not_fit_goes_to_the_next_page() {
        let mut report = Report::default();
        assert_eq!(report.take(Page::HEIGHT - 10.0), 0.0);
        assert_eq!(report.take(10.0), Page::HEIGHT - 10.0);
        assert_eq!(report.pages.len(), 1);
        assert_eq!(report.take(1.0), 0.0);
        assert_eq!(report.pages.len(), 2);
    }
}
