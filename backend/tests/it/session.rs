//! The session cookie: how it is set, what opens it, when it ends.

use reqwest::{Method, header::HeaderValue};
use webkyc_backend::config::settings::Settings;

use crate::harness::{
    Answer, OTHER_STATE, REDIRECT_URI, SESSION, STATE, TestApp, Visitor, sandbox,
};

/// 32 bytes in base64.
const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

async fn signed_up<'a>(app: &'a TestApp, person: &str) -> Visitor<'a> {
    let mut visitor = app.visitor();
    let code = visitor.identify(STATE, person).await;
    visitor.exchange(&code, STATE).await.assert_ok();
    visitor
}

#[tokio::test]
async fn ses_01_every_cookie_is_bound_to_host_path_and_same_site() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
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

#[tokio::test]
async fn ses_02_an_exchange_replaces_a_session_that_was_there() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let attacker = signed_up(&app, "john").await;
    let mut visitor = app.visitor();
    visitor.cookies = attacker.cookies.clone();
    let planted = visitor.get("/api/session").await.assert_ok();
    let code = visitor.identify(OTHER_STATE, "anna").await;
    let session = visitor.exchange(&code, OTHER_STATE).await.assert_ok();
    assert_ne!(session["sessionId"], planted["sessionId"]);
    let details = visitor.get("/api/details").await.assert_ok();
    assert_eq!(details["documents"][0]["surname"], "SCHMIDT");
}

#[tokio::test]
async fn ses_03_a_changed_cookie_opens_nothing() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let visitor = signed_up(&app, "anna").await;
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

#[tokio::test]
async fn ses_04_a_flow_is_no_session_and_neither_opens_elsewhere() {
    let sandbox = sandbox().await;
    let keys = "0123456789abcdef0123456789abcdef0123456789abcdef";
    let app = TestApp::start_with(sandbox.url(), |s| s.cookie_keys = Some(keys.into()));
    let app = app.await;
    let mut begun = app.visitor();
    begun.begin(STATE).await;
    let flow = begun.cookies.first_key_value().unwrap().1.clone();
    let mut visitor = app.visitor();
    visitor.cookies.insert(SESSION.into(), flow);
    visitor
        .get("/api/session")
        .await
        .assert_problem(401, "SESSION_INVALID");

    let signed_up = signed_up(&app, "anna").await;
    let other = TestApp::start_with(sandbox.url(), |settings| {
        settings.cookie_keys = Some(keys.into());
        settings.client_id = Some("another.client".into());
    })
    .await;
    let mut visitor = other.visitor();
    visitor.cookies = signed_up.cookies.clone();
    visitor
        .get("/api/session")
        .await
        .assert_problem(401, "SESSION_INVALID");
}

#[tokio::test]
async fn ses_05_a_session_ends_with_the_data() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let mut visitor = signed_up(&app, "anna").await;
    app.advance_clock(869);
    visitor.get("/api/session").await.assert_ok();
    app.advance_clock(1);
    let asked = sandbox.requests().len();
    visitor
        .get("/api/details")
        .await
        .assert_problem(401, "SESSION_EXPIRED");
    assert_eq!(sandbox.requests().len(), asked);
    assert!(visitor.cookies.is_empty());
}

/// Asks for the session with this `Cookie` line.
async fn session_of(app: &TestApp, line: &[u8]) -> Answer {
    let request = app.visitor().request(Method::GET, "/api/session");
    let line = HeaderValue::from_bytes(line).unwrap();
    Answer::read(request.header("cookie", line)).await
}

#[tokio::test]
async fn ses_08_a_value_that_does_not_open_takes_nothing_from_one_that_does() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let mut visitor = signed_up(&app, "anna").await;
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
    // The same one twice is one.
    let twice = [own.as_str(), &own].join("; ");
    session_of(&app, twice.as_bytes()).await.assert_ok();
}

#[tokio::test]
async fn ses_08_of_two_sessions_that_open_neither_is_taken() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let anna = signed_up(&app, "anna").await.cookies[SESSION].clone();
    let john = signed_up(&app, "john").await.cookies[SESSION].clone();
    let line = format!("{SESSION}={john}; {SESSION}={anna}");
    let answer = session_of(&app, line.as_bytes()).await;
    answer.assert_problem(400, "BAD_REQUEST");
    assert!(answer.set_cookies().is_empty(), "nothing is taken away");
}

#[tokio::test]
async fn ses_15_white_space_before_or_behind_a_name_makes_it_another_cookie() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let mut visitor = signed_up(&app, "anna").await;
    let id = visitor.get("/api/session").await.assert_ok()["sessionId"].clone();
    let own = format!("{SESSION}={}", visitor.cookies[SESSION]);
    let stranger = signed_up(&app, "john").await.cookies[SESSION].clone();
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

#[tokio::test]
async fn ses_16_what_another_deployment_of_the_host_set_is_neither_read_nor_removed() {
    let sandbox = sandbox().await;
    let staging = "https://kyc.example/staging";
    let app = TestApp::start(sandbox.url()).await;
    let other = TestApp::start_with(sandbox.url(), |settings| {
        settings.public_url = Some(staging.into());
        settings.redirect_uri = Some(REDIRECT_URI.into());
    });
    let other = other.await;
    let mut visitor = signed_up(&app, "anna").await;
    visitor.begin(OTHER_STATE).await;
    let before = visitor.cookies.clone();
    // The browser sends all of a host's cookies to all that is mounted there.
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

#[tokio::test]
async fn a_cookie_of_another_application_that_is_no_text_takes_no_session_away() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let mut visitor = signed_up(&app, "anna").await;
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

#[tokio::test]
async fn ses_09_logout_ends_the_session_and_leaves_other_tabs_alone() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let mut visitor = signed_up(&app, "anna").await;
    let copied = visitor.clone();
    let answer = visitor.post("/api/logout", serde_json::json!({})).await;
    assert_eq!(answer.status, 204);
    // Another tab of the origin may be in the middle of a sign-up: its storage is not this one's.
    assert!(!answer.headers.contains_key("clear-site-data"));
    assert!(visitor.cookies.is_empty());
    visitor
        .get("/api/details")
        .await
        .assert_problem(401, "SESSION_INVALID");
    // SES-10: nor does a copy of the cookie open anything here.
    for path in ["/api/session", "/api/details"] {
        let answer = copied.clone().get(path).await;
        answer.assert_problem(401, "SESSION_INVALID");
    }
}

#[tokio::test]
async fn ses_11_an_old_key_opens_and_the_newest_seals() {
    let sandbox = sandbox().await;
    let (old, new) = (
        "0123456789abcdef0123456789abcdef0123456789abcdef",
        "fedcba9876543210fedcba9876543210fedcba9876543210",
    );
    let start = async |keys: String| {
        TestApp::start_with(sandbox.url(), |s| s.cookie_keys = Some(keys)).await
    };
    let before = start(old.into()).await;
    let cookies = signed_up(&before, "anna").await.cookies;
    for (keys, opens) in [(format!("{new}\n{old}"), true), (new.to_owned(), false)] {
        let app = start(keys).await;
        let mut visitor = app.visitor();
        visitor.cookies = cookies.clone();
        assert_eq!(visitor.get("/api/session").await.status.is_success(), opens);
    }
}

#[tokio::test]
async fn ses_12_a_page_gets_no_data_of_another_session() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let mut visitor = signed_up(&app, "anna").await;
    let anna = visitor.get("/api/session").await.assert_ok();
    let anna = anna["sessionId"].as_str().unwrap();
    let code = visitor.identify(OTHER_STATE, "john").await;
    visitor.exchange(&code, OTHER_STATE).await.assert_ok();
    for path in ["/api/details", "/api/session"] {
        let request = visitor.request(reqwest::Method::GET, path);
        let answer = visitor.send(request.header("x-webkyc-session", anna)).await;
        answer.assert_problem(409, "SESSION_CHANGED");
    }
}

#[tokio::test]
async fn ops_04_a_replica_with_the_same_keys_serves_the_session_even_if_its_clock_is_a_minute_off()
{
    let sandbox = sandbox().await;
    let shared = |settings: &mut Settings| settings.cookie_keys = Some(KEY.into());
    let here = TestApp::start_with(sandbox.url(), shared).await;
    let mut visitor = signed_up(&here, "john").await;
    visitor.get("/api/details").await.assert_ok();
    let expires_at = visitor.get("/api/session").await.assert_ok()["expiresAt"].clone();
    for skew in [-60, 60] {
        let there = TestApp::start_with(sandbox.url(), shared).await;
        there.advance_clock(skew);
        let mut visitor = Visitor {
            app: &there,
            ..visitor.clone()
        };
        let session = visitor.get("/api/session").await.assert_ok();
        assert_eq!(session["expiresAt"], expires_at);
        visitor.get("/api/export/json").await.assert_ok();
        // A sign-up begun there, by its clock, ends here.
        let code = visitor.identify(STATE, "anna").await;
        let mut back = Visitor {
            app: &here,
            ..visitor.clone()
        };
        back.exchange(&code, STATE).await.assert_ok();
    }
    let stranger = TestApp::start(sandbox.url()).await;
    let mut visitor = Visitor {
        app: &stranger,
        ..visitor.clone()
    };
    let answer = visitor.get("/api/session").await;
    answer.assert_problem(401, "SESSION_INVALID");
    let fingerprints = |app: &TestApp| app.config().cookie_keys.get().fingerprints();
    assert_ne!(
        fingerprints(&here),
        fingerprints(&stranger),
        "and one can see why"
    );
}

#[tokio::test]
async fn ops_05_a_clock_that_jumps_ends_sessions_and_nothing_else() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let mut visitor = signed_up(&app, "anna").await;
    app.advance_clock(-86_400);
    visitor.get("/api/session").await.assert_ok();
    visitor.get("/api/details").await.assert_ok();
    visitor.begin(OTHER_STATE).await;
    app.advance_clock(2 * 86_400);
    let late = visitor.exchange("code", OTHER_STATE).await;
    late.assert_problem(400, "STATE_INVALID");
    visitor
        .get("/api/session")
        .await
        .assert_problem(401, "SESSION_EXPIRED");
    assert_eq!(app.metric("webkyc_panics_total").await, 0.0);
}

#[tokio::test]
async fn ses_12_a_page_ends_no_other_session_than_its_own() {
    let sandbox = sandbox().await;
    let app = TestApp::start(sandbox.url()).await;
    let mut visitor = signed_up(&app, "anna").await;
    let request = visitor.request(Method::POST, "/api/logout");
    let other = visitor
        .send(request.header("x-webkyc-session", "another"))
        .await;
    other.assert_problem(409, "SESSION_CHANGED");
    let id = visitor.get("/api/session").await.assert_ok()["sessionId"].clone();
    let request = visitor.request(Method::POST, "/api/logout");
    let own = visitor
        .send(request.header("x-webkyc-session", id.as_str().unwrap()))
        .await;
    assert_eq!(own.status, 204);
    assert!(visitor.cookies.is_empty());
}
