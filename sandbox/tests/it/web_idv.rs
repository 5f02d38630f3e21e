//! `/web-idv/…`: from the request of an address to the result.

mod refusals;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Response;
use serde_json::Value;
use url::Url;

use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack, assert_refused, parameter};

const RESULT: &str = "/web-idv/verification-result";
const CODE_REFUSED: &str = "Parameter 'code' is invalid or expired";

impl Stack {
    /// Asks with the right credentials. The query goes out as it is written.
    pub(crate) async fn ask(&self, path_and_query: &str) -> Response {
        let request = self.http.get(self.at(path_and_query));
        request
            .basic_auth(CLIENT_ID, Some(SECRET))
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn verification_url(&self, redirect_url: &str) -> Url {
        let path = format!("/web-idv/verification-url?redirectUrl={redirect_url}");
        let response = self.ask(&path).await;
        assert_eq!(response.status().as_u16(), 200);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body.as_object().unwrap().len(), 1);
        let url: Url = body["verificationUrl"].as_str().unwrap().parse().unwrap();
        assert!(
            url.as_str().starts_with(&self.at("/verify?token=")),
            "{url}"
        );
        url
    }

    /// Where a visitor of this scenario comes back to.
    pub(crate) async fn come_back(&self, redirect_url: &str, scenario: &str) -> String {
        let mut url = self.verification_url(redirect_url).await;
        url.query_pairs_mut()
            .append_pair("sandbox_scenario", scenario);
        let response = self.http.get(url).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 303);
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    async fn web_idv_code(&self) -> String {
        let back: Url = self.come_back(REDIRECT_URI, "john").await.parse().unwrap();
        parameter(&back, "code").unwrap()
    }

    pub(crate) async fn result(&self, redirect_url: &str, code: &str) -> Response {
        self.ask(&format!("{RESULT}?redirectUrl={redirect_url}&code={code}"))
            .await
    }
}

#[tokio::test]
async fn the_code_buys_the_whole_result() {
    let stack = Stack::start().await;
    for person in ["anna", "john"] {
        let back: Url = stack.come_back(REDIRECT_URI, person).await.parse().unwrap();
        let code = parameter(&back, "code").unwrap();
        // Clients exist that send the code first.
        let response = stack
            .ask(&format!("{RESULT}?code={code}&redirectUrl={REDIRECT_URI}"))
            .await;
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["cache-control"], "no-store");
        let mut result: Value = response.json().await.unwrap();
        for image in [
            &result["livenessFaceImage"],
            &result["documentData"]["croppedFrontImage"],
            &result["documentData"]["croppedBackImage"],
            &result["documentData"]["faceImage"],
        ] {
            assert_eq!(image["contentType"], "image/jpeg");
            let jpeg = STANDARD.decode(image["content"].as_str().unwrap()).unwrap();
            image::load_from_memory(&jpeg).unwrap();
        }
        let status = result.as_object_mut().unwrap().remove("status");
        assert_eq!(status.unwrap(), "PASSED");
        let issued = stack.sandbox.verifications().pop().unwrap();
        assert_eq!((issued.scenario.as_str(), &issued.code), (person, &code));

        // The rest is the export's answer for the id.
        let id = result["id"].as_str().unwrap();
        assert_eq!(issued.id, id);
        let path = format!("/export/verification-result-as-json?verificationId={id}");
        let exported: Value = stack.ask(&path).await.json().await.unwrap();
        assert_eq!(result, exported);
    }
}

#[tokio::test]
async fn the_redirect_url_keeps_its_query_and_gets_the_code_at_its_end() {
    let stack = Stack::start().await;
    for (sent, back) in [
        (
            "http://localhost:8080/results",
            "http://localhost:8080/results?",
        ),
        (
            "http%3A%2F%2Flocalhost%3A8080%2Fresults%3Fid%3D14567678%26email%3Duser%40business.com",
            "http://localhost:8080/results?id=14567678&email=user@business.com&",
        ),
        (
            "http://localhost:8080/results?u_id=A-B=7",
            "http://localhost:8080/results?u_id=A-B=7&",
        ),
        (
            "http%3A%2F%2Flocalhost%3A8080%2Fresults%3Fstate%3Dmine",
            "http://localhost:8080/results?state=mine&",
        ),
    ] {
        let location = stack.come_back(sent, "john").await;
        let (kept, code) = location.split_once("code=").unwrap();
        assert_eq!(kept, back);
        assert!(
            code.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "{code}"
        );
        assert_eq!(stack.result(sent, code).await.status().as_u16(), 200);
    }
}

#[tokio::test]
async fn who_gives_up_comes_back_without_a_code() {
    let stack = Stack::start().await;
    let back = stack
        .come_back("http://localhost:8080/results?u_id=7", "cancelled")
        .await;
    assert_eq!(back, "http://localhost:8080/results?u_id=7");
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn headers_of_other_times_are_ignored() {
    let stack = Stack::start().await;
    let path = format!("/web-idv/verification-url?redirectUrl={REDIRECT_URI}");
    let request = stack
        .http
        .get(stack.at(&path))
        .basic_auth(CLIENT_ID, Some(SECRET))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("aq-flow-slug", "none-of-ours")
        .header("aq-multi-document-flow", "On");
    assert_eq!(request.send().await.unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn sbx_03_a_code_buys_one_result_within_ten_minutes() {
    let stack = Stack::start().await;
    let code = stack.web_idv_code().await;
    assert_eq!(
        stack.result(REDIRECT_URI, &code).await.status().as_u16(),
        200
    );
    let late = stack.web_idv_code().await;
    stack.sandbox.advance_clock(Duration::from_secs(600));
    for refused in [code.as_str(), late.as_str(), "unknown"] {
        assert_refused(
            stack.result(REDIRECT_URI, refused).await,
            400,
            "INVALID_REQUEST_PARAMETER",
            CODE_REFUSED,
        )
        .await;
    }
}

#[tokio::test]
async fn a_code_of_one_flow_is_worth_nothing_in_the_other() {
    let stack = Stack::start().await;
    let form = Stack::token_form(&stack.web_idv_code().await);
    let invalid = "INVALID_REQUEST_PARAMETER";
    assert_refused(stack.exchange(&form).await, 400, invalid, CODE_REFUSED).await;
    let code = stack.code("john").await;
    let response = stack.result(REDIRECT_URI, &code).await;
    assert_refused(response, 400, invalid, CODE_REFUSED).await;
}

#[tokio::test]
async fn another_client_gets_no_result() {
    let stack = Stack::start().await;
    let code = stack.web_idv_code().await;
    let path = format!("{RESULT}?redirectUrl={REDIRECT_URI}&code={code}");
    let request = stack.http.get(stack.at(&path));
    let response = request
        .basic_auth("com.authenteq.demo", Some("sandbox-secret"))
        .send()
        .await
        .unwrap();
    assert_refused(response, 400, "INVALID_REQUEST_PARAMETER", CODE_REFUSED).await;
}

#[tokio::test]
async fn the_calls_are_in_the_list_of_requests_without_their_query() {
    let stack = Stack::start().await;
    let code = stack.web_idv_code().await;
    stack.result(REDIRECT_URI, &code).await;
    let refused: Value = stack.get("/web-idv/nothing").await.json().await.unwrap();
    assert_eq!(refused["errorCode"], "NOT_FOUND");
    let lines: Vec<String> = stack
        .sandbox
        .requests()
        .iter()
        .map(|request| format!("{} {} {:?}", request.method, request.path, request.status))
        .collect();
    assert_eq!(
        lines,
        [
            "GET /web-idv/verification-url Some(200)",
            "GET /verify Some(303)",
            "GET /web-idv/verification-result Some(200)",
            "GET /web-idv/nothing Some(404)",
        ]
    );
}
