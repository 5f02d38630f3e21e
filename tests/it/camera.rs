//! Pictures of one's own in the sandbox: with the camera, without one, and from a file.

use base64::{Engine, prelude::BASE64_STANDARD};
use image::RgbImage;
use serde_json::Value;
use webkyc_test_kit::{
    browser::Browser,
    driver::{Camera, Options},
};

use crate::{
    pages::{begin, sees_the_results, shown_images, signed_up},
    setup::{test, test_in},
    stack::Stack,
};

fn picture(details: &Value, pointer: &str) -> RgbImage {
    let content = details.pointer(pointer).unwrap().as_str().unwrap();
    let jpeg = BASE64_STANDARD.decode(content).unwrap();
    image::load_from_memory(&jpeg).unwrap().into_rgb8()
}

fn face(details: &Value) -> RgbImage {
    picture(details, "/livenessFaceImage/content")
}

/// Whether it is mostly the green of the invented camera.
fn is_green(picture: &RgbImage) -> bool {
    let green = picture.pixels().filter(|pixel| {
        let [red, green, blue] = pixel.0;
        green > 100 && red < 100 && blue < 100
    });
    green.count() * 2 > picture.pixels().len()
}

/// The details that the sandbox issues without a picture of the visitor.
async fn specimen(stack: &Stack, browser: &Browser) -> Value {
    signed_up(stack, browser, "john").await;
    stack.issued().await
}

async fn come_to(browser: &Browser, step: &str) {
    browser.click("[data-test=continue]").await;
    browser.find(&format!("body[data-step={step}]")).await;
}

async fn begin_as_john(stack: &Stack, browser: &Browser) {
    begin(stack, browser).await;
    browser.click("[data-test=person-john]").await;
    come_to(browser, "liveness").await;
}

/// Presses the button of the camera twice, once it shows something.
async fn photograph(browser: &Browser, side: &str) {
    browser.click(&format!("[data-test=camera-{side}]")).await;
    browser.find("section.live").await;
    browser.click(&format!("[data-test=camera-{side}]")).await;
    browser
        .find(&format!("[data-test=specimen-{side}]:not([hidden])"))
        .await;
}

async fn told(browser: &Browser) -> String {
    let told = browser.find("[role=status]:not(:empty)").await;
    told.text().await.unwrap()
}

#[tokio::test]
async fn the_cameras_picture_becomes_the_result() {
    let options = Options {
        camera: Camera::Invented,
        ..Options::default()
    };
    test_in(options, async |stack, browser| {
        let specimen = specimen(stack, browser).await;
        begin_as_john(stack, browser).await;
        photograph(browser, "face").await;
        assert_eq!(told(browser).await, "This picture will be used.");
        assert_eq!(
            browser.run("return document.querySelector('video')").await,
            Value::Null
        );
        come_to(browser, "document").await;
        photograph(browser, "front").await;
        come_to(browser, "verification").await;
        browser.click("[data-test=continue]").await;
        sees_the_results(browser).await;
        let issued = stack.issued().await;
        assert!(is_green(&face(&issued)) && !is_green(&face(&specimen)));
        // The oval is three by four, and shows the middle of the camera's picture.
        let (width, height) = face(&issued).dimensions();
        assert!((width * 4).abs_diff(height * 3) < 12, "{width} by {height}");
        let front = "/documentData/croppedFrontImage/content";
        assert!(is_green(&picture(&issued, front)));
        let back = "/documentData/croppedBackImage/content";
        assert_eq!(issued.pointer(back), specimen.pointer(back));
        // And the portal shows them.
        let shown = shown_images(browser).await;
        let sizes = shown.as_object().unwrap().values();
        let [width, height] = [width, height].map(Value::from);
        assert!(
            sizes
                .clone()
                .any(|size| size[0] == width && size[1] == height),
            "{shown}"
        );
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn another_picture_replaces_the_first_and_the_camera_is_let_go() {
    let options = Options {
        camera: Camera::Invented,
        is_phone: true,
        ..Options::default()
    };
    test_in(options, async |stack, browser| {
        begin_as_john(stack, browser).await;
        let remember =
            "const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            window.streams = [];
            navigator.mediaDevices.getUserMedia = async (wish) => {
                const stream = await ask(wish);
                window.streams.push(stream);
                return stream;
            }";
        browser.run(remember).await;
        photograph(browser, "face").await;
        photograph(browser, "face").await;
        browser.click("[data-test=camera-face]").await;
        browser.find("section.live").await;
        browser.click("[data-close]").await;
        browser.find("section:not(.live)").await;
        let states = "return window.streams.map(s => s.getTracks().map(t => t.readyState).join())";
        assert_eq!(
            browser.run(states).await,
            serde_json::json!(["ended", "ended", "ended"])
        );
        browser.click("[data-test=specimen-face]").await;
        browser.find("[data-test=specimen-face][hidden]").await;
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn without_a_camera_the_specimen_signs_up() {
    for (camera, reason) in [
        (Camera::Denied, "The camera was not allowed."),
        (Camera::None, "No camera was found."),
    ] {
        let options = Options {
            camera,
            ..Options::default()
        };
        test_in(options, async |stack, browser| {
            let specimen = specimen(stack, browser).await;
            begin_as_john(stack, browser).await;
            browser.click("[data-test=camera-face]").await;
            let told = told(browser).await;
            assert!(told.starts_with(reason), "{told}");
            browser.find("[data-test=upload-face]").await;
            come_to(browser, "document").await;
            come_to(browser, "verification").await;
            browser.click("[data-test=continue]").await;
            sees_the_results(browser).await;
            assert_eq!(face(&stack.issued().await), face(&specimen));
        })
        .await;
    }
}

#[tokio::test]
async fn a_file_is_uploaded_as_soon_as_it_is_chosen() {
    test(async |stack, browser| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("me.png.jpg");
        let green = RgbImage::from_pixel(300, 400, image::Rgb([10, 180, 10]));
        green.save(&file).unwrap();
        begin_as_john(stack, browser).await;
        browser.find("section.scripted").await;
        let input = browser.find("[data-test=upload-face]").await;
        input.send_keys(file.to_str().unwrap()).await.unwrap();
        browser
            .find("[data-test=specimen-face]:not([hidden])")
            .await;
        come_to(browser, "document").await;
        come_to(browser, "verification").await;
        browser.click("[data-test=continue]").await;
        sees_the_results(browser).await;
        let face = face(&stack.issued().await);
        assert_eq!(face.dimensions(), (300, 400));
        assert!(is_green(&face));
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}
