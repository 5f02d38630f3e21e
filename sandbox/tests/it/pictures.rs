//! Visitors' own pictures in place of the specimens: how they come in, and how they are shown.

mod canary;
mod owner;
mod refusals;
mod results;

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::{
    harness::{Stack, location},
    sign_up::SignUp,
};

pub(crate) const FACE: &str = "liveness/picture/face";
pub(crate) const FRONT: &str = "document/picture/front";
pub(crate) const BACK: &str = "document/picture/back";

pub(crate) const RED: Rgb<u8> = Rgb([220, 20, 20]);
pub(crate) const GREEN: Rgb<u8> = Rgb([20, 200, 20]);
pub(crate) const BLUE: Rgb<u8> = Rgb([20, 20, 220]);

/// A picture of one colour.
pub(crate) fn plain(colour: Rgb<u8>, format: ImageFormat) -> Vec<u8> {
    encoded(RgbImage::from_pixel(64, 48, colour), format)
}

pub(crate) fn encoded(picture: RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::from(picture)
        .write_to(&mut file, format)
        .unwrap();
    file.into_inner()
}

/// A picture that nothing else has a part of, and that no encoding makes small.
fn noise(mut seed: u32, side: u32) -> RgbImage {
    RgbImage::from_fn(side, side, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(seed >> 8) as u8, (seed >> 16) as u8, (seed >> 24) as u8])
    })
}

/// The JPEG with a segment of EXIF that says how it lies, and with which camera it was taken.
fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    // Make: text of eight bytes, at the end of the directory.
    exif.extend(b"\x01\x0f\0\x02\0\0\0\x08\0\0\0\x26");
    exif.extend([1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    exif.extend(b"\0\0\0\0CANARY!\0");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

#[track_caller]
pub(crate) fn read(jpeg: &[u8]) -> RgbImage {
    assert_eq!(image::guess_format(jpeg).unwrap(), ImageFormat::Jpeg);
    image::load_from_memory(jpeg).unwrap().into_rgb8()
}

/// Whether a JPEG is of one colour, as far as JPEGs keep one.
#[track_caller]
pub(crate) fn assert_is(jpeg: &[u8], colour: Rgb<u8>) {
    let picture = read(jpeg);
    let middle = picture.get_pixel(picture.width() / 2, picture.height() / 2);
    assert!(is_like(*middle, colour), "{middle:?} is not {colour:?}");
}

fn is_like(one: Rgb<u8>, other: Rgb<u8>) -> bool {
    let mut values = one.0.into_iter().zip(other.0);
    values.all(|(one, other)| one.abs_diff(other) < 12)
}

#[tokio::test]
async fn a_form_and_a_script_send_jpeg_and_png() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up
        .go_through("john", &["introduction", "liveness"])
        .await;
    assert_eq!(sign_up.shown("face").await, None);
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let response = sign_up.upload(FACE, "me", plain(RED, format)).await;
        assert!(location(&response).path().ends_with("/liveness"));
        assert_is(&sign_up.shown("face").await.unwrap(), RED);
        let media_type = format.to_mime_type();
        let response = sign_up.send(BACK, media_type, plain(GREEN, format)).await;
        assert_eq!(response.status().as_u16(), 204);
        assert_is(&sign_up.shown("back").await.unwrap(), GREEN);
        let response = sign_up.upload(FACE, "me", plain(BLUE, format)).await;
        assert!(location(&response).path().ends_with("/liveness"));
        assert_is(&sign_up.shown("face").await.unwrap(), BLUE);
    }
    assert_eq!(sign_up.shown("front").await, None);
}

#[tokio::test]
async fn a_picture_is_turned_upright_and_nothing_of_its_file_remains() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.go_through("john", &["introduction"]).await;
    // Lies on its side: red above when the camera was held upright.
    let lying = RgbImage::from_fn(80, 40, |x, _| if x < 40 { RED } else { BLUE });
    let file = with_exif(&encoded(lying, ImageFormat::Jpeg), 6);
    let holds = |file: &[u8], text: &[u8]| file.windows(text.len()).any(|part| part == text);
    assert!(holds(&file, b"CANARY!") && holds(&file, b"Exif"));
    sign_up.upload(FACE, "CANARY!.jpg", file).await;
    let shown = sign_up.shown("face").await.unwrap();
    assert!(!holds(&shown, b"CANARY!") && !holds(&shown, b"Exif"));
    let picture = read(&shown);
    assert_eq!(picture.dimensions(), (40, 80));
    assert!(is_like(*picture.get_pixel(20, 10), RED));
    assert!(is_like(*picture.get_pixel(20, 70), BLUE));
}

#[tokio::test]
async fn a_large_picture_is_made_smaller() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.go_through("john", &["introduction"]).await;
    let large = encoded(RgbImage::from_pixel(3000, 4000, RED), ImageFormat::Jpeg);
    sign_up.upload(FACE, "me.jpg", large).await;
    let shown = sign_up.shown("face").await.unwrap();
    assert_eq!(read(&shown).dimensions(), (1200, 1600));
}

#[tokio::test]
async fn pages_show_the_own_picture_until_the_specimen_is_asked_for_again() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up
        .go_through("john", &["introduction", "liveness"])
        .await;
    sign_up
        .upload(FACE, "me", plain(RED, ImageFormat::Jpeg))
        .await;
    sign_up
        .upload(FRONT, "it", plain(GREEN, ImageFormat::Jpeg))
        .await;
    sign_up.go_through("john", &["document"]).await;
    let (face, front) = (sign_up.at("picture/face"), sign_up.at("picture/front"));
    let hidden = |page: &str, side: &str| !page.contains(&format!("data-test=\"remove-{side}\""));
    let page = sign_up.page("liveness").await;
    assert!(page.contains(&face) && !hidden(&page, "face"), "{page}");
    let page = sign_up.page("document").await;
    assert!(page.contains(&front) && !hidden(&page, "front"), "{page}");
    assert!(!page.contains("john/back.jpeg") && hidden(&page, "back"));
    assert!(page.contains("data-test=\"upload-back\""));
    let page = sign_up.page("verification").await;
    assert!(page.contains(&face) && page.contains(&front), "{page}");
    assert!(!page.contains("john/back.jpeg"), "{page}");

    let response = sign_up.press(&format!("{FACE}/remove"), "").await;
    assert!(location(&response).path().ends_with("/liveness"));
    assert_eq!(sign_up.shown("face").await, None);
    let page = sign_up.page("liveness").await;
    assert!(page.contains("john/liveness.jpeg") && hidden(&page, "face"));
    assert!(sign_up.shown("front").await.is_some());
}

#[tokio::test]
async fn a_document_with_one_side_asks_for_one() {
    let stack = Stack::start().await;
    for (person, captures) in [("passport", 1), ("john", 2), ("three-documents", 2)] {
        let sign_up = SignUp::of_web_kyc(&stack, "").await;
        sign_up
            .go_through(person, &["introduction", "liveness"])
            .await;
        let page = sign_up.page("document").await;
        assert_eq!(
            page.matches("data-test=\"upload-").count(),
            captures,
            "{person}"
        );
    }
}

#[tokio::test]
async fn sbx_02_pictures_are_the_sign_ups_own_and_in_no_cache() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    let other = SignUp::of_web_kyc(&stack, "").await;
    for one in [&sign_up, &other] {
        one.go_through("john", &["introduction"]).await;
    }
    sign_up
        .upload(FACE, "me", plain(RED, ImageFormat::Jpeg))
        .await;
    let response = sign_up.get("picture/face").await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-type"], "image/jpeg");
    assert_eq!(other.shown("face").await, None);
    sign_up.press("cancel", "").await;
    assert_eq!(sign_up.shown("face").await, None);
    assert_eq!(
        stack.sandbox.requests().len(),
        2,
        "{:?}",
        stack.sandbox.requests()
    );
}

#[tokio::test]
async fn sbx_05_only_pages_with_a_camera_may_run_the_script_and_ask_for_one() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up
        .go_through("john", &["introduction", "liveness", "document"])
        .await;
    for (step, with_camera) in [
        ("introduction", false),
        ("liveness", true),
        ("document", true),
        ("verification", false),
    ] {
        let response = sign_up.get(step).await;
        let headers = response.headers().clone();
        let page = response.text().await.unwrap();
        let scripts: Vec<&str> = page.match_indices("<script").map(|(_, tag)| tag).collect();
        let policy = headers["content-security-policy"].to_str().unwrap();
        if with_camera {
            assert_eq!(
                policy,
                "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
                 img-src 'self' blob:; font-src 'self'; \
                 form-action 'self' http://localhost:8080; base-uri 'none'; frame-ancestors 'none'"
            );
            assert_eq!(headers["permissions-policy"], "camera=(self)");
            assert_eq!(scripts.len(), 1);
            let module = "<script type=\"module\" src=\"/_sandbox/assets/capture.js\"></script>";
            assert!(page.contains(module), "{page}");
        } else {
            assert!(!policy.contains("script-src"), "{policy}");
            assert_eq!(headers["permissions-policy"], "camera=()");
            assert!(scripts.is_empty());
        }
        assert!(
            !page.contains("style=") && !page.contains("onclick"),
            "{page}"
        );
    }
    for file in ["capture", "camera", "file_check", "hints"] {
        let script = stack.get(&format!("/_sandbox/assets/{file}.js")).await;
        let media_type = &script.headers()["content-type"];
        assert_eq!(media_type, "text/javascript; charset=utf-8", "{file}");
    }
}
