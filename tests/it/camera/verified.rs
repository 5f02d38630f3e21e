//! Visitors whose documents a real verifier reads, and whose faces it follows. `cargo xtask test --verifier` fetches the
//! models, draws a visitor into `WEBKYC_TEST_VISITOR`, and runs these alone: frames must come in time.

use std::{path::PathBuf, process::Command};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;
use webkyc_test_kit::{browser::Browser, built, program::Program};

use super::{agree, complaint, go_on_as_test_person, paint, scene, sees, show};
use crate::{
    pages::{sees_the_results, shown_fields},
    screenshots::look,
    setup::test_in,
    stack::{Deployment, Stack},
};

/// The verifier, and where the sandbox finds it: a port to which it comes back when it was killed.
struct Verifier {
    program: Program,
    url: String,
}

impl Verifier {
    fn start(listen: &str) -> Self {
        let mut command = Command::new(built::program("webkyc-verifier"));
        command.args(["--listen", listen]);
        let (program, [url]) = Program::start(command, ["webkyc-verifier listening on "]);
        Self { program, url }
    }

    fn start_again(&mut self) {
        *self = Self::start(self.url.strip_prefix("http://").unwrap());
    }
}

/// Puts a made head and a drawn passport in front of a painted camera.
async fn show_made_visitor(browser: &Browser) {
    let folder = std::env::var_os("WEBKYC_TEST_VISITOR");
    let folder = PathBuf::from(folder.expect("`cargo xtask test --verifier` draws the pictures"));
    let picture = |name: &str| {
        let file = std::fs::read(folder.join(name)).unwrap();
        BASE64_STANDARD.encode(file)
    };
    let heads: Vec<String> = (0..9)
        .map(|at| picture(&format!("head-{at}.jpg")))
        .collect();
    let (heads, page) = (json!(heads), json!(picture("page.png")));
    paint(browser).await;
    let script = include_str!("made.js");
    browser
        .run_first(&format!(
            "{{ window.heads = {heads}; window.page = {page}; {script} }}"
        ))
        .await;
}

/// As the finger of a visitor, unless the camera took the picture by itself already.
async fn press_shutter(browser: &Browser) {
    let press = "
        const root = document.querySelector('[data-capture]');
        const video = root.querySelector('video');
        const corner = new OffscreenCanvas(1, 1).getContext('2d');
        corner.drawImage(video, 0, 0, 1, 1);
        // A camera that was just opened is black.
        const isLight = corner.getImageData(0, 0, 1, 1).data[0] > 40;
        const isFilming = root.dataset.screen === 'camera' && video.readyState >= 2 && isLight;
        if (isFilming) root.querySelector('[data-shoot]').click();
        return isFilming || root.dataset.screen !== 'camera'";
    browser.wait_for_script(press).await;
}

/// Follows the prompts, up to three times: on a busy machine frames may come too late.
async fn follow_prompts(browser: &Browser) {
    for _ in 0..3 {
        sees(browser, "camera", "face").await;
        press_shutter(browser).await;
        if ended(browser).await == "passed" {
            return;
        }
        missed(browser).await;
        browser.click("[data-once-more]").await;
    }
    panic!("three challenges failed");
}

/// Waits for the end of a challenge.
async fn ended(browser: &Browser) -> String {
    let script = "
        const { screen, task } = document.querySelector('[data-capture]')?.dataset ?? {};
        return screen === 'missed' ? 'missed' : task !== 'face' && 'passed'";
    let ended = browser.wait_for_script(script).await;
    ended.as_str().unwrap().to_owned()
}

/// The sentence that says why a challenge failed.
async fn missed(browser: &Browser) -> String {
    browser.find("[data-screen=missed]:not([hidden])").await;
    let sentence = browser.run("return document.querySelector('[data-missed]').textContent");
    sentence.await.as_str().unwrap().to_owned()
}

/// Chooses a passport and lets the camera see its page.
async fn photograph_passport(browser: &Browser) {
    sees(browser, "choose", "choose").await;
    browser.click("[data-kind=passport]").await;
    sees(browser, "camera", "front").await;
    press_shutter(browser).await;
    sees(browser, "review", "front").await;
}

fn with(verifier: &Verifier) -> Deployment {
    Deployment {
        verifier: Some(verifier.url.clone()),
        ..Deployment::default()
    }
}

#[tokio::test]
#[ignore = "needs the models: `cargo xtask test --verifier` runs it"]
async fn a_made_visitor_follows_the_prompts_and_the_site_gets_what_the_passport_says() {
    let verifier = Verifier::start("127.0.0.1:0");
    test_in(with(&verifier), async |stack: &mut Stack, browser| {
        stack.name_client("Example Shop").await;
        show_made_visitor(browser).await;
        agree(stack, browser).await;
        follow_prompts(browser).await;
        photograph_passport(browser).await;
        browser.click("[data-take]").await;
        browser.find("body[data-step=verification]").await;
        let shown = browser.run("return document.body.innerText").await;
        let shown = shown.as_str().unwrap();
        assert!(shown.contains("You turned as asked. The faces look alike"));
        assert!(!shown.contains("Test person"));
        assert!(shown.contains("Return to Example Shop"));
        look(browser, "identified").await;
        browser.click("[data-test=continue]").await;
        sees_the_results(browser).await;
        let fields = shown_fields(browser).await;
        let exported = stack.exported().await;
        let read = &exported["documentData"];
        for (field, printed) in PASSPORT {
            assert_eq!(read[field], printed, "{read}");
            assert!(
                fields.as_object().unwrap().values().any(|it| it == printed),
                "{field}: {fields}"
            );
        }
        for picture in ["faceImage", "croppedFrontImage"] {
            assert!(read[picture]["content"].is_string(), "{picture}");
        }
        assert!(exported["livenessFaceImage"]["content"].is_string());
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}

/// Printed on the page that is drawn.
const PASSPORT: [(&str, &str); 5] = [
    ("documentType", "PP"),
    ("documentNumber", "NWX4K7R81"),
    ("surname", "VAN DEN AKKER"),
    ("dateOfBirth", "1990-03-21"),
    ("dateOfExpiry", "2031-06-14"),
];

#[tokio::test]
#[ignore = "needs the models: `cargo xtask test --verifier` runs it"]
async fn who_does_not_follow_reads_why_and_goes_on_as_a_test_person() {
    let mut verifier = Verifier::start("127.0.0.1:0");
    test_in(with(&verifier), async |stack: &mut Stack, browser| {
        show_made_visitor(browser).await;
        browser
            .run_first("window.scene = { noHead: true, wrong: 'absent' }")
            .await;
        agree(stack, browser).await;
        for (next, sentence) in [
            ("{ still: true }", "Your face was not seen."),
            ("{}", "The turn was not seen in time."),
        ] {
            sees(browser, "camera", "face").await;
            press_shutter(browser).await;
            let why = missed(browser).await;
            assert!(why.starts_with(sentence), "{why}");
            scene(browser, next).await;
            browser.click("[data-once-more]").await;
        }
        verifier.program.kill();
        sees(browser, "camera", "face").await;
        press_shutter(browser).await;
        let why = missed(browser).await;
        assert!(why.starts_with("The verifier does not answer"), "{why}");
        go_on_as_test_person(browser).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs the models: `cargo xtask test --verifier` runs it"]
async fn liv_01_attacks_and_mistakes_before_the_camera_are_refused_each_with_its_sentence() {
    let verifier = Verifier::start("127.0.0.1:0");
    let other_way = "You turned the other way";
    for scenes in [
        [
            ("{ turn: 'other' }", &[other_way][..]),
            ("{ print: true }", &["The turn was not seen in time."]),
            ("{ heads: 2 }", &["More than one face was seen."]),
        ],
        [
            (
                "{ turn: 'shake' }",
                &[other_way, "You moved before the prompt."],
            ),
            ("{ pause: true }", &["The camera stopped for a moment."]),
            ("{ order: true }", &["The frames came in the wrong order."]),
        ],
    ] {
        test_in(with(&verifier), async |stack: &mut Stack, browser| {
            show_made_visitor(browser).await;
            browser
                .run_first("window.scene = { wrong: 'absent', noHead: true }")
                .await;
            agree(stack, browser).await;
            for (at, (seen, sentences)) in scenes.iter().enumerate() {
                sees(browser, "camera", "face").await;
                scene(browser, seen).await;
                press_shutter(browser).await;
                let why = missed(browser).await;
                let is_named = sentences.iter().any(|sentence| why.starts_with(sentence));
                assert!(is_named, "{seen}: {why}");
                if at < 2 {
                    browser.click("[data-once-more]").await;
                }
            }
        })
        .await;
    }
}

#[tokio::test]
#[ignore = "needs the models: `cargo xtask test --verifier` runs it"]
async fn a_verifier_that_was_killed_in_between_reads_the_same_picture_once_it_is_back() {
    let mut verifier = Verifier::start("127.0.0.1:0");
    test_in(with(&verifier), async |stack: &mut Stack, browser| {
        show_made_visitor(browser).await;
        agree(stack, browser).await;
        follow_prompts(browser).await;
        photograph_passport(browser).await;
        verifier.program.kill();
        browser.click("[data-take]").await;
        let why = complaint(browser).await;
        assert!(why.starts_with("The verifier does not answer"), "{why}");
        verifier.start_again();
        // It has read the document and knows no face any more.
        show(browser, "front").await;
        sees(browser, "camera", "face").await;
        let why = complaint(browser).await;
        assert!(
            why.starts_with("The verifier does not have your face"),
            "{why}"
        );
        follow_prompts(browser).await;
        photograph_passport(browser).await;
        browser.click("[data-take]").await;
        browser.find("body[data-step=verification]").await;
    })
    .await;
}
