//! Exports that break off, have no end, or have no announced length.

use rstest::rstest;
use webkyc_test_kit::raw_server::{RawServer, complete, read_request};

use super::exports::{ExportOutcome, JSON, PDF, export, multipart, refused};
use crate::harness::Flow;

#[rstest]
#[tokio::test]
async fn up_14_up_19_a_file_that_lacks_its_end_never_ends_well(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let files = [
        ("json", "application/json", JSON.to_owned()),
        ("multipart", "multipart/mixed;boundary=b", multipart("b")),
        ("pdf", "application/pdf", PDF.to_owned()),
    ];
    for (format, media_type, file) in files {
        let filler = "x".repeat(100_000);
        // Long enough that its beginning has been passed on before the missing end is noticed.
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
            let app = flow.start(&server.url()).await;
            assert_eq!(
                export(&app, format).await,
                ExportOutcome::File(file.clone())
            );
            let server = RawServer::answering(move |_| short.clone()).await;
            let app = flow.start(&server.url()).await;
            let outcome = export(&app, format).await;
            assert_eq!(outcome, ExportOutcome::Aborted, "{format} {is_announced}");
            let aborted = app.metric("webkyc_exports_aborted_total").await;
            assert_eq!(aborted, 1.0, "{format} {is_announced}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn up_14_a_short_file_that_lacks_its_end_is_refused_before_anything_is_sent(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
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
        // Breaks off before the announced number of bytes.
        let announced = String::from_utf8(complete(media_type, file)).unwrap();
        let broken = announced.as_bytes()[..announced.len() - 8].to_vec();
        for (answer, code) in [(ended, code), (broken, "UPSTREAM_FAILED")] {
            let server = RawServer::answering(move |_| answer.clone()).await;
            let app = flow.start(&server.url()).await;
            assert_eq!(export(&app, format).await, refused(code), "{format}");
            assert_eq!(app.metric("webkyc_exports_aborted_total").await, 0.0);
        }
    }
}

#[rstest]
#[tokio::test]
async fn up_29_an_answer_of_ambiguous_length_is_refused(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
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
        let app = flow.start(&server.url()).await;
        match export(&app, "pdf").await {
            ExportOutcome::Refused(502, _) => {}
            other => panic!("{framing:?}: {other:?}"),
        }
    }
}

#[rstest]
#[tokio::test]
async fn up_16_an_export_without_end_breaks_off_at_the_limit(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let limits = webkyc_backend::Limits {
        authenteq: webkyc_backend::authenteq::CallLimits {
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
    let app = flow.start_limited(&server.url(), |_| {}, limits).await;
    assert_eq!(export(&app, "pdf").await, ExportOutcome::Aborted);
}

#[rstest]
#[tokio::test]
async fn up_04_an_error_whose_body_drips_is_known_by_its_status(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = RawServer::start(|_, mut stream| {
        Box::pin(async move {
            read_request(&mut stream).await;
            let head = "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, head.as_bytes()).await;
            std::future::pending::<()>().await;
        })
    })
    .await;
    let mut limits = webkyc_backend::Limits::default();
    limits.authenteq.error_wait = std::time::Duration::from_millis(100);
    let app = flow.start_limited(&server.url(), |_| {}, limits).await;
    // Half of the time after which a silent body times out.
    let limit = webkyc_backend::authenteq::CallLimits::default().idle / 2;
    let outcome = tokio::time::timeout(limit, export(&app, "pdf")).await;
    assert_eq!(outcome.expect("in time"), refused("UPSTREAM_AUTH"));
}
