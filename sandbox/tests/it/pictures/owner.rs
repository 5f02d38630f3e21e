//! The browser that the sign-up of a visitor who shows something of their own belongs to.

use image::ImageFormat;
use reqwest::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{FACE, GREEN, RED, plain};
use crate::{
    harness::Stack,
    sign_up::{SignUp, owner_cookie},
};

#[tokio::test]
async fn sbx_14_the_pages_of_a_visitor_who_shows_something_open_in_no_other_browser() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    let before = SignUp::at_address(&stack, &sign_up.address);
    before.press("introduction", "person=anna").await;
    assert_eq!(before.get("liveness").await.status(), 200);
    sign_up
        .press("introduction", "person=john&consent=given")
        .await;
    let picture = || plain(RED, ImageFormat::Jpeg);
    sign_up.send(FACE, "image/jpeg", picture()).await;
    assert!(sign_up.shown("face").await.is_some());

    let other = SignUp::at_address(&stack, &sign_up.address);
    for page in ["", "/liveness", "/picture/face", "/unchecked", "/failed"] {
        let address = format!("{}{page}", sign_up.address);
        for (accept, expected) in [
            (
                "text/html",
                "<h1>This sign-up goes on in another browser</h1>",
            ),
            ("*/*", "Its visitor agreed there"),
        ] {
            let request = other.request(Method::GET, &address);
            let response = request.header("accept", accept).send().await.unwrap();
            assert_eq!(response.status(), 403, "{page}");
            let text = response.text().await.unwrap();
            assert!(text.contains(expected), "{page}\n{text}");
        }
    }
    for form in [
        "introduction",
        "liveness",
        "liveness/fail",
        "liveness/challenge",
        "liveness/picture/face/remove",
        "cancel",
        "again",
        "clock",
        "language",
    ] {
        let response = other.press(form, "person=anna&consent=given").await;
        assert_eq!(response.status(), 403, "{form}");
    }
    let replaced = other.send(FACE, "image/jpeg", picture()).await;
    assert_eq!(replaced.status(), 403);
    assert!(sign_up.shown("face").await.is_some());
    assert_eq!(sign_up.get("liveness").await.status(), 200);
}

#[tokio::test]
async fn sbx_14_a_form_that_was_held_back_until_the_visitor_agreed_does_nothing() {
    let stack = Stack::start().await;
    for (page, form) in [
        ("introduction", &b"person=anna&consent=given"[..]),
        ("liveness/picture/face", &plain(RED, ImageFormat::Jpeg)[..]),
    ] {
        let sign_up = SignUp::of_web_kyc(&stack, "").await;
        let host = stack
            .sandbox
            .url()
            .strip_prefix("http://")
            .unwrap()
            .to_owned();
        let mut held = TcpStream::connect(&host).await.unwrap();
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nExpect: 100-continue\r\n\
             Content-Length: {}\r\n\r\n",
            sign_up.at(page),
            form.len()
        );
        held.write_all(head.as_bytes()).await.unwrap();
        // Asked for its body, it has passed what looks at the head.
        let mut asked = [0; 25];
        held.read_exact(&mut asked).await.unwrap();
        assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
        sign_up
            .press("introduction", "person=john&consent=given")
            .await;
        sign_up
            .send(FACE, "image/jpeg", plain(GREEN, ImageFormat::Jpeg))
            .await;
        let shown = sign_up.shown("face").await;
        held.write_all(form).await.unwrap();
        let mut refused = String::new();
        held.read_to_string(&mut refused).await.unwrap();
        assert!(refused.starts_with("HTTP/1.1 403 "), "{page}: {refused}");
        assert!(!refused.contains("set-cookie"), "{page}: {refused}");
        assert_eq!(sign_up.shown("face").await, shown, "{page}");
    }
}

#[tokio::test]
async fn sbx_14_a_second_press_of_the_button_is_of_the_same_browser() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    let first = sign_up.get("introduction").await;
    let cookie = owner_cookie(&first).unwrap();
    let press = || {
        let request = stack.http.post(stack.at(&sign_up.at("introduction")));
        let request = request.header("cookie", &cookie);
        request.body("person=john&consent=given").send()
    };
    // The browser breaks the first off, and sees nothing of its answer.
    for response in [press().await.unwrap(), press().await.unwrap()] {
        assert_eq!(response.status(), 303);
        assert!(owner_cookie(&response).is_none());
    }
    let request = stack.http.get(stack.at(&sign_up.at("liveness")));
    let page = request.header("cookie", &cookie).send().await.unwrap();
    assert_eq!(page.status(), 200);
}
