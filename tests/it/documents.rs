//! Every kind of verification is shown whole: several documents, a proof of address, broken data.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

use crate::{
    downloads::{download_folder, saved},
    pages::{shown_fields, shown_images, shown_placeholders, signed_up, visible_text},
    setup::{Setup, test, test_in},
    sign_up::{issued_fields, issued_images},
};

#[tokio::test]
async fn three_documents_are_shown_with_all_their_fields_and_pictures() {
    test(async |stack, browser| {
        signed_up(stack, browser, "three-documents").await;
        let issued = stack.issued().await;
        let fields = shown_fields(browser).await;
        assert_eq!(fields, issued_fields(&issued));
        for (field, value) in [
            ("documents.0.documentType", "NID"),
            ("documents.1.documentNumber", "CZ0195420"),
            ("documents.2.licenseClassDetails.A1.notes", "71"),
        ] {
            assert_eq!(fields[field], value, "{field}");
        }
        let images = shown_images(browser).await;
        assert_eq!(images, issued_images(&issued));
        // A passport has no back.
        assert_eq!(images.as_object().unwrap().len(), 1 + 3 + 2 + 3);
        assert_eq!(shown_placeholders(browser).await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_licence_shows_the_dates_and_notes_of_every_class() {
    test(async |stack, browser| {
        signed_up(stack, browser, "licence").await;
        assert_eq!(
            shown_fields(browser).await,
            issued_fields(&stack.issued().await)
        );
        let notes = "documents.0.licenseClassDetails.BE.notes";
        assert_eq!(visible_text(browser, notes).await, "01.06, 96");
    })
    .await;
}

#[tokio::test]
async fn con_07_a_proof_of_address_is_saved_and_not_shown() {
    test(async |stack, browser| {
        let folder = download_folder(browser).await;
        signed_up(stack, browser, "proof-of-address").await;
        let link = browser.find("a[download$=pdf]").await;
        let name = link.attr("download").await.unwrap();
        assert_eq!(name.as_deref(), Some("proof-of-address.pdf"));
        assert_eq!(link.text().await.unwrap(), "Download as PDF");
        let shown = "return document.querySelectorAll('embed, object, iframe').length";
        assert_eq!(browser.run(shown).await, 0);
        link.click().await.unwrap();
        let bytes = BASE64_STANDARD.encode(saved(folder.path(), "proof-of-address.pdf").await);
        let issued = stack.issued().await;
        assert_eq!(bytes, issued["addressProofDocument"]["content"]);
    })
    .await;
}

#[tokio::test]
async fn con_03_con_05_a_broken_picture_is_a_placeholder_and_the_rest_is_shown() {
    for scenario in ["corrupt-image", "lying-image"] {
        test(async |stack, browser| {
            signed_up(stack, browser, scenario).await;
            let front = "documents.0.croppedFrontImage";
            browser
                .find(&format!(
                    ".picture[data-missing] [data-placeholder='{front}']"
                ))
                .await;
            assert_eq!(
                shown_placeholders(browser).await,
                json!([front]),
                "{scenario}"
            );
            let mut others = issued_images(&stack.issued().await);
            others.as_object_mut().unwrap().remove(front);
            assert_eq!(shown_images(browser).await, others, "{scenario}");
            let saved = "return [...document.querySelectorAll('.picture-save')]
                .filter(e => e.offsetParent !== null).map(e => e.download)";
            assert_eq!(
                browser.run(saved).await,
                json!([
                    "liveness-face.jpg",
                    "document-1-back.jpg",
                    "document-1-face.jpg"
                ]),
                "{scenario}"
            );
        })
        .await;
    }
}

#[tokio::test]
async fn con_10_a_document_is_remarked_on_from_the_day_after_its_last() {
    let setup = || Setup {
        time_zone: Some("America/Los_Angeles"),
        ..Setup::default()
    };
    for (today, remarks) in [
        ("2028-08-28T23:59", json!([])),
        ("2028-08-29T00:00", json!(["Expired"])),
    ] {
        test_in(setup(), async |stack, browser| {
            // Every script of the page gets that time.
            let source = format!(
                "Date = class extends Date {{
                    constructor(...given) {{ super(...(given.length ? given : ['{today}'])); }}
                }};"
            );
            browser.run_first(&source).await;
            signed_up(stack, browser, "nfc").await;
            let expiry = "documents.0.dateOfExpiry";
            assert_eq!(visible_text(browser, expiry).await, "August 28, 2028");
            let found = "return [...document.querySelectorAll('.remark')].map(e => e.innerText)";
            assert_eq!(browser.run(found).await, remarks, "{today}");
        })
        .await;
    }
}

#[tokio::test]
async fn no_part_of_the_data_is_translated_or_can_be_typed_over() {
    test(async |stack, browser| {
        signed_up(stack, browser, "three-documents").await;
        let loose = "return [...document.querySelectorAll('[data-field], .person-name')]
            .filter(e => !e.closest('[translate=no]')).length
            + document.querySelectorAll('input, textarea, [contenteditable]').length";
        assert_eq!(browser.run(loose).await, 0);
    })
    .await;
}
