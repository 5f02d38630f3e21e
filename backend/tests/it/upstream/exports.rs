//! Answers to the three export calls.

use rstest::rstest;
use serde_json::Value;
use webkyc_test_kit::raw_server::{RawServer, complete};
use wiremock::{MockServer, ResponseTemplate};

use super::{EXPORTS, answers, raw, ready_to_export};
use crate::{
    harness::{Flow, TestApp},
    stub::ID,
};

pub(super) const JSON: &str = "{\"id\":\"x\",\"documentData\":{\"surname\":\"A\"}}";
pub(super) const PDF: &str = "%PDF-1.7\n1 0 obj\nstartxref\n%%EOF\n";

pub(super) fn multipart(boundary: &str) -> String {
    format!("--{boundary}\r\nContent-Type: application/json\r\n\r\n{{}}\r\n--{boundary}--\r\n")
}

/// The outcome of an export: a status and a code, or the whole file, or a transfer that broke off.
#[derive(Debug, PartialEq)]
pub(super) enum ExportOutcome {
    Refused(u16, String),
    File(String),
    Aborted,
}

pub(super) async fn export(app: &TestApp, format: &str) -> ExportOutcome {
    let path = format!("/export/{format}?verificationId={ID}");
    let Ok(response) = app.operator(&path).send().await else {
        return ExportOutcome::Aborted;
    };
    let status = response.status();
    let Ok(body) = response.text().await else {
        return ExportOutcome::Aborted;
    };
    if status.is_success() {
        return ExportOutcome::File(body);
    }
    let problem: Value = serde_json::from_str(&body).unwrap();
    let code = problem["code"].as_str().unwrap();
    ExportOutcome::Refused(status.as_u16(), code.to_owned())
}

pub(super) fn refused(code: &str) -> ExportOutcome {
    ExportOutcome::Refused(502, code.to_owned())
}

#[rstest]
#[tokio::test]
async fn con_06_con_08_a_file_is_to_be_kept_under_a_name_of_ours_and_runs_nowhere(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    let app = flow.start(&server.uri()).await;
    let mut visitor = ready_to_export(flow, &server, &app).await;
    let bodies = [
        (JSON.to_owned(), "application/json", "application/json"),
        (
            multipart("b"),
            "multipart/mixed;boundary=b",
            "multipart/form-data; boundary=\"b\"",
        ),
        (PDF.to_owned(), "application/pdf", "application/pdf"),
    ];
    for name in [
        "../../etc/passwd",
        "x.exe",
        "a\"; filename*=UTF-8''b.exe",
        "verification.html",
    ] {
        for ((at, path), (body, said, content_type)) in EXPORTS.into_iter().zip(&bodies) {
            server.reset().await;
            let disposition = format!("inline; filename=\"{name}\"");
            let file = raw(200, body, said)
                .insert_header("content-disposition", disposition.as_str())
                .insert_header("content-security-policy", "default-src *")
                .insert_header("set-cookie", "evil=1")
                .insert_header("x-content-type-options", "sniff");
            answers(&server, "GET", at, file).await;
            let request = visitor.request(reqwest::Method::GET, path);
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 200);
            let format = path.rsplit('/').next().unwrap();
            let ours = format!("attachment; filename=\"verification.{format}\"");
            for (name, value) in [
                ("content-disposition", ours.as_str()),
                ("content-type", content_type),
                ("x-content-type-options", "nosniff"),
                ("cache-control", "no-store"),
                (
                    "content-security-policy",
                    "default-src 'none'; frame-ancestors 'none'; sandbox",
                ),
            ] {
                let values: Vec<_> = response.headers().get_all(name).iter().collect();
                assert_eq!(values, [value], "{name}");
            }
            assert!(!response.headers().contains_key("set-cookie"));
            assert_eq!(response.text().await.unwrap(), *body);
        }
    }
    assert_eq!(visitor.get("/api/session").await.status, 200);
}

#[rstest]
#[tokio::test]
async fn con_06_only_a_pdf_is_passed_on_as_one(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let server = MockServer::start().await;
    let app = flow.start(&server.uri()).await;
    for body in [
        "<html><script>alert(1)</script></html>",
        "",
        "%PD",
        "MZ\u{90}",
        "x%PDF-1.7\n%%EOF",
    ] {
        server.reset().await;
        answers(
            &server,
            "GET",
            EXPORTS[2].0,
            raw(200, body, "application/pdf"),
        )
        .await;
        assert_eq!(export(&app, "pdf").await, refused("UPSTREAM_BAD_BODY"));
    }
    for body in ["[]", "null", "<html>", "\u{feff}{}", ""] {
        server.reset().await;
        answers(
            &server,
            "GET",
            EXPORTS[0].0,
            raw(200, body, "application/json"),
        )
        .await;
        assert_eq!(export(&app, "json").await, refused("UPSTREAM_BAD_BODY"));
    }
}

#[rstest]
#[tokio::test]
async fn up_13_an_export_of_another_type_is_refused(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    let app = flow.start(&server.uri()).await;
    let bodies = [JSON.to_owned(), multipart("b"), PDF.to_owned()];
    for ((at, path), body) in EXPORTS.into_iter().zip(bodies) {
        for media_type in ["text/html", "text/html;boundary=b", "image/svg+xml", ""] {
            server.reset().await;
            let file = ResponseTemplate::new(200)
                .set_body_bytes(body.as_bytes())
                .insert_header("content-type", media_type);
            answers(&server, "GET", at, file).await;
            let format = path.rsplit('/').next().unwrap();
            assert_eq!(export(&app, format).await, refused("UPSTREAM_BAD_TYPE"));
        }
        server.reset().await;
        let packed = raw(200, &body, "application/json").insert_header("content-encoding", "gzip");
        answers(&server, "GET", at, packed).await;
        let format = path.rsplit('/').next().unwrap();
        assert_eq!(export(&app, format).await, refused("UPSTREAM_ENCODING"));
    }
}

#[rstest]
#[tokio::test]
async fn up_19_a_boundary_that_is_none_is_refused_and_another_stays_as_it_is(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    let app = flow.start(&server.uri()).await;
    let long = "b".repeat(71);
    for (boundary, body) in [
        ("", multipart("b")),
        (";boundary=", multipart("")),
        (";boundary=\"\"", multipart("")),
        (&format!(";boundary={long}"), multipart(&long)),
        (";boundary=a\"b", multipart("a\"b")),
        (";boundary=\"a\\\"b\"", multipart("a\"b")),
        (";boundary=a<b", multipart("a<b")),
        // Differs from the boundary in the body.
        (";boundary=b", multipart("c")),
        (";boundary=b", "not a part".to_owned()),
        (";boundary=b", String::new()),
    ] {
        server.reset().await;
        let file = raw(200, &body, &format!("multipart/mixed{boundary}"));
        answers(&server, "GET", EXPORTS[1].0, file).await;
        let outcome = export(&app, "multipart").await;
        assert_eq!(outcome, refused("UPSTREAM_BAD_MULTIPART"), "{boundary}");
    }
    let seventy = "b".repeat(70);
    for boundary in ["b", "a:b=c?", seventy.as_str()] {
        server.reset().await;
        let said = format!("multipart/mixed; charset=x; boundary=\"{boundary}\"");
        let file = raw(200, &multipart(boundary), &said);
        answers(&server, "GET", EXPORTS[1].0, file).await;
        let path = format!("/export/multipart?verificationId={ID}");
        let response = app.operator(&path).send().await.unwrap();
        let content_type = format!("multipart/form-data; boundary=\"{boundary}\"");
        assert_eq!(response.headers()["content-type"], content_type.as_str());
        assert_eq!(response.text().await.unwrap(), multipart(boundary));
    }
}

#[rstest]
#[tokio::test]
async fn up_20_an_error_under_a_200_is_no_verification(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    for (error_code, status, code) in [
        ("VERIFICATION_NOT_FOUND", 404, "VERIFICATION_NOT_FOUND"),
        ("API_KEYS_BAD", 502, "UPSTREAM_AUTH"),
        ("SOMETHING_NEW", 502, "UPSTREAM_CONFIG"),
    ] {
        let body = format!("{{\"errorCode\":\"{error_code}\",\"errorMessage\":\"words\"}}");
        let server = RawServer::answering(move |_| complete("application/json", &body)).await;
        let app = flow.start(&server.url()).await;
        for format in ["json", "multipart", "pdf"] {
            let outcome = export(&app, format).await;
            assert_eq!(
                outcome,
                ExportOutcome::Refused(status, code.to_owned()),
                "{format}"
            );
        }
    }
}

#[rstest]
#[tokio::test]
async fn up_19_a_multipart_with_preamble_padding_epilogue_or_bare_line_feeds_is_passed_on(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let plain = multipart("b");
    let bare = plain.replace('\r', "");
    for (sent, received) in [
        (format!("A preamble.\r\n{plain}"), plain.clone()),
        (format!("\r\n{plain}"), plain.clone()),
        (
            format!("{plain}An epilogue.\r\n"),
            format!("{plain}An epilogue.\r\n"),
        ),
        (
            plain.replace("--b\r\n", "--b \t\r\n"),
            plain.replace("--b\r\n", "--b \t\r\n"),
        ),
        (bare.clone(), bare),
    ] {
        let answer = complete("multipart/mixed;boundary=b", &sent);
        let server = RawServer::answering(move |_| answer.clone()).await;
        let app = flow.start(&server.url()).await;
        assert_eq!(
            export(&app, "multipart").await,
            ExportOutcome::File(received),
            "{sent:?}"
        );
    }
}
