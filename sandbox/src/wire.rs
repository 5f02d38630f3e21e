//! The JSON answers of the sandbox: every member under its name, in the order in which Authenteq's
//! documents print them.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize, Serializer};
use webkyc_specimen::persona::LicenseClass;

/// The body of an answer that is no refusal.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum JsonBody {
    Token(Token),
    VerificationUrl(VerificationUrl),
    Guide(Box<Guide>),
    Record(Box<Record>),
}

#[derive(Clone, Serialize)]
pub(crate) struct Token {
    pub(crate) token: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerificationUrl {
    pub(crate) verification_url: String,
}

/// Details as the guide of Web KYC prints them.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Guide {
    pub(crate) cropped_docs: CroppedDocs,
    pub(crate) details: GuideDetails,
}

/// In Base64.
#[derive(Clone, Serialize)]
pub(crate) struct CroppedDocs {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) front: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) back: Option<String>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GuideDetails {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) document_number: Option<String>,
    pub(crate) issuing_country: String,
    pub(crate) document_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) given_names: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) surname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_of_birth: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nationality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_of_issue: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_of_expiry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sex: Option<String>,
}

/// A verification as the reference of the exports prints it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    pub(crate) id: String,
    /// Whether a visitor's own document was read: then people see nothing of it.
    #[serde(skip)]
    pub(crate) is_read: bool,
    /// In results of Web IDV only; its table puts it here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<&'static str>,
    pub(crate) platform: &'static str,
    pub(crate) start_time: String,
    pub(crate) end_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) liveness_face_image: Option<File>,
    #[serde(flatten, serialize_with = "numbered_documents")]
    pub(crate) documents: Vec<DocumentData>,
    pub(crate) nfc_verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address_proof_document: Option<File>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentData {
    #[serde(flatten)]
    pub(crate) fields: DocumentFields,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cropped_front_image: Option<File>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cropped_back_image: Option<File>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) face_image: Option<File>,
}

/// The fields of a document. Dates are `YYYY-MM-DD`, countries three letters (ISO 3166-1).
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct DocumentFields {
    /// The code of the kind: `PP`, `NID`, `DL`.
    pub(crate) document_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) document_number: Option<String>,
    pub(crate) issuing_country: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jurisdiction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nationality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) surname_and_given_names: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) surname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) given_names: Option<String>,
    /// This and the next in no document, and in no answer unless the dialect has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name_suffixes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name_prefixes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_of_birth: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_of_expiry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_of_issue: Option<String>,
    /// Lines separated by `^`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) license_class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", skip_deserializing)]
    pub(crate) license_class_details: Option<LicenseClassDetails>,
}

/// A member for each class, in the order of the licence.
#[derive(Clone)]
pub(crate) struct LicenseClassDetails(pub(crate) &'static [LicenseClass]);

#[derive(Serialize)]
struct LicenseClassDetail {
    from: &'static str,
    to: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<&'static str>,
}

/// A file within a record.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct File {
    content_type: &'static str,
    /// In Base64.
    content: String,
}

impl Serialize for LicenseClassDetails {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|row| {
            let detail = LicenseClassDetail {
                from: row.from,
                to: row.to,
                notes: row.notes,
            };
            (row.class, detail)
        }))
    }
}

impl From<DocumentFields> for GuideDetails {
    fn from(fields: DocumentFields) -> Self {
        Self {
            document_number: fields.document_number,
            issuing_country: fields.issuing_country,
            document_type: fields.document_type,
            given_names: fields.given_names,
            surname: fields.surname,
            date_of_birth: fields.date_of_birth,
            nationality: fields.nationality,
            date_of_issue: fields.date_of_issue,
            date_of_expiry: fields.date_of_expiry,
            sex: fields.sex,
        }
    }
}

impl DocumentData {
    /// The names under those of the Web IDV API of 2020 as well.
    pub(crate) fn add_first_and_last_name(&mut self) {
        let fields = &mut self.fields;
        fields.first_name.clone_from(&fields.given_names);
        fields.last_name.clone_from(&fields.surname);
    }
}

impl File {
    pub(crate) fn of(content_type: &'static str, content: &[u8]) -> Self {
        Self {
            content_type,
            content: STANDARD.encode(content),
        }
    }
}

impl JsonBody {
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an answer is plain data")
    }

    /// For people: files by their size only.
    pub(crate) fn in_short(&self) -> String {
        if let Self::Record(record) = self
            && record.is_read
        {
            return "(read of a visitor's own document: shown to the client alone)".to_owned();
        }
        let mut short = self.clone();
        for content in short.files() {
            *content = format!("({} characters)", content.len());
        }
        serde_json::to_string_pretty(&short).expect("an answer is plain data")
    }

    /// The image of the first document's front, in whichever of the shapes it is there.
    pub(crate) fn front(&mut self) -> Option<&mut String> {
        match self {
            Self::Guide(guide) => guide.cropped_docs.front.as_mut(),
            Self::Record(record) => {
                let front = &mut record.documents.first_mut()?.cropped_front_image;
                front.as_mut().map(|file| &mut file.content)
            }
            Self::Token(_) | Self::VerificationUrl(_) => None,
        }
    }

    /// The contents of all files, in Base64.
    fn files(&mut self) -> Vec<&mut String> {
        match self {
            Self::Guide(guide) => {
                let docs = &mut guide.cropped_docs;
                let sides = [&mut docs.front, &mut docs.back];
                sides.into_iter().flatten().collect()
            }
            Self::Record(record) => {
                let of_documents = record.documents.iter_mut().flat_map(|document| {
                    [
                        &mut document.cropped_front_image,
                        &mut document.cropped_back_image,
                        &mut document.face_image,
                    ]
                });
                let files = [&mut record.liveness_face_image]
                    .into_iter()
                    .chain(of_documents)
                    .chain([&mut record.address_proof_document]);
                files.flatten().map(|file| &mut file.content).collect()
            }
            Self::Token(_) | Self::VerificationUrl(_) => Vec::new(),
        }
    }
}

/// A name with the number of the document or file at this place; the first has none.
pub(crate) fn numbered(name: &'static str, at: usize) -> Cow<'static, str> {
    match at {
        0 => name.into(),
        _ => format!("{name}{}", at + 1).into(),
    }
}

fn numbered_documents<S: Serializer>(
    documents: &[DocumentData],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let documents = documents.iter().enumerate();
    serializer.collect_map(documents.map(|(at, document)| (numbered("documentData", at), document)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_follows_the_first_has_a_number() {
        let names = [0, 1, 2].map(|at| numbered("faceImage", at));
        assert_eq!(names, ["faceImage", "faceImage2", "faceImage3"]);
    }
}
