//! The whole way, in both orders, on every screen, with and without stops.

use serde_json::json;

use super::{
    WEB_IDV, WEB_KYC, WITHOUT, agree, go_on_as_test_person, is_like, paint, paint_badly, picture,
    scene, sees, sees_status, show, show_everything, show_face_and_choose,
};
use crate::{
    accessibility::everybody_can_use,
    pages::{sees_failure, sees_the_results, shown_images},
    screenshots::look,
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

/// Controls that are too small for a finger.
const TOO_SMALL: &str = "
    const targets = [...document.querySelectorAll('button, a, summary, label.upload, label.person, input[type=file]')];
    return targets.filter((e) => e.checkVisibility()).filter((e) => {
        const { width, height } = e.getBoundingClientRect();
        return width < 43.9 || height < 43.9;
    }).map((e) => `${e.localName} ${e.textContent.trim()} ${JSON.stringify(e.getBoundingClientRect())}`)";

/// Controls and headings that are out of view, and whether the page is wider than its screen. Cards may be
/// scrolled.
const OUT_OF_VIEW: &str = "
    const seen = [...document.querySelectorAll('button, a, summary, label.upload, .guided h1')]
        .filter((e) => e.checkVisibility() && !e.closest('.card, .foot'));
    return seen.filter((e) => {
        const { left, top, right, bottom } = e.getBoundingClientRect();
        return left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5;
    }).map((e) => `${e.localName} ${e.textContent.trim()} ${JSON.stringify(e.getBoundingClientRect())}`)
        .concat(document.documentElement.scrollWidth > innerWidth ? ['wide'] : [])";

/// Whether the visitor can give up here.
const HAS_A_WAY_OUT: &str = "
    const ways = [...document.querySelectorAll('[form=cancel]')];
    return ways.some((e) => e.checkVisibility())";

#[tokio::test]
async fn every_screen_is_in_view_and_can_be_used_by_everybody() {
    for (width, height, language) in [
        (390, 664, "en"),
        (390, 664, "fr"),
        (844, 390, "fr"),
        (390, 664, "de"),
        (320, 568, "de"),
        (1280, 900, "de"),
    ] {
        test(async |stack, browser| {
            browser.resize(width, height).await;
            paint_badly(browser).await;
            crate::pages::begin(stack, browser).await;
            browser
                .click(&format!("[data-test=language-{language}]"))
                .await;
            browser.find(&format!("html[lang={language}]")).await;
            let screen = format!("{width}-{language}");
            let check = async |name: &str| {
                look(browser, &format!("capture-{name}-{screen}")).await;
                for wrong in [OUT_OF_VIEW, TOO_SMALL] {
                    let found = browser.run(wrong).await;
                    assert_eq!(found, json!([]), "{name} in {screen}");
                }
                // From a picture, the way out is back at the camera.
                let has_way_out = browser.run(HAS_A_WAY_OUT).await;
                assert_eq!(has_way_out, name != "review", "{name} in {screen}");
                everybody_can_use(browser, name).await;
            };
            if height == 664 {
                let rest = "return document.documentElement.scrollHeight - innerHeight";
                assert_eq!(browser.run(rest).await, json!(0), "start in {screen}");
            }
            check("start").await;
            browser.click("[data-test=drawer]").await;
            assert_eq!(
                browser.run(TOO_SMALL).await,
                json!([]),
                "drawer in {screen}"
            );
            everybody_can_use(browser, "drawer").await;
            browser.click("[data-test=drawer]").await;
            browser.click("[data-test=continue]").await;
            sees(browser, "camera", "face").await;
            check("face").await;
            scene(browser, "{}").await;
            sees(browser, "review", "face").await;
            check("review").await;
            browser.click("[data-take]").await;
            sees(browser, "choose", "choose").await;
            check("choose").await;
            browser.click("[data-kind=card]").await;
            scene(browser, "{ wrong: 'far' }").await;
            check("front").await;
            scene(browser, "{}").await;
            show(browser, "front").await;
            sees(browser, "turn", "turn").await;
            check("turn").await;
            scene(browser, "{ refused: 'NotAllowedError' }").await;
            browser.run("streams.at(-1).stop()").await;
            browser.click("[data-turned]").await;
            sees(browser, "refused", "back").await;
            check("refused").await;
            browser.click(WITHOUT).await;
            sees(browser, "without", "back").await;
            check("without").await;
            browser.click("[data-test=without-check]").await;
            browser.find("[data-test=return]").await;
            check("unchecked").await;
        })
        .await;
    }
}
