//! Every screen of the sandbox's pages, in each size and language: in view, for fingers, for everybody.

use std::process::Command;

use reqwest::header::LOCATION;
use serde_json::json;
use url::Url;
use webkyc_test_kit::{
    browser::Browser,
    built, http,
    program::{Program, free_port},
};

use super::{WITHOUT, paint_badly, scene, sees, show};
use crate::{
    accessibility::everybody_can_use,
    pages::{begin, sees_failure},
    screenshots::look,
    setup::test,
    stack::{CLIENT, Stack},
};

type Screen = (u32, u32, &'static str);

/// The narrowest, the flattest and the widest, each in a language, and the longest texts.
const SOME: [Screen; 4] = [
    (390, 664, "fr"),
    (844, 390, "fr"),
    (320, 568, "de"),
    (1280, 900, "en"),
];

const OTHERS: &[Screen] = &[
    (390, 664, "en"),
    (390, 664, "de"),
    (844, 390, "en"),
    (844, 390, "de"),
    (1280, 900, "de"),
    (1280, 900, "fr"),
];

fn screens() -> impl Iterator<Item = Screen> {
    let others = if cfg!(feature = "all-screens") {
        OTHERS
    } else {
        &[]
    };
    SOME.into_iter().chain(others.iter().copied())
}

/// Controls that are too small for a finger.
const TOO_SMALL: &str = "
    const targets = [...document.querySelectorAll('button, a, summary, label, input[type=file]')];
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

/// Whether the heading that is seen begins the title, and has the focus.
const HEADING: &str = "
    const heading = [...document.querySelectorAll('.guided h1')].find((e) => e.checkVisibility());
    const text = heading.textContent;
    return [text !== '' && document.title.startsWith(text), document.activeElement === heading]";

/// Whether the visitor can give up here.
const HAS_A_WAY_OUT: &str = "
    const ways = [...document.querySelectorAll('[form=cancel]')];
    return ways.some((e) => e.checkVisibility())";

#[tokio::test]
async fn every_screen_is_in_view_and_can_be_used_by_everybody() {
    for (width, height, language) in screens() {
        test(async |stack, browser| {
            browser.resize(width, height).await;
            paint_badly(browser).await;
            begin_in(stack, browser, language).await;
            let screen = format!("{width}-{language}");
            let check = async |name: &str| {
                look(browser, &format!("capture-{name}-{screen}")).await;
                for wrong in [OUT_OF_VIEW, TOO_SMALL] {
                    let found = browser.run(wrong).await;
                    assert_eq!(found, json!([]), "{name} in {screen}");
                }
                if name != "start" && name != "unchecked" {
                    let heading = browser.run(HEADING).await;
                    // The first screen takes no focus.
                    assert_eq!(heading, json!([true, name != "face"]), "{name}");
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
            scene(browser, "{ wrong: 'dark' }").await;
            for _ in 0..2 {
                browser.click("[data-again]").await;
                browser.click("[data-shoot]:enabled").await;
                sees(browser, "review", "face").await;
            }
            check("third-try").await;
            browser.click("[data-take]").await;
            sees(browser, "choose", "choose").await;
            check("choose").await;
            scene(browser, "{ wrong: 'far' }").await;
            browser.click("[data-kind=passport]").await;
            sees(browser, "camera", "front").await;
            check("passport").await;
            browser.click("[data-other]").await;
            browser.click("[data-kind=card]").await;
            sees(browser, "camera", "front").await;
            check("front").await;
            scene(browser, "{}").await;
            show(browser, "front").await;
            sees(browser, "turn", "turn").await;
            check("turn").await;
            scene(browser, "{ wrong: 'far' }").await;
            browser.click("[data-turned]").await;
            sees(browser, "camera", "back").await;
            check("back").await;
            scene(browser, "{ refused: 'NotAllowedError' }").await;
            browser.run("streams.at(-1).stop()").await;
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

/// Begins a sign-up, whose pages are in this language.
async fn begin_in(stack: &Stack, browser: &Browser, language: &str) {
    begin(stack, browser).await;
    browser
        .click(&format!("[data-test=language-{language}]"))
        .await;
    browser.find(&format!("html[lang={language}]")).await;
}

async fn allow_scripts(browser: &Browser, are_allowed: bool) {
    let setting = json!({"value": !are_allowed});
    browser
        .devtools("Emulation.setScriptExecutionDisabled", setting)
        .await;
}

/// A page without the camera: no wider than its screen, for fingers and for everybody.
async fn is_for_everybody(browser: &Browser, name: &str, screen: &str) {
    look(browser, &format!("page-{name}-{screen}")).await;
    let found = browser.run(TOO_SMALL).await;
    assert_eq!(found, json!([]), "{name} in {screen}");
    let fits = "return document.documentElement.scrollWidth <= innerWidth";
    assert_eq!(browser.run(fits).await, json!(true), "{name} in {screen}");
    everybody_can_use(browser, name).await;
}

#[tokio::test]
async fn every_page_without_a_camera_can_be_used_by_everybody() {
    for (width, height, language) in screens() {
        test(async |stack, browser| {
            let screen = &format!("{width}-{language}");
            browser.resize(width, height).await;
            stack.keep_failed_visitors().await;
            begin_in(stack, browser, language).await;
            // The sandbox's pages have forms for browsers whose scripts are off; the portal needs scripts.
            allow_scripts(browser, false).await;
            for (step, name) in [
                ("liveness", "liveness"),
                ("document", "document"),
                ("verification", "result"),
            ] {
                browser.click("[data-test=continue]").await;
                browser.find(&format!("body[data-step={step}]")).await;
                // What looks at the page is a script too; those of the page have not run.
                allow_scripts(browser, true).await;
                is_for_everybody(browser, name, screen).await;
                allow_scripts(browser, false).await;
            }
            allow_scripts(browser, true).await;
            let address = browser.address().await;
            browser.click("[data-test=drawer]").await;
            browser.click("[data-test=fail]").await;
            browser.find("body[data-step=failed]").await;
            is_for_everybody(browser, "failed", screen).await;
            browser.click("[data-test=drawer]").await;
            is_for_everybody(browser, "failed-drawer", screen).await;
            browser.click("[data-test=drawer]").await;
            browser.click("[data-test=try-again]").await;
            browser.find("body[data-step=introduction]").await;
            browser.click("[data-test=cancel]").await;
            sees_failure(browser, "NO_CODE").await;
            for (name, page) in [
                ("over", address.as_str()),
                ("unknown", "/identification/gone"),
                (
                    "parameter",
                    "/authorize?response_type=code&client_id=nobody",
                ),
            ] {
                let page = stack.sandbox_url.join(page).unwrap();
                browser.open_page(page.as_str()).await;
                browser.find("body[data-step=error]").await;
                is_for_everybody(browser, name, screen).await;
            }

            begin_in(stack, browser, language).await;
            browser.click("[data-test=continue]").await;
            browser.find("body[data-step=liveness]").await;
            let address = browser.address().await;
            let owner = json!({"name": "sandbox-visitor", "url": address});
            browser.devtools("Network.deleteCookies", owner).await;
            browser.open_page(&address).await;
            browser.find("body[data-step=error]").await;
            is_for_everybody(browser, "owned", screen).await;

            let (_sandbox, page) = exposed_start().await;
            browser.open_page(&page).await;
            browser.find("[data-test=no-own]").await;
            is_for_everybody(browser, "exposed", screen).await;
        })
        .await;
    }
}

/// A sandbox that others can reach, and the first page of a sign-up at its address on this machine. Cookies are the
/// same at each port, and so is the language.
async fn exposed_start() -> (Program, String) {
    let redirect_uri = "http://localhost/results";
    // It names its public URL only.
    let address = format!("127.0.0.1:{}", free_port());
    let mut command = Command::new(built::program("webkyc-sandbox"));
    command.args([
        "--listen",
        &address,
        "--public-url",
        "https://sandbox.example",
        "--client",
    ]);
    command.arg(format!("{},{},{redirect_uri}", CLIENT.id, CLIENT.secret));
    let (sandbox, [_]) = Program::start(command, ["webkyc-sandbox listening on "]);
    let here: Url = format!("http://{address}").parse().unwrap();
    let mut request = here.join("/authorize").unwrap();
    request.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", CLIENT.id),
        ("redirect_uri", redirect_uri),
    ]);
    let answer = http::client().get(request).send().await.unwrap();
    let location = answer.headers()[LOCATION].to_str().unwrap();
    let page = here.join(location).unwrap();
    (sandbox, here.join(page.path()).unwrap().into())
}
