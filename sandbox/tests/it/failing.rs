//! Failing on the pages: the visitor goes back, or stays and sees why.

use webkyc_sandbox::{Client, Config, Sandbox};

use crate::{
    harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack, location},
    pictures::{FACE, RED, plain},
    sign_up::SignUp,
};

const WEB_KYC: [&str; 4] = ["introduction", "liveness", "document", "verification"];
const WEB_IDV: [&str; 4] = ["introduction", "document", "liveness", "verification"];

/// A stack whose client keeps visitors on the pages after a failure.
async fn staying() -> Stack {
    let client = Client::new(CLIENT_ID, SECRET, REDIRECT_URI).unwrap();
    let sandbox = Sandbox::start_with(Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        clients: vec![client.named("Shop").staying_after_failure()],
        ..Config::default()
    });
    Stack {
        sandbox: sandbox.await.unwrap(),
        ..Stack::start().await
    }
}

/// A sign-up that has come to the page of this number.
async fn at_page<'a>(stack: &'a Stack, steps: [&str; 4], place: usize) -> SignUp<'a> {
    let sign_up = if steps == WEB_KYC {
        SignUp::of_web_kyc(
            stack,
            "&state=s%20t&back_url=https%3A%2F%2Fshop.example%2Fhelp",
        )
        .await
    } else {
        SignUp::of_web_idv(stack).await
    };
    if place > 0 {
        sign_up.go_through("john", &steps[..place]).await;
    }
    sign_up
}

#[tokio::test]
async fn every_step_can_fail_and_leads_back_without_a_code() {
    let stack = Stack::start().await;
    for (steps, back) in [
        (WEB_KYC, format!("{REDIRECT_URI}?state=s%20t")),
        (WEB_IDV, REDIRECT_URI.to_owned()),
    ] {
        for (place, step) in steps.into_iter().enumerate() {
            let sign_up = at_page(&stack, steps, place).await;
            let page = sign_up.page(step).await;
            let fail = format!("{step}/fail");
            let form = format!("action=\"{}\"", sign_up.at(&fail));
            assert!(
                page.contains(&form) && page.contains("data-test=\"fail\""),
                "{page}"
            );
            let (one, other) = tokio::join!(sign_up.press(&fail, ""), sign_up.press(&fail, ""));
            assert_eq!(location(&one).as_str(), back);
            assert_eq!(location(&other).as_str(), back);
            assert_eq!(sign_up.get(step).await.status().as_u16(), 410);
            let late = sign_up.press("verification", "").await;
            assert_eq!(location(&late).as_str(), back);
        }
    }
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn a_page_that_was_not_reached_cannot_fail() {
    let stack = Stack::start().await;
    let sign_up = at_page(&stack, WEB_KYC, 1).await;
    let target = location(&sign_up.press("document/fail", "").await);
    assert!(target.path().ends_with("/liveness"), "{target}");
    for path in ["nothing/fail", "fail"] {
        assert_eq!(
            sign_up.press(path, "").await.status().as_u16(),
            404,
            "{path}"
        );
    }
    sign_up.go_through("john", &WEB_KYC[1..]).await;
    assert_eq!(stack.sandbox.verifications().len(), 1);
}

#[tokio::test]
async fn a_client_may_let_the_visitor_stay_and_try_again() {
    let stack = staying().await;
    for steps in [WEB_KYC, WEB_IDV] {
        let mut pages = Vec::new();
        for (place, step) in steps.into_iter().enumerate() {
            let sign_up = at_page(&stack, steps, place).await;
            let fail = format!("{step}/fail");
            let (one, other) = tokio::join!(sign_up.press(&fail, ""), sign_up.press(&fail, ""));
            assert!(location(&one).path().ends_with("/failed"));
            assert_eq!(location(&one), location(&other));
            // Every address, opened or sent to, leads to the failure.
            for path in [step, "verification"] {
                assert!(
                    location(&sign_up.get(path).await)
                        .path()
                        .ends_with("/failed")
                );
                let target = location(&sign_up.press(path, "person=john").await);
                assert!(target.path().ends_with("/failed"), "{target}");
            }
            let page = sign_up.page("failed").await;
            assert!(page.contains(&format!("data-step=\"failed\" data-failed=\"{step}\"")));
            let back = page.contains("href=\"https://shop.example/help\"");
            assert_eq!(
                back && page.contains("Back to Shop"),
                steps == WEB_KYC,
                "{page}"
            );
            pages.push(
                page.split("<h1>")
                    .nth(1)
                    .unwrap()
                    .split("</p>")
                    .next()
                    .unwrap()
                    .to_owned(),
            );

            let target = location(&sign_up.press("again", "").await);
            assert!(target.path().ends_with("/introduction"), "{target}");
            let target = sign_up.go_through("john", &steps).await;
            assert!(
                target
                    .as_str()
                    .starts_with(&format!("{REDIRECT_URI}?code=")),
                "{target}"
            );
        }
        pages.sort();
        pages.dedup();
        assert_eq!(pages.len(), 4, "{pages:?}");
    }
    assert_eq!(stack.sandbox.verifications().len(), 8);
}

#[tokio::test]
async fn a_test_person_can_be_chosen_after_a_failure() {
    let stack = staying().await;
    for (fields, next) in [
        ("person=anna&play=all", "/verification"),
        ("person=anna", "/liveness"),
    ] {
        let sign_up = at_page(&stack, WEB_KYC, 1).await;
        sign_up.press("liveness/fail", "").await;
        let page = sign_up.page("failed").await;
        let form = format!("action=\"{}\"", sign_up.at("again"));
        let persons = page.split(&form).nth(1).expect(&page);
        assert!(persons.contains("value=\"anna\""), "{page}");
        assert!(!page.contains("data-test=\"fail\""), "{page}");

        let target = location(&sign_up.press("again", fields).await);
        assert!(target.path().ends_with(next), "{target}");
        let rest = WEB_KYC.iter().position(|step| next.ends_with(step));
        sign_up.go_through("john", &WEB_KYC[rest.unwrap()..]).await;
        let verifications = stack.sandbox.verifications();
        assert_eq!(verifications.last().unwrap().scenario, "anna");
    }
}

#[tokio::test]
async fn only_a_visitor_who_failed_can_try_again() {
    let stack = staying().await;
    let sign_up = at_page(&stack, WEB_KYC, 2).await;
    assert!(
        location(&sign_up.press("again", "").await)
            .path()
            .ends_with("/document")
    );
    let failed = sign_up.get("failed").await;
    assert_eq!(location(&failed).path(), sign_up.address);
    // The page of a failure that is over has no effect any more.
    let stale = sign_up.press("again", "person=anna&play=all").await;
    assert!(location(&stale).path().ends_with("/document"));
    let left = sign_up.go_through("john", &WEB_KYC[2..]).await;
    assert_eq!(location(&sign_up.press("again", "").await), left);
    assert_eq!(location(&sign_up.press("document/fail", "").await), left);
    assert_eq!(sign_up.get("failed").await.status().as_u16(), 410);
    assert_eq!(stack.sandbox.verifications().len(), 1);
}

#[tokio::test]
async fn who_tries_again_begins_without_pictures() {
    let stack = staying().await;
    let sign_up = at_page(&stack, WEB_KYC, 1).await;
    let picture = plain(RED, image::ImageFormat::Jpeg);
    sign_up.send(FACE, "image/jpeg", picture.clone()).await;
    assert!(sign_up.shown("face").await.is_some());
    sign_up.press("liveness/fail", "").await;
    assert_eq!(sign_up.shown("face").await, None);
    let refused = sign_up.send(FACE, "image/jpeg", picture).await;
    assert_eq!(refused.status().as_u16(), 410);
    sign_up.press("again", "").await;
    sign_up.go_through("john", &WEB_KYC[..1]).await;
    assert_eq!(sign_up.shown("face").await, None);
}

#[tokio::test]
async fn cancelling_returns_at_once_and_so_do_scenarios_without_a_failure_to_see() {
    let stack = staying().await;
    let back = format!("{REDIRECT_URI}?state=s%20t");
    let sign_up = at_page(&stack, WEB_KYC, 2).await;
    assert_eq!(location(&sign_up.press("cancel", "").await).as_str(), back);
    let sign_up = at_page(&stack, WEB_KYC, 1).await;
    sign_up.press("liveness/fail", "").await;
    assert_eq!(location(&sign_up.press("cancel", "").await).as_str(), back);
    let page = stack.page(&stack.newest().await).await;
    assert!(
        page.contains("The visitor failed a check, and returned without a code."),
        "{page}"
    );
    assert!(!page.contains("The visitor cancelled."), "{page}");
    for (scenario, pages) in [("cancelled", 1), ("no-code", 4)] {
        let sign_up = at_page(&stack, WEB_KYC, 0).await;
        let target = sign_up.go_through(scenario, &WEB_KYC[..pages]).await;
        assert_eq!(target.as_str(), back, "{scenario}");
    }
    // Without pages there is none to stay on.
    assert_eq!(
        stack.approve("liveness-failed").await.as_str(),
        format!("{REDIRECT_URI}?state=s")
    );
}

#[tokio::test]
async fn a_scenario_that_fails_on_a_page_ends_on_the_same_page() {
    let stack = staying().await;
    for steps in [WEB_KYC, WEB_IDV] {
        let sign_up = at_page(&stack, steps, 0).await;
        let place = steps.iter().position(|step| *step == "liveness").unwrap();
        sign_up.go_through("liveness-failed", &steps[..place]).await;
        let page = sign_up.page("liveness").await;
        assert!(
            page.contains("this failure is played") && !page.contains("Return to Shop"),
            "{page}"
        );
        let target = sign_up.go_through("", &["liveness"]).await;
        assert!(target.path().ends_with("/failed"), "{target}");
        let page = sign_up.page("failed").await;
        assert!(page.contains("data-failed=\"liveness\""), "{page}");
    }
    assert!(stack.sandbox.verifications().is_empty());
}
