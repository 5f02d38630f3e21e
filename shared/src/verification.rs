//! One verification: who the visitor is, by which documents, with which images.
//!
//! The fields are those that Authenteq documents, under its own names, in one shape for both of
//! the shapes it prints (the Web KYC guide's `croppedDocs` and `details`; the Export reference's
//! `documentData`, `documentData2`, `documentData3`). A field that did not come is absent.
//!
//! Files are megabytes of base64, so they can borrow from the buffer they were read from.

use std::{borrow::Cow, collections::BTreeMap, fmt, iter};

use serde::{Deserialize, Serialize};

/// The answer of `GET /api/details`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Verification<'a> {
    /// The id that the export calls take. A UUID. Absent in the Web KYC guide's shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The platform on which the person was verified: `WEB`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// When it began, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<String>,
    /// When it ended, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<String>,
    /// The face from the liveness test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness_face_image: Option<File<'a>>,
    /// One to three documents, in Authenteq's order.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub documents: Vec<Document<'a>>,
    /// Whether at least one document was verified through its chip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nfc_verified: Option<bool>,
    /// A bill or letter that proves the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_proof_document: Option<File<'a>>,
}

impl<'a> Verification<'a> {
    /// All files with their places, in the order in which they are written.
    pub fn files_mut(&mut self) -> impl Iterator<Item = (FilePlace, &mut File<'a>)> {
        let documents = self.documents.iter_mut().enumerate();
        let documents = documents.flat_map(|(index, document)| {
            [
                ("croppedFrontImage", &mut document.cropped_front_image),
                ("croppedBackImage", &mut document.cropped_back_image),
                ("faceImage", &mut document.face_image),
            ]
            .map(|(member, file)| (Some(index), member, file))
        });
        let liveness = (None, "livenessFaceImage", &mut self.liveness_face_image);
        let proof = (
            None,
            "addressProofDocument",
            &mut self.address_proof_document,
        );
        let all = iter::once(liveness).chain(documents).chain([proof]);
        all.filter_map(|(document, member, file)| {
            Some((FilePlace { document, member }, file.as_mut()?))
        })
    }
}

/// The place of a file in a verification: `livenessFaceImage`, `documents.0.faceImage`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FilePlace {
    document: Option<usize>,
    member: &'static str,
}

impl fmt::Display for FilePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(index) = self.document {
            write!(f, "documents.{index}.")?;
        }
        f.write_str(self.member)
    }
}

/// One identity document, as read from its pictures. Codes are passed on as they came.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Document<'a> {
    /// `PP` passport, `DL` driving licence, `NID` national identity card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_type: Option<String>,
    /// The document's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// ISO 3166-1 alpha-3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuing_country: Option<String>,
    /// The issuing state or province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<String>,
    /// ISO 3166-1 alpha-3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nationality: Option<String>,
    /// Both, for documents that do not separate them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surname_and_given_names: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surname: Option<String>,
    /// First and middle names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_names: Option<String>,
    /// `JR 3RD`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_suffixes: Option<String>,
    /// `DR`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_prefixes: Option<String>,
    /// `F`, `M`, `X`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// `YYYY-MM-DD`, a calendar date without a time zone, like the two below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<String>,
    /// `YYYY-MM-DD`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_issue: Option<String>,
    /// `YYYY-MM-DD`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_expiry: Option<String>,
    /// Lines separated by `^`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Separated by `/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_class: Option<String>,
    /// By class.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub license_class_details: BTreeMap<String, LicenseClass>,
    /// The front, cut to its edges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cropped_front_image: Option<File<'a>>,
    /// The back; passports have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cropped_back_image: Option<File<'a>>,
    /// The portrait on the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub face_image: Option<File<'a>>,
}

/// One class of a driving licence.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct LicenseClass {
    /// `YYYY-MM-DD`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// `YYYY-MM-DD`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Restrictions and remarks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// An image or a PDF. Its bytes decide its type, never the type that came with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct File<'a> {
    /// The type of the bytes.
    pub content_type: FileType,
    /// The bytes in base64 (RFC 4648 section 4); empty for [`FileType::Unknown`].
    pub content: Cow<'a, str>,
}

/// The kinds of file that are passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FileType {
    /// `image/jpeg`
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// `image/png`
    #[serde(rename = "image/png")]
    Png,
    /// `application/pdf`
    #[serde(rename = "application/pdf")]
    Pdf,
    /// A file of another type, whose bytes are dropped: show a placeholder.
    #[serde(rename = "unknown")]
    Unknown,
}

impl FileType {
    /// The media type, as on the wire.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
            Self::Unknown => "application/octet-stream",
        }
    }
}
