//! Ways around the checks: no verification comes of them.

use super::{played::likeness, *};

/// Nothing was issued.
fn assert_nothing_issued(stack: &Stack) {
    let issued = stack.sandbox.verifications();
    assert!(issued.is_empty(), "{:?}", issued[0].scenario);
}

#[tokio::test]
async fn liv_06_the_text_of_one_document_is_not_joined_with_the_portrait_of_another() {
    let (stack, verifier) = stack_played().await;
    // In place of it, and beside it.
    for shown in [
        [(FRONT, passport()), (FRONT, another_front())],
        [(FRONT, another_front()), (BACK, passport())],
        [
            (FRONT, another_front()),
            (BACK, back_of(SURNAME, "L898902C3")),
        ],
    ] {
        let sign_up = at_the_document(&stack).await;
        for (side, answer) in shown {
            verifier.answer("documents", 200, answer);
            assert_eq!(show(&sign_up, side).await.status().as_u16(), 204);
        }
        text(complete(&sign_up).await, 422).await;
        sign_up.press("verification", "").await;
        assert_nothing_issued(&stack);
    }
    // A card of one piece is read.
    let sign_up = at_the_document(&stack).await;
    verifier.answer("documents", 200, another_front());
    show(&sign_up, FRONT).await;
    verifier.answer("documents", 200, back_of("OTHERSON", "X1234567A"));
    show(&sign_up, BACK).await;
    state(complete(&sign_up).await).await;
    assert!(sign_up.page("verification").await.contains("OTHERSON"));
}

#[tokio::test]
async fn liv_06_an_unsure_back_of_another_document_is_not_taken() {
    let (stack, verifier) = stack_played().await;
    let sign_up = at_the_document(&stack).await;
    show(&sign_up, FRONT).await;
    let mut back = back_of("OTHERSON", "X1234567A");
    back["retake"] = "unsure".into();
    back["zone"]["fields"]["documentNumber"]["sure"] = false.into();
    verifier.answer("documents", 200, back);
    for _ in 0..2 {
        text(show(&sign_up, BACK).await, 422).await;
    }
    assert_eq!(sign_up.shown("back").await, None);
}

#[tokio::test]
async fn liv_06_after_a_wrong_document_the_right_one_is_read_alone() {
    let (stack, verifier) = stack_played().await;
    let sign_up = at_the_document(&stack).await;
    verifier.answer("documents", 200, another_passport());
    show(&sign_up, FRONT).await;
    state(complete(&sign_up).await).await;
    verifier.answer("documents", 200, passport());
    show(&sign_up, FRONT).await;
    state(complete(&sign_up).await).await;
    let page = sign_up.page("verification").await;
    assert!(page.contains(SURNAME) && !page.contains("OTHERSON"));
}

#[tokio::test]
async fn liv_06_a_portrait_that_comes_while_faces_are_compared_is_compared_itself() {
    let (stack, verifier) = stack_played().await;
    let sign_up = at_the_document(&stack).await;
    show(&sign_up, FRONT).await;
    let held = verifier.hold("match");
    tokio::join!(complete(&sign_up), async {
        held.arrived.notified().await;
        verifier.answer("documents", 200, another_passport());
        show(&sign_up, FRONT).await;
        verifier.answer("match", 200, likeness(0.21));
        held.goes_on.notify_one();
    });
    sign_up.press("verification", "").await;
    assert_nothing_issued(&stack);
}

#[tokio::test]
async fn sbx_15_a_scenario_under_way_ends_as_its_test_person() {
    let (stack, _verifier) = stack_played().await;
    let url = stack.verification_url(REDIRECT_URI).await;
    let pages = location(&stack.http.get(url.clone()).send().await.unwrap());
    let sign_up = SignUp::at_address(&stack, pages.path());
    sign_up.go_through("john", &["introduction"]).await;
    show(&sign_up, FRONT).await;
    state(complete(&sign_up).await).await;
    let again = format!("{url}&sandbox_scenario=anna");
    let left = location(&stack.http.get(again).send().await.unwrap());
    assert!(parameter(&left, "code").is_some());
    let issued = stack.sandbox.verifications().remove(0);
    assert_eq!(issued.scenario, "anna");
    assert!(!issued.details.to_string().contains(SURNAME));
}

#[tokio::test]
async fn sbx_15_a_front_alone_is_no_reading_and_becomes_no_specimen() {
    let (stack, verifier) = stack_played().await;
    verifier.answer("documents", 200, another_front());
    let sign_up = SignUp::of_web_kyc(&stack, "").await;
    sign_up.press("introduction", "person=anna&play=all").await;
    sign_up.go_through("anna", &["introduction"]).await;
    pass(&sign_up).await;
    show(&sign_up, FRONT).await;
    sign_up.press("verification", "").await;
    sign_up.press("liveness", "").await;
    show(&sign_up, FRONT).await;
    sign_up.press("verification", "").await;
    assert_nothing_issued(&stack);
}

#[tokio::test]
async fn sbx_15_a_picture_that_contradicts_takes_the_reading_back() {
    let (stack, verifier) = stack_played().await;
    let mut unsure = another_passport();
    unsure["retake"] = "unsure".into();
    for page in ["verification", "document"] {
        verifier.answer("documents", 200, passport());
        let sign_up = at_the_document(&stack).await;
        show(&sign_up, FRONT).await;
        state(complete(&sign_up).await).await;
        verifier.answer("documents", 200, &unsure);
        show(&sign_up, FRONT).await;
        verifier.answer("documents", 200, another_front());
        show(&sign_up, FRONT).await;
        sign_up.press(page, "").await;
        sign_up.press("verification", "").await;
        assert_nothing_issued(&stack);
        let shown = sign_up.page("document").await;
        assert!(!shown.contains("data-test=\"read\""));
    }
}

#[tokio::test]
async fn sbx_15_a_picture_that_is_removed_is_removed_with_what_it_showed() {
    let (stack, _verifier) = stack_played().await;
    for (page, picture, sentence) in [
        ("document", "document/picture/front", "No document has been"),
        ("liveness", "liveness/picture/face", "You have not followed"),
    ] {
        let sign_up = at_the_document(&stack).await;
        show(&sign_up, FRONT).await;
        state(complete(&sign_up).await).await;
        sign_up.press(&format!("{picture}/remove"), "").await;
        sign_up.press("verification", "").await;
        assert_nothing_issued(&stack);
        let why = text(leave(&sign_up, page).await, 422).await;
        assert!(why.starts_with(sentence), "{why}");
    }
}
