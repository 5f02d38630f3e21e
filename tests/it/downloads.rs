//! Files that a visitor saves, and the printed page.

use std::{path::Path, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tempfile::TempDir;
use webkyc_test_kit::browser::Browser;

use crate::{
    pages::{sees_the_results, shown_fields, signed_up},
    setup::test,
};

/// Files go into this folder from now on.
/// A new folder, which the browser saves files to.
pub(crate) async fn download_folder(browser: &Browser) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    save_to(browser, folder.path()).await;
    folder
}

pub(crate) async fn save_to(browser: &Browser, folder: &Path) {
    let behavior = json!({"behavior": "allow", "downloadPath": folder});
    browser
        .devtools("Browser.setDownloadBehavior", behavior)
        .await;
}

/// Waits until the browser has saved it: it has another name until then.
pub(crate) async fn saved(folder: &Path, name: &str) -> Vec<u8> {
    let file = folder.join(name);
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    let look = async {
        // The browser first takes the name with an empty file.
        while !file.metadata().is_ok_and(|file| file.len() > 0) {
            looks.tick().await;
        }
    };
    let found = tokio::time::timeout(Duration::from_secs(20), look).await;
    found.unwrap_or_else(|_| panic!("no {name} was saved"));
    std::fs::read(file).unwrap()
}

#[tokio::test]
async fn con_08_report_data_and_pictures_are_saved_under_names_of_ours() {
    test(async |stack, browser| {
        let folder = download_folder(browser).await;
        signed_up(stack, browser, "john").await;
        let count = "window.revoked = 0; const revoke = URL.revokeObjectURL;
            URL.revokeObjectURL = (url) => { window.revoked += 1; revoke.call(URL, url); };";
        browser.run(count).await;
        let issued = stack.issued().await;

        browser.click("[data-test=export-pdf]").await;
        let report = saved(folder.path(), "verification.pdf").await;
        assert!(report.starts_with(b"%PDF-") && report.len() > 10_000);
        browser.click("[data-test=export-json]").await;
        let data = saved(folder.path(), "verification.json").await;
        let data: Value = serde_json::from_slice(&data).unwrap();
        assert_eq!(data["id"], issued["id"]);
        assert_eq!(data["documentData"], issued["documentData"]);

        let link = browser.find(".picture-save[download='document-1-front.jpg']");
        let link = link.await;
        let name = link.attr("aria-label").await.unwrap();
        assert_eq!(name.as_deref(), Some("Download: Driving licence: Front"));
        link.click().await.unwrap();
        let picture = saved(folder.path(), "document-1-front.jpg").await;
        let content = &issued["documentData"]["croppedFrontImage"]["content"];
        assert_eq!(BASE64_STANDARD.encode(picture), content.as_str().unwrap());

        // The addresses of both files are taken back.
        let script = "while (window.revoked < 2) await new Promise((next) => setTimeout(next, 50));
            return window.revoked;";
        assert_eq!(browser.run_async(script).await, 2);
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn data_without_a_report_is_saved_as_the_page_has_it() {
    test(async |stack, browser| {
        let folder = download_folder(browser).await;
        signed_up(stack, browser, "anna").await;
        browser.click("[data-test=export-details]").await;
        let data = saved(folder.path(), "verification.json").await;
        let data: Value = serde_json::from_slice(&data).unwrap();
        let fetched = "const answer = await fetch('api/details', { headers: { 'X-WebKYC': '1' } });
            return await answer.json();";
        assert_eq!(data, browser.run_async(fetched).await);
        assert_eq!(data["documents"][0]["surname"], "SCHMIDT");
        let exports = "return document.querySelectorAll('[data-test=export-pdf]').length";
        assert_eq!(browser.run(exports).await, 0);
    })
    .await;
}

#[tokio::test]
async fn con_06_an_export_that_fails_is_reported_beside_the_data() {
    test(async |stack, browser| {
        let folder = download_folder(browser).await;
        signed_up(stack, browser, "false-pdf").await;
        let before = shown_fields(browser).await;
        browser.click("[data-test=export-pdf]").await;
        let status = browser.find(".export-status:not(:empty)").await;
        let status = status.text().await.unwrap();
        assert!(status.contains("UPSTREAM_"), "{status}");
        assert_eq!(shown_fields(browser).await, before);
        // The other button does not mind.
        browser.click("[data-test=export-json]").await;
        saved(folder.path(), "verification.json").await;
        assert!(!folder.path().join("verification.pdf").exists());
    })
    .await;
}

#[tokio::test]
async fn an_export_without_a_connection_can_be_tried_again() {
    test(async |stack, browser| {
        let folder = download_folder(browser).await;
        signed_up(stack, browser, "john").await;
        let blocked = json!({"urls": ["*/api/export/*"]});
        browser.devtools("Network.enable", json!({})).await;
        browser.devtools("Network.setBlockedURLs", blocked).await;
        browser.click("[data-test=export-pdf]").await;
        let code = browser.find(".export-status code").await;
        assert_eq!(code.text().await.unwrap(), "OFFLINE");
        let button = browser.find("[data-test=export-pdf]").await;
        assert_eq!(button.text().await.unwrap(), "Report (PDF): Try again");
        let blocked = json!({"urls": []});
        browser.devtools("Network.setBlockedURLs", blocked).await;
        button.click().await.unwrap();
        saved(folder.path(), "verification.pdf").await;
    })
    .await;
}

#[tokio::test]
async fn an_export_after_the_data_has_expired_says_so() {
    test(async |stack, browser| {
        signed_up(stack, browser, "john").await;
        // The backend learns it from another tab.
        stack.advance_clock(15 * 60).await;
        let ask = "return (await fetch('api/details', { headers: { 'X-WebKYC': '1' } })).status";
        assert_eq!(browser.run_async(ask).await, 401);
        browser.click("[data-test=export-pdf]").await;
        let status = browser.find(".export-status:not(:empty)").await;
        let status = status.text().await.unwrap();
        assert!(
            status.contains("is available for fifteen minutes only"),
            "{status}"
        );
        assert!(status.contains("DATA_EXPIRED"), "{status}");
        sees_the_results(browser).await;
    })
    .await;
}

#[tokio::test]
async fn paper_shows_the_data_and_no_controls() {
    test(async |stack, browser| {
        signed_up(stack, browser, "john").await;
        crate::pages::shown_images(browser).await;
        let on_screen = "return document.querySelector('.on-paper').offsetParent";
        assert!(browser.run(on_screen).await.is_null());
        let printed = "window.printed = 0; window.print = () => { window.printed += 1; };";
        browser.run(printed).await;
        browser.click("[data-test=print]").await;
        assert_eq!(browser.run("return window.printed").await, 1);

        let dark = json!({"name": "prefers-color-scheme", "value": "dark"});
        let media = json!({"media": "print", "features": [dark]});
        browser.devtools("Emulation.setEmulatedMedia", media).await;
        let controls = "return [...document.querySelectorAll('button, main a, [role=timer]')]
            .filter(e => e.checkVisibility()).map(e => e.outerHTML)";
        assert_eq!(browser.run(controls).await, json!([]));
        let id = stack.issued().await["id"].as_str().unwrap().to_owned();
        let line = browser.find(".on-paper").await.text().await.unwrap();
        assert!(line.contains(&id) && line.contains("Finished"), "{line}");
        let colours = "const body = getComputedStyle(document.body);
            return [body.color, body.backgroundColor]";
        let black_on_white = json!(["rgb(0, 0, 0)", "rgb(255, 255, 255)"]);
        assert_eq!(browser.run(colours).await, black_on_white);
        let widths = "const page = document.querySelector('.pictures').clientWidth;
            return [...document.querySelectorAll('.pictures img')].every(i => i.width < page / 2)";
        assert_eq!(browser.run(widths).await, true);
        browser.keep_paper("paper-john").await;
    })
    .await;
}
