//! One identity document: its pictures, its fields, its licence classes.

use std::collections::BTreeMap;

use leptos::prelude::*;
use webkyc_shared::verification::{Document, LicenseClass};

use crate::{
    api::files::Files,
    components::{
        card::Card,
        field_list::{Field, FieldKind, FieldList, document_type},
        file_view::Picture,
    },
    texts::{ResultsTexts, locale::Locale, visible_text::visible},
};

/// One document of a verification.
#[component]
pub(crate) fn DocumentView<'a>(
    document: &'a Document<'static>,
    /// Its place among the documents, from 0.
    index: usize,
    files: &'a Files,
) -> impl IntoView + use<> {
    let locale = Locale::current();
    let texts = locale.results_texts();
    let path = ["documents.", &index.to_string()].concat();
    let heading = document
        .document_type
        .as_deref()
        .and_then(|code| document_type(code, texts))
        .unwrap_or(texts.document().document());
    let pictures = pictures(document, files, &path, heading, texts);
    let fields = fields(document, &path, texts);
    let classes = &document.license_class_details;
    let classes = (!classes.is_empty()).then(|| class_table(classes, &path, &locale));
    view! {
        <Card heading>
            <div class="pictures">{pictures}</div>
            <FieldList fields />
            {classes}
        </Card>
    }
}

fn pictures(
    document: &Document<'static>,
    files: &Files,
    path: &str,
    heading: &str,
    texts: ResultsTexts,
) -> Vec<AnyView> {
    let d = document;
    let t = texts.document();
    let slots = [
        (
            &d.cropped_front_image,
            "croppedFrontImage",
            t.cropped_front_image(),
        ),
        (
            &d.cropped_back_image,
            "croppedBackImage",
            t.cropped_back_image(),
        ),
        (&d.face_image, "faceImage", t.face_image()),
    ];
    slots
        .into_iter()
        .filter_map(|(file, name, caption)| {
            let file = file.as_ref()?;
            let place = [path, ".", name].concat();
            let alt = [heading, ": ", caption].concat();
            Some(view! { <Picture file files place caption alt /> }.into_any())
        })
        .collect()
}

fn fields(document: &Document, path: &str, texts: ResultsTexts) -> Vec<Field> {
    let d = document;
    let t = texts.document();
    let rows = [
        (
            t.name_prefixes(),
            "namePrefixes",
            &d.name_prefixes,
            FieldKind::Text,
        ),
        (
            t.given_names(),
            "givenNames",
            &d.given_names,
            FieldKind::Text,
        ),
        (t.surname(), "surname", &d.surname, FieldKind::Text),
        (
            t.name_suffixes(),
            "nameSuffixes",
            &d.name_suffixes,
            FieldKind::Text,
        ),
        (
            t.surname_and_given_names(),
            "surnameAndGivenNames",
            &d.surname_and_given_names,
            FieldKind::Text,
        ),
        (
            t.date_of_birth(),
            "dateOfBirth",
            &d.date_of_birth,
            FieldKind::Date,
        ),
        (t.sex(), "sex", &d.sex, FieldKind::Sex),
        (
            t.nationality(),
            "nationality",
            &d.nationality,
            FieldKind::Country,
        ),
        (t.address(), "address", &d.address, FieldKind::Lines),
        (
            t.document_type(),
            "documentType",
            &d.document_type,
            FieldKind::DocumentType,
        ),
        (
            t.document_number(),
            "documentNumber",
            &d.document_number,
            FieldKind::Number,
        ),
        (
            t.issuing_country(),
            "issuingCountry",
            &d.issuing_country,
            FieldKind::Country,
        ),
        (
            t.jurisdiction(),
            "jurisdiction",
            &d.jurisdiction,
            FieldKind::Text,
        ),
        (
            t.date_of_issue(),
            "dateOfIssue",
            &d.date_of_issue,
            FieldKind::Date,
        ),
        (
            t.date_of_expiry(),
            "dateOfExpiry",
            &d.date_of_expiry,
            FieldKind::Expiry,
        ),
        (
            t.license_class(),
            "licenseClass",
            &d.license_class,
            FieldKind::Text,
        ),
    ];
    rows.into_iter()
        .filter_map(|(label, name, value, kind)| {
            Field::new(label, [path, ".", name].concat(), value.as_deref(), kind)
        })
        .collect()
}

fn class_table(classes: &BTreeMap<String, LicenseClass>, path: &str, locale: &Locale) -> AnyView {
    let texts = locale.results_texts().document();
    let heads = [texts.class(), texts.from(), texts.to(), texts.notes()];
    let heads = heads
        .map(|head| view! { <th scope="col">{head}</th> })
        .into_iter()
        .collect_view();
    let rows = classes
        .iter()
        .map(|(name, class)| {
            let path = [path, ".licenseClassDetails.", name].concat();
            let cells = [
                cell(&class.from, [&path, ".from"].concat(), locale),
                cell(&class.to, [&path, ".to"].concat(), locale),
                cell(&class.notes, [&path, ".notes"].concat(), locale),
            ];
            view! {
                <tr>
                    <th scope="row">
                        <bdi>{visible(name)}</bdi>
                    </th>
                    {cells.into_iter().collect_view()}
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-frame">
            <table>
                <caption>{texts.license_classes()}</caption>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody translate="no">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn cell(value: &Option<String>, path: String, locale: &Locale) -> impl IntoView + use<> {
    let raw = value.clone().unwrap_or_default();
    let shown = locale.date(&raw).unwrap_or_else(|| visible(&raw));
    let differs = (shown != raw).then_some(raw);
    view! {
        <td data-field=path data-value=differs>
            <bdi>{shown}</bdi>
        </td>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::tests::read_every_file;

    #[test]
    fn fields_that_did_not_come_are_left_out() {
        let document = Document {
            surname: Some("SCHMIDT".to_owned()),
            given_names: Some(String::new()),
            date_of_birth: Some("1987-01-12".to_owned()),
            ..Document::default()
        };
        read_every_file();
        let texts = Locale::from_tags("en").results_texts();
        let fields = fields(&document, "documents.1", texts);
        let paths: Vec<&str> = fields.iter().map(|field| field.path.as_str()).collect();
        assert_eq!(paths, ["documents.1.surname", "documents.1.dateOfBirth"]);
    }
}
