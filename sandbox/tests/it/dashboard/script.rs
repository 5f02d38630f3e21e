//! The script on a client's page.

use webkyc_sandbox::{Effect, Endpoint, Fault, Times};

use super::{CLIENT, between};
use crate::harness::{Stack, location, parameter};

async fn sign_up(stack: &Stack) -> String {
    let target = location(&stack.get(&stack.authorize_path("")).await);
    match parameter(&target, "code") {
        Some(_) => stack.sandbox.verifications().pop().unwrap().scenario,
        None => target.path().to_owned(),
    }
}

#[tokio::test]
async fn the_next_sign_ups_play_their_scenarios_in_turn() {
    let stack = Stack::start().await;
    for scenario in ["john", "anna"] {
        let path = format!("{CLIENT}/next");
        let target = location(&stack.submit(&path, &[("scenario", scenario)]).await);
        assert_eq!(target.fragment(), Some("next"));
    }
    stack
        .submit(&format!("{CLIENT}/always"), &[("scenario", "arabic")])
        .await;
    let page = stack.page(CLIENT).await;
    let list = between(&page, "<ul class=\"planned\">", "</ul>").unwrap();
    for scenario in ["john", "anna", "arabic"] {
        assert!(list.contains(&format!("<code>{scenario}</code>")), "{list}");
    }
    for scenario in ["john", "anna", "arabic", "arabic"] {
        assert_eq!(sign_up(&stack).await, scenario);
    }
    stack
        .submit(&format!("{CLIENT}/always"), &[("scenario", "")])
        .await;
    assert!(sign_up(&stack).await.starts_with("/identification/"));
    stack
        .submit(&format!("{CLIENT}/next"), &[("scenario", "nobody")])
        .await;
    assert!(sign_up(&stack).await.starts_with("/identification/"));
}

#[tokio::test]
async fn a_fault_is_listed_until_it_was_played_or_taken_back() {
    let stack = Stack::start().await;
    let faults = format!("{CLIENT}/faults");
    let own = [
        ("at", "token"),
        ("effect", "respond"),
        ("times", "once"),
        ("status", "502"),
        ("content_type", "text/html"),
        ("body", "<p>gone"),
    ];
    location(&stack.submit(&faults, &own).await);
    let delay = [
        ("at", "details"),
        ("effect", "delay"),
        ("times", "always"),
        ("seconds", "7"),
    ];
    location(&stack.submit(&faults, &delay).await);
    let controls = stack.sandbox.client("client!+ID").unwrap();
    let expected = [
        Fault {
            at: Endpoint::Token,
            effect: Effect::Respond {
                status: 502,
                content_type: "text/html".to_owned(),
                body: "<p>gone".to_owned(),
            },
            times: Times::Once,
        },
        Fault {
            at: Endpoint::Details,
            effect: Effect::Delay { seconds: 7 },
            times: Times::Always,
        },
    ];
    assert_eq!(controls.faults(), expected);
    let page = stack.page(CLIENT).await;
    assert!(
        page.contains("Token: <b>Answer 502, as written here</b>, once"),
        "{page}"
    );
    assert!(
        page.contains("<b>Wait 7 seconds before the answer</b>, every time"),
        "{page}"
    );

    let form = Stack::token_form(&stack.code("anna").await);
    let answer = stack.exchange(&form).await;
    assert_eq!(answer.status().as_u16(), 502);
    assert_eq!(answer.text().await.unwrap(), "<p>gone");
    assert!(!stack.page(CLIENT).await.contains("Answer 502"));
    location(&stack.submit(&format!("{CLIENT}/clear"), &[]).await);
    assert!(controls.faults().is_empty());
    assert!(stack.page(CLIENT).await.contains("Nothing is set."));
}

#[tokio::test]
async fn a_fault_that_makes_no_sense_comes_back_as_it_was_entered() {
    let stack = Stack::start().await;
    let fields = [
        ("at", "export-pdf"),
        ("effect", "delay"),
        ("times", "always"),
        ("seconds", "soon"),
        ("body", "kept & whole"),
    ];
    let response = stack.submit(&format!("{CLIENT}/faults"), &fields).await;
    assert_eq!(response.status().as_u16(), 422);
    let page = response.text().await.unwrap();
    for kept in [
        "A delay takes a number of seconds",
        "value=\"export-pdf\" selected",
        "value=\"delay\" selected",
        // Far down on the page: the browser brings it into view.
        "aria-describedby=\"fault-flaw\" autofocus>",
        "id=\"fault-flaw\"",
        "value=\"always\" selected",
        "value=\"soon\"",
        "kept &#38; whole",
    ] {
        assert!(page.contains(kept), "{kept}\n{page}");
    }
    assert!(
        stack
            .sandbox
            .client("client!+ID")
            .unwrap()
            .faults()
            .is_empty()
    );
}

#[tokio::test]
async fn one_clients_time_is_moved_and_no_other() {
    let stack = Stack::start().await;
    let controls = stack.sandbox.client("client!+ID").unwrap();
    let demo = stack.sandbox.client("com.authenteq.demo").unwrap();
    let ahead = || controls.now().duration_since(demo.now()).as_secs();
    let clock = format!("{CLIENT}/clock");
    location(&stack.submit(&clock, &[("minutes", "15")]).await);
    location(&stack.submit(&clock, &[("minutes", " 60 ")]).await);
    assert!((74 * 60..=75 * 60).contains(&ahead()), "{}", ahead());
    for wrong in ["", "-1", "0", "1.5", "99999999999", "soon"] {
        let response = stack.submit(&clock, &[("minutes", wrong)]).await;
        assert_eq!(response.status().as_u16(), 422, "{wrong}");
        let page = response.text().await.unwrap();
        assert!(page.contains("only moves forward"), "{page}");
        assert!(page.contains(&format!("value=\"{wrong}\"")), "{page}");
        assert!(page.contains("minutes-flaw\" autofocus>"), "{page}");
    }
    assert!(ahead() <= 75 * 60, "{}", ahead());
}
