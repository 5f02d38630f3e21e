//! The exports, as a page of the portal gets them.

use serde_json::{Value, json};

use crate::{pages::signed_up, setup::test};

/// Fetches an export by a script of the page and returns the value of this expression, which may await.
const FETCH: &str = "
    const answer = await fetch('api/export/' + format, { headers: { 'X-WebKYC': '1' } });
    const kind = [answer.status, answer.headers.get('content-type').split(';')[0]];";

#[tokio::test]
async fn up_19_the_browsers_own_parser_reads_the_multipart_export() {
    test(async |stack, browser| {
        signed_up(stack, browser, "john").await;
        let script = format!(
            "const format = 'multipart'; {FETCH}
             const form = await answer.formData();
             const parts = [];
             for (const [name, part] of form) parts.push([name, part.name, part.type, part.size > 500]);
             const result = JSON.parse(await form.get('result').text());
             return {{ kind, parts, id: result.id, surname: result.documentData.surname }};"
        );
        let read = browser.run_async(&script).await;
        assert_eq!(read["kind"], json!([200, "multipart/form-data"]));
        let image = |name: &str| json!([name, format!("{name}.jpeg"), "image/jpeg", true]);
        let expected = json!([
            ["result", "result.json", "application/json", true],
            image("livenessFaceImage"),
            image("croppedFrontImage"),
            image("croppedBackImage"),
            image("faceImage"),
        ]);
        assert_eq!(read["parts"], expected);
        assert_eq!(read["id"], stack.issued().await["id"]);
        assert_eq!(read["surname"], "DOE");
    })
    .await;
}

#[tokio::test]
async fn a_page_gets_the_report_and_the_data() {
    test(async |stack, browser| {
        signed_up(stack, browser, "john").await;
        for (format, kind, start) in [
            ("pdf", "application/pdf", "%PDF-"),
            ("json", "application/json", "{"),
        ] {
            let script = format!(
                "const format = '{format}'; {FETCH}
                 const text = await answer.text();
                 return {{ kind, start: text.slice(0, {}), long: text.length > 10000 }};",
                start.len()
            );
            let read: Value = browser.run_async(&script).await;
            assert_eq!(
                read,
                json!({"kind": [200, kind], "start": start, "long": true})
            );
        }
        assert_eq!(browser.console().await, [""; 0]);
    })
    .await;
}
