//! The way through the pages, as a browser without scripts goes it.

use reqwest::{Response, header};
use serde_json::json;

use crate::{
    harness::{Stack, location, parameter},
    sign_up::SignUp,
};

const STEPS: [&str; 4] = ["introduction", "liveness", "document", "verification"];

async fn begin(stack: &Stack) -> String {
    let first = location(&stack.get(&stack.authorize_path("&state=s%20t")).await);
    first
        .path()
        .strip_suffix("/introduction")
        .unwrap()
        .to_owned()
}

async fn press(stack: &Stack, path: &str, body: &'static str) -> Response {
    let request = stack
        .http
        .post(stack.at(path))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body);
    request.send().await.unwrap()
}

#[tokio::test]
async fn both_persons_sign_up_through_the_pages() {
    let stack = Stack::start().await;
    for (person, choice) in [("anna", "person=anna"), ("john", "person=john")] {
        let sign_up = begin(&stack).await;
        let mut target = None;
        for step in STEPS {
            let response = stack.get(&format!("{sign_up}/{step}")).await;
            assert_eq!(response.status().as_u16(), 200);
            let page = response.text().await.unwrap();
            for hook in [
                format!("<body data-step=\"{step}\">"),
                "data-test=\"continue\"".to_owned(),
                "data-test=\"cancel\"".to_owned(),
                "Shop &#60;&#38;&#62; Co".to_owned(),
            ] {
                assert!(page.contains(&hook), "{hook}\n{page}");
            }
            if step == "introduction" {
                assert!(page.contains(&format!("data-test=\"person-{person}\"")));
            }
            target = Some(location(
                &press(&stack, &format!("{sign_up}/{step}"), choice).await,
            ));
        }
        let target = target.unwrap();
        assert!(
            target
                .as_str()
                .starts_with("http://localhost:8080/results?code="),
            "{target}"
        );
        assert!(target.as_str().ends_with("&state=s%20t"), "{target}");
        let issued = stack.sandbox.verifications().pop().unwrap();
        assert_eq!(issued.scenario, person);
        assert_eq!(parameter(&target, "code"), Some(issued.code));
    }
}

#[tokio::test]
async fn a_step_cannot_be_skipped_and_may_be_looked_at_again() {
    let stack = Stack::start().await;
    let sign_up = begin(&stack).await;
    for step in &STEPS[1..] {
        let target = location(&stack.get(&format!("{sign_up}/{step}")).await);
        assert!(target.path().ends_with("/introduction"));
        let target = location(&press(&stack, &format!("{sign_up}/{step}"), "").await);
        assert!(target.path().ends_with("/introduction"));
    }
    press(&stack, &format!("{sign_up}/introduction"), "person=john").await;
    press(&stack, &format!("{sign_up}/liveness"), "").await;
    assert!(
        location(&stack.get(&sign_up).await)
            .path()
            .ends_with("/document")
    );
    let again = stack
        .get(&format!("{sign_up}/introduction"))
        .await
        .text()
        .await
        .unwrap();
    assert!(
        again.contains("data-test=\"person-john\" aria-current"),
        "{again}"
    );
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn everybody_can_be_chosen_in_a_drawer_that_is_closed() {
    let stack = Stack::start().await;
    let sign_up = begin(&stack).await;
    press(&stack, &format!("{sign_up}/introduction"), "person=john").await;
    for step in ["introduction", "liveness"] {
        let page = stack.get(&format!("{sign_up}/{step}")).await;
        let page = page.text().await.unwrap();
        assert!(page.contains("<details class=\"drawer\">"), "{page}");
        assert_eq!(page.matches("class=\"person\"").count(), 33, "{step}");
        assert!(
            page.contains("data-test=\"person-john\" aria-current"),
            "{page}"
        );
        assert!(page.contains("<bdi>&#60;script&#62;alert(1)"), "{page}");
        // Enter in the tick box presses the first button of the form.
        let form = page.split_once("class=\"people\"").unwrap().1;
        let first = form
            .split_once("<button")
            .unwrap()
            .1
            .split_once('>')
            .unwrap()
            .0;
        assert!(first.contains("formmethod=\"get\""), "{first}");
        for form in ["liveness/fail", "introduction/fail", "clock"] {
            let action = format!("action=\"{sign_up}/{form}\"");
            let expected = form == "clock" || form.starts_with(step);
            assert_eq!(page.contains(&action), expected, "{form}");
        }
    }
}

#[tokio::test]
async fn a_complete_person_is_one_press_away() {
    let stack = Stack::start().await;
    let sign_up = begin(&stack).await;
    let path = format!("{sign_up}/introduction");
    let page = stack.get(&path).await.text().await.unwrap();
    let offered = "name=\"person\" value=\"complete\" form=\"continue\"";
    assert!(page.contains(offered), "{page}");
    let result = location(&press(&stack, &path, "person=complete&play=all").await);
    assert!(result.path().ends_with("/verification"), "{result}");
    let page = stack.get(result.path()).await.text().await.unwrap();
    let sentence = "Test person: Marco David Castellano. Faces were not compared.";
    assert!(page.contains(sentence), "{page}");
    press(&stack, result.path(), "").await;
    let issued = stack.sandbox.verifications().pop().unwrap();
    assert_eq!(issued.scenario, "complete");
}

#[tokio::test]
async fn who_plays_a_failure_comes_as_far_as_it() {
    let stack = Stack::start().await;
    for (person, end) in [
        ("cancelled", "/results"),
        ("liveness-failed", "/results"),
        ("no-code", "/verification"),
    ] {
        let path = format!("{}/introduction", begin(&stack).await);
        let form = [("person", person), ("play", "all")];
        let request = stack.http.post(stack.at(&path)).form(&form);
        let target = location(&request.send().await.unwrap());
        assert!(target.path().ends_with(end), "{person}: {target}");
        assert_eq!(parameter(&target, "code"), None);
    }
}

#[tokio::test]
async fn an_end_without_a_check_leads_back_without_a_code() {
    let stack = Stack::start().await;
    let sign_up = SignUp::of_web_kyc(&stack, "&state=s%20t").await;
    sign_up.go_through("john", &["introduction"]).await;
    let page = sign_up.page("liveness").await;
    let link = format!("href=\"{}\"", sign_up.at("unchecked"));
    assert!(page.contains(&link));
    let page = sign_up.page("unchecked").await;
    assert!(page.contains("You were not checked"), "{page}");
    let link = format!("href=\"{}\"", sign_up.at("liveness"));
    assert!(page.contains(&link), "{page}");
    let target = location(&sign_up.press("cancel", "").await);
    assert_eq!(target.as_str(), "http://localhost:8080/results?state=s%20t");
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn the_drawer_moves_the_clients_clock() {
    let stack = Stack::start().await;
    let sign_up = begin(&stack).await;
    for minutes in [15, 30, 45] {
        let answer = press(&stack, &format!("{sign_up}/clock"), "").await;
        let target = location(&answer);
        assert!(target.path().ends_with(&sign_up), "{minutes}");
        assert_eq!(target.fragment(), Some("clock"));
        assert_eq!(
            stack.get(&format!("{sign_up}/introduction")).await.status(),
            200
        );
    }
    press(&stack, &format!("{sign_up}/clock"), "").await;
    assert_eq!(stack.get(&sign_up).await.status(), 404);
}

#[tokio::test]
async fn a_face_that_is_not_recognised_leads_back_without_a_code() {
    let stack = Stack::start().await;
    let sign_up = begin(&stack).await;
    press(
        &stack,
        &format!("{sign_up}/introduction"),
        "person=liveness-failed",
    )
    .await;
    let path = format!("{sign_up}/liveness");
    let page = stack.get(&path).await.text().await.unwrap();
    assert!(page.contains("this failure is played"), "{page}");
    assert!(page.contains("Return to Shop"), "{page}");
    let target = location(&press(&stack, &path, "").await);
    assert_eq!(target.as_str(), "http://localhost:8080/results?state=s%20t");
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn a_page_shows_each_side_that_a_document_has() {
    let stack = Stack::start().await;
    for (choice, sides) in [
        ("person=passport", &["front"][..]),
        (
            "person=three-documents",
            &["front", "back", "front2", "front3", "back3"],
        ),
        (
            "person=complete",
            &["front", "back", "front2", "back2", "front3", "back3"],
        ),
    ] {
        let sign_up = begin(&stack).await;
        for step in &STEPS[..2] {
            press(&stack, &format!("{sign_up}/{step}"), choice).await;
        }
        let page = stack.get(&format!("{sign_up}/document")).await;
        let page = page.text().await.unwrap();
        let shown: Vec<&str> = page
            .split("/_sandbox/images/")
            .skip(1)
            .map(|rest| rest.split(['/', '.']).nth(1).unwrap())
            .collect();
        assert_eq!(shown, sides);
    }
}

#[tokio::test]
async fn a_double_click_at_the_end_makes_one_verification() {
    let stack = Stack::start().await;
    let sign_up = begin(&stack).await;
    for step in &STEPS[..3] {
        press(&stack, &format!("{sign_up}/{step}"), "person=anna").await;
    }
    let last = format!("{sign_up}/verification");
    let (one, other) = tokio::join!(press(&stack, &last, ""), press(&stack, &last, ""));
    assert_eq!(location(&one), location(&other));
    assert_eq!(stack.sandbox.verifications().len(), 1);
    assert_eq!(stack.get(&last).await.status().as_u16(), 410);
}

#[tokio::test]
async fn cancelling_returns_the_state_and_no_code() {
    let stack = Stack::start().await;
    let sign_up = begin(&stack).await;
    press(&stack, &format!("{sign_up}/introduction"), "person=anna").await;
    let target = location(&press(&stack, &format!("{sign_up}/cancel"), "").await);
    assert_eq!(target.as_str(), "http://localhost:8080/results?state=s%20t");
    let target = location(&press(&stack, &format!("{sign_up}/verification"), "").await);
    assert_eq!(parameter(&target, "code"), None);
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn a_sign_up_ends_after_an_hour_and_an_invented_one_never_began() {
    let stack = Stack::start().await;
    let sign_up = begin(&stack).await;
    stack
        .sandbox
        .advance_clock(std::time::Duration::from_secs(3600));
    for path in [
        sign_up.as_str(),
        "/identification/x",
        "/identification/x/liveness",
        "/identification/x/y",
    ] {
        let answer = stack.get(path).await;
        assert_eq!(answer.status().as_u16(), 404, "{path}");
        // Of one that is too old, the client is known.
        let page = answer.text().await.unwrap();
        let leads_back = page.contains("data-test=\"way-back\" href=\"http://localhost:8080/\"");
        assert_eq!(leads_back, path == sign_up, "{path}: {page}");
    }
    assert_eq!(
        press(&stack, &format!("{sign_up}/cancel"), "")
            .await
            .status()
            .as_u16(),
        404
    );
}

#[tokio::test]
async fn sbx_05_pages_may_load_only_the_sandboxs_own_and_lead_only_to_the_client() {
    let stack = Stack::start().await;
    let sign_up = begin(&stack).await;
    let response = stack.get(&format!("{sign_up}/introduction")).await;
    let headers = response.headers().clone();
    assert_eq!(
        headers["content-security-policy"],
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; \
         form-action 'self' http://localhost:8080; base-uri 'none'; frame-ancestors 'none'"
    );
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["referrer-policy"], "same-origin");
    assert_eq!(headers["cache-control"], "no-store");
    let page = response.text().await.unwrap();
    assert!(
        !page.contains("<script") && !page.contains("style=") && !page.contains("<style"),
        "{page}"
    );
    let sources: Vec<&str> = page
        .split("src=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(sources.len() >= 3);
    for source in sources {
        let response = stack.get(source).await;
        assert_eq!(response.status().as_u16(), 200, "{source}");
        let media_type = response.headers()["content-type"].to_str().unwrap();
        assert!(media_type.starts_with("image/"), "{source}: {media_type}");
    }
}

#[tokio::test]
async fn everything_a_page_names_is_there() {
    let stack = Stack::start().await;
    for path in [
        "/_sandbox/assets/style.css",
        "/_sandbox/assets/capture.css",
        "/_sandbox/assets/dashboard.css",
        "/_sandbox/assets/icon.svg",
        "/_sandbox/assets/roboto-regular.ttf",
        "/_sandbox/assets/roboto-bold.ttf",
        "/_sandbox/assets/noto-arabic-names.ttf",
        "/_sandbox/assets/noto-chinese-names.ttf",
    ] {
        assert_eq!(stack.get(path).await.status().as_u16(), 200, "{path}");
    }
    for path in [
        "/nothing",
        "/_sandbox/assets/..%2f..%2fCargo.toml",
        "/_sandbox/images/anna/eye.jpeg",
        "/_sandbox/images/nobody/front.jpeg",
        "/_sandbox/logo/nobody",
    ] {
        assert_eq!(stack.get(path).await.status().as_u16(), 404, "{path}");
    }
    let refused: serde_json::Value = stack.get("/v2/web-kyc/token").await.json().await.unwrap();
    assert_eq!(refused["errorCode"], json!("METHOD_NOT_ALLOWED"));
}

#[tokio::test]
async fn sbx_01_every_answer_says_that_it_comes_from_a_sandbox() {
    let stack = Stack::start().await;
    for path in [
        "/",
        "/authorize",
        "/v2/web-kyc/details",
        "/_sandbox/api/health",
        "/nothing",
    ] {
        assert_eq!(stack.get(path).await.headers()["x-sandbox"], "1", "{path}");
    }
}
