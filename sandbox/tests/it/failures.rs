//! The scenarios in which something goes wrong, over the wire.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Response;
use serde_json::Value;

use crate::harness::{REDIRECT_URI, Stack, assert_refused, location, parameter};

/// How long a test waits for an answer that must come.
const SOON: Duration = Duration::from_secs(10);
const DEACTIVATED: &str = "Account deactivated. Please contact your Authenteq Sales \
                           Representative in order to keep using this service";

impl Stack {
    /// The answer of the token call for a code of this scenario.
    async fn token_answer(&self, scenario: &str) -> Response {
        self.exchange(&Self::token_form(&self.code(scenario).await))
            .await
    }

    /// The answer of the details call for a token of this scenario.
    async fn details_answer(&self, scenario: &str) -> Response {
        self.details(&self.token(scenario).await).await
    }

    /// The answer of the result call for a code of this scenario.
    async fn result_answer(&self, scenario: &str) -> Response {
        let back = self.come_back(REDIRECT_URI, scenario).await;
        let code = parameter(&back.parse().unwrap(), "code").unwrap();
        self.result(REDIRECT_URI, &code).await
    }
}

fn front_of(record: &Value) -> Vec<u8> {
    let content = &record["documentData"]["croppedFrontImage"]["content"];
    STANDARD.decode(content.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn who_does_not_pass_comes_back_with_the_state_alone_in_either_flow() {
    let stack = Stack::start().await;
    for scenario in ["cancelled", "liveness-failed", "no-code"] {
        let back = stack.approve(scenario).await;
        assert_eq!(back.as_str(), format!("{REDIRECT_URI}?state=s"));
        let back = stack.come_back(REDIRECT_URI, scenario).await;
        assert_eq!(back, REDIRECT_URI);
    }
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn a_slow_token_comes_after_twenty_seconds_of_the_sandboxs_time() {
    let stack = Stack::start().await;
    let form = Stack::token_form(&stack.code("slow-token").await);
    let status = || {
        let requests = stack.sandbox.requests();
        let calls = requests.iter().filter(|one| one.path.ends_with("/token"));
        calls.map(|call| call.status).collect::<Vec<_>>()
    };
    let asking = stack.exchange(&form);
    let watching = async {
        while status().is_empty() {
            tokio::task::yield_now().await;
        }
        // A later call is answered before it.
        stack.token("anna").await;
        assert_eq!(status(), [None, Some(200)]);
        stack.sandbox.advance_clock(Duration::from_secs(10));
        stack.token("anna").await;
        assert_eq!(status(), [None, Some(200), Some(200)]);
        stack.sandbox.advance_clock(Duration::from_secs(10));
    };
    let both = async { tokio::join!(asking, watching).0 };
    let answer = tokio::time::timeout(SOON, both).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let body: Value = answer.json().await.unwrap();
    let details = stack.details(body["token"].as_str().unwrap()).await;
    assert_eq!(details.status().as_u16(), 200);
}

#[tokio::test]
async fn a_lost_token_is_a_gateways_error_and_its_code_is_spent() {
    let stack = Stack::start().await;
    let form = Stack::token_form(&stack.code("token-500").await);
    let lost = stack.exchange(&form).await;
    assert_eq!(lost.status().as_u16(), 500);
    assert_eq!(lost.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(stack.exchange(&form).await.status().as_u16(), 400);
    assert_eq!(
        stack.result_answer("token-500").await.status().as_u16(),
        500
    );
}

#[tokio::test]
async fn a_refused_code_is_called_invalid_or_expired() {
    let stack = Stack::start().await;
    for answer in [
        stack.token_answer("code-refused").await,
        stack.result_answer("code-refused").await,
    ] {
        assert_refused(
            answer,
            400,
            "INVALID_REQUEST_PARAMETER",
            "Parameter 'code' is invalid or expired",
        )
        .await;
    }
}

#[tokio::test]
async fn expired_details_have_a_token_and_no_more() {
    let stack = Stack::start().await;
    assert_refused(
        stack.details_answer("details-expired").await,
        401,
        "TOKEN_INVALID",
        "Token is invalid or expired",
    )
    .await;
}

#[tokio::test]
async fn a_closed_account_gets_neither_token_nor_result_nor_exports() {
    let stack = Stack::start().await;
    let mut answers = vec![
        stack.token_answer("account-deactivated").await,
        stack.result_answer("account-deactivated").await,
    ];
    let id = stack.verified("account-deactivated").await;
    for call in ["json", "multipart", "pdf"] {
        answers.push(stack.export(call, &id).await);
    }
    for answer in answers {
        assert_refused(answer, 403, "ACCOUNT_DEACTIVATED", DEACTIVATED).await;
    }
}

#[tokio::test]
async fn details_that_are_cut_short_promise_more_than_comes() {
    let stack = Stack::start().await;
    let whole = stack.details_answer("john").await.content_length().unwrap();
    for mut answer in [
        stack.details_answer("truncated-details").await,
        stack.result_answer("truncated-details").await,
    ] {
        assert_eq!(answer.status().as_u16(), 200);
        assert!(answer.content_length().unwrap() >= whole);
        let mut came = 0;
        let end = loop {
            match answer.chunk().await {
                Ok(Some(chunk)) => came += chunk.len() as u64,
                other => break other,
            }
        };
        assert!(end.is_err() && came < whole, "{came} of {whole}");
    }
    // The next call on the same client works: the connection ended, the sandbox did not.
    assert_eq!(stack.details_answer("john").await.status().as_u16(), 200);
}

#[tokio::test]
async fn a_spoilt_image_is_spoilt_wherever_it_is_answered_and_alone() {
    let stack = Stack::start().await;
    let good: Value = stack.details_answer("john").await.json().await.unwrap();
    for (scenario, start) in [
        ("corrupt-image", &b"\xff\xd8\xff"[..]),
        ("lying-image", b"<!doctype html>"),
    ] {
        let details: Value = stack.details_answer(scenario).await.json().await.unwrap();
        let spoilt = front_of(&details);
        assert!(spoilt.starts_with(start));
        assert!(image::load_from_memory(&spoilt).is_err());
        let front = &details["documentData"]["croppedFrontImage"];
        assert_eq!(front["contentType"], "image/jpeg");
        for place in ["/livenessFaceImage", "/documentData/croppedBackImage"] {
            assert_eq!(details.pointer(place), good.pointer(place), "{place}");
        }

        let result: Value = stack.result_answer(scenario).await.json().await.unwrap();
        assert_eq!(front_of(&result), spoilt);
        let id = stack.verified(scenario).await;
        assert_eq!(front_of(&stack.record(&id).await), spoilt);
        let message = stack.export("multipart", &id).await.bytes().await.unwrap();
        assert!(message.windows(spoilt.len()).any(|part| part == spoilt));
    }
}

#[tokio::test]
async fn an_endless_message_has_every_part_and_no_end() {
    let stack = Stack::start().await;
    let id = stack.verified("endless-multipart").await;
    let answer = stack.export("multipart", &id).await;
    assert_eq!(answer.status().as_u16(), 200);
    let media_type = answer.headers()["content-type"].to_str().unwrap();
    let boundary = media_type.split_once('=').unwrap().1.to_owned();
    let message = answer.bytes().await.unwrap();
    assert!(message.ends_with(b"\xff\xd9\r\n"));
    let mut parts = multer::Multipart::with_reader(&*message, boundary);
    let mut read = 0;
    let end = loop {
        match parts.next_field().await {
            Ok(Some(part)) => match part.bytes().await {
                Ok(_) => read += 1,
                Err(error) => break error,
            },
            Ok(None) => panic!("the message has an end"),
            Err(error) => break error,
        }
    };
    assert_eq!(read, 4, "{end}");
}

#[tokio::test]
async fn a_false_pdf_says_that_it_is_one() {
    let stack = Stack::start().await;
    let id = stack.verified("false-pdf").await;
    let report = stack.exported("pdf", &id, "application/pdf").await;
    assert!(report.starts_with(b"<!doctype html>"));
}

#[tokio::test]
async fn the_last_page_says_what_is_to_go_wrong_afterwards() {
    let stack = Stack::start().await;
    for (scenario, sentence) in [
        ("anna", None),
        (
            "code-refused",
            Some("You chose “Code refused”: it happens when you return"),
        ),
    ] {
        let first = location(&stack.get(&stack.authorize_path("")).await);
        let answer = stack
            .submit(first.path(), &[("person", scenario), ("play", "all")])
            .await;
        let result = location(&answer);
        let page = stack.get(result.path()).await.text().await.unwrap();
        assert!(page.contains("<h1>Ready to return</h1>"), "{page}");
        assert_eq!(page.contains("data-test=\"failing\""), sentence.is_some());
        assert!(page.contains(sentence.unwrap_or_default()), "{page}");
    }
}
