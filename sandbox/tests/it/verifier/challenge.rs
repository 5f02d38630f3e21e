//! Prompts that visitors follow, and the comparison of their faces with the portrait.

use super::{
    played::{BREAKS_OFF, likeness},
    *,
};

const NOT_YET: &str = "You have not followed the prompts yet.";

#[tokio::test]
async fn prompts_come_one_after_the_other_in_the_visitors_language() {
    let (stack, verifier) = stack_played().await;
    let sign_up = at_the_face(&stack).await;
    let first = state(challenge(&sign_up, "challenge").await).await;
    assert_eq!(first["prompt"], "Turn your head to your left");
    verifier.answer("frames", 200, json!({ "state": "go on", "prompt": "left" }));
    let same = state(challenge(&sign_up, "frames?seq=0").await).await;
    assert_eq!(same, json!({ "state": "go on", "again": true }));
    verifier.answer(
        "frames",
        200,
        json!({ "state": "next", "prompt": "centre" }),
    );
    let next = state(challenge(&sign_up, "frames?seq=1").await).await;
    assert_eq!(next["prompt"], "Look straight ahead");
    let path = sign_up.at("liveness/frames?seq=2");
    let german = sign_up.request(Method::POST, &path);
    let german = german.header("accept-language", "de").send().await.unwrap();
    assert_eq!(state(german).await["prompt"], "Schauen Sie geradeaus");
}

#[tokio::test]
async fn liv_06_the_page_of_the_face_is_not_left_before_the_prompts_were_followed() {
    let (stack, _verifier) = stack_played().await;
    let sign_up = at_the_face(&stack).await;
    let page = sign_up.page("liveness").await;
    assert!(page.contains("data-reads") && !page.contains("upload-face"));
    assert!(
        text(leave(&sign_up, "liveness").await, 422)
            .await
            .starts_with(NOT_YET)
    );
    // Nor does a picture of the visitor's choice do.
    let shown = sign_up.send(crate::pictures::FACE, "", plain(RED, ImageFormat::Jpeg));
    assert!(text(shown.await, 422).await.starts_with(NOT_YET));
    assert_eq!(sign_up.shown("face").await, None);
    let frame = challenge(&sign_up, "frames?seq=0").await;
    assert!(text(frame, 409).await.starts_with(NOT_YET));
    pass(&sign_up).await;
    assert_is(&sign_up.shown("face").await.unwrap(), RED);
    let next = state(leave(&sign_up, "liveness").await).await;
    assert!(next["location"].as_str().unwrap().ends_with("/document"));
}

#[tokio::test]
async fn each_failure_has_its_sentence_and_after_three_the_visitor_goes_on_without() {
    let reasons = [
        ("wrongWay", "You turned the other way"),
        ("tooSoon", "You moved before the prompt."),
        ("tooLong", "The turn was not seen in time."),
        ("gap", "The camera stopped for a moment."),
        ("outOfOrder", "The frames came in the wrong order."),
        ("noFace", "Your face was not seen."),
        ("twoFaces", "More than one face was seen."),
        ("jump", "Your face moved too fast."),
        ("distance", "You came too near"),
        ("otherFace", "Another face was seen."),
    ];
    let (stack, verifier) = stack_played().await;
    for (reason, sentence) in reasons {
        verifier.answer(
            "frames",
            200,
            json!({ "state": "failed", "reason": reason }),
        );
        let sign_up = at_the_face(&stack).await;
        for again in [true, true, false] {
            state(challenge(&sign_up, "challenge").await).await;
            let failed = state(challenge(&sign_up, "frames?seq=0").await).await;
            assert!(failed["sentence"].as_str().unwrap().starts_with(sentence));
            assert_eq!(failed["again"], again, "{reason}");
        }
        let none = text(challenge(&sign_up, "challenge").await, 429).await;
        assert!(none.starts_with("Three tries were not enough."), "{none}");
        sign_up.press("introduction", "person=anna&play=all").await;
        let left = location(&sign_up.press("verification", "").await);
        assert!(parameter(&left, "code").is_some());
    }
}

#[tokio::test]
async fn faces_that_do_not_look_alike_end_the_sign_up_without_a_code() {
    let (stack, verifier) = stack_played().await;
    verifier.answer("match", 200, likeness(0.21));
    let sign_up = at_the_document(&stack).await;
    show(&sign_up, FRONT).await;
    let left = state(complete(&sign_up).await).await;
    assert_eq!(left["location"], format!("{REDIRECT_URI}?state=s"));
    assert_eq!(show(&sign_up, FRONT).await.status().as_u16(), 410);
}

#[tokio::test]
async fn in_the_other_order_the_faces_are_compared_after_the_face() {
    let (stack, verifier) = stack_played().await;
    verifier.answer("match", 200, likeness(0.21));
    let sign_up = SignUp::of_web_idv(&stack).await;
    sign_up.go_through("anna", &["introduction"]).await;
    show(&sign_up, FRONT).await;
    let next = state(complete(&sign_up).await).await;
    assert!(next["location"].as_str().unwrap().ends_with("/liveness"));
    pass(&sign_up).await;
    let left = state(leave(&sign_up, "liveness").await).await;
    assert!(
        !left["location"].as_str().unwrap().contains("code="),
        "{left}"
    );
}

#[tokio::test]
async fn liv_06_another_document_is_compared_anew_before_the_visitor_returns() {
    let (stack, verifier) = stack_played().await;
    let sign_up = at_the_document(&stack).await;
    show(&sign_up, FRONT).await;
    state(complete(&sign_up).await).await;
    verifier.answer("match", 200, likeness(0.21));
    show(&sign_up, FRONT).await;
    let left = location(&sign_up.press("verification", "").await);
    assert_eq!(parameter(&left, "code"), None);
}

#[tokio::test]
async fn a_portrait_without_a_face_is_asked_for_again() {
    let (stack, verifier) = stack_played().await;
    let sign_up = at_the_document(&stack).await;
    let mut side = passport();
    side["portrait"] = Value::Null;
    verifier.answer("documents", 200, side);
    show(&sign_up, FRONT).await;
    let sentence = text(complete(&sign_up).await, 422).await;
    assert!(sentence.starts_with("No face was found on the document."));
    verifier.answer("documents", 200, passport());
    show(&sign_up, FRONT).await;
    verifier.answer("match", 422, json!({ "code": "NO_FACE" }));
    let sentence = text(complete(&sign_up).await, 422).await;
    assert!(sentence.starts_with("No face was found on the document."));
    verifier.answer("match", 200, likeness(0.62));
    state(complete(&sign_up).await).await;
}

#[tokio::test]
async fn a_verifier_that_forgot_the_face_leads_back_to_the_prompts() {
    let (stack, verifier) = stack_played().await;
    let sign_up = at_the_document(&stack).await;
    show(&sign_up, FRONT).await;
    verifier.answer("match", 404, json!({ "code": "UNKNOWN_CHALLENGE" }));
    let page = text(sign_up.press("document", "").await, 422).await;
    assert!(page.contains("The verifier does not have your face any more."));
    pass(&sign_up).await;
    let back = state(complete(&sign_up).await).await;
    assert!(back["location"].as_str().unwrap().ends_with("/liveness"));
    assert!(
        back["sentence"]
            .as_str()
            .unwrap()
            .starts_with("The verifier does not have")
    );
    verifier.answer("match", 200, likeness(0.62));
    pass(&sign_up).await;
    state(leave(&sign_up, "liveness").await).await;
    state(complete(&sign_up).await).await;
}

#[tokio::test]
async fn what_the_verifier_does_not_do_costs_no_try() {
    let (stack, verifier) = stack_played().await;
    let sign_up = at_the_face(&stack).await;
    let away = "The verifier does not answer, so your face was not seen.";
    let wrong = "The verifier failed, so your face was not seen.";
    for (answered, status, sentence) in [
        ((BREAKS_OFF, Value::Null), 502, away),
        ((500, Value::Null), 502, wrong),
        ((200, json!({ "state": "passed" })), 502, wrong),
        ((200, json!({ "state": "maybe" })), 502, wrong),
        ((503, Value::Null), 503, "Others are before you."),
    ] {
        verifier.answer("frames", answered.0, answered.1);
        state(challenge(&sign_up, "challenge").await).await;
        let shown = text(challenge(&sign_up, "frames?seq=0").await, status).await;
        assert!(shown.starts_with(sentence), "{shown}");
    }
    verifier.answer(
        "challenges",
        201,
        json!({ "id": "../documents", "prompt": "left" }),
    );
    let shown = text(challenge(&sign_up, "challenge").await, 502).await;
    assert!(shown.starts_with(wrong));
    verifier.end().await;
    let shown = text(challenge(&sign_up, "challenge").await, 502).await;
    assert!(shown.starts_with(away));
    sign_up.press("introduction", "person=anna&play=all").await;
    let left = location(&sign_up.press("verification", "").await);
    assert!(parameter(&left, "code").is_some());
}

#[tokio::test]
async fn faces_that_were_not_compared_can_be_compared_later() {
    let (stack, verifier) = stack_played().await;
    let sign_up = at_the_document(&stack).await;
    show(&sign_up, FRONT).await;
    for (answered, status, sentence) in [
        (
            BREAKS_OFF,
            502,
            "The verifier does not answer, so the faces",
        ),
        (
            500,
            502,
            "The verifier failed, so the faces were not compared.",
        ),
        (503, 503, "Others are before you."),
    ] {
        verifier.answer("match", answered, "");
        let shown = text(complete(&sign_up).await, status).await;
        assert!(shown.starts_with(sentence), "{shown}");
    }
    verifier.answer("match", 200, likeness(0.62));
    state(complete(&sign_up).await).await;
}

#[tokio::test]
async fn sbx_13_the_verifier_forgets_the_face_as_soon_as_the_sandbox_does() {
    let (stack, verifier) = stack_played().await;
    // The visitor cancels.
    let sign_up = at_the_document(&stack).await;
    verifier.forgets(&[]).await;
    location(&sign_up.press("cancel", "").await);
    verifier.forgets(&["c1"]).await;
    // The visitor fails.
    let sign_up = at_the_document(&stack).await;
    sign_up.press("document/fail", "").await;
    verifier.forgets(&["c1", "c2"]).await;
    // Another challenge takes the place of the first.
    let sign_up = at_the_face(&stack).await;
    pass(&sign_up).await;
    pass(&sign_up).await;
    verifier.forgets(&["c1", "c2", "c3"]).await;
    // The face is compared before the visitor returns.
    sign_up.go_through("anna", &["liveness"]).await;
    show(&sign_up, FRONT).await;
    complete(&sign_up).await;
    location(&sign_up.press("verification", "").await);
    verifier.forgets(&["c1", "c2", "c3", "c4"]).await;
}
