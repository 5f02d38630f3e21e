//! Files that are not taken as pictures, and the words for the visitor.

use image::{ImageFormat, RgbImage};
use webkyc_sandbox::Config;

use super::{BACK, BLUE, FACE, FRONT, GREEN, RED, assert_is, encoded, plain};
use crate::{
    harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack},
    sign_up::SignUp,
};

const MIB: usize = 1024 * 1024;

/// A PNG that claims this size and has hardly any data.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut file = plain(RED, ImageFormat::Png);
    // Width and height follow the signature, the length and the name of the first chunk.
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = !file[12..29].iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    });
    file[29..33].copy_from_slice(&checksum.to_be_bytes());
    file
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_the_earlier_one_stays() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.go_through("john", &["introduction"]).await;
    sign_up
        .upload(FACE, "me", plain(GREEN, ImageFormat::Jpeg))
        .await;
    let whole = plain(RED, ImageFormat::Jpeg);
    let mut appended = plain(RED, ImageFormat::Jpeg);
    appended.resize(8 * MIB + 1, 0);
    for (file, status, reason) in [
        (
            b"<!doctype html><p>Hello".to_vec(),
            415,
            "neither JPEG nor PNG",
        ),
        (
            b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(),
            415,
            "neither JPEG nor PNG",
        ),
        (
            whole[..whole.len() - 4].to_vec(),
            422,
            "cannot be read to its end",
        ),
        (
            plain(RED, ImageFormat::Png)[..100].to_vec(),
            422,
            "cannot be read to its end",
        ),
        (bomb(30_000, 30_000), 422, "12.6 megapixels"),
        (bomb(u32::MAX, 2), 422, ""),
        (appended, 413, "8 MB"),
        (vec![0; 40 * MIB], 413, "8 MB"),
        (Vec::new(), 400, "No picture was sent"),
    ] {
        let length = file.len();
        let response = sign_up.upload(FACE, "me.jpg", file.clone()).await;
        assert_eq!(response.status().as_u16(), status, "{length} {reason}");
        let page = response.text().await.unwrap();
        assert!(page.contains("<body data-step=\"liveness\">"), "{page}");
        assert!(page.contains(reason), "{page}");
        if length > 0 {
            let response = sign_up.send(FACE, "image/jpeg", file).await;
            assert_eq!(response.status().as_u16(), status, "{length} {reason}");
            let media_type = response.headers()["content-type"].to_str().unwrap();
            assert!(media_type.starts_with("text/plain"), "{media_type}");
            let page = response.text().await.unwrap();
            assert!(page.contains(reason) && !page.contains('<'), "{page}");
        }
        assert_is(&sign_up.shown("face").await.unwrap(), GREEN);
    }
}

#[tokio::test]
async fn eight_mebibytes_are_taken() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.go_through("john", &["introduction"]).await;
    // Cameras append more than this to their pictures.
    let mut file = plain(RED, ImageFormat::Jpeg);
    file.resize(8 * MIB, 0);
    assert_eq!(
        sign_up
            .upload(FACE, "me", file.clone())
            .await
            .status()
            .as_u16(),
        303
    );
    assert_eq!(
        sign_up
            .send(FACE, "image/jpeg", file)
            .await
            .status()
            .as_u16(),
        204
    );
}

#[tokio::test]
async fn pictures_of_ordinary_phones_are_taken_and_larger_ones_are_not() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.go_through("john", &["introduction"]).await;
    for (width, height, status) in [(4032, 3024, 204), (4000, 3150, 204), (4000, 3151, 422)] {
        let file = encoded(RgbImage::new(width, height), ImageFormat::Jpeg);
        let response = sign_up.send(FACE, "image/jpeg", file).await;
        assert_eq!(response.status().as_u16(), status);
    }
}

#[tokio::test]
async fn sbx_11_a_file_is_what_its_bytes_say_whatever_its_label() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.go_through("john", &["introduction"]).await;
    for label in ["image/jpg", "image/png", "application/pdf", "text/html"] {
        let jpeg = plain(RED, ImageFormat::Jpeg);
        let response = sign_up.send(FACE, label, jpeg).await;
        assert_eq!(response.status().as_u16(), 204, "{label}");
        assert_is(&sign_up.shown("face").await.unwrap(), RED);
        let png = plain(GREEN, ImageFormat::Png);
        let response = sign_up.send(FACE, label, png).await;
        assert_eq!(response.status().as_u16(), 204, "{label}");
        assert_is(&sign_up.shown("face").await.unwrap(), GREEN);
    }
    for (file, reason) in [
        (&b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"[..], "is a PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "This is a HEIC picture"),
        (b"<!doctype html>", "neither JPEG nor PNG"),
        (b"RIFF\x1a\0\0\0WEBPVP8L", "neither JPEG nor PNG"),
        (b"\xff\xd8", "neither JPEG nor PNG"),
        (b"\x89PNG", "neither JPEG nor PNG"),
    ] {
        for label in ["image/jpeg", "image/png", "application/pdf"] {
            let response = sign_up.send(FACE, label, file.to_vec()).await;
            assert_eq!(response.status().as_u16(), 415, "{label}");
            let message = response.text().await.unwrap();
            assert!(message.contains(reason), "{message}");
        }
        let response = sign_up.upload(FACE, "me.jpg", file.to_vec()).await;
        assert_eq!(response.status().as_u16(), 415);
    }
    assert_is(&sign_up.shown("face").await.unwrap(), GREEN);
}

/// "Any marker may optionally be preceded by any number of fill bytes" (ISO 10918-1, B.1.1.2).
#[tokio::test]
async fn fill_bytes_and_foreign_segments_do_not_make_a_jpeg_another_kind() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.go_through("john", &["introduction"]).await;
    let whole = plain(RED, ImageFormat::Jpeg);
    let segment = |length: u16| {
        let [high, low] = length.to_be_bytes();
        let content = vec![b'x'; usize::from(length) - 2];
        [&[0xff, 0xe5, high, low][..], &content].concat()
    };
    // Between the start of the image and its first segment.
    let with = |more: &[u8]| [&whole[..2], more, &whole[2..]].concat();
    for (what, file) in [
        ("one fill byte", with(&[0xff])),
        ("many", with(&[0xff; 3000])),
        ("segments", with(&[segment(40), segment(2)].concat())),
        ("a long segment", with(&segment(u16::MAX))),
        ("300 KiB of segments", with(&segment(60_000).repeat(5))),
        (
            "both",
            with(&[&[0xff][..], &segment(90), &[0xff; 7]].concat()),
        ),
    ] {
        let response = sign_up.send(FACE, "image/jpeg", file.clone()).await;
        assert_eq!(response.status().as_u16(), 204, "{what}");
        assert_is(&sign_up.shown("face").await.unwrap(), RED);
        for part in [3, 10, file.len() / 2, file.len() - 3] {
            let response = sign_up
                .send(FACE, "image/jpeg", file[..part].to_vec())
                .await;
            assert_eq!(response.status().as_u16(), 422, "{what}, {part} bytes");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.go_through("john", &["introduction"]).await;
    let response = sign_up
        .send(FACE, "multipart/form-data", b"--x".to_vec())
        .await;
    assert_eq!(response.status().as_u16(), 400);
    assert_eq!(sign_up.shown("face").await, None);
}

#[tokio::test]
async fn other_forms_stay_small() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    let response = sign_up.press("introduction", &"x".repeat(100 * 1024)).await;
    assert_eq!(response.status().as_u16(), 413);
}

#[tokio::test]
async fn a_picture_has_its_page_its_side_and_its_time() {
    let stack = Stack::start().await;
    let picture = || plain(BLUE, ImageFormat::Jpeg);
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    let sent = async |sign_up: &SignUp<'_>, path: &str| {
        let by_script = sign_up.send(path, "image/jpeg", picture()).await.status();
        let by_form = sign_up.upload(path, "it", picture()).await.status();
        // A form that comes too early is led to the page whose turn it is.
        if by_form.as_u16() != 303 {
            assert_eq!(by_form, by_script, "{path}");
        }
        by_script.as_u16()
    };
    // No person is chosen yet.
    assert_eq!(sent(&sign_up, FACE).await, 409);
    sign_up.go_through("passport", &["introduction"]).await;
    assert_eq!(sent(&sign_up, FRONT).await, 409);
    sign_up.go_through("passport", &["liveness"]).await;
    assert_eq!(sent(&sign_up, FRONT).await, 204);
    assert_eq!(sent(&sign_up, FACE).await, 204);
    for path in [
        "document/picture/face",
        "liveness/picture/front",
        "introduction/picture/face",
        "document/picture/spine",
        "nothing/picture/face",
        // A passport has none.
        BACK,
    ] {
        assert_eq!(sent(&sign_up, path).await, 404, "{path}");
        let removed = sign_up.press(&format!("{path}/remove"), "").await;
        assert_eq!(removed.status().as_u16(), 404, "{path}");
    }
    sign_up
        .go_through("passport", &["document", "verification"])
        .await;
    assert_eq!(sent(&sign_up, FACE).await, 410);
    assert_eq!(
        sign_up
            .press(&format!("{FACE}/remove"), "")
            .await
            .status()
            .as_u16(),
        410
    );
    assert_eq!(sign_up.shown("face").await, None);

    let unknown = SignUp::at_address(&stack, "/identification/x");
    assert_eq!(sent(&unknown, FACE).await, 404);
    assert_eq!(unknown.shown("face").await, None);
}

#[tokio::test]
async fn sbx_02_no_picture_is_taken_without_consent() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.press("introduction", "person=john").await;
    let page = sign_up.page("liveness").await;
    assert!(
        !page.contains("<script") && !page.contains("type=\"file\""),
        "{page}"
    );
    let picture = || plain(RED, ImageFormat::Jpeg);
    let response = sign_up.send(FACE, "image/jpeg", picture()).await;
    assert_eq!(response.status(), 409);
    assert!(response.text().await.unwrap().contains("agreed"));
    sign_up
        .press("introduction", "person=john&consent=given")
        .await;
    assert_eq!(
        sign_up.send(FACE, "image/jpeg", picture()).await.status(),
        204
    );
    // A visitor who plays a person instead shows nothing.
    sign_up.press("introduction", "person=john&play=all").await;
    assert_eq!(sign_up.shown("face").await, None);
    assert_eq!(
        sign_up.send(FACE, "image/jpeg", picture()).await.status(),
        409
    );
}

#[tokio::test]
async fn sbx_14_where_other_machines_can_reach_it_visitors_are_test_persons() {
    let stack = Stack::with(Config {
        listen: "0.0.0.0:0".parse().unwrap(),
        clients: vec![
            format!("{CLIENT_ID},{SECRET},{REDIRECT_URI}")
                .parse()
                .unwrap(),
        ],
        ..Config::default()
    })
    .await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    let page = sign_up.page("introduction").await;
    assert!(page.contains("data-test=\"no-own\""), "{page}");
    assert!(!page.contains("name=\"consent\""), "{page}");
    assert!(page.contains("data-test=\"play-chosen\""), "{page}");
    sign_up.go_through("john", &["introduction"]).await;
    let page = sign_up.page("liveness").await;
    assert!(!page.contains("<script") && !page.contains("data-test=\"show-own\""));
    let picture = plain(RED, ImageFormat::Jpeg);
    let response = sign_up.send(FACE, "image/jpeg", picture).await;
    assert_eq!(response.status().as_u16(), 409);
    assert_eq!(sign_up.shown("face").await, None);
}
