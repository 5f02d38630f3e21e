//! Files in place of the camera's pictures: taken, or refused at once and on the page.

use image::RgbImage;

use super::{agree, complaint, is_like, paint, paint_badly, picture, sees};
use crate::{pages::sees_the_results, setup::test};

const GREEN: [u8; 3] = [10, 180, 10];

#[tokio::test]
async fn an_upload_is_looked_at_and_used() {
    test(async |stack, browser| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("me.png.jpg");
        // As large as a picture from a phone's camera of 12 megapixels.
        let green = RgbImage::from_pixel(3024, 4032, image::Rgb(GREEN));
        green.save(&file).unwrap();
        let file = file.to_str().unwrap().to_owned();
        paint(browser).await;
        browser
            .run_first("window.scene = { refused: 'NotAllowedError' }")
            .await;
        agree(stack, browser).await;
        for task in ["face", "front"] {
            sees(browser, "refused", task).await;
            let input = browser.find("[data-test=upload]").await;
            input.send_keys(&file).await.unwrap();
            sees(browser, "review", task).await;
            browser.click("[data-take]").await;
            if task == "face" {
                sees(browser, "choose", "choose").await;
                browser.click("[data-kind=passport]").await;
            }
        }
        browser.find("body[data-step=verification]").await;
        browser.click("[data-test=continue]").await;
        sees_the_results(browser).await;
        let issued = stack.exported().await;
        let face = picture(&issued, "/livenessFaceImage/content");
        assert_eq!(face.dimensions(), (1200, 1600));
        assert!(is_like(&face, (0.5, 0.5), GREEN));
    })
    .await;
}

#[tokio::test]
async fn heic_and_what_is_too_large_are_refused_at_once_with_a_sentence() {
    test(async |stack, browser| {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let mut heavy = vec![0xff, 0xd8, 0xff];
        heavy.resize(8 * 1024 * 1024 + 1, 0);
        let large = folder.path().join("large.jpg");
        RgbImage::new(4032, 3126).save(&large).unwrap();
        let large_png = folder.path().join("large.png");
        RgbImage::new(4032, 3126).save(&large_png).unwrap();
        paint_badly(browser).await;
        agree(stack, browser).await;
        sees(browser, "camera", "face").await;
        for (file, reason) in [
            (write("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1"), "HEIC"),
            (write("a.jpg", b"\0\0\0\x18ftypmif1\0\0\0\0heic"), "HEIC"),
            (write("b.jpg", b"%PDF-1.7"), "neither a JPEG nor a PNG"),
            (write("c.jpg", &heavy), "more than 8 MB"),
            (write("d.jpg", b"\xff\xd8\xff\xe0\0\x04"), "damaged"),
            (large.to_str().unwrap().to_owned(), "12.6 megapixels"),
            (large_png.to_str().unwrap().to_owned(), "12.6 megapixels"),
        ] {
            let input = browser.find("[data-test=upload]").await;
            input.send_keys(&file).await.unwrap();
            let said = format!(
                "return document.querySelector('[role=alert]').textContent.includes('{reason}')"
            );
            browser.wait_for_script(&said).await;
            assert!(complaint(browser).await.contains(reason));
            browser
                .find("[data-capture]:is([data-screen=camera], [data-screen=review])")
                .await;
        }
        assert_eq!(stack.count_requests("/v2/web-kyc/token").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_the_sandbox_refuses_is_said_on_the_page() {
    test(async |stack, browser| {
        let folder = tempfile::tempdir().unwrap();
        // Begins well, and ends too early.
        let file = folder.path().join("cut.jpg");
        RgbImage::new(64, 64).save(&file).unwrap();
        let whole = std::fs::read(&file).unwrap();
        std::fs::write(&file, &whole[..whole.len() - 2]).unwrap();
        paint(browser).await;
        browser
            .run_first("window.scene = { refused: 'NotAllowedError' }")
            .await;
        agree(stack, browser).await;
        sees(browser, "refused", "face").await;
        let input = browser.find("[data-test=upload]").await;
        input.send_keys(file.to_str().unwrap()).await.unwrap();
        sees(browser, "review", "face").await;
        browser.click("[data-take]").await;
        let said = complaint(browser).await;
        assert!(said.contains("cannot be read to its end"), "{said}");
        sees(browser, "review", "face").await;
        // The same picture would be refused again.
        browser.find("[data-take][hidden]").await;
        browser.find("[data-again].primary").await;
    })
    .await;
}
