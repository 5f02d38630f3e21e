//! Answers to the three export calls.

use serde_json::Value;
use webkyc_test_kit::raw_server::{RawServer, complete};
use wiremock::{MockServer, ResponseTemplate};

use super::{EXPORTS, answers, raw, ready_to_export};
use crate::{harness::TestApp, stand_in::ID};

const JSON: &str = "{\"id\":\"x\",\"documentData\":{\"surname\":\"A\"}}";
const PDF: &str = "%PDF-1.7\n1 0 obj\nstartxref\n%%EOF\n";

fn multipart(boundary: &str) -> String {
    format!("--{boundary}\r\nContent-Type: application/json\r\n\r\n{{}}\r\n--{boundary}--\r\n")
}

/// What comes of an answer: a status and a code, or the whole file, or a transfer that broke off.
#[derive(Debug, PartialEq)]
enum Outcome {
    Refused(u16, String),
    File(String),
    Aborted,
}

async fn export(app: &TestApp, format: &str) -> Outcome {
    let path = format!("/export/{format}?verificationId={ID}");
    let Ok(response) = app.operator(&path).send().await else {
        return Outcome::Aborted;
    };
    let status = response.status();
    let Ok(body) = response.text().await else {
        return Outcome::Aborted;
    };
    if status.is_success() {
        return Outcome::File(body);
    }
    let problem: Value = serde_json::from_str(&body).unwrap();
    let code = problem["code"].as_str().unwrap();
    Outcome::Refused(status.as_u16(), code.to_owned())
}

fn refused(code: &str) -> Outcome {
    Outcome::Refused(502, code.to_owned())
}

#[tokio::test]
async fn con_06_con_08_a_file_is_to_be_kept_under_a_name_of_ours_and_runs_nowhere() {
    let server = MockServer::start().await;
    let app = TestApp::start(&server.uri()).await;
    let mut visitor = ready_to_export(&server, &app).await;
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
        for ((at, path), (body, said, told)) in EXPORTS.into_iter().zip(&bodies) {
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
                ("content-type", told),
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

#[tokio::test]
async fn con_06_what_is_no_pdf_is_not_passed_on_as_one() {
    let server = MockServer::start().await;
    let app = TestApp::start(&server.uri()).await;
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

#[tokio::test]
async fn up_13_an_export_of_another_type_is_refused() {
    let server = MockServer::start().await;
    let app = TestApp::start(&server.uri()).await;
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

#[tokio::test]
async fn up_19_a_boundary_that_is_none_is_refused_and_another_stays_as_it_is() {
    let server = MockServer::start().await;
    let app = TestApp::start(&server.uri()).await;
    let long = "b".repeat(71);
    for (boundary, body) in [
        ("", multipart("b")),
        (";boundary=", multipart("")),
        (";boundary=\"\"", multipart("")),
        (&format!(";boundary={long}"), multipart(&long)),
        (";boundary=a\"b", multipart("a\"b")),
        (";boundary=\"a\\\"b\"", multipart("a\"b")),
        (";boundary=a<b", multipart("a<b")),
        // Another than the body has.
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
        let told = format!("multipart/form-data; boundary=\"{boundary}\"");
        assert_eq!(response.headers()["content-type"], told.as_str());
        assert_eq!(response.text().await.unwrap(), multipart(boundary));
    }
}

#[tokio::test]
async fn up_14_up_19_a_file_that_lacks_its_end_never_ends_well() {
    let files = [
        ("json", "application/json", JSON.to_owned()),
        ("multipart", "multipart/mixed;boundary=b", multipart("b")),
        ("pdf", "application/pdf", PDF.to_owned()),
    ];
    for (format, media_type, file) in files {
        let filler = "x".repeat(100_000);
        // Long enough that its beginning has been passed on before its end is missed.
        let file = match format {
            "json" => file.replace("\"A\"", &format!("\"{filler}\"")),
            "multipart" => file.replace("{}", &format!("{{\"a\":\"{filler}\"}}")),
            _ => file.replace("1 0 obj", &filler),
        };
        let cut = file[..file.len() - 8].trim_end().to_owned();
        for is_announced in [true, false] {
            let answer = |body: &str| {
                let head = complete(media_type, body);
                if is_announced {
                    return head;
                }
                let length = format!("Content-Length: {}\r\n", body.len());
                // Ends with the connection.
                let head = String::from_utf8(head).unwrap();
                head.replace(&length, "").into_bytes()
            };
            let (whole, short) = (answer(&file), answer(&cut));
            let server = RawServer::answering(move |_| whole.clone()).await;
            let app = TestApp::start(&server.url()).await;
            assert_eq!(export(&app, format).await, Outcome::File(file.clone()));
            let server = RawServer::answering(move |_| short.clone()).await;
            let app = TestApp::start(&server.url()).await;
            let outcome = export(&app, format).await;
            assert_eq!(outcome, Outcome::Aborted, "{format} {is_announced}");
            let aborted = app.metric("webkyc_exports_aborted_total").await;
            assert_eq!(aborted, 1.0, "{format} {is_announced}");
        }
    }
}

#[tokio::test]
async fn up_14_a_short_file_that_lacks_its_end_is_refused_before_anything_is_sent() {
    for (format, media_type, file, code) in [
        ("json", "application/json", JSON, "UPSTREAM_BAD_BODY"),
        ("pdf", "application/pdf", PDF, "UPSTREAM_BAD_BODY"),
        (
            "multipart",
            "multipart/mixed;boundary=b",
            &multipart("b"),
            "UPSTREAM_BAD_BODY",
        ),
    ] {
        let cut = file[..file.len() - 8].trim_end();
        let ended = complete(media_type, cut);
        // Breaks off before as many bytes as were announced.
        let announced = String::from_utf8(complete(media_type, file)).unwrap();
        let broken = announced.as_bytes()[..announced.len() - 8].to_vec();
        for (answer, code) in [(ended, code), (broken, "UPSTREAM_FAILED")] {
            let server = RawServer::answering(move |_| answer.clone()).await;
            let app = TestApp::start(&server.url()).await;
            assert_eq!(export(&app, format).await, refused(code), "{format}");
            assert_eq!(app.metric("webkyc_exports_aborted_total").await, 0.0);
        }
    }
}

#[tokio::test]
async fn up_20_an_error_under_a_200_is_no_verification() {
    for (error_code, status, code) in [
        ("VERIFICATION_NOT_FOUND", 404, "VERIFICATION_NOT_FOUND"),
        ("API_KEYS_BAD", 502, "UPSTREAM_AUTH"),
        ("SOMETHING_NEW", 502, "UPSTREAM_CONFIG"),
    ] {
        let body = format!("{{\"errorCode\":\"{error_code}\",\"errorMessage\":\"words\"}}");
        let server = RawServer::answering(move |_| complete("application/json", &body)).await;
        let app = TestApp::start(&server.url()).await;
        for format in ["json", "multipart", "pdf"] {
            let outcome = export(&app, format).await;
            assert_eq!(
                outcome,
                Outcome::Refused(status, code.to_owned()),
                "{format}"
            );
        }
    }
}

#[tokio::test]
async fn up_19_a_multipart_with_preamble_padding_epilogue_or_bare_line_feeds_is_passed_on() {
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
        let app = TestApp::start(&server.url()).await;
        assert_eq!(
            export(&app, "multipart").await,
            Outcome::File(received),
            "{sent:?}"
        );
    }
}

#[tokio::test]
async fn up_29_an_answer_of_ambiguous_length_is_refused() {
    let length = format!("Content-Length: {}\r\n", PDF.len());
    for framing in [
        format!("{length}Transfer-Encoding: chunked\r\n"),
        "Transfer-Encoding: gzip, chunked\r\n".to_owned(),
        "Transfer-Encoding: identity, chunked\r\n".to_owned(),
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n".to_owned(),
    ] {
        let chunk = format!("{:x}\r\n{PDF}\r\n0\r\n\r\n", PDF.len());
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nConnection: close\r\n{framing}\r\n{chunk}"
        );
        let server = RawServer::answering(move |_| answer.clone().into_bytes()).await;
        let app = TestApp::start(&server.url()).await;
        match export(&app, "pdf").await {
            Outcome::Refused(502, _) => {}
            other => panic!("{framing:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn up_16_an_export_without_end_breaks_off_at_the_limit() {
    let limits = webkyc_backend::Limits {
        authenteq: webkyc_backend::authenteq::Limits {
            export_body: 100_000,
            ..Default::default()
        },
        ..Default::default()
    };
    let file = format!("%PDF-1.7\n{}%%EOF", "x".repeat(100_000));
    let head = String::from_utf8(complete("application/pdf", &file)).unwrap();
    let length = format!("Content-Length: {}\r\n", file.len());
    let unannounced = head.replace(&length, "").into_bytes();
    let server = RawServer::answering(move |_| unannounced.clone()).await;
    let app = TestApp::start_limited(&server.url(), |_| {}, limits).await;
    assert_eq!(export(&app, "pdf").await, Outcome::Aborted);
}

#[tokio::test]
async fn up_04_an_error_whose_body_drips_is_known_by_its_status() {
    let server = RawServer::start(|_, mut stream| {
        Box::pin(async move {
            webkyc_test_kit::raw_server::read_request(&mut stream).await;
            let head = "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, head.as_bytes()).await;
            std::future::pending::<()>().await;
        })
    })
    .await;
    let mut limits = webkyc_backend::Limits::default();
    limits.authenteq.error_wait = std::time::Duration::from_millis(100);
    let app = TestApp::start_limited(&server.url(), |_| {}, limits).await;
    // Half of what it takes until silence in a body is given up.
    let limit = webkyc_backend::authenteq::Limits::default().idle / 2;
    let outcome = tokio::time::timeout(limit, export(&app, "pdf")).await;
    assert_eq!(outcome.expect("in time"), refused("UPSTREAM_AUTH"));
}
