//! The visitor sees exactly the data that was issued.

use base64::{Engine, prelude::BASE64_STANDARD};
use rstest::rstest;
use serde_json::{Map, Value, json};

use crate::{
    pages::{identify, sees_the_results, shown_fields, shown_images, signed_up, visible_text},
    setup::{Setup, test, test_in, test_over},
    stack::{Deployment, Flow},
};

#[tokio::test]
async fn anna_sees_every_field_and_image_that_was_issued() {
    test(async |stack, browser| {
        signed_up(stack, browser, "anna").await;
        let issued = stack.issued().await;
        assert_eq!(issued["details"]["surname"], "SCHMIDT");
        assert_eq!(shown_fields(browser).await, issued_fields(&issued));
        assert_eq!(shown_images(browser).await, issued_images(&issued));
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn john_sees_every_field_and_image_that_was_issued(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    test_over(flow, async |stack, browser| {
        signed_up(stack, browser, "john").await;
        let issued = stack.issued().await;
        assert_eq!(
            issued["documentData"]["licenseClassDetails"]["B"]["to"],
            "2029-01-30"
        );
        assert_eq!(shown_fields(browser).await, issued_fields(&issued));
        assert_eq!(shown_images(browser).await, issued_images(&issued));
        assert_eq!(stack.token_calls().await, 1);
        assert_eq!(stack.details_calls().await, 1);
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn con_10_the_page_shows_the_issued_dates_in_every_time_zone(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    for time_zone in ["America/Los_Angeles", "Pacific/Kiritimati"] {
        let setup = Setup {
            time_zone: Some(time_zone),
            ..Deployment::over(flow).into()
        };
        test_in(setup, async |stack, browser| {
            let zone = "return Intl.DateTimeFormat().resolvedOptions().timeZone";
            assert_eq!(browser.run(zone).await, time_zone);
            signed_up(stack, browser, "anna").await;
            let born = visible_text(browser, "documents.0.dateOfBirth").await;
            assert_eq!(born, "January 12, 1987");
            signed_up(stack, browser, "john").await;
            for (field, text) in [
                ("documents.0.dateOfBirth", "December 30, 1964"),
                ("documents.0.dateOfExpiry", "December 30, 2022"),
                ("documents.0.issuingCountry", "United States USA"),
                ("documents.0.sex", "Male"),
                ("documents.0.documentType", "Driving licence"),
                ("documents.0.surname", "DOE"),
                ("documents.0.address", "430-985 ELEIFEND\nDULUTH WA 92611"),
                ("documents.0.licenseClassDetails.B.from", "January 30, 2019"),
                (
                    "documents.0.licenseClassDetails.B.notes",
                    "Some valuable note",
                ),
            ] {
                assert_eq!(visible_text(browser, field).await, text, "{field}");
            }
        })
        .await;
    }
}

#[tokio::test]
async fn the_number_of_a_document_is_on_the_page_only_while_it_is_asked_for() {
    test(async |stack, browser| {
        signed_up(stack, browser, "anna").await;
        let number = stack.issued().await["details"]["documentNumber"].clone();
        let number = number.as_str().unwrap();
        let end = &number[number.len() - 3..];
        let masked = format!("••••••{end}");
        let page = async || {
            let page = browser
                .run("return document.documentElement.outerHTML")
                .await;
            page.as_str().unwrap().to_owned()
        };
        let field = "documents.0.documentNumber";
        assert_eq!(visible_text(browser, field).await, masked);
        assert!(!page().await.contains(number));
        let button = browser.find("[data-test=reveal]").await;
        let name = async || button.attr("aria-label").await.unwrap().unwrap();
        assert_eq!(name().await, "Show: Document number");
        button.click().await.unwrap();
        browser.find("[data-test=reveal][aria-pressed=true]").await;
        assert_eq!(visible_text(browser, field).await, number);
        assert_eq!(name().await, "Hide: Document number");
        button.click().await.unwrap();
        browser.find("[data-test=reveal][aria-pressed=false]").await;
        assert_eq!(visible_text(browser, field).await, masked);
        assert!(!page().await.contains(number));
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn oa_05_two_tabs_finish_in_any_order(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    for second_first in [false, true] {
        test_over(flow, async |stack, browser| {
            let first = browser.client.window().await.unwrap();
            browser.open_page(&stack.page("/start")).await;
            browser.find("body[data-step=introduction]").await;
            let second = browser.client.new_window(true).await.unwrap().handle;
            browser
                .client
                .switch_to_window(second.clone())
                .await
                .unwrap();
            browser.open_page(&stack.page("/start")).await;

            let mut tabs = [(first, "anna", "SCHMIDT"), (second, "john", "DOE")];
            if second_first {
                tabs.reverse();
            }
            for (tab, person, surname) in tabs {
                browser.client.switch_to_window(tab).await.unwrap();
                identify(browser, person).await;
                sees_the_results(browser).await;
                let shown = shown_fields(browser).await;
                assert_eq!(shown["documents.0.surname"], surname);
            }
            assert_eq!(stack.token_calls().await, 2);
        })
        .await;
    }
}

/// The text fields of a details answer by the names that the page gives them.
pub(crate) fn issued_fields(issued: &Value) -> Value {
    fn flatten(path: &str, value: &Value, into: &mut Map<String, Value>) {
        match value {
            Value::Object(members) if members.contains_key("contentType") => {}
            Value::Object(members) => members
                .iter()
                .for_each(|(name, value)| flatten(&format!("{path}.{name}"), value, into)),
            Value::String(text) => drop(into.insert(path.to_owned(), json!(text))),
            other => drop(into.insert(path.to_owned(), json!(other.to_string()))),
        }
    }
    let mut fields = Map::new();
    for (name, value) in issued.as_object().unwrap() {
        match name.as_str() {
            // The page shows the rest, and that the verification passed.
            "status" | "croppedDocs" | "livenessFaceImage" => {}
            "details" | "documentData" => flatten("documents.0", value, &mut fields),
            "documentData2" => flatten("documents.1", value, &mut fields),
            "documentData3" => flatten("documents.2", value, &mut fields),
            name => flatten(name, value, &mut fields),
        }
    }
    Value::Object(fields)
}

/// Width and height of each image of a details answer, by the names that the page gives them.
pub(crate) fn issued_images(issued: &Value) -> Value {
    let mut images = Map::new();
    let mut add = |name: &str, content: &Value| {
        if let Some(content) = content.as_str() {
            let bytes = BASE64_STANDARD.decode(content).unwrap();
            let image = image::load_from_memory(&bytes).unwrap();
            assert!(image.width() > 200, "{name} is no picture");
            images.insert(name.to_owned(), json!([image.width(), image.height()]));
        }
    };
    add(
        "documents.0.croppedFrontImage",
        &issued["croppedDocs"]["front"],
    );
    add(
        "documents.0.croppedBackImage",
        &issued["croppedDocs"]["back"],
    );
    add("livenessFaceImage", &issued["livenessFaceImage"]["content"]);
    let documents = ["documentData", "documentData2", "documentData3"];
    for (index, document) in documents.into_iter().enumerate() {
        for name in ["croppedFrontImage", "croppedBackImage", "faceImage"] {
            let content = &issued[document][name]["content"];
            add(&format!("documents.{index}.{name}"), content);
        }
    }
    Value::Object(images)
}
