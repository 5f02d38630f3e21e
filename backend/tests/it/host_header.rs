//! The `Host` header, and the headers by which proxies and clients describe themselves.

use rstest::rstest;
use serde_json::json;
use webkyc_test_kit::wire;
use wiremock::MockServer;

use crate::harness::{Answer, Flow, OPERATOR_KEY, PUBLIC_URL, REDIRECT_URI, STATE, TestApp};

/// Headers of a proxy, or of a client that imitates one.
const SPOOFED: [(&str, &str); 12] = [
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-port", "8443"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-server", "evil.example"),
    ("x-forwarded-uri", "/evil"),
    ("x-forwarded-for", "198.51.100.1"),
    ("x_forwarded_for", "198.51.100.2"),
    ("forwarded", "for=198.51.100.3;host=evil.example;proto=http"),
    ("x-original-url", "/evil"),
    ("x-rewrite-url", "/evil"),
    ("x-host", "evil.example"),
];

#[tokio::test]
async fn xo_15_another_host_is_not_served() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let hosts = [
        "Host: evil.example\r\n",
        "Host: kyc.example:8080\r\n",
        "Host: kyc.example:443\r\n",
        "Host: kyc.example.\r\n",
        "Host: kyc.example.evil\r\n",
        "Host: evil-kyc.example\r\n",
        "Host: evil.kyc.example\r\n",
        "Host: x@kyc.example\r\n",
        "Host: kyc.example, evil.example\r\n",
        "Host: kyc.example/\r\n",
        "Host: 127.0.0.1\r\n",
        "Host: localhost\r\n",
        "Host: [::1]\r\n",
        "Host:\r\n",
        "",
        "Host: kyc.example\r\nHost: evil.example\r\n",
        "Host: evil.example\r\nHost: kyc.example\r\n",
        "Host: evil.example\r\nX-Forwarded-Host: kyc.example\r\n",
    ];
    let targets = ["/", "/results", "/api/config", "/nothing"];
    for host in hosts {
        for target in targets {
            let request = request(target, &format!("{host}X-WebKYC: 1\r\n"));
            assert_eq!(
                Answer::ask(&app.address, &request).await.status,
                421,
                "{host:?} {target}"
            );
        }
        // The operators' listener accepts any name; only the key counts.
        for target in ["/metrics", "/export/json", "/"] {
            let answer = Answer::ask(&app.operator_address, &request(target, host)).await;
            assert_eq!(answer.status, 401, "{host:?} {target}");
            // A request with an `Origin` comes from a browser, with or without the key.
            let browser = format!(
                "{host}Origin: http://evil.example\r\nAuthorization: Bearer {OPERATOR_KEY}\r\n"
            );
            let answer = Answer::ask(&app.operator_address, &request(target, &browser)).await;
            assert_eq!(answer.status, 403, "{host:?} {target}");
        }
        for target in ["/healthz", "/readyz"] {
            let answer = Answer::ask(&app.address, &request(target, host)).await;
            assert_eq!(answer.status, 200, "{host:?} {target}");
        }
    }
    // The name in the address counts too, and case does not.
    let target = "http://evil.example/api/config";
    let absolute = request(target, "Host: kyc.example\r\nX-WebKYC: 1\r\n");
    assert_eq!(Answer::ask(&app.address, &absolute).await.status, 421);
    let own = request("/api/config", "Host: KYC.example\r\nX-WebKYC: 1\r\n");
    assert_eq!(Answer::ask(&app.address, &own).await.status, 200);
}

fn request(target: &str, headers: &str) -> String {
    format!("GET {target} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n")
}

#[tokio::test]
async fn xo_15_a_browser_at_another_host_is_led_to_ours() {
    let app = TestApp::start("http://127.0.0.1:9").await;
    let ask = async |target: &str, host: &str| {
        let headers = format!("Host: {host}\r\nAccept: text/html\r\n");
        wire::ask(&app.address, &request(target, &headers)).await
    };
    for target in ["/", "/results?code=secret-code", "/nothing"] {
        let answer = ask(target, "evil.example").await;
        assert_eq!(answer.status, 421, "{target}");
        assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
        let page = String::from_utf8(answer.body).unwrap();
        assert!(page.contains(&format!("<a href=\"{PUBLIC_URL}/\">{PUBLIC_URL}</a>")));
        for foreign in ["evil.example", "secret-code", "<script"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
    }
    let answer = ask("/nothing", "kyc.example").await;
    assert_eq!(answer.status, 404);
    // Programs read the problem.
    let answer = ask("/api/config", "evil.example").await;
    assert_eq!(answer.headers["content-type"], "application/problem+json");
}

#[rstest]
#[tokio::test]
async fn oa_12_acc_09_no_header_changes_where_a_sign_up_leads(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    flow.lets_sign_up(&server).await;
    // The peer is a trusted proxy, so all trusted headers count.
    let app = flow.start(&server.uri()).await;
    let plain = app.visitor().begin(STATE).await;
    if flow == Flow::WebKyc {
        let redirect_uri = plain.query_pairs().find(|(name, _)| name == "redirect_uri");
        assert_eq!(redirect_uri.unwrap().1, REDIRECT_URI);
    }
    let sets: Vec<&[(&str, &str)]> = SPOOFED.chunks(1).chain([&SPOOFED[..]]).collect();
    for set in sets {
        let mut visitor = app.visitor();
        let spoofed = |visitor: &crate::harness::Visitor<'_>, path, body| {
            let request = visitor.request(reqwest::Method::POST, path).json(&body);
            let headers = set.iter();
            headers.fold(request, |request, (name, value)| {
                request.header(*name, *value)
            })
        };
        let request = spoofed(&visitor, "/api/begin", json!({"state": STATE}));
        let begun = visitor.send(request).await;
        for line in begun.set_cookies() {
            assert!(
                line.contains("; Secure") && !line.contains("Domain"),
                "{set:?}"
            );
        }
        assert_eq!(begun.assert_ok()["authorizeUrl"], plain.as_str(), "{set:?}");
        let request = spoofed(
            &visitor,
            "/api/exchange",
            json!({"code": "code", "state": STATE}),
        );
        visitor.send(request).await.assert_ok();
        let asked = server.received_requests().await.unwrap();
        // All calls of this visitor.
        for sent in &asked[asked.len() - flow.calls_to_sign_up()..] {
            let body = String::from_utf8(sent.body.clone()).unwrap();
            match flow {
                Flow::WebKyc => {
                    let field = format!("name=\"redirectUri\"\r\n\r\n{REDIRECT_URI}\r\n");
                    assert!(body.contains(&field), "{set:?}");
                }
                Flow::WebIdv => {
                    let (name, redirect_url) = sent.url.query_pairs().next().unwrap();
                    assert_eq!(name, "redirectUrl");
                    let start = format!("{REDIRECT_URI}?state={STATE}&webkyc_flow=");
                    assert!(redirect_url.starts_with(&start), "{set:?}");
                }
            }
            assert!(!body.contains("evil") && !sent.url.as_str().contains("evil"));
            // None of it is passed on to Authenteq either.
            for (name, _) in SPOOFED {
                assert!(!sent.headers.contains_key(name), "{name}");
            }
        }
    }
    // Nor does it make us serve another name, or pass for ours.
    let misdirected = request(
        "/api/config",
        "Host: evil.example\r\nX-Forwarded-Host: kyc.example\r\n",
    );
    assert_eq!(Answer::ask(&app.address, &misdirected).await.status, 421);
    let stranger = app
        .bare(reqwest::Method::GET, "/api/config")
        .header("x-webkyc", "1")
        .header("origin", "https://evil.example")
        .header("x-forwarded-host", "evil.example");
    assert_eq!(stranger.send().await.unwrap().status(), 403);
    if flow == Flow::WebKyc {
        let ours = PUBLIC_URL.replace("://", "%3A%2F%2F");
        assert!(plain.as_str().contains(&ours));
    }
}

/// How many sign-ups begin before one is rejected, when each request has other headers.
async fn begins(app: &TestApp, said: impl Fn(usize) -> Vec<(&'static str, String)>) -> usize {
    for n in 0..200 {
        let request = app.visitor().request(reqwest::Method::POST, "/api/begin");
        let request = request.json(&json!({"state": STATE}));
        let request = said(n).into_iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        if request.send().await.unwrap().status() == 429 {
            return n;
        }
    }
    200
}

#[rstest]
#[tokio::test]
async fn acc_09_fe_10_no_header_gets_a_client_around_a_limit(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let anybody = |n: usize| {
        vec![
            ("x-forwarded-for", format!("198.51.100.{n}")),
            ("x_forwarded_for", format!("198.51.100.{n}")),
            ("x-real-ip", format!("198.51.100.{n}")),
            ("true-client-ip", format!("198.51.100.{n}")),
            ("cf-connecting-ip", format!("198.51.100.{n}")),
            ("forwarded", format!("for=198.51.100.{n}")),
        ]
    };
    let server = MockServer::start().await;
    flow.lets_begin(&server).await;
    // Some more may begin while time passes.
    let some = 60..90;
    let exposed = flow
        .start_with(&server.uri(), |s| s.trusted_proxies = None)
        .await;
    assert!(some.contains(&begins(&exposed, anybody).await));
    // Behind a proxy the last address counts; the client may have written the ones before it.
    let proxied = flow.start(&server.uri()).await;
    let left_most = |n| vec![("x-forwarded-for", format!("198.51.100.{n}, 192.0.2.1"))];
    assert!(some.contains(&begins(&proxied, left_most).await));
    let other_words = |n: usize| {
        let mut said = anybody(n);
        said[0].1 = "192.0.2.2".into();
        said
    };
    assert!(some.contains(&begins(&proxied, other_words).await));
    let one_network = |n| vec![("x-forwarded-for", format!("2001:db8:1:2::{n:x}"))];
    assert!(some.contains(&begins(&proxied, one_network).await));
}

#[rstest]
#[tokio::test]
async fn fe_11_sixty_visitors_of_one_address_begin_at_once_and_the_next_address_too(
    #[values(Flow::WebKyc, Flow::WebIdv)] flow: Flow,
) {
    let server = MockServer::start().await;
    flow.lets_begin(&server).await;
    let app = flow.start(&server.uri()).await;
    let from = |address: &'static str| move |_| vec![("x-forwarded-for", address.to_owned())];
    assert!(begins(&app, from("192.0.2.1")).await >= 60);
    assert!(begins(&app, from("192.0.2.2")).await >= 60);
}
