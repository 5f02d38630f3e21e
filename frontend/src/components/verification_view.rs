//! Verified data: the person, the documents, and the facts about the verification.

use leptos::prelude::*;
use webkyc_shared::verification::{Document, FileType, Verification};

use crate::{
    api::files::Files,
    components::{
        card::Card,
        document_view::DocumentView,
        field_list::{Field, FieldKind, FieldList},
        file_view::{PdfLink, Picture},
        mark::Mark,
    },
    texts::{ResultsTexts, locale::Locale, visible_text::visible},
};

/// The name and the face.
#[component]
pub(crate) fn Person<'a>(
    verification: &'a Verification<'static>,
    files: &'a Files,
    /// Whether the identity server is a sandbox.
    is_test: bool,
    /// Below the name.
    children: Children,
) -> impl IntoView + use<> {
    let texts = Locale::current().results_texts();
    let name = verification.documents.first().and_then(full_name);
    let face = verification.liveness_face_image.as_ref().map(|file| {
        let caption = texts.document().liveness_face_image();
        view! { <Picture file files place="livenessFaceImage" caption alt=caption /> }
    });
    let printed = printed_line(verification, &Locale::current());
    let heading = if is_test {
        texts.shown_test()
    } else {
        texts.shown_heading()
    };
    let chip = (verification.nfc_verified == Some(true)).then_some(texts.chip_yes());
    view! {
        <section class="person">
            {face} <div class="person-words">
                <h1>
                    <Mark />
                    <span>{heading}</span>
                </h1>
                <p class="person-name" translate="no">
                    <bdi>{name}</bdi>
                </p>
                <p class="badge">{chip}</p>
                <p class="on-paper" translate="no">
                    {printed}
                </p>
                {children()}
            </div>
        </section>
    }
}

/// All of the data below the name.
#[component]
pub(crate) fn VerificationView<'a>(
    verification: &'a Verification<'static>,
    files: &'a Files,
) -> impl IntoView + use<> {
    let texts = Locale::current().results_texts();
    let mut cards: Vec<AnyView> = Vec::new();
    if verification.documents.is_empty() {
        let sentence = texts.no_documents();
        cards
            .push(view! { <Card heading=texts.document().document()>{sentence}</Card> }.into_any());
    }
    for (index, document) in verification.documents.iter().enumerate() {
        cards.push(view! { <DocumentView document index files /> }.into_any());
    }
    if let Some(file) = &verification.address_proof_document {
        let caption = texts.address_proof();
        let proof = match file.content_type {
            FileType::Pdf => view! { <PdfLink file files /> }.into_any(),
            FileType::Jpeg | FileType::Png | FileType::Unknown => {
                view! { <Picture file files place="addressProofDocument" caption alt=caption /> }
                    .into_any()
            }
        };
        cards.push(view! { <Card heading=caption>{proof}</Card> }.into_any());
    }
    let fields = about(verification, texts);
    if !fields.is_empty() {
        let heading = texts.verification_heading();
        let list = view! { <FieldList fields /> };
        cards.push(view! { <Card heading>{list}</Card> }.into_any());
    }
    cards
}

fn about(verification: &Verification, texts: ResultsTexts) -> Vec<Field> {
    let (t, v) = (texts, verification);
    let chip = v
        .nfc_verified
        .map(|read| if read { "true" } else { "false" });
    let rows = [
        (t.verification_id(), "id", v.id.as_deref(), FieldKind::Text),
        (
            t.platform(),
            "platform",
            v.platform.as_deref(),
            FieldKind::Text,
        ),
        (
            t.started(),
            "startTime",
            v.start_time.as_deref(),
            FieldKind::Instant,
        ),
        (
            t.finished(),
            "endTime",
            v.end_time.as_deref(),
            FieldKind::Instant,
        ),
        (t.chip(), "nfcVerified", chip, FieldKind::Chip),
    ];
    rows.into_iter()
        .filter_map(|(label, name, value, kind)| Field::new(label, name.to_owned(), value, kind))
        .collect()
}

/// On paper: the verification's number and time.
fn printed_line(verification: &Verification, locale: &Locale) -> String {
    let texts = locale.results_texts();
    let mut line = String::new();
    if let Some(id) = &verification.id {
        line.extend([texts.verification_id(), ": ", &visible(id)]);
    }
    let finished = verification.end_time.as_deref();
    if let Some(finished) = finished.and_then(|finished| locale.instant(finished)) {
        let separator = if line.is_empty() { "" } else { " · " };
        line.extend([separator, texts.finished(), ": ", &finished]);
    }
    line
}

fn full_name(document: &Document) -> Option<String> {
    let parts = [
        &document.name_prefixes,
        &document.given_names,
        &document.surname,
        &document.name_suffixes,
    ];
    let parts: Vec<&str> = parts
        .into_iter()
        .filter_map(|part| part.as_deref())
        .collect();
    let separate = document.given_names.is_some() || document.surname.is_some();
    let name = if separate {
        parts.join(" ")
    } else {
        document.surname_and_given_names.clone()?
    };
    Some(visible(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_put_together_from_what_came() {
        let mut document = Document {
            given_names: Some("JOHN".to_owned()),
            surname: Some("DOE".to_owned()),
            name_prefixes: Some("DR".to_owned()),
            name_suffixes: Some("JR 3RD".to_owned()),
            ..Document::default()
        };
        assert_eq!(full_name(&document).as_deref(), Some("DR JOHN DOE JR 3RD"));
        document.name_suffixes = None;
        document.given_names = None;
        assert_eq!(full_name(&document).as_deref(), Some("DR DOE"));
    }

    #[test]
    fn a_document_that_does_not_separate_names_shows_both() {
        let document = Document {
            surname_and_given_names: Some("DOE JOHN".to_owned()),
            ..Document::default()
        };
        assert_eq!(full_name(&document).as_deref(), Some("DOE JOHN"));
        assert_eq!(full_name(&Document::default()), None);
    }
}
