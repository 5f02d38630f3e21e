//! The faults of a picture, computed from its pixels.

use serde_json::json;

use super::{agree, paint_badly, sees};
use crate::setup::test;

/// Paints pictures and asks for the hint of each. The detail is the inside of the mask, as on the page.
const ASSESS: &str = "
    const { assess, DETAIL_WIDTH, FRAME_SIDE } = await import('/_sandbox/assets/hints.js');
    const pixels = (from, box, width, height) => {
        const canvas = new OffscreenCanvas(Math.round(width), Math.round(height));
        const context = canvas.getContext('2d');
        context.drawImage(from, box.left, box.top, box.width, box.height, 0, 0, canvas.width, canvas.height);
        return context.getImageData(0, 0, canvas.width, canvas.height);
    };
    const hint = (kind, wrong, [width, height]) => {
        const canvas = new OffscreenCanvas(width, height);
        const mask = kind === 'face'
            ? { left: 0.5 - 0.3 * height / width, right: 0.5 + 0.3 * height / width, top: 0.1, bottom: 0.9 }
            : { left: 0.07, right: 0.93, top: 0.5 - 0.271 * width / height, bottom: 0.5 + 0.271 * width / height };
        const box = {
            left: mask.left * width, top: mask.top * height,
            width: (mask.right - mask.left) * width, height: (mask.bottom - mask.top) * height,
        };
        window.paint(canvas.getContext('2d'), box, { kind, wrong });
        const scale = FRAME_SIDE / Math.max(width, height);
        const frame = pixels(canvas, { left: 0, top: 0, width, height }, width * scale, height * scale);
        const detail = pixels(canvas, box, DETAIL_WIDTH, DETAIL_WIDTH * box.height / box.width);
        return assess(kind, frame, mask, detail);
    };
    const found = {};
    for (const kind of ['face', 'document']) {
        for (const wrong of [undefined, 'dark', 'bright', 'blur', 'glare', 'far', 'cut', 'absent']) {
            found[`${kind} ${wrong ?? 'good'}`] = [[1280, 1100], [1920, 1440]].map((size) => hint(kind, wrong, size));
        }
    }
    return found;";

#[tokio::test]
async fn each_fault_of_a_picture_gives_its_hint_and_a_good_one_none() {
    test(async |stack, browser| {
        // A good picture would be taken by itself, and the page would go on.
        paint_badly(browser).await;
        agree(stack, browser).await;
        sees(browser, "camera", "face").await;
        let found = browser.run_async(ASSESS).await;
        let both = |hint: Option<&str>| json!([hint, hint]);
        let faults = ["dark", "bright", "blur", "glare", "far", "cut", "absent"];
        let mut expected = serde_json::Map::new();
        for kind in ["face", "document"] {
            expected.insert(format!("{kind} good"), both(None));
            for fault in faults {
                expected.insert(format!("{kind} {fault}"), both(Some(fault)));
            }
        }
        assert_eq!(found, json!(expected));
    })
    .await;
}
