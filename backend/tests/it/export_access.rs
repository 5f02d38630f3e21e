//! `GET /api/export/…`: the verification that a browser may download.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;

use crate::{
    harness::{EXPORT, Flow, OTHER_STATE, STATE, TestApp, Visitor},
    stub::{ID, Stub, exported},
};

const PATHS: [&str; 3] = [
    "/api/export/json",
    "/api/export/multipart",
    "/api/export/pdf",
];

async fn signed_in<'a>(app: &'a TestApp, code: &str) -> Visitor<'a> {
    let mut visitor = app.visitor();
    visitor.begin(STATE).await;
    visitor.exchange(code, STATE).await.assert_ok();
    visitor
}

async fn start(flow: Flow, stub: &Stub) -> TestApp {
    let limits = crate::fault_matrix::impatient();
    flow.start_limited(&stub.url(), |_| {}, limits).await
}

#[rstest]
#[tokio::test]
async fn acc_01_a_thousand_ids_of_others_in_every_place_reach_no_verification(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let stub = Stub::start().await;
    let app = start(flow, &stub).await;
    let mut visitor = signed_in(&app, "code").await;
    visitor.get("/api/details").await.assert_ok();
    let mut exports = 0;
    for n in 0..1_000 {
        let id = format!("{n:08x}-0000-4000-8000-000000000000");
        let get = |path: String| visitor.request(Method::GET, &path);
        let path = PATHS[n % 3];
        let request = match n % 10 {
            0 => get(format!("{path}?verificationId={id}")),
            1 => get(format!("{path}?verification_id={id}&id={id}")),
            2 => get(format!("{path}?verificationId={ID}&verificationId={id}")),
            3 => get(format!("{path}/{id}")),
            4 => get(format!("/api/export/{id}")),
            5 => get(format!("{path}%3FverificationId={id}")),
            6 => get(path.into()).header("verificationid", &id),
            7 => get(path.into()).header("cookie", format!("verificationId={id}")),
            8 => get(path.into()).json(&json!({"verificationId": id})),
            _ => get(path.into()).header("x-webkyc-session", &id),
        };
        let client = format!("198.51.{}.{}", n / 250, n % 250);
        let response = request.header("x-forwarded-for", client).send().await;
        let response = response.unwrap();
        let status = response.status().as_u16();
        // A GET with any body is refused.
        assert!([200, 400, 404, 409].contains(&status), "{status} {n}");
        exports += usize::from(status == 200);
    }
    assert_eq!(exports, 500);
    let asked = stub.paths();
    let asked: Vec<_> = asked.iter().filter(|p| p.contains("export")).collect();
    // With Web IDV the details come from an export.
    let details = usize::from(flow == Flow::WebIdv);
    assert_eq!(asked.len(), exports + details);
    let own = format!("?verificationId={ID}");
    for path in asked {
        assert!(path.ends_with(&own), "{path}");
        assert_eq!(path.matches("verificationId").count(), 1, "{path}");
    }
}

#[tokio::test]
async fn acc_02_an_export_wants_a_session_and_its_details() {
    let stub = Stub::start().await;
    let app = start(Flow::WebKyc, &stub).await;
    for path in PATHS {
        let answer = app.visitor().get(path).await;
        answer.assert_problem(401, "SESSION_INVALID");
    }
    let mut visitor = signed_in(&app, "one").await;
    for path in PATHS {
        let answer = visitor.get(path).await;
        answer.assert_problem(409, "EXPORT_NOT_READY");
        assert_eq!(answer.body["retryable"], true);
    }
    visitor.get("/api/details").await.assert_ok();
    let request = visitor.request(Method::GET, PATHS[0]);
    let file = request.send().await.unwrap().text().await.unwrap();
    assert!(file == exported(webkyc_backend::authenteq::Format::Json));
    // ACC-03: the export cookie of one session opens nothing beside another.
    let earlier = visitor.cookies.clone();
    visitor.begin(OTHER_STATE).await;
    visitor.exchange("two", OTHER_STATE).await.assert_ok();
    let theirs = earlier[EXPORT].clone();
    visitor.cookies.insert(EXPORT.into(), theirs);
    let answer = visitor.get(PATHS[0]).await;
    answer.assert_problem(409, "EXPORT_NOT_READY");
    assert_eq!(visitor.get("/api/export/html").await.status, 404);
    let exports = stub.paths();
    let exports = exports.iter().filter(|path| path.contains("export"));
    assert_eq!(exports.count(), 1);
}

#[tokio::test]
async fn acc_02_details_without_a_proper_id_can_not_be_exported() {
    use webkyc_test_kit::raw_server::{RawServer, complete};

    for id in [
        "",
        "\"id\":null,",
        "\"id\":\"../x\",",
        "\"id\":\"3631324B-5BCC-48B0-B717-4F12F45E0A1D\",",
    ] {
        let server = RawServer::answering(move |_| {
            let body = format!("{{{id}\"token\":\"ey\",\"details\":{{\"surname\":\"A\"}}}}");
            complete("application/json", &body)
        })
        .await;
        let app = TestApp::start(&server.url()).await;
        let mut visitor = signed_in(&app, "code").await;
        visitor.get("/api/details").await.assert_ok();
        let asked = server.connections();
        for path in PATHS {
            let answer = visitor.get(path).await;
            answer.assert_problem(404, "EXPORT_UNAVAILABLE");
            assert_eq!(answer.body["retryable"], false);
        }
        assert_eq!(server.connections(), asked);
    }
}
