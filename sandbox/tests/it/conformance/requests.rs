//! Required and optional parameters of an authorize URL, and the return.

use crate::harness::{REDIRECT_URI, Stack, assert_refused_on_a_page, location, parameter};

/// States as they are written into the address, and as they come back: the same bytes, in the one
/// spelling that no header, page or log can misread.
const STATES: [(&str, &str); 22] = [
    ("randomrandom", "randomrandom"),
    ("A-Z_0.9~", "A-Z_0.9~"),
    ("a+b", "a+b"),
    ("a%2Bb", "a%2Bb"),
    ("a%20b", "a%20b"),
    ("a%2Fb%3d%7e", "a%2Fb%3D~"),
    ("%2525", "%2525"),
    ("100%", "100%25"),
    ("%zz%4", "%25zz%254"),
    ("a=b==", "a%3Db%3D%3D"),
    ("?a/b:c@d", "%3Fa%2Fb%3Ac%40d"),
    ("%26code%3Dplanted", "%26code%3Dplanted"),
    ("%3Bx%3D1;y", "%3Bx%3D1%3By"),
    ("%ff%00%0d%0aSet-Cookie:x", "%FF%00%0D%0ASet-Cookie%3Ax"),
    ("%22%3E%3Cscript%3E'", "%22%3E%3Cscript%3E%27"),
    ("%C3%A9%E2%82%AC", "%C3%A9%E2%82%AC"),
    ("%F0%9F%98%80", "%F0%9F%98%80"),
    ("e%CC%81", "e%CC%81"),
    ("%E2%80%AEabc", "%E2%80%AEabc"),
    ("%C0%AF", "%C0%AF"),
    ("%ED%A0%80", "%ED%A0%80"),
    ("[]{}|^`\\", "%5B%5D%7B%7D%7C%5E%60%5C"),
];

#[tokio::test]
async fn sbx_03_a_missing_response_type_is_refused() {
    let stack = Stack::start().await;
    let right = stack.authorize_path("&sandbox_scenario=anna");
    for instead in ["x=code", "response_type", "response_type="] {
        let path = right.replace("response_type=code", instead);
        let page = assert_refused_on_a_page(&stack, &path, "response_type").await;
        assert!(page.contains("It is missing."), "{page}");
    }
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn sbx_03_a_missing_client_id_is_refused() {
    let stack = Stack::start().await;
    let right = stack.authorize_path("&sandbox_scenario=anna");
    for instead in ["x=1", "client_id", "client_id="] {
        let path = right.replace("client_id=client!%2BID", instead);
        let page = assert_refused_on_a_page(&stack, &path, "client_id").await;
        assert!(page.contains("It is missing."), "{page}");
    }
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn an_unknown_parameter_is_accepted_and_goes_nowhere() {
    let stack = Stack::start().await;
    let path = stack.authorize_path(
        "&amp=&amp=&amp;state=x&utm_source=mail&code=planted&error=x&%00=%00&=&state=s&sandbox_scenario=anna",
    );
    let target = location(&stack.get(&path).await);
    let code = parameter(&target, "code").unwrap();
    assert_eq!(
        target.as_str(),
        format!("{REDIRECT_URI}?code={code}&state=s")
    );
    assert_ne!(code, "planted");
}

#[tokio::test]
async fn the_state_comes_back_byte_for_byte_with_a_code_and_without() {
    let stack = Stack::start().await;
    // An independent library reads the same from both spellings.
    let read = |query: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.next().unwrap().1.into_owned()
    };
    for (sent, back) in STATES {
        assert_eq!(
            read(&format!("s={sent}")),
            read(&format!("s={back}")),
            "{sent}"
        );
        for scenario in ["anna", "cancelled"] {
            let path = stack.authorize_path(&format!("&state={sent}&sandbox_scenario={scenario}"));
            // Raw: a client library would have its own idea of how a state is spelt.
            let answer = stack.say(&wire(&path)).await;
            assert_eq!(answer.status, 303, "{sent}");
            let query = answer
                .header("location")
                .unwrap()
                .strip_prefix("http://localhost:8080/results?")
                .unwrap();
            let state = match scenario {
                "anna" => {
                    let (code, state) = query.split_once('&').unwrap();
                    let code = code.strip_prefix("code=").unwrap();
                    assert!(code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
                    state
                }
                _ => query,
            };
            assert_eq!(state, format!("state={back}"));
        }
    }
}

fn wire(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

#[tokio::test]
async fn a_state_may_be_4096_long_and_no_longer() {
    let stack = Stack::start().await;
    for long in ["s".repeat(4096), "%C3%A9".repeat(682)] {
        let path = stack.authorize_path(&format!("&state={long}&sandbox_scenario=anna"));
        let target = location(&stack.get(&path).await);
        let query = target.query().unwrap();
        assert!(query.ends_with(&format!("&state={long}")), "{query}");
    }
    let path = stack.authorize_path(&format!("&state={}", "s".repeat(4097)));
    assert_refused_on_a_page(&stack, &path, "state").await;
}

#[tokio::test]
async fn without_a_state_none_comes_back() {
    let stack = Stack::start().await;
    for more in ["", "&state", "&state="] {
        let path = stack.authorize_path(&format!("&sandbox_scenario=anna{more}"));
        let target = location(&stack.get(&path).await);
        assert_eq!(parameter(&target, "state"), None);
        assert!(!target.as_str().contains("state"), "{target}");
    }
}

#[tokio::test]
async fn sbx_03_no_refusal_is_a_redirect() {
    let stack = Stack::start().await;
    let right = stack.authorize_path("&state=s&sandbox_scenario=anna");
    assert_eq!(stack.get(&right).await.status().as_u16(), 303);
    let mut paths: Vec<String> = [
        ("response_type=code", "response_type=token"),
        ("response_type=code", "response_type=code%20token"),
        ("client_id=client!%2BID", "client_id=nobody"),
        ("redirect_uri=http", "redirect_uri=https"),
        ("scope=kyc", "scope=openid"),
        ("state=s", "state=s&state=t"),
        ("scenario=anna", "scenario=nobody"),
    ]
    .iter()
    .map(|(from, to)| right.replace(from, to))
    .collect();
    assert!(paths.iter().all(|path| *path != right));
    paths.extend(
        [
            "/authorize",
            "/oauth",
            "/verify",
            "/verify?token=unknown&sandbox_scenario=john",
            "/identification/unknown",
            "/identification/unknown/introduction",
            "/v2/web-kyc/details",
            "/v2/web-kyc/token",
            "/export/verification-result-as-json",
            "/export/verification-result-as-multipart",
            "/export/verification-result-as-pdf",
            "/web-idv/verification-url?redirectUrl=http://localhost:8080/results",
            "/web-idv/verification-result?redirectUrl=http://localhost:8080/results&code=c",
            "/authorize/",
            "//evil.example",
        ]
        .map(str::to_owned),
    );
    for path in paths {
        let answer = stack.say(&wire(&path)).await;
        assert!(
            (400..500).contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        for header in ["location", "refresh", "set-cookie"] {
            assert_eq!(answer.header(header), None, "{path}");
        }
    }
    assert_eq!(stack.sandbox.verifications().len(), 1);
}
