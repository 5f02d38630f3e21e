//! Text that would like to be markup, and sites that would like to press buttons.

use reqwest::RequestBuilder;

use super::CLIENT;
use crate::harness::Stack;

const SCRIPT: &str = "<script>alert(1)</script>";

#[tokio::test]
async fn hostile_values_are_shown_as_text() {
    let stack = Stack::start().await;
    let client = webkyc_sandbox::Client::new(SCRIPT, "s", "http://localhost:8080/results").unwrap();
    stack.sandbox.add_client(client.named(SCRIPT)).unwrap();
    let query = "redirect_uri=http://localhost:8080/results&response_type=code\
                 &client_id=%3Cscript%3Ealert(1)%3C%2Fscript%3E&%3Cscript%3Ealert(1)%3C%2Fscript%3E=\
                 &sandbox_scenario=script-in-names";
    let request = stack.http.get(stack.at(&format!("/authorize?{query}")));
    request.header("x-own", SCRIPT).send().await.unwrap();
    let mut form = Stack::token_form(SCRIPT);
    form.insert("clientId", SCRIPT.to_owned());
    stack.exchange(&form).await;
    let id = stack.sandbox.verifications().pop().unwrap().id;
    let mut pages = vec![
        "/_sandbox/".to_owned(),
        format!("/_sandbox/?q={SCRIPT}&client={SCRIPT}"),
        "/_sandbox/clients".to_owned(),
        "/_sandbox/clients/%3Cscript%3Ealert%281%29%3C%2Fscript%3E".to_owned(),
        "/_sandbox/persons".to_owned(),
        format!("/_sandbox/verifications/{id}"),
    ];
    let list = stack.page("/_sandbox/").await;
    for link in list.split("href=\"/_sandbox/attempts/").skip(1) {
        let sign_up = link.split('"').next().unwrap();
        pages.push(format!("/_sandbox/attempts/{sign_up}?secrets=shown"));
    }
    assert_eq!(pages.len(), 8);
    for path in pages {
        let page = stack.page(&path).await;
        assert!(!page.contains(SCRIPT), "{path}\n{page}");
        assert!(page.contains("&#60;script&#62;alert(1)"), "{path}\n{page}");
    }
}

#[tokio::test]
async fn no_page_of_another_site_presses_a_button() {
    let stack = Stack::start().await;
    let from: [fn(RequestBuilder) -> RequestBuilder; 4] = [
        |request| request.header("origin", "https://evil.example"),
        |request| request.header("origin", "null"),
        |request| request.header("sec-fetch-site", "cross-site"),
        |request| request.header("sec-fetch-site", "same-site"),
    ];
    for elsewhere in from {
        for path in ["deactivate", "reset", "remove", "next", "faults", "clock"] {
            let request = stack.http.post(stack.at(&format!("{CLIENT}/{path}")));
            let request = request.form(&[("minutes", "15"), ("scenario", "anna")]);
            let status = elsewhere(request).send().await.unwrap().status();
            assert_eq!(status.as_u16(), 403, "{path}");
        }
        let request = stack.http.post(stack.at("/_sandbox/add-client"));
        let status = elsewhere(request).send().await.unwrap().status();
        assert_eq!(status.as_u16(), 403);
    }
    assert!(stack.page(CLIENT).await.contains(">active<"));
    assert_eq!(
        stack
            .page("/_sandbox/clients")
            .await
            .matches("class=\"whole\"")
            .count(),
        2
    );

    let path = stack.at(&format!("{CLIENT}/deactivate"));
    let request = stack.http.post(path).header("origin", stack.sandbox.url());
    assert_eq!(request.send().await.unwrap().status().as_u16(), 303);
    // Another site's name that resolves to this address.
    let request = stack
        .http
        .get(stack.at("/_sandbox/"))
        .header("host", "evil.example");
    assert_eq!(request.send().await.unwrap().status().as_u16(), 421);
}
