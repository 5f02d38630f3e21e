//! The cookies: how they are set, and which of them are accepted.

use reqwest::{Method, header::HeaderValue};
use rstest::rstest;

use crate::harness::{
    Answer, Flow, OTHER_STATE, REDIRECT_URI, SESSION, STATE, TestApp, Visitor, sandbox,
};

#[rstest]
#[tokio::test]
async fn ses_01_every_cookie_is_bound_to_host_path_and_same_site(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.visitor();
    let code = visitor.identify(STATE, "anna").await;
    let begun = visitor
        .post("/api/begin", serde_json::json!({"state": OTHER_STATE}))
        .await;
    let exchanged = visitor.exchange(&code, STATE).await;
    let logged_out = visitor.post("/api/logout", serde_json::json!({})).await;
    let lines = |answer: &Answer| answer.set_cookies().iter().map(|l| l.to_string()).collect();
    let lines: Vec<Vec<String>> = [begun, exchanged, logged_out].iter().map(lines).collect();
    assert!(lines.iter().all(|lines| !lines.is_empty()));
    for line in lines.concat() {
        assert!(line.starts_with("__Host-Http-webkyc-"), "{line}");
        for attribute in ["; HttpOnly", "; SameSite=Strict", "; Secure", "; Path=/;"] {
            assert!(format!("{line};").contains(attribute), "{line}");
        }
        assert!(!line.contains("Domain"), "{line}");
    }
    assert!(
        lines[1]
            .iter()
            .any(|l| l.contains("session=") && l.contains("Max-Age=870"))
    );
}

#[rstest]
#[tokio::test]
async fn ses_03_a_changed_cookie_opens_nothing(#[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let visitor = app.signed_up_as("anna").await;
    let (name, sealed) = visitor.cookies.first_key_value().unwrap();
    let asked = sandbox.requests().len();
    let mut changed: Vec<String> = (0..sealed.len())
        .step_by(17)
        .map(|at| {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            String::from_utf8(bytes).unwrap()
        })
        .collect();
    changed.extend([
        "".into(),
        sealed[1..].into(),
        format!("{sealed}A"),
        "e30".into(),
    ]);
    for value in changed {
        let mut visitor = app.visitor();
        visitor.cookies.insert(name.clone(), value);
        visitor
            .get("/api/details")
            .await
            .assert_problem(401, "SESSION_INVALID");
        assert!(visitor.cookies.is_empty());
    }
    assert_eq!(sandbox.requests().len(), asked);
}

/// Asks for the session with this `Cookie` line.
async fn session_of(app: &TestApp, line: &[u8]) -> Answer {
    let request = app.visitor().request(Method::GET, "/api/session");
    let line = HeaderValue::from_bytes(line).unwrap();
    Answer::read(request.header("cookie", line)).await
}

#[rstest]
#[tokio::test]
async fn ses_08_a_value_that_does_not_open_takes_nothing_from_one_that_does(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.signed_up_as("anna").await;
    let id = visitor.get("/api/session").await.assert_ok()["sessionId"].clone();
    let own = format!("{SESSION}={}", visitor.cookies[SESSION]);
    let flow = {
        visitor.begin(OTHER_STATE).await;
        let name = visitor.cookies.keys().find(|name| name.contains("-flow-"));
        visitor.cookies[name.unwrap()].clone()
    };
    let long = "x".repeat(3_600);
    for planted in ["1", "", "\"\"", &flow, &long, &own[..own.len() - 4]] {
        let planted = format!("{SESSION}={planted}; {SESSION}1={planted}");
        for line in [[planted.as_str(), &own], [&own, &planted]] {
            let session = session_of(&app, line.join("; ").as_bytes()).await;
            assert_eq!(session.assert_ok()["sessionId"], id);
        }
    }
    // The same cookie twice counts once.
    let twice = [own.as_str(), &own].join("; ");
    session_of(&app, twice.as_bytes()).await.assert_ok();
}

#[rstest]
#[tokio::test]
async fn ses_08_of_two_sessions_that_open_neither_is_taken(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let anna = app.signed_up_as("anna").await.cookies[SESSION].clone();
    let john = app.signed_up_as("john").await.cookies[SESSION].clone();
    let line = format!("{SESSION}={john}; {SESSION}={anna}");
    let answer = session_of(&app, line.as_bytes()).await;
    answer.assert_problem(400, "BAD_REQUEST");
    assert!(answer.set_cookies().is_empty(), "nothing is taken away");
}

#[rstest]
#[tokio::test]
async fn ses_15_white_space_before_or_behind_a_name_makes_it_another_cookie(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.signed_up_as("anna").await;
    let id = visitor.get("/api/session").await.assert_ok()["sessionId"].clone();
    let own = format!("{SESSION}={}", visitor.cookies[SESSION]);
    let stranger = app.signed_up_as("john").await.cookies[SESSION].clone();
    let mut spellings: Vec<Vec<u8>> = Vec::new();
    for odd in [
        "\u{b}", "\u{c}", "\u{85}", "\u{a0}", "\u{1680}", "\u{2000}", "\u{200a}", "\u{2028}",
        "\u{2029}", "\u{202f}", "\u{205f}", "\u{3000}", "\u{feff}", "\u{200b}", "\"", "=", "%20",
    ] {
        for name in [
            format!("{odd}{SESSION}"),
            format!("{SESSION}{odd}"),
            format!(" {odd} {SESSION}"),
        ] {
            spellings.push(format!("{name}={stranger}").into_bytes());
        }
    }
    for name in [
        SESSION.to_lowercase(),
        SESSION.to_uppercase(),
        format!("{SESSION} "),
        format!("{SESSION}\t"),
    ] {
        spellings.push(format!("{name}={stranger}").into_bytes());
    }
    for odd in [0x85, 0xa0, 0xff] {
        spellings.push([&[odd], format!("{SESSION}={stranger}").as_bytes()].concat());
    }
    for planted in spellings {
        let Ok(_) = HeaderValue::from_bytes(&planted) else {
            continue; // The listener refuses the whole request.
        };
        let alone = session_of(&app, &planted).await;
        alone.assert_problem(401, "SESSION_INVALID");
        for line in [
            [&planted[..], own.as_bytes()],
            [own.as_bytes(), &planted[..]],
        ] {
            let session = session_of(&app, &line.join(&b"; "[..])).await;
            assert_eq!(session.assert_ok()["sessionId"], id, "{planted:?}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn ses_16_cookies_of_another_deployment_of_the_host_are_neither_read_nor_removed(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let staging = "https://kyc.example/staging";
    let app = flow.start(sandbox.url()).await;
    let other = flow.start_with(sandbox.url(), |settings| {
        settings.public_url = Some(staging.into());
        settings.redirect_uri = Some(REDIRECT_URI.into());
    });
    let other = other.await;
    let mut visitor = app.signed_up_as("anna").await;
    visitor.begin(OTHER_STATE).await;
    let before = visitor.cookies.clone();
    // The browser sends all of a host's cookies to every deployment on it.
    let mut there = Visitor {
        app: &other,
        ..visitor.clone()
    };
    there
        .get("/staging/api/session")
        .await
        .assert_problem(401, "SESSION_INVALID");
    for state in 0..5 {
        let state = format!("{}{state}", &STATE[..42]);
        let body = serde_json::json!({"state": state});
        there.post("/staging/api/begin", body).await.assert_ok();
    }
    let body = serde_json::json!({});
    let logout = there.post("/staging/api/logout", body).await;
    assert_eq!(logout.status, 204);
    for (name, value) in &before {
        assert_eq!(there.cookies.get(name), Some(value), "{name}");
    }
    visitor.cookies = there.cookies;
    visitor.get("/api/session").await.assert_ok();
    let code = visitor.identify(OTHER_STATE, "john").await;
    visitor.exchange(&code, OTHER_STATE).await.assert_ok();
}

#[rstest]
#[tokio::test]
async fn a_cookie_of_another_application_that_is_no_text_takes_no_session_away(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let sandbox = sandbox().await;
    let app = flow.start(sandbox.url()).await;
    let mut visitor = app.signed_up_as("anna").await;
    let (name, value) = visitor.cookies.pop_first().unwrap();
    for foreign in [
        &b"caf\xe9=x"[..],
        b"x=\xff\xfe",
        "Gr\u{f6}\u{df}e=1".as_bytes(),
    ] {
        let ours = format!("{name}={value}");
        for line in [[ours.as_bytes(), foreign], [foreign, ours.as_bytes()]] {
            let line = reqwest::header::HeaderValue::from_bytes(&line.join(&b"; "[..]));
            let request = visitor.request(reqwest::Method::GET, "/api/session");
            let request = request.header("cookie", line.unwrap());
            Answer::read(request).await.assert_ok();
        }
    }
}
