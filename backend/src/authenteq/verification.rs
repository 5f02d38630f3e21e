//! Reads the details answer, in either of Authenteq's two formats, into ours.
//!
//! The Web KYC guide prints `croppedDocs` (bare base64) and `details`. The Export reference prints
//! the verification result: `id`, `documentData` and related members, images as `{contentType,
//! content}`. We read both and drop undocumented members.

mod forms;
pub(super) mod image;

use std::{borrow::Cow, collections::BTreeMap, fmt::Display};

use tracing::info;
use webkyc_shared::verification::{Document, File, FileType, LicenseClass, Verification};

use self::{
    forms::{Classes, Content, CroppedDocs, Data, DetailsAnswer, DetailsMember, Text},
    image::{Encoded, kind_and_size},
};
use super::{Error, VerificationId};

/// Behind the name of a repeated member.
const TWICE: &str = " (twice)";
const FILE_LIMIT: usize = 8 << 20;
const SIDE_LIMIT: usize = 12_000;
const PIXEL_LIMIT: usize = 40_000_000;

/// The members with a person's data, in both formats.
const DOCUMENTS: [&str; 4] = ["details", "documentData", "documentData2", "documentData3"];

/// A verification, and the names (never the content) of its unreadable members.
pub(super) struct Reading<'a> {
    pub(super) verification: Verification<'a>,
    pub(super) unreadable: Vec<String>,
}

impl Reading<'_> {
    /// The id of the verification, if it is one.
    pub(super) fn id(&self) -> Option<VerificationId> {
        let id = self.verification.id.as_deref();
        id.and_then(VerificationId::parse)
    }

    /// Whether a document, or a text of one, came twice or in a form that it cannot have. Pictures and
    /// licence classes say nothing about the person.
    pub(super) fn is_doubtful(&self) -> bool {
        self.unreadable.iter().any(|name| {
            let (document, member) = name.split_once('.').unwrap_or((name, ""));
            let document = document.strip_suffix(TWICE).unwrap_or(document);
            let is_other = member.ends_with("Image") || member.starts_with("licenseClassDetails");
            DOCUMENTS.contains(&document) && !is_other
        })
    }

    /// Logs the names of the unreadable members.
    pub(super) fn log(&self) {
        if !self.unreadable.is_empty() {
            let fields = self.unreadable.join(" ");
            info!(fields, "fields of the details that could not be read");
        }
    }
}

/// Reads the body of a details answer. Files are borrowed, not copied.
pub(super) fn read(body: &[u8]) -> Result<Reading<'_>, Error> {
    let answer = serde_json::from_slice(body).map_err(|_| Error::Unreadable("details"))?;
    let DetailsMember::Read(answer) = answer else {
        return Err(Error::Unreadable("details that are no object"));
    };
    let answer: DetailsAnswer<'_> = answer;
    let mut notes = Notes::default();
    notes.repeated("", &answer.repeated);
    let cropped = notes.take(answer.cropped_docs, "croppedDocs");
    let CroppedDocs {
        front,
        back,
        repeated,
        ..
    } = cropped.unwrap_or_default();
    notes.repeated("croppedDocs.", &repeated);
    let front = notes.image(front, "croppedDocs.front");
    let back = notes.image(back, "croppedDocs.back");
    let mut documents = Vec::new();
    let details = notes.take(answer.details, "details");
    let details = details.map(|details| notes.document(details, "details"));
    // Pictures alone make a document, even if its data is absent or unreadable.
    if details.is_some() || front.is_some() || back.is_some() {
        let details = details.unwrap_or_default();
        documents.push(Document {
            cropped_front_image: details.cropped_front_image.or(front),
            cropped_back_image: details.cropped_back_image.or(back),
            ..details
        });
    }
    for (name, data) in [
        ("documentData", answer.document_data),
        ("documentData2", answer.document_data2),
        ("documentData3", answer.document_data3),
    ] {
        let data = notes.take(data, name);
        documents.extend(data.map(|data| notes.document(data, name)));
    }
    if documents.is_empty() {
        return Err(Error::Unreadable("details without a document"));
    }
    let verification = Verification {
        id: notes.text(answer.id, "id"),
        platform: notes.text(answer.platform, "platform"),
        start_time: notes.text(answer.start_time, "startTime"),
        end_time: notes.text(answer.end_time, "endTime"),
        liveness_face_image: notes.image(answer.liveness_face_image, "livenessFaceImage"),
        documents,
        nfc_verified: notes.take(answer.nfc_verified, "nfcVerified"),
        address_proof_document: notes.file(
            answer.address_proof_document,
            "addressProofDocument",
            is_pdf,
        ),
    };
    let Notes(unreadable) = notes;
    Ok(Reading {
        verification,
        unreadable,
    })
}

/// Detects a file's type from its first bytes.
type Decide = fn(&Encoded<'_>) -> Option<FileType>;

/// The members found unreadable so far. Their names are written only when they are.
#[derive(Default)]
struct Notes(Vec<String>);

impl Notes {
    fn take<T>(&mut self, field: DetailsMember<T>, name: impl Display) -> Option<T> {
        match field {
            DetailsMember::Absent => None,
            DetailsMember::Unreadable => {
                self.0.push(name.to_string());
                None
            }
            DetailsMember::Read(value) => Some(value),
        }
    }

    fn repeated(&mut self, of: impl Display, names: &[&str]) {
        let names = names.iter().map(|name| format!("{of}{name}{TWICE}"));
        self.0.extend(names);
    }

    fn text(&mut self, field: DetailsMember<Text>, name: impl Display) -> Option<String> {
        self.take(field, name).map(|Text(text)| text)
    }

    fn image<'a>(
        &mut self,
        field: DetailsMember<Content<'a>>,
        name: impl Display,
    ) -> Option<File<'a>> {
        self.file(field, name, is_image)
    }

    /// An unreadable picture still keeps its place in the list.
    fn file<'a>(
        &mut self,
        field: DetailsMember<Content<'a>>,
        name: impl Display,
        decide: Decide,
    ) -> Option<File<'a>> {
        let file = match field {
            DetailsMember::Absent => return None,
            DetailsMember::Unreadable => NOT_SHOWN,
            DetailsMember::Read(content) => checked(content, decide),
        };
        if file.content_type == FileType::Unknown {
            self.0.push(name.to_string());
        }
        Some(file)
    }

    fn document<'a>(&mut self, data: Data<'a>, of: &str) -> Document<'a> {
        self.repeated(format_args!("{of}."), &data.repeated);
        let classes = data.license_class_details;
        let classes = self.take(classes, format_args!("{of}.licenseClassDetails"));
        let classes = classes.map(|classes| self.classes(classes, of));
        let mut text = |field, member| self.text(field, format_args!("{of}.{member}"));
        let document = Document {
            document_type: text(data.document_type, "documentType"),
            document_number: text(data.document_number, "documentNumber"),
            issuing_country: text(data.issuing_country, "issuingCountry"),
            jurisdiction: text(data.jurisdiction, "jurisdiction"),
            nationality: text(data.nationality, "nationality"),
            surname_and_given_names: text(data.surname_and_given_names, "surnameAndGivenNames"),
            surname: text(data.surname, "surname"),
            given_names: text(data.given_names, "givenNames"),
            name_suffixes: text(data.name_suffixes, "nameSuffixes"),
            name_prefixes: text(data.name_prefixes, "namePrefixes"),
            sex: text(data.sex, "sex"),
            date_of_birth: text(data.date_of_birth, "dateOfBirth"),
            date_of_issue: text(data.date_of_issue, "dateOfIssue"),
            date_of_expiry: text(data.date_of_expiry, "dateOfExpiry"),
            address: text(data.address, "address"),
            license_class: text(data.license_class, "licenseClass"),
            ..Document::default()
        };
        let mut image = |field, member| self.image(field, format_args!("{of}.{member}"));
        Document {
            license_class_details: classes.unwrap_or_default(),
            cropped_front_image: image(data.cropped_front_image, "croppedFrontImage"),
            cropped_back_image: image(data.cropped_back_image, "croppedBackImage"),
            face_image: image(data.face_image, "faceImage"),
            ..document
        }
    }

    /// The name of a class comes from outside and is not logged.
    fn classes(
        &mut self,
        Classes(classes): Classes<'_>,
        of: &str,
    ) -> BTreeMap<String, LicenseClass> {
        let classes = classes.into_iter().map(|(name, class)| {
            let notes = match class.notes {
                DetailsMember::Absent => class.note,
                notes => notes,
            };
            let class = LicenseClass {
                from: self.text(class.from, format_args!("{of}.licenseClassDetails.from")),
                to: self.text(class.to, format_args!("{of}.licenseClassDetails.to")),
                notes: self.text(notes, format_args!("{of}.licenseClassDetails.notes")),
            };
            (name, class)
        });
        classes.collect()
    }
}

fn is_image(file: &Encoded<'_>) -> Option<FileType> {
    let (kind, width, height) = kind_and_size(file)?;
    let sides = [width, height];
    let fits = sides.iter().all(|side| (1..=SIDE_LIMIT).contains(side))
        && width.saturating_mul(height) <= PIXEL_LIMIT;
    fits.then_some(kind)
}

fn is_pdf(file: &Encoded<'_>) -> Option<FileType> {
    (file.bytes(0)? == *b"%PDF-").then_some(FileType::Pdf)
}

const NOT_SHOWN: File<'static> = File {
    content_type: FileType::Unknown,
    content: Cow::Borrowed(""),
};

/// Detects a file's type from its bytes; its declared type is never read.
fn checked(Content(content): Content<'_>, decide: Decide) -> File<'_> {
    let mut content = without_data_url(content);
    // Other spellings are rare: they are tried only if the standard one fails.
    let mut is_right = is_base64(&content);
    if !is_right && may_be_base64(&content) {
        mend(content.to_mut());
        is_right = is_base64(&content);
    }
    let padding = content.len() - content.trim_end_matches('=').len();
    let is_file = is_right && content.len() / 4 * 3 - padding <= FILE_LIMIT;
    match is_file.then(|| decide(&Encoded::new(&content))).flatten() {
        Some(content_type) => File {
            content_type,
            content,
        },
        None => NOT_SHOWN,
    }
}

/// The content of a `data:` URL (RFC 2397), or the text itself if it is not one.
fn without_data_url(content: Cow<'_, str>) -> Cow<'_, str> {
    let begin = content.strip_prefix("data:").and_then(|url| {
        let (head, _) = url.split_once(',')?;
        let (_, coding) = head.split_at_checked(head.len().checked_sub(";base64".len())?)?;
        let is_base64 = coding.eq_ignore_ascii_case(";base64");
        is_base64.then_some("data:".len() + head.len() + 1)
    });
    match (begin, content) {
        (None, content) => content,
        (Some(begin), Cow::Borrowed(content)) => Cow::Borrowed(&content[begin..]),
        (Some(begin), Cow::Owned(mut content)) => {
            content.drain(..begin);
            content.into()
        }
    }
}

/// Base64 with padding (RFC 4648 section 4).
fn is_base64(content: &str) -> bool {
    base64_simd::STANDARD.check(content.as_bytes()).is_ok()
}

/// Whether removing white space, translating the alphabet of section 5 and adding padding can make
/// this base64. `prescan` has reserved memory for another copy.
fn may_be_base64(content: &str) -> bool {
    let is_other = |c: char| c.is_ascii_whitespace() || c == '-' || c == '_';
    !content.len().is_multiple_of(4) || content.contains(is_other)
}

fn mend(content: &mut String) {
    let mut bytes = std::mem::take(content).into_bytes();
    bytes.retain(|b| !b.is_ascii_whitespace());
    for byte in &mut bytes {
        *byte = match *byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        };
    }
    bytes.reserve_exact(2);
    while bytes.len() % 4 > 1 {
        bytes.push(b'=');
    }
    *content = String::from_utf8(bytes).expect("ASCII replaced ASCII");
}

#[cfg(test)]
mod tests;
