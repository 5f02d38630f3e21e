//! The whole way, in both orders, on every screen, with and without stops.

use serde_json::json;

use super::{
    WEB_IDV, WEB_KYC, agree, go_on_as_test_person, is_like, paint, paint_badly, picture, scene,
    sees, sees_status, show, show_everything, show_face_and_choose,
};
use crate::{
    pages::{sees_failure, sees_the_results, shown_images},
    setup::test,
    stack::CLIENT,
};

const SKIN: [u8; 3] = [0xc5, 0x8f, 0x6b];
const PAPER: [u8; 3] = [0xd8, 0xd2, 0xc4];

#[tokio::test]
async fn a_visitor_shows_face_and_card_and_the_site_gets_the_pictures() {
    test(async |stack, browser| {
        browser.resize(390, 664).await;
        paint(browser).await;
        agree(stack, browser).await;
        show_everything(browser, &WEB_KYC).await;
        let notes = "return ['played', 'own'].map(
            (hook) => document.querySelector(`[data-test=${hook}]`).innerText)";
        assert_eq!(
            browser.run(notes).await,
            json!([
                "Test person: Marco David Castellano. Faces were not compared.",
                "Not checked in the sandbox: your picture is used as it is."
            ])
        );
        browser.click("[data-test=continue]").await;
        sees_the_results(browser).await;
        let issued = stack.exported().await;
        let face = picture(&issued, "/livenessFaceImage/content");
        assert!(
            is_like(&face, (0.5, 0.6), SKIN),
            "{:?}",
            face.get_pixel(face.width() / 2, face.height() * 3 / 5)
        );
        let (width, height) = face.dimensions();
        assert!(
            width < height && height * 2 < width * 3,
            "{width} by {height}"
        );
        for side in ["croppedFrontImage", "croppedBackImage"] {
            let side = picture(&issued, &format!("/documentData/{side}/content"));
            assert!(is_like(&side, (0.5, 0.12), PAPER));
        }
        shown_images(browser).await;
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn web_idv_asks_for_the_document_first() {
    test(async |stack, browser| {
        paint(browser).await;
        let mut url = stack.sandbox_url.join("/web-idv/verification-url").unwrap();
        url.query_pairs_mut()
            .append_pair("redirectUrl", &stack.page("/results"));
        let request = webkyc_test_kit::http::client().get(url);
        let request = request.basic_auth(CLIENT.id, Some(CLIENT.secret));
        let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        browser
            .open_page(answer["verificationUrl"].as_str().unwrap())
            .await;
        browser.click("[data-test=continue]").await;
        show_everything(browser, &WEB_IDV).await;
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn one_page_holds_all_captures_and_asks_for_each_camera_once() {
    test(async |stack, browser| {
        paint_badly(browser).await;
        agree(stack, browser).await;
        sees(browser, "camera", "face").await;
        browser.run("window.isSamePage = true").await;
        scene(browser, "{}").await;
        show_face_and_choose(browser, "card").await;
        show(browser, "front").await;
        sees(browser, "turn", "turn").await;
        browser.click("[data-turned]").await;
        sees(browser, "review", "back").await;
        let asked = "return [window.isSamePage, streams.map((one) => one.facing),
            streams.map((one) => one.track.readyState)]";
        assert_eq!(
            browser.run(asked).await,
            json!([true, ["user", "environment"], ["ended", "live"]])
        );
        let address = "return location.pathname.split('/').pop()";
        assert_eq!(browser.run(address).await, "document");
    })
    .await;
}

#[tokio::test]
async fn a_passport_has_one_side() {
    test(async |stack, browser| {
        paint(browser).await;
        agree(stack, browser).await;
        show_face_and_choose(browser, "passport").await;
        browser.find(".stage[data-shape=page]").await;
        show(browser, "front").await;
        browser.find("body[data-step=verification]").await;
    })
    .await;
}

#[tokio::test]
async fn after_three_bad_tries_there_are_other_ways() {
    test(async |stack, browser| {
        paint_badly(browser).await;
        agree(stack, browser).await;
        scene(browser, "{ wrong: 'dark' }").await;
        for left in ["2 more tries", "1 more try", "Three tries"] {
            sees(browser, "camera", "face").await;
            sees_status(browser, "More light, please").await;
            browser.click("[data-shoot]").await;
            sees(browser, "review", "face").await;
            let tries = browser.find("[data-tries]").await.text().await.unwrap();
            assert!(tries.starts_with(left), "{tries}");
            if left != "Three tries" {
                browser.click("[data-again]").await;
            }
        }
        browser.find("[data-again][hidden]").await;
        browser.find(".ways:not([hidden]) [data-test=upload]").await;
        go_on_as_test_person(browser).await;
    })
    .await;
}

#[tokio::test]
async fn another_document_takes_the_place_of_a_card_with_its_back() {
    test(async |stack, browser| {
        paint(browser).await;
        agree(stack, browser).await;
        show_everything(browser, &WEB_KYC).await;
        browser.run_first("window.scene = { wrong: 'far' }").await;
        browser.client.back().await.unwrap();
        browser.client.refresh().await.unwrap();
        sees(browser, "turn", "turn").await;
        browser.click("[data-turned]").await;
        sees(browser, "camera", "back").await;
        browser.click("[data-other]").await;
        browser.click("[data-kind=passport]").await;
        sees(browser, "camera", "front").await;
        scene(browser, "{}").await;
        show(browser, "front").await;
        browser.find("body[data-step=verification]").await;
        browser.click("[data-test=continue]").await;
        sees_the_results(browser).await;
        let document = &stack.exported().await["documentData"];
        assert!(document["croppedFrontImage"].is_object());
        assert!(document["croppedBackImage"].is_null());
    })
    .await;
}

#[tokio::test]
async fn a_visitor_whose_sign_up_is_gone_sees_its_page() {
    test(async |stack, browser| {
        paint(browser).await;
        agree(stack, browser).await;
        sees(browser, "review", "face").await;
        stack.reset_sandbox().await;
        browser.click("[data-take]").await;
        browser.find("body[data-step=error]").await;
    })
    .await;
}

#[tokio::test]
async fn a_visitor_who_comes_back_goes_on_where_they_were() {
    test(async |stack, browser| {
        paint(browser).await;
        agree(stack, browser).await;
        show_face_and_choose(browser, "card").await;
        show(browser, "front").await;
        sees(browser, "turn", "turn").await;
        browser.client.refresh().await.unwrap();
        sees(browser, "turn", "turn").await;
        browser.click("[data-no-back]").await;
        browser.find("body[data-step=verification]").await;
    })
    .await;
}

#[tokio::test]
async fn a_camera_that_stops_is_opened_again() {
    test(async |stack, browser| {
        paint_badly(browser).await;
        agree(stack, browser).await;
        sees_status(browser, "Closer").await;
        browser.run("streams[0].stop()").await;
        browser.wait_for_script("return streams.length === 2").await;
        scene(browser, "{}").await;
        show(browser, "face").await;
        sees(browser, "choose", "choose").await;
    })
    .await;
}

#[tokio::test]
async fn a_camera_that_a_phone_has_muted_is_opened_again() {
    test(async |stack, browser| {
        paint_badly(browser).await;
        agree(stack, browser).await;
        sees_status(browser, "Closer").await;
        // The page is away, and its camera is black.
        browser
            .run("Object.defineProperty(streams[0].track, 'muted', { value: true })")
            .await;
        scene(browser, "{ wrong: 'dark' }").await;
        let returns = "document.dispatchEvent(new Event('visibilitychange'))";
        browser.run(returns).await;
        browser.wait_for_script("return streams.length === 2").await;
        // No black picture is taken of a camera that is muted while the page is seen.
        browser
            .run("Object.defineProperty(streams[1].track, 'muted', { value: true })")
            .await;
        browser.click("[data-shoot]:enabled").await;
        sees(browser, "refused", "face").await;
        browser.click("[data-retry]").await;
        browser.wait_for_script("return streams.length === 3").await;
        // A browser that is busy mutes a camera for a moment: the picture is taken after it.
        browser
            .run("Object.defineProperty(streams[2].track, 'muted', { value: true, configurable: true })")
            .await;
        let press = "document.querySelector('[data-shoot]:enabled').click();
            setTimeout(() => delete streams[2].track.muted, 300)";
        browser.find("[data-shoot]:enabled").await;
        browser.run(press).await;
        show(browser, "face").await;
        sees(browser, "choose", "choose").await;
    })
    .await;
}

#[tokio::test]
async fn a_camera_that_stops_after_the_picture_takes_nothing_away() {
    test(async |stack, browser| {
        paint(browser).await;
        agree(stack, browser).await;
        sees(browser, "review", "face").await;
        browser.run("streams[0].stop()").await;
        browser.click("[data-take]").await;
        sees(browser, "choose", "choose").await;
    })
    .await;
}

#[tokio::test]
async fn nothing_is_photographed_behind_the_open_drawer() {
    test(async |stack, browser| {
        paint_badly(browser).await;
        agree(stack, browser).await;
        sees_status(browser, "Closer").await;
        browser.click("[data-test=drawer]").await;
        browser.find(".drawer[open]").await;
        scene(browser, "{}").await;
        // A camera that is opened again meanwhile is not looked at either.
        browser.run("streams[0].stop()").await;
        browser.wait_for_script("return streams.length === 2").await;
        let count = "const paint = window.paint;
            window.painted = 0;
            window.paint = (...what) => { window.painted += 1; paint(...what); }";
        browser.run(count).await;
        // All is well for twice as long as a picture takes to be taken.
        browser.wait_for_script("return window.painted > 50").await;
        sees(browser, "camera", "face").await;
        browser.click("[data-test=drawer]").await;
        sees(browser, "review", "face").await;
    })
    .await;
}

#[tokio::test]
async fn the_drawer_shows_the_time_that_it_was_moved_to() {
    test(async |stack, browser| {
        paint_badly(browser).await;
        agree(stack, browser).await;
        sees_status(browser, "Closer").await;
        browser.click("[data-test=drawer]").await;
        browser.click("[data-test=clock]").await;
        browser
            .wait_for_script("return document.querySelector('.drawer[open] [data-test=time]') && location.hash === '#clock'")
            .await;
        browser.click("[data-test=drawer]").await;
        sees_status(browser, "Closer").await;
    })
    .await;
}

#[tokio::test]
async fn the_drawer_lets_the_step_fail_that_is_seen() {
    test(async |stack, browser| {
        paint(browser).await;
        agree(stack, browser).await;
        show(browser, "face").await;
        sees(browser, "choose", "choose").await;
        browser.click("[data-test=drawer]").await;
        browser.find("body[data-step=document]").await;
        browser
            .click("form[action$='/document/fail'] [data-test=fail]")
            .await;
        sees_failure(browser, "NO_CODE").await;
    })
    .await;
}

#[tokio::test]
async fn prompts_are_spoken_when_asked_for() {
    test(async |stack, browser| {
        paint_badly(browser).await;
        let listen = "window.spoken = [];
            speechSynthesis.speak = (words) => window.spoken.push([words.lang, words.text]);";
        browser.run_first(listen).await;
        agree(stack, browser).await;
        sees_status(browser, "Closer").await;
        assert_eq!(browser.run("return window.spoken.length").await, 0);
        browser.click("[data-speak]").await;
        browser.find("[data-speak][aria-pressed=true]").await;
        scene(browser, "{ wrong: 'dark' }").await;
        let heard = "return window.spoken.some(
            ([language, text]) => language === 'en' && text === 'More light, please')";
        browser.wait_for_script(heard).await;
    })
    .await;
}
