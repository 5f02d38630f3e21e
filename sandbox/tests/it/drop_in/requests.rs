//! Requests as programs of all ages write them, byte for byte.

use webkyc_sandbox::Client;
use webkyc_test_kit::wire::Answer;

use super::{assert_jpeg, basic};
use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack};

/// A registered address, as sites write it for each visitor, and how it comes back before the
/// code. None of them is encoded, as no known program encodes it.
const ADDRESSES: [(&str, &str); 8] = [
    (
        "http://localhost:8080/results",
        "http://localhost:8080/results?",
    ),
    (
        "http://localhost:8080/results?u_id=A-B",
        "http://localhost:8080/results?u_id=A-B&",
    ),
    (
        "http://localhost:8080/results?u_id=A-B=7?x/y:z",
        "http://localhost:8080/results?u_id=A-B=7?x/y:z&",
    ),
    (
        "http://localhost:8080/results?next=http://localhost:8080/?a=b",
        "http://localhost:8080/results?next=http://localhost:8080/?a=b&",
    ),
    (
        "http://localhost:8080/results?mail=user@business.com;x=1",
        "http://localhost:8080/results?mail=user@business.com;x=1&",
    ),
    (
        "http://localhost:8080/results?",
        "http://localhost:8080/results?",
    ),
    (
        "http://localhost:8080/results?n=Zoë",
        "http://localhost:8080/results?n=Zo%C3%AB&",
    ),
    (
        "http://localhost:8080/results?a[]=1|2",
        "http://localhost:8080/results?a[]=1%7C2&",
    ),
];

fn get(target: &str, credentials: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {credentials}\r\nConnection: close\r\n\r\n"
    )
}

impl Stack {
    /// The code of a visitor who came back, and the address up to it.
    async fn sign_up(&self, answer: &Answer) -> (String, String) {
        let url = answer.json()["verificationUrl"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = url.strip_prefix(self.sandbox.url()).unwrap();
        let sign_up = self
            .say(get(&format!("{path}&sandbox_scenario=john"), "none"))
            .await;
        let location = sign_up.header("location").unwrap();
        let (before, code) = location.split_once("code=").unwrap();
        (before.to_owned(), code.to_owned())
    }
}

#[tokio::test]
async fn an_address_in_a_parameter_needs_no_encoding() {
    let stack = Stack::start().await;
    let right = basic(CLIENT_ID, SECRET);
    for (asked, back) in ADDRESSES {
        let target = format!("/web-idv/verification-url?redirectUrl={asked}");
        let (before, code) = stack.sign_up(&stack.say(get(&target, &right)).await).await;
        assert_eq!(before, back);
        let target = format!("/web-idv/verification-result?redirectUrl={asked}&code={code}");
        let answer = stack.say(get(&target, &right)).await;
        assert_eq!(answer.status, 200, "{asked}");

        let target = format!(
            "/authorize?response_type=code&redirect_uri={asked}&client_id=client!%2BID&state=s&sandbox_scenario=john"
        );
        let answer = stack.say(get(&target, "none")).await;
        let location = answer.header("location").unwrap();
        assert!(location.starts_with(&format!("{back}code=")), "{location}");
    }
}

#[tokio::test]
async fn parameters_come_in_either_order_with_junk_around_them() {
    let stack = Stack::start().await;
    let right = basic(CLIENT_ID, SECRET);
    let address = format!("redirectUrl={REDIRECT_URI}?u_id=A-B");
    for query in [
        "ADDRESS&CODE",
        "CODE&ADDRESS",
        "CODE&ADDRESS&",
        "&&ADDRESS&CODE&amp=&",
        "utm_source=mail&ADDRESS&amp;x=1&CODE&utm_campaign=a%20b+c",
        "=&ADDRESS&%&CODE&%00=%ff&state",
    ] {
        let write = |code: &str| {
            query
                .replace("ADDRESS", &address)
                .replace("CODE", &format!("code={code}"))
        };
        // A code of the visitor's own is not the first call's business.
        let target = format!("/web-idv/verification-url?{}", write("x"));
        let (_, code) = stack.sign_up(&stack.say(get(&target, &right)).await).await;
        let target = format!("/web-idv/verification-result?{}", write(&code));
        let answer = stack.say(get(&target, &right)).await;
        assert_eq!(answer.status, 200, "{query}");
        assert_eq!(answer.json()["status"], "PASSED");
    }
}

#[tokio::test]
async fn a_target_may_be_a_whole_address_as_clients_of_proxies_send_it() {
    let stack = Stack::start().await;
    let right = basic(CLIENT_ID, SECRET);
    for origin in [
        stack.sandbox.url().to_owned(),
        "http://api.app.authenteq.com".to_owned(),
        "HTTP://LOCALHOST:1".to_owned(),
    ] {
        let target = format!("{origin}/web-idv/verification-url?redirectUrl={REDIRECT_URI}");
        let (_, code) = stack.sign_up(&stack.say(get(&target, &right)).await).await;
        let target =
            format!("{origin}/web-idv/verification-result?redirectUrl={REDIRECT_URI}&code={code}");
        let answer = stack.say(get(&target, &right)).await;
        assert_eq!(answer.status, 200, "{origin}");
        assert_jpeg(&answer.json()["livenessFaceImage"]["content"]);
    }
}

#[tokio::test]
async fn names_of_headers_come_in_any_case_and_types_of_bodies_that_are_not_there() {
    let stack = Stack::start().await;
    let right = basic(CLIENT_ID, SECRET);
    let scheme = right.replace("Basic ", "basic  ");
    for headers in [
        format!("host: x\r\nauthorization: {right}"),
        format!("HOST: x\r\nAUTHORIZATION: {right}"),
        format!("hOsT:x\r\naUTHORIZATION:{right}"),
        format!("Host: x\r\nAuthorization:\t{scheme}  "),
        format!(
            "Host: x\r\nAuthorization: {right}\r\nContent-Type: application/x-www-form-urlencoded"
        ),
        format!(
            "Host: x\r\nAuthorization: {right}\r\nContent-Type: application/json\r\nContent-Length: 0"
        ),
        format!(
            "Host: x\r\nAuthorization: {right}\r\nAQ-Flow-Slug: s\r\nAQ-Multi-Document-Flow: On"
        ),
        format!(
            "Host: x\r\nAuthorization: {right}\r\nAccept: application/json;q=0.1\r\nAccept-Encoding: br, gzip\r\nRange: bytes=0-1"
        ),
    ] {
        let request = format!(
            "GET /web-idv/verification-url?redirectUrl={REDIRECT_URI} HTTP/1.1\r\n{headers}\r\nConnection: close\r\n\r\n"
        );
        let answer = stack.say(request).await;
        assert_eq!(answer.status, 200, "{headers}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("content-encoding"), None);
        // One old program takes the first value of the object without reading its name.
        assert_eq!(answer.json().as_object().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_client_of_http_1_0_is_answered_whole_and_left() {
    let stack = Stack::start().await;
    let id = stack.verified("john").await;
    let right = basic(CLIENT_ID, SECRET);
    for (call, media_type) in [
        ("json", "application/json"),
        ("multipart", "multipart/mixed;boundary="),
        ("pdf", "application/pdf"),
    ] {
        let request = format!(
            "GET /export/verification-result-as-{call}?verificationId={id} HTTP/1.0\r\nAuthorization: {right}\r\n\r\n"
        );
        // Heard to the end: it is the sandbox that closes.
        let answer = stack.say(request).await;
        assert_eq!(answer.status_line, "HTTP/1.0 200 OK");
        assert!(
            answer
                .header("content-type")
                .unwrap()
                .starts_with(media_type)
        );
        assert_eq!(answer.header("transfer-encoding"), None);
        assert!(answer.header("content-length").is_some());
    }
}

#[tokio::test]
async fn credentials_may_hold_what_is_special_elsewhere() {
    let secrets = [
        "a:b::c:",
        ":",
        "a+b",
        "+",
        "100%25%",
        "%zz",
        "é",
        "пароль",
        "a b",
        "a&b=c",
        "\"';\\",
    ];
    let id = |at: usize| format!("id+%é {at}");
    let clients = secrets.iter().enumerate();
    let clients = clients.map(|(at, secret)| Client::new(&id(at), secret, REDIRECT_URI).unwrap());
    let stack = Stack::of(clients.collect()).await;
    let target = format!("/web-idv/verification-url?redirectUrl={REDIRECT_URI}");
    for (at, secret) in secrets.into_iter().enumerate() {
        let answer = stack.say(get(&target, &basic(&id(at), secret))).await;
        assert_eq!(answer.status, 200, "{secret}");
        let wrong = get(&target, &basic(&id(at), &format!("{secret}:")));
        let answer = stack.say(wrong).await;
        assert_eq!(answer.status, 401, "{secret}");
        assert_eq!(answer.json()["errorCode"], "BAD_API_KEYS");
    }
}
