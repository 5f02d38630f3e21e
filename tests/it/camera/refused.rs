//! Cameras that are not allowed, not there, busy or unsafe; visitors who go on without.

use webkyc_test_kit::driver::{Camera, Options};

use super::{WITHOUT, agree, go_on_as_test_person, paint, paint_badly, scene, sees, show};
use crate::{
    pages::sees_failure,
    setup::{test, test_in},
};

#[tokio::test]
async fn a_camera_that_stays_closed_is_explained_and_asked_again() {
    test(async |stack, browser| {
        paint(browser).await;
        for (error, reason) in [
            ("NotAllowedError", "allow the camera, and try again"),
            ("NotFoundError", "No camera was found"),
            ("NotReadableError", "Another program is using it"),
            ("TypeError", "It does not work here"),
        ] {
            browser
                .run_first(&format!("window.scene = {{ refused: '{error}' }}"))
                .await;
            agree(stack, browser).await;
            sees(browser, "refused", "face").await;
            let why = browser.find("[data-why]").await.text().await.unwrap();
            assert!(why.contains(reason), "{why}");
        }
        scene(browser, "{}").await;
        browser.click("[data-retry]").await;
        show(browser, "face").await;
        sees(browser, "choose", "choose").await;
    })
    .await;
}

#[tokio::test]
async fn an_iphone_allows_the_camera_at_a_place_of_its_own() {
    test(async |stack, browser| {
        paint(browser).await;
        let iphone =
            "Object.defineProperty(navigator, 'userAgent', { value: 'Mozilla/5.0 (iPhone; CPU' });
            window.scene = { refused: 'NotAllowedError' }";
        browser.run_first(iphone).await;
        agree(stack, browser).await;
        sees(browser, "refused", "face").await;
        let why = browser.find("[data-why]").await.text().await.unwrap();
        assert!(why.contains("Website Settings"), "{why}");
    })
    .await;
}

#[tokio::test]
async fn a_page_without_https_says_that_browsers_open_no_camera_there() {
    test(async |stack, browser| {
        let insecure = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })";
        browser.run_first(insecure).await;
        agree(stack, browser).await;
        sees(browser, "refused", "face").await;
        let why = browser.find("[data-why]").await.text().await.unwrap();
        assert!(why.contains("https and localhost only"), "{why}");
        go_on_as_test_person(browser).await;
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_denies_the_camera_leads_to_the_other_ways() {
    for camera in [Camera::Denied, Camera::None] {
        let options = Options {
            camera,
            ..Options::default()
        };
        test_in(options, async |stack, browser| {
            agree(stack, browser).await;
            sees(browser, "refused", "face").await;
            browser.find(".ways:not([hidden]) [data-test=upload]").await;
            go_on_as_test_person(browser).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_real_camera_is_opened_too() {
    let options = Options {
        camera: Camera::Invented,
        ..Options::default()
    };
    test_in(options, async |stack, browser| {
        agree(stack, browser).await;
        // The camera may take the picture by itself.
        let takes = "const root = document.querySelector('[data-capture]');
            root.querySelector('section:not([hidden]) [data-shoot]')?.click();
            return root.dataset.screen === 'review' && root.querySelector('video').videoWidth > 0";
        browser.wait_for_script(takes).await;
        show(browser, "face").await;
        sees(browser, "choose", "choose").await;
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_visitor_may_end_without_a_check() {
    test(async |stack, browser| {
        paint_badly(browser).await;
        agree(stack, browser).await;
        for then in ["way-back", "return"] {
            sees(browser, "camera", "face").await;
            browser.click(WITHOUT).await;
            browser.click("[data-test=without-check]").await;
            browser.click(&format!("[data-test={then}]")).await;
        }
        sees_failure(browser, "NO_CODE").await;
    })
    .await;
}
