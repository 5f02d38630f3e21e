//! Clients: added, changed, closed, removed.

use reqwest::multipart::{Form, Part};
use serde_json::Value;

use super::{CLIENT, between};
use crate::harness::{REDIRECT_URI, SECRET, Stack, location};

const ADD: &str = "/_sandbox/add-client";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn settings(redirect_uris: &str) -> Form {
    Form::new()
        .text("name", "New <name>")
        .text("redirect_uris", redirect_uris.to_owned())
        .text("secret", "")
}

fn logo(content: impl Into<std::borrow::Cow<'static, [u8]>>) -> Part {
    Part::bytes(content).file_name("logo")
}

async fn verification_url(stack: &Stack, id: &str, secret: &str) -> Value {
    let url = "/web-idv/verification-url?redirectUrl=http%3A%2F%2Flocalhost%3A8080%2Fresults";
    let request = stack.http.get(stack.at(url)).basic_auth(id, Some(secret));
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_client_is_added_with_what_is_left_empty_made_up() {
    let stack = Stack::start().await;
    let form = Form::new()
        .text("name", "")
        .text("redirect_uris", REDIRECT_URI);
    let target = location(&stack.submit_parts(ADD, form).await);
    let id = between(target.path(), "/_sandbox/clients/", "?").unwrap_or(target.path());
    let id = id.rsplit('/').next().unwrap();
    let page = stack
        .page(&format!("/_sandbox/clients/{id}?secrets=shown"))
        .await;
    let secret = between(&page, "id=\"client-secret\">", "<").unwrap();
    let answer = verification_url(&stack, id, secret).await;
    assert!(answer["verificationUrl"].is_string(), "{answer}");
    let list = stack.page("/_sandbox/clients").await;
    assert!(list.contains(id), "{list}");
}

#[tokio::test]
async fn a_client_that_cannot_be_added_comes_back_as_it_was_entered() {
    let stack = Stack::start().await;
    for (id, uris, flaw) in [
        ("client!+ID", "", "There is a client with the id"),
        ("..", "", "dots alone"),
        (
            "shop",
            "https://fine/\n/results",
            "The redirect URI /results is not",
        ),
        ("shop", "https://u@host/", "carries a user name"),
    ] {
        let form = Form::new()
            .text("id", id)
            .text("secret", "entered & kept")
            .text("name", "Entered \"name\"")
            .text("redirect_uris", uris);
        let response = stack.submit_parts(ADD, form).await;
        assert_eq!(response.status().as_u16(), 422);
        let page = response.text().await.unwrap();
        let kept_uris = page.contains(uris);
        for kept in [
            flaw,
            &format!("value=\"{id}\""),
            "value=\"entered &#38; kept\"",
            "value=\"Entered &#34;name&#34;\"",
            "aria-invalid=\"true\" autofocus",
        ] {
            assert!(page.contains(kept) && kept_uris, "{kept}\n{page}");
        }
    }
    assert_eq!(
        stack
            .page("/_sandbox/clients")
            .await
            .matches("class=\"whole\"")
            .count(),
        2
    );
}

#[tokio::test]
async fn settings_are_changed_and_the_secret_only_if_there_is_a_new_one() {
    let stack = Stack::start().await;
    let form = settings("http://localhost:1/a\r\n\r\nhttp://localhost:8080/results\r\n");
    let target = location(&stack.submit_parts(CLIENT, form).await);
    assert_eq!(target.query(), Some("done=saved"));
    let page = stack.page(CLIENT).await;
    assert!(page.contains("<h1>New &#60;name&#62;</h1>"), "{page}");
    assert_eq!(page.matches("Walk through the pages").count(), 2, "{page}");
    assert!(verification_url(&stack, "client!+ID", SECRET).await["verificationUrl"].is_string());

    let form = settings(REDIRECT_URI).text("secret", "other");
    stack.submit_parts(CLIENT, form).await;
    assert!(verification_url(&stack, "client!+ID", "other").await["verificationUrl"].is_string());

    stack.submit_parts(CLIENT, settings("")).await;
    let answer = verification_url(&stack, "client!+ID", "other").await;
    assert_eq!(answer["errorCode"], "NO_REDIRECT_URLS");
}

#[tokio::test]
async fn settings_that_are_wrong_change_nothing_and_are_not_lost() {
    let stack = Stack::start().await;
    let form = settings("localhost:8080").text("secret", "a");
    let response = stack.submit_parts(CLIENT, form).await;
    assert_eq!(response.status().as_u16(), 422);
    let page = response.text().await.unwrap();
    assert!(page.contains("localhost:8080</textarea>"), "{page}");
    let in_view = "redirect_uris-flaw\" aria-invalid=\"true\" autofocus";
    assert!(page.contains(in_view), "{page}");
    assert!(page.contains("value=\"New &#60;name&#62;\""), "{page}");
    assert!(page.contains("<h1>Shop &#60;&#38;&#62; Co</h1>"), "{page}");
    assert!(verification_url(&stack, "client!+ID", SECRET).await["verificationUrl"].is_string());
}

#[tokio::test]
async fn a_link_walks_through_the_pages_with_everything_right() {
    let stack = Stack::start().await;
    let page = stack.page(CLIENT).await;
    let link = between(&page, "href=\"/authorize", "\"").unwrap();
    let link = format!("/authorize{}", link.replace("&#38;", "&"));
    let target = location(&stack.get(&link).await);
    assert!(target.path().ends_with("/introduction"), "{target}");
}

#[tokio::test]
async fn a_logo_is_known_by_its_first_bytes_and_can_be_removed() {
    let stack = Stack::start().await;
    let served = async || {
        let response = stack.get("/_sandbox/logo/client%21%2BID").await;
        response.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    for (content, media_type) in [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0".as_slice(), "image/jpeg"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "image/svg+xml",
        ),
    ] {
        let form = settings(REDIRECT_URI).part("logo", logo(content));
        location(&stack.submit_parts(CLIENT, form).await);
        assert_eq!(served().await, media_type);
    }
    stack
        .submit_parts(CLIENT, settings(REDIRECT_URI).part("logo", logo(PNG)))
        .await;
    // A form without a file leaves it as it is.
    stack
        .submit_parts(CLIENT, settings(REDIRECT_URI).part("logo", logo(&b""[..])))
        .await;
    assert_eq!(served().await, "image/png");

    for (content, flaw) in [
        (b"MZ".to_vec(), "neither SVG nor PNG nor JPEG"),
        ([PNG, &vec![0; 256 * 1024]].concat(), "larger than 256 KiB"),
        (
            [PNG, &vec![0; 5 * 1024 * 1024]].concat(),
            "larger than 256 KiB",
        ),
    ] {
        let form = settings("http://localhost:1/kept").part("logo", logo(content));
        let response = stack.submit_parts(CLIENT, form).await;
        assert_eq!(response.status().as_u16(), 422);
        let page = response.text().await.unwrap();
        assert!(
            page.contains(flaw) && page.contains("localhost:1/kept"),
            "{page}"
        );
    }
    let form = settings(REDIRECT_URI).text("remove_logo", "yes");
    stack.submit_parts(CLIENT, form).await;
    assert_eq!(served().await, "image/svg+xml");
}

#[tokio::test]
async fn an_account_is_closed_and_opened_again() {
    let stack = Stack::start().await;
    stack.submit(&format!("{CLIENT}/deactivate"), &[]).await;
    let answer = verification_url(&stack, "client!+ID", SECRET).await;
    assert_eq!(answer["errorCode"], "ACCOUNT_DEACTIVATED");
    assert!(stack.page(CLIENT).await.contains("Activate again"));
    stack.submit(&format!("{CLIENT}/activate"), &[]).await;
    assert!(verification_url(&stack, "client!+ID", SECRET).await["verificationUrl"].is_string());
}

#[tokio::test]
async fn a_reset_forgets_the_sign_ups_and_a_removal_the_client() {
    let stack = Stack::start().await;
    stack.approve("anna").await;
    location(&stack.submit(&format!("{CLIENT}/reset"), &[]).await);
    assert!(stack.page("/_sandbox/").await.contains("No sign-up yet"));
    assert!(stack.sandbox.verifications().is_empty());

    stack.approve("anna").await;
    let target = location(&stack.submit(&format!("{CLIENT}/remove"), &[]).await);
    assert_eq!(target.path(), "/_sandbox/clients");
    assert!(stack.sandbox.client("client!+ID").is_none());
    assert_eq!(stack.get(CLIENT).await.status().as_u16(), 404);
    location(
        &stack
            .submit("/_sandbox/clients/com.authenteq.demo/remove", &[])
            .await,
    );
    assert!(
        stack
            .page("/_sandbox/clients")
            .await
            .contains("Add one to begin")
    );
    assert!(stack.page("/_sandbox/").await.contains("No sign-up yet"));
}

#[tokio::test]
async fn a_form_that_broke_off_changes_nothing() {
    let stack = Stack::start().await;
    let address = stack.at("/_sandbox/clients/com.authenteq.demo");
    let before = stack.page("/_sandbox/clients/com.authenteq.demo").await;
    let parts = "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nOther\r\n";
    for (content_type, body) in [
        ("text/plain", ""),
        ("multipart/form-data; boundary=b", parts),
        ("multipart/form-data; boundary=b", "--b--\r\n"),
    ] {
        let request = stack
            .http
            .post(&address)
            .header("content-type", content_type);
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{content_type}");
    }
    let after = stack.page("/_sandbox/clients/com.authenteq.demo").await;
    let settings = |page: &str| page[page.find("Settings").unwrap()..].to_owned();
    assert_eq!(settings(&before), settings(&after));
}
