//! Token calls as the libraries of several languages send them.

use tokio::io::AsyncWriteExt;
use webkyc_sandbox::Client;
use webkyc_test_kit::wire;

use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack};

const URLENCODED: &str = "application/x-www-form-urlencoded";

fn urlencoded(code: &str, client_id: &str, secret: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grantType", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirectUri", REDIRECT_URI)
        .append_pair("clientId", client_id)
        .append_pair("clientSecret", secret)
        .finish()
}

/// A form whose parts have these headers, with their names in place of `NAME`.
fn multipart(code: &str, client_id: &str, secret: &str, part: &str) -> String {
    let fields = [
        ("grantType", "authorization_code"),
        ("code", code),
        ("redirectUri", REDIRECT_URI),
        ("clientId", client_id),
        ("clientSecret", secret),
    ];
    let parts = fields.map(|(name, value)| {
        format!(
            "--b-_0\r\n{}\r\n\r\n{value}\r\n",
            part.replace("NAME", name)
        )
    });
    format!("{}--b-_0--\r\n", parts.concat())
}

fn head(content_type: &str, more: &str) -> String {
    format!(
        "POST /v2/web-kyc/token HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\n{more}\r\nConnection: close\r\n\r\n"
    )
}

fn post(content_type: &str, body: &str) -> String {
    let length = format!("Content-Length: {}", body.len());
    format!("{}{body}", head(content_type, &length))
}

/// The body in chunks of this size, which cut names, values and boundaries anywhere.
fn in_chunks(body: &str, size: usize) -> Vec<u8> {
    let mut chunks = Vec::new();
    for chunk in body.as_bytes().chunks(size) {
        chunks.extend_from_slice(format!("{:x};ext=1\r\n", chunk.len()).as_bytes());
        chunks.extend_from_slice(chunk);
        chunks.extend_from_slice(b"\r\n");
    }
    chunks.extend_from_slice(b"0\r\n\r\n");
    chunks
}

#[tokio::test]
async fn forms_are_read_as_every_library_writes_them() {
    let stack = Stack::start().await;
    let quoted = "Content-Disposition: form-data; name=\"NAME\"";
    for (content_type, part) in [
        ("multipart/form-data; boundary=b-_0", quoted),
        ("multipart/form-data;boundary=b-_0", quoted),
        ("multipart/form-data; boundary=\"b-_0\"", quoted),
        ("Multipart/Form-Data; charset=utf-8; boundary=b-_0", quoted),
        (
            "multipart/form-data; boundary=\"b-_0\"",
            "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=NAME",
        ),
        (
            "multipart/form-data; boundary=b-_0",
            "content-disposition: form-data; name=\"NAME\"\r\ncontent-type: text/plain; charset=UTF-8\r\ncontent-transfer-encoding: 8bit",
        ),
        (
            "multipart/form-data; boundary=b-_0",
            "Content-Disposition: form-data; name=\"NAME\"\r\nContent-Length: 999",
        ),
    ] {
        let code = stack.code("john").await;
        let body = multipart(&code, CLIENT_ID, SECRET, part);
        let answer = stack.say(post(content_type, &body)).await;
        assert_eq!(
            answer.status,
            200,
            "{content_type} {part} {}",
            answer.text()
        );
    }
    for content_type in [
        URLENCODED,
        "application/x-www-form-urlencoded; charset=UTF-8",
        "Application/X-WWW-Form-URLencoded;charset=utf-8",
    ] {
        let code = stack.code("john").await;
        let body = format!(
            "{}&utm_source=x&amp=&",
            urlencoded(&code, CLIENT_ID, SECRET)
        );
        let answer = stack.say(post(content_type, &body)).await;
        assert_eq!(answer.status, 200, "{content_type} {}", answer.text());
    }
}

#[tokio::test]
async fn a_body_may_come_in_chunks_of_any_size() {
    let stack = Stack::start().await;
    for size in [1, 7, 64, 4096] {
        let code = stack.code("john").await;
        let body = urlencoded(&code, CLIENT_ID, SECRET);
        let mut request = head(URLENCODED, "Transfer-Encoding: chunked").into_bytes();
        request.extend(in_chunks(&body, size));
        assert_eq!(stack.say(request).await.status, 200, "{size}");

        let code = stack.code("john").await;
        let part = "Content-Disposition: form-data; name=\"NAME\"";
        let body = multipart(&code, CLIENT_ID, SECRET, part);
        let media_type = "multipart/form-data; boundary=b-_0";
        let mut request = head(media_type, "Transfer-Encoding: chunked").into_bytes();
        request.extend(in_chunks(&body, size));
        assert_eq!(stack.say(request).await.status, 200, "{size}");
    }
}

#[tokio::test]
async fn a_client_that_expects_100_continue_gets_it() {
    let stack = Stack::start().await;
    let body = urlencoded(&stack.code("john").await, CLIENT_ID, SECRET);
    let length = format!("Content-Length: {}\r\nExpect: 100-continue", body.len());
    let mut connection = wire::connect(stack.sandbox.url()).await;
    let request = head(URLENCODED, &length);
    connection.write_all(request.as_bytes()).await.unwrap();
    assert_eq!(
        wire::read_head(&mut connection).await,
        "HTTP/1.1 100 Continue\r\n\r\n"
    );
    connection.write_all(body.as_bytes()).await.unwrap();
    assert_eq!(wire::read_answer(&mut connection).await.status, 200);
}

#[tokio::test]
async fn a_client_that_asks_before_it_sends_the_wrong_thing_is_spared_it() {
    let stack = Stack::start().await;
    let length = "Content-Length: 1000\r\nExpect: 100-continue";
    let answer = stack.say(head("application/json", length)).await;
    assert_eq!(answer.status, 415);
}

#[tokio::test]
async fn secrets_hold_what_is_special_in_forms() {
    let secrets = [
        "a:b:", "a+b", "100%25", "é", "a b", "a&b=c", "a;b", "@a", "<a", "\"a\\",
    ];
    let id = |at: usize| format!("id+%é {at}");
    let clients = secrets.iter().enumerate();
    let clients = clients.map(|(at, secret)| Client::new(&id(at), secret, REDIRECT_URI).unwrap());
    let stack = Stack::of(clients.collect()).await;
    let code = async |client_id: &str| {
        let id: String = url::form_urlencoded::byte_serialize(client_id.as_bytes())
            .collect::<String>()
            .replace('+', "%20");
        let target = format!(
            "/authorize?response_type=code&client_id={id}&redirect_uri={REDIRECT_URI}&sandbox_scenario=john"
        );
        let answer = stack.get(&target).await;
        let back = answer.headers()["location"].to_str().unwrap().to_owned();
        back.split_once("?code=").unwrap().1.to_owned()
    };
    let part = "Content-Disposition: form-data; name=\"NAME\"";
    for (at, secret) in secrets.into_iter().enumerate() {
        let id = id(at);
        let body = urlencoded(&code(&id).await, &id, secret);
        let answer = stack.say(post(URLENCODED, &body)).await;
        assert_eq!(answer.status, 200, "{secret} {}", answer.text());
        let body = multipart(&code(&id).await, &id, secret, part);
        let answer = stack
            .say(post("multipart/form-data; boundary=b-_0", &body))
            .await;
        assert_eq!(answer.status, 200, "{secret} {}", answer.text());
    }
}
