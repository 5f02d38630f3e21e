//! The operators' listener: any verification, for programs with the key.

use reqwest::Method;
use rstest::rstest;

use crate::{
    harness::{Answer, Flow, OPERATOR_KEY, PUBLIC_URL, TestApp},
    stub::{ID, Stub, exported},
};

const FORMATS: [&str; 3] = ["json", "multipart", "pdf"];

#[rstest]
#[tokio::test]
async fn acc_04_anything_but_exactly_one_id_reaches_no_verification(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let stub = Stub::start().await;
    let app = flow.start(&stub.url()).await;
    let upper = ID.to_uppercase();
    let queries = [
        String::new(),
        "?".into(),
        "?verificationId".into(),
        "?verificationId=".into(),
        format!("?verificationid={ID}"),
        format!("?id={ID}"),
        format!("?verificationId={upper}"),
        format!("?verificationId={}", ID.replace('-', "")),
        format!("?verificationId=%7B{ID}%7D"),
        format!("?verificationId=urn:uuid:{ID}"),
        format!("?verificationId={ID}%20"),
        format!("?verificationId=+{ID}"),
        format!("?verificationId={ID}%00"),
        format!("?verificationId={ID}%0d%0aX-Evil:%201"),
        format!("?verificationId={ID}%23"),
        format!("?verificationId={ID}%3Fx="),
        format!("?verificationId={ID}%26clientId%3Dx"),
        format!("?verificationId={ID}&clientId=x"),
        format!("?verificationId={ID}&verificationId={ID}"),
        format!("?verificationId[]={ID}"),
        "?verificationId=..%2f..%2fv2%2fweb-kyc%2fdetails".into(),
        format!("?verificationId=%D9%A3{}", &ID[1..]),
        format!("?verificationId={}", "%20".repeat(36)),
        format!("?verificationId={}", "0".repeat(36)),
        format!("?verificationId={}", "%ff".repeat(36)),
    ];
    for query in &queries {
        for format in FORMATS {
            let request = app.operator(&format!("/export/{format}{query}"));
            let answer = Answer::read(request).await;
            assert_eq!(answer.body["code"], "BAD_REQUEST", "{query}");
            answer.assert_problem(400, "BAD_REQUEST");
        }
    }
    for path in [
        "/export/",
        "/export/html",
        "/export/json/x",
        "/export/..%2fjson",
    ] {
        let request = app.operator(&format!("{path}?verificationId={ID}"));
        Answer::read(request).await.assert_problem(404, "NOT_FOUND");
    }
    assert!(stub.paths().is_empty());

    for (format, name) in webkyc_backend::authenteq::Format::ALL
        .into_iter()
        .zip(FORMATS)
    {
        let request = app.operator(&format!("/export/{name}?verificationId={ID}"));
        let file = request.send().await.unwrap().text().await.unwrap();
        assert!(file == exported(format), "{name}");
        let at = format!("/export/verification-result-as-{name}?verificationId={ID}");
        assert_eq!(stub.paths().last(), Some(&at));
    }
}

#[tokio::test]
async fn acc_05_browsers_find_no_operators_path_even_with_the_key() {
    let stub = Stub::start().await;
    let app = TestApp::start(&stub.url()).await;
    for path in [
        "/export/json",
        "/export/multipart",
        "/export/pdf",
        "/metrics",
    ] {
        let path = format!("{path}?verificationId={ID}");
        for below in ["", "/api"] {
            let below = format!("{below}{path}");
            let request = app.visitor().request(Method::GET, &below);
            let answer = Answer::read(request.bearer_auth(OPERATOR_KEY)).await;
            // Under /api the export needs a browser's session.
            let is_own = below.starts_with("/api/export");
            let status = if is_own { 401 } else { 404 };
            assert_eq!(answer.status, status, "{below}");
        }
        let bare = app.bare(Method::GET, &path).bearer_auth(OPERATOR_KEY);
        assert_eq!(Answer::read(bare).await.status, 404, "{path}");
    }
    assert!(stub.paths().is_empty());
}

#[tokio::test]
async fn acc_05_the_operators_listener_takes_the_key_from_no_browser_and_nothing_else() {
    let stub = Stub::start().await;
    let app = TestApp::start(&stub.url()).await;
    let longer = format!("Bearer {OPERATOR_KEY}x");
    let shorter = format!("Bearer {}", &OPERATOR_KEY[1..]);
    let right = format!("Bearer {OPERATOR_KEY}");
    for path in ["/export/json", "/export/pdf", "/metrics", "/nothing", "/"] {
        let url = format!("{}{path}?verificationId={ID}", app.operator_address);
        let keys: [&[&str]; 9] = [
            &[],
            &[""],
            &["Bearer"],
            &["Bearer "],
            &["Bearer wrong"],
            &[&longer],
            &[&shorter],
            &[OPERATOR_KEY],
            &[&right, &right],
        ];
        for keys in keys {
            let mut request = app.http.get(&url);
            for key in keys {
                request = request.header("authorization", *key);
            }
            let answer = Answer::read(request).await;
            answer.assert_problem(401, "OPERATOR_KEY_INVALID");
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
        let in_query = format!("{url}&key={OPERATOR_KEY}&access_token={OPERATOR_KEY}");
        let answer = Answer::read(app.http.get(in_query)).await;
        answer.assert_problem(401, "OPERATOR_KEY_INVALID");
        for (name, value) in [
            ("origin", PUBLIC_URL),
            ("origin", "null"),
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "none"),
            ("cookie", "a=b"),
        ] {
            let request = app.http.get(&url).bearer_auth(OPERATOR_KEY);
            let answer = Answer::read(request.header(name, value)).await;
            answer.assert_problem(403, "CROSS_ORIGIN_REJECTED");
            let names = answer.headers.keys();
            for name in names.map(|name| name.as_str()) {
                assert!(!name.starts_with("access-control-"), "{name}");
            }
        }
    }
    assert!(stub.paths().is_empty());
    app.operator("/metrics")
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
}
