//! Hostile bodies: no part of them reaches Authenteq.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use webkyc_backend::Limits;
use wiremock::MockServer;

use crate::{
    harness::{CLIENT_ID, Files, Flow, OTHER_STATE, REDIRECT_URI, STATE, TestApp, sandbox},
    redirect_targets::url_query,
};

#[rstest]
#[tokio::test]
async fn oa_03_no_mutation_of_the_state_is_the_state(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.visitor();
    let code = visitor.identify(STATE, "anna").await;
    let begun = visitor.cookies.clone();
    let mut mutations = BTreeSet::new();
    for at in 0..STATE.len() {
        let (before, rest) = (&STATE[..at], &STATE[at + 1..]);
        let own = STATE.as_bytes()[at];
        for bit in 0..7 {
            let flipped = char::from(own ^ (1 << bit));
            mutations.insert(format!("{before}{flipped}{rest}"));
        }
        mutations.insert(format!("{before}{rest}"));
        mutations.insert(format!("{before}{0}{0}{rest}", char::from(own)));
        mutations.insert(format!("{before}\0{}", &STATE[at..]));
        mutations.insert(STATE[..at].to_owned());
    }
    for change in [
        " ", "=", "==", "\n", "\0", "&state=x", ",", "%20", "\u{200b}", "\u{301}",
    ] {
        mutations.extend([format!("{STATE}{change}"), format!("{change}{STATE}")]);
    }
    mutations.extend([
        STATE.to_uppercase(),
        STATE.repeat(2),
        "A".repeat(4_000),
        OTHER_STATE.into(),
    ]);
    // A last character with other unused bits decodes to the same bytes, but is a different text.
    assert!(!mutations.contains(STATE) && mutations.len() > 400);
    for state in &mutations {
        visitor.cookies = begun.clone();
        let answer = visitor.exchange(&code, state).await;
        answer.assert_problem(400, "STATE_INVALID");
        assert_eq!(answer.body["retryable"], false);
    }
    for body in [
        format!(r#"{{"code":"{code}","state":"{OTHER_STATE}","state":"{STATE}"}}"#),
        format!(r#"{{"code":"{code}","state":["{STATE}"]}}"#),
        format!(r#"{{"code":"{code}","state":{{"0":"{STATE}"}}}}"#),
        format!(r#"{{"code":"{code}","state":null}}"#),
        format!(r#"{{"code":"{code}"}}"#),
        format!(r#"{{"code":"{code}","state":"\ud800{STATE}"}}"#),
    ] {
        visitor.cookies = begun.clone();
        let request = visitor.request(Method::POST, "/api/exchange").body(body);
        let answer = visitor
            .send(request.header("content-type", "application/json"))
            .await;
        answer.assert_problem(400, "BAD_REQUEST");
    }
    let refused = app
        .metric("webkyc_states_refused_total{reason=\"no_flow\"}")
        .await;
    assert_eq!(refused as usize, mutations.len());
    assert_eq!(flow.exchanges(&sandbox), 0);
    visitor.cookies = begun;
    visitor.exchange(&code, STATE).await.assert_ok();
}

#[rstest]
#[tokio::test]
async fn oa_21_a_page_can_ask_for_nothing_more(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let server = MockServer::start().await;
    flow.lets_begin(&server).await;
    let app = flow.start(&server.uri()).await;
    for name in [
        "scope",
        "client_id",
        "clientId",
        "clientSecret",
        "redirect_uri",
        "redirectUri",
        "response_type",
        "responseType",
        "grantType",
        "grant_type",
        "back_url",
        "backUrl",
        "back",
        "prompt",
        "nonce",
        "returnUrl",
        "return_url",
        "verificationId",
        "State",
        "STATE",
        "state ",
        "",
        "__proto__",
        "constructor",
        "returnKey",
        "came_from",
    ] {
        for (path, mut body) in [
            ("/api/begin", json!({"state": STATE})),
            ("/api/exchange", json!({"state": STATE, "code": "code"})),
        ] {
            body[name] = json!("kyc everything");
            let answer = app.visitor().post(path, body).await;
            assert!(answer.set_cookies().is_empty());
            answer.assert_problem(400, "BAD_REQUEST");
        }
        // Nor by way of the address.
        let path = format!("/api/begin?{}", url_query(&[name], "evil"));
        let answer = app
            .visitor()
            .post(&path, json!({"state": STATE}))
            .await
            .assert_ok();
        let url: reqwest::Url = answer["authorizeUrl"].as_str().unwrap().parse().unwrap();
        let asked = server.received_requests().await.unwrap();
        server.reset().await;
        flow.lets_begin(&server).await;
        if flow == Flow::WebIdv {
            let [asked] = asked.as_slice() else {
                panic!("{name}: {asked:?}");
            };
            let pairs: Vec<_> = asked.url.query_pairs().collect();
            let [(parameter, redirect_url)] = pairs.as_slice() else {
                panic!("{name}: {pairs:?}");
            };
            assert_eq!(parameter, "redirectUrl");
            let start = format!("{REDIRECT_URI}?state={STATE}&webkyc_flow=");
            let flow_name = redirect_url.strip_prefix(&start).unwrap();
            assert_eq!(flow_name.len(), 22, "{name}");
            continue;
        }
        assert!(asked.is_empty(), "{name}");
        let pairs: Vec<_> = url.query_pairs().collect();
        let expected = [
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "kyc"),
            ("state", STATE),
        ];
        assert_eq!(
            pairs,
            expected.map(|(name, value)| (name.into(), value.into()))
        );
    }
}

#[tokio::test]
async fn acc_13_odd_json_is_a_bad_request_and_nothing_worse() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let good = format!(r#"{{"state":"{STATE}"}}"#);
    let with = |member: &str| format!(r#"{{"state":"{STATE}",{member}}}"#);
    let mut bodies: Vec<Vec<u8>> = vec![
        with(&format!(r#""state":"{STATE}""#)),
        with(&format!(r#""\u0073tate":"{STATE}""#)),
        with(r#""site":NaN"#),
        with(r#""site":Infinity"#),
        with(r#""site":1e999"#),
        with(r#""site":true"#),
        with(r#""site":"\ud800""#),
        with(r#""site":"\x41""#),
        with(r#""site":"#),
        with(""),
        with(r#""site":{"__proto__":{}}"#),
        format!("\u{feff}{good}"),
        format!("{good}{good}"),
        format!("{good},"),
        format!("{good}\0"),
        format!("/**/{good}"),
        format!("{good}//"),
        format!(")]}}',\n{good}"),
        format!("[{good}]"),
        // serde's derive would accept the members by their order.
        format!("[\"{STATE}\"]"),
        format!("[\"{STATE}\",null,null]"),
        format!("{{'state':'{STATE}'}}"),
        format!("{{state:\"{STATE}\"}}"),
        format!("\u{b}{good}"),
        format!("{{\"state\":\"{STATE}\n\"}}"),
        good[..good.len() - 1].to_owned(),
        "null".into(),
        "true".into(),
        "0".into(),
        "-".into(),
        "\"\"".into(),
        "[]".into(),
        "{}".into(),
        String::new(),
        " ".repeat(8_000),
        "9".repeat(8_000),
        format!("\"{}", "\\".repeat(8_000)),
    ]
    .into_iter()
    .map(String::into_bytes)
    .collect();
    for open in ["[", "{\"a\":", "{\"state\":[", "[[{\"a\":["] {
        bodies.push(open.repeat(8_000 / open.len()).into_bytes());
    }
    bodies.push(good.encode_utf16().flat_map(u16::to_be_bytes).collect());
    bodies.push(good.encode_utf16().flat_map(u16::to_le_bytes).collect());
    bodies.push(good.replace('s', "\u{1}").into_bytes());
    bodies.push([good.as_bytes(), b"\xff"].concat());
    bodies.push(b"{\"state\":\"\xc0\xaf\"}".to_vec());
    // Each byte of a valid body replaced, and each byte left out.
    for at in 0..good.len() {
        let mut changed = good.clone().into_bytes();
        changed[at] = b'!';
        bodies.push(changed);
        bodies.push(good.as_bytes()[..at].to_vec());
    }
    assert!(bodies.len() > 150);
    for path in ["/api/begin", "/api/exchange"] {
        for body in &bodies {
            let request = app.visitor().request(Method::POST, path).body(body.clone());
            let request = request.header("content-type", "application/json");
            let answer = app.visitor().send(request).await;
            let shown = String::from_utf8_lossy(body);
            assert_eq!(answer.status, 400, "{path} {shown:.80}");
            answer.assert_problem(400, "BAD_REQUEST");
        }
    }
    let request = app.visitor().request(Method::POST, "/api/begin").body(good);
    let request = request.header("content-type", "application/json");
    app.visitor().send(request).await.assert_ok();
    assert_eq!(app.metric("webkyc_panics_total").await, 0.0);
}

#[tokio::test]
async fn fe_02_a_body_that_stops_is_refused_in_time() {
    let limits = Limits {
        body_timeout: Duration::from_millis(200),
        ..Limits::default()
    };
    let app = TestApp::start_limited("http://127.0.0.1:9", |_| {}, limits).await;
    for path in ["/api/begin", "/api/exchange"] {
        let started = Instant::now();
        let answer = app.cut_off(path).await;
        answer.assert_problem(408, "REQUEST_TIMEOUT");
        assert_eq!(answer.headers["connection"], "close");
        let took = started.elapsed();
        assert!(
            took >= Duration::from_millis(200) && took < Duration::from_secs(10),
            "{took:?}"
        );
        app.visitor().begin(STATE).await;
    }
}

#[tokio::test]
async fn a_body_without_a_member_is_answered_with_its_name() {
    let files = Files::new();
    let app = TestApp::start_with_store("http://127.0.0.1:9", &files).await;
    let (shop, mut visitor) = (app.server("shop"), app.visitor());
    let (id, _) = shop.create("a").await;
    let claim = format!("/sign-ups/{id}/claim");
    for (path, title) in [
        ("/sign-ups", "reference is missing"),
        ("/events/trigger", "type is missing"),
        (&claim, "code is missing"),
    ] {
        let refused = shop.post(path, json!({})).await;
        refused.assert_problem(400, "BAD_REQUEST");
        assert_eq!(refused.body["title"], title, "{path}");
    }
    for (path, title) in [
        ("/api/begin", "state is missing"),
        ("/api/exchange", "code is missing"),
        ("/api/sign-up", "signUp is missing"),
        ("/api/report", "state is missing"),
    ] {
        let refused = visitor.post(path, json!({})).await;
        refused.assert_problem(400, "BAD_REQUEST");
        assert_eq!(refused.body["title"], title, "{path}");
    }
}
