//! Who may use the sandbox's own pages and controls.

use reqwest::{Method, StatusCode};
use webkyc_sandbox::{Client, Config};

use crate::harness::Stack;

const OWN: [&str; 4] = [
    "/",
    "/_sandbox/api/clients",
    "/_sandbox/api/clients/com.authenteq.demo/secret",
    "/identification/none/introduction",
];

async fn status(stack: &Stack, path: &str, headers: &[(&str, &str)]) -> StatusCode {
    let mut request = stack.http.get(stack.at(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn sbx_05_a_name_that_is_made_to_point_here_opens_nothing() {
    let stack = Stack::start().await;
    for path in OWN {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:8090",
            "",
        ] {
            let refused = status(&stack, path, &[("host", host)]).await;
            assert_eq!(
                refused,
                StatusCode::MISDIRECTED_REQUEST,
                "{path} as {host:?}"
            );
        }
        for host in [
            "localhost:8090",
            "shop.localhost",
            "127.0.0.1",
            "[::1]:1",
            "192.168.1.2",
        ] {
            let answered = status(&stack, path, &[("host", host)]).await;
            assert_ne!(
                answered,
                StatusCode::MISDIRECTED_REQUEST,
                "{path} as {host}"
            );
        }
    }
    // Nor anything that a page could read with credentials that everybody knows.
    let details = "/v2/web-kyc/details";
    let called = status(&stack, details, &[("host", "evil.example")]).await;
    assert_eq!(called, StatusCode::MISDIRECTED_REQUEST);
    // Programs have names for it in their own networks, or have Authenteq's point here.
    for host in ["sandbox:8090", "api.authenteq.com"] {
        assert_eq!(
            status(&stack, details, &[("host", host)]).await,
            StatusCode::UNAUTHORIZED
        );
    }
}

#[tokio::test]
async fn sbx_09_names_that_public_dns_never_has_are_answered_and_those_like_them_are_not() {
    let stack = Stack::start().await;
    let health = "/_sandbox/api/health";
    for host in [
        "host.docker.internal:8090",
        "sandbox.internal",
        "sandbox.kyc.svc.cluster.local",
        "macbook.local:8090",
        "authenteq.test",
        "AUTHENTEQ.TEST",
        "sandbox.home.arpa",
        "sandbox:8090",
    ] {
        let answered = status(&stack, health, &[("host", host)]).await;
        assert_eq!(answered, StatusCode::OK, "{host}");
    }
    for host in [
        "internal.evil.example",
        "evil.example.test.com",
        "sandbox.notinternal",
        "sandbox.test.",
        "sandbox.arpa",
        "home.arpa",
        "evil.lan",
        "evil.example",
    ] {
        let refused = status(&stack, health, &[("host", host)]).await;
        assert_eq!(refused, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
}

#[tokio::test]
async fn the_public_name_is_the_sandboxs_own() {
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: Some("https://sandbox.example".parse().unwrap()),
        ..Config::default()
    };
    let stack = Stack::with(config).await;
    assert_eq!(stack.sandbox.url(), "https://sandbox.example");
    let address = format!("http://{}/_sandbox/api/health", stack.sandbox.local_addr());
    for (host, status) in [("sandbox.example", 200), ("other.example", 421)] {
        let request = stack.http.get(&address).header("host", host);
        assert_eq!(request.send().await.unwrap().status().as_u16(), status);
    }
}

/// As behind a server that ends TLS for several of Authenteq's names.
#[tokio::test]
async fn sbx_05_a_page_may_change_what_it_was_served_from_and_nothing_else() {
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: Some("https://identity.authenteq.com".parse().unwrap()),
        ..Config::default()
    };
    let stack = Stack::with(config).await;
    let reset = format!("http://{}/_sandbox/api/reset", stack.sandbox.local_addr());
    for (host, origin, status) in [
        (
            "identity.authenteq.com",
            "https://identity.authenteq.com",
            204,
        ),
        (
            "web-idv.app.authenteq.com",
            "https://web-idv.app.authenteq.com",
            204,
        ),
        (
            "web-idv.app.authenteq.com:443",
            "https://web-idv.app.authenteq.com",
            204,
        ),
        (
            "web-idv.app.authenteq.com",
            "https://web-idv.app.authenteq.com:8443",
            403,
        ),
        (
            "web-idv.app.authenteq.com",
            "https://other.authenteq.com",
            403,
        ),
        ("web-idv.app.authenteq.com", "https://evil.example", 403),
        ("localhost:8090", "http://localhost:3000", 403),
        ("localhost:8090", "ftp://localhost:8090", 403),
        ("localhost:8090", "http://localhost:8090", 204),
        ("evil.example", "https://evil.example", 421),
    ] {
        let request = stack.http.post(&reset).header("host", host);
        let answer = request.header("origin", origin).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{origin} to {host}");
    }
}

#[tokio::test]
async fn sbx_05_pages_of_other_sites_cannot_change_anything() {
    let stack = Stack::start().await;
    for (headers, allowed) in [
        (vec![("sec-fetch-site", "cross-site")], false),
        (vec![("sec-fetch-site", "same-site")], false),
        (vec![("origin", "https://evil.example")], false),
        (vec![("origin", "null")], false),
        (
            vec![
                ("sec-fetch-site", "same-origin"),
                ("origin", stack.sandbox.url()),
            ],
            true,
        ),
        (vec![("origin", stack.sandbox.url())], true),
        (vec![], true),
    ] {
        for path in [
            "/_sandbox/api/reset",
            "/_sandbox/api/clients/com.authenteq.demo/reset",
        ] {
            let mut request = stack.http.request(Method::POST, stack.at(path));
            for (name, value) in &headers {
                request = request.header(*name, *value);
            }
            let status = request.send().await.unwrap().status();
            let expected = if allowed { 204 } else { 403 };
            assert_eq!(status.as_u16(), expected, "{path} {headers:?}");
        }
    }
    // A link from another site may open a page.
    let opened = status(&stack, "/", &[("sec-fetch-site", "cross-site")]).await;
    assert_ne!(opened, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn sbx_01_a_sandbox_that_a_network_can_reach_says_so_on_every_page() {
    let banner = "open to the network";
    let closed = Stack::start().await;
    let open = Stack::with(Config {
        listen: "0.0.0.0:0".parse().unwrap(),
        clients: vec![Client::demo()],
        ..Config::default()
    })
    .await;
    let port = open.sandbox.local_addr().port();
    assert_eq!(open.sandbox.url(), format!("http://localhost:{port}"));
    let request = open
        .http
        .get(format!("http://127.0.0.1:{port}/web-idv/verification-url"))
        .query(&[("redirectUrl", "http://localhost:8080/results")])
        .basic_auth("com.authenteq.demo", Some("sandbox-secret"))
        .header("host", "192.0.2.2:8090");
    let answer = request.send().await.unwrap().text().await.unwrap();
    assert!(
        answer.contains("http://192.0.2.2:8090/verify?token="),
        "{answer}"
    );
    for path in [
        "/_sandbox/",
        "/authorize",
        "/identification/none",
        "/nothing",
    ] {
        let ask = |address| {
            closed
                .http
                .get(address)
                .header("accept", "text/html")
                .send()
        };
        let page = ask(closed.at(path)).await.unwrap().text().await.unwrap();
        assert!(!page.to_lowercase().contains(banner), "{path}");
        let address = format!("http://127.0.0.1:{port}{path}");
        let page = ask(address).await.unwrap();
        assert_eq!(page.headers()["x-sandbox"], "1");
        let page = page.text().await.unwrap().to_lowercase();
        assert!(page.contains(banner), "{path}");
    }
}
