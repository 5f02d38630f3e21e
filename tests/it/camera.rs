//! The guided capture: a visitor shows face and document to a camera that is painted.

mod guided;
mod hints;
mod refused;
mod screens;
mod uploads;
mod verified;

use base64::{Engine, prelude::BASE64_STANDARD};
use image::RgbImage;
use serde_json::Value;
use webkyc_test_kit::browser::Browser;

use crate::{
    pages::{begin, sees_the_results},
    stack::Stack,
};

/// Puts a painted camera in place of the browser's, for every page from now on.
async fn paint(browser: &Browser) {
    browser
        .run_first(&format!("{{ {} }}", include_str!("camera/painted.js")))
        .await;
}

/// The same, and at the beginning of each page something is wrong with what it shows, so that no picture
/// is taken by itself.
pub(crate) async fn paint_badly(browser: &Browser) {
    paint(browser).await;
    browser.run_first("window.scene = { wrong: 'far' }").await;
}

/// Sets what the painted camera shows from now on, as a literal of JavaScript.
pub(crate) async fn scene(browser: &Browser, scene: &str) {
    browser.run(&format!("window.scene = {scene}")).await;
}

/// Leaves for the sandbox and agrees to show something.
pub(crate) async fn agree(stack: &Stack, browser: &Browser) {
    begin(stack, browser).await;
    browser.click("[data-test=continue]").await;
}

/// Waits for a screen of the capture.
pub(crate) async fn sees(browser: &Browser, screen: &str, task: &str) {
    browser
        .find(&format!(
            "[data-capture][data-screen={screen}][data-task={task}]"
        ))
        .await;
}

/// Waits until the camera says this.
async fn sees_status(browser: &Browser, text: &str) {
    let said = format!("return document.querySelector('[role=status]').textContent === '{text}'");
    browser.wait_for_script(&said).await;
}

/// Waits for the sentence that says what is wrong.
async fn complaint(browser: &Browser) -> String {
    let alert = "[data-capture] [role=alert]:not([hidden])";
    browser.find(alert).await.text().await.unwrap()
}

/// Lets the camera take a picture by itself, and uses it.
async fn show(browser: &Browser, task: &str) {
    sees(browser, "review", task).await;
    browser.click("[data-take]").await;
}

/// Shows the face, and says which document comes next.
async fn show_face_and_choose(browser: &Browser, kind: &str) {
    show(browser, "face").await;
    sees(browser, "choose", "choose").await;
    browser.click(&format!("[data-kind={kind}]")).await;
}

/// The button "Go on without a camera" of the screen that is shown.
const WITHOUT: &str =
    "section:not([hidden]) [data-without]:not([hidden]), .ways [data-without]:not([hidden])";

/// Leaves the camera for the test person, up to the results.
async fn go_on_as_test_person(browser: &Browser) {
    browser.click(WITHOUT).await;
    browser.click("[data-test=without-play]").await;
    browser.find("body[data-step=verification]").await;
    browser.click("[data-test=continue]").await;
    sees_the_results(browser).await;
}

/// From the first screen to the result: a face, and both sides of a card.
async fn show_everything(browser: &Browser, tasks: &[&str]) {
    for task in tasks {
        match *task {
            "choose" => {
                sees(browser, "choose", "choose").await;
                browser.click("[data-kind=card]").await;
            }
            "turn" => {
                sees(browser, "turn", "turn").await;
                browser.click("[data-turned]").await;
            }
            task => show(browser, task).await,
        }
    }
    browser.find("body[data-step=verification]").await;
}

const WEB_KYC: [&str; 5] = ["face", "choose", "front", "turn", "back"];
const WEB_IDV: [&str; 5] = ["choose", "front", "turn", "back", "face"];

fn picture(details: &Value, pointer: &str) -> RgbImage {
    let content = details.pointer(pointer).unwrap().as_str().unwrap();
    let jpeg = BASE64_STANDARD.decode(content).unwrap();
    image::load_from_memory(&jpeg).unwrap().into_rgb8()
}

/// Whether the middle of a picture has this colour, as far as a camera keeps one.
fn is_like(picture: &RgbImage, at: (f32, f32), colour: [u8; 3]) -> bool {
    let x = (picture.width() as f32 * at.0) as u32;
    let y = (picture.height() as f32 * at.1) as u32;
    let seen = picture.get_pixel(x, y).0;
    let mut values = seen.into_iter().zip(colour);
    values.all(|(one, other)| one.abs_diff(other) < 30)
}
