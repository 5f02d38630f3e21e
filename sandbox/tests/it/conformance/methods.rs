//! Which methods the addresses answer to.

use reqwest::{Method, RequestBuilder};

use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack, parameter};

const EXPORTS: [&str; 3] = ["json", "multipart", "pdf"];

/// The calls that read, each with everything right.
async fn readings(stack: &Stack, method: &Method) -> Vec<RequestBuilder> {
    let token = stack.token("john").await;
    let id = stack.sandbox.verifications().pop().unwrap().id;
    let ask = |path: &str| stack.http.request(method.clone(), stack.at(path));
    let mut requests = vec![ask("/v2/web-kyc/details").bearer_auth(token)];
    requests.extend(EXPORTS.map(|call| {
        ask(&format!(
            "/export/verification-result-as-{call}?verificationId={id}"
        ))
        .basic_auth(CLIENT_ID, Some(SECRET))
    }));
    requests
}

#[tokio::test]
async fn what_is_read_by_get_is_not_read_by_anything_else() {
    let stack = Stack::start().await;
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        for request in readings(&stack, &method).await {
            let response = request.send().await.unwrap();
            let address = response.url().clone();
            assert_eq!(response.status().as_u16(), 405, "{method} {address}");
            assert_eq!(response.headers()["allow"], "GET,HEAD", "{address}");
            let body: serde_json::Value = response.json().await.unwrap();
            assert_eq!(body["errorCode"], "METHOD_NOT_ALLOWED", "{address}");
        }
    }
}

#[tokio::test]
async fn a_wrong_method_is_refused_with_the_right_one() {
    let stack = Stack::start().await;
    for (method, path, allowed, right) in [
        (Method::GET, "/v2/web-kyc/token", "POST", "POST"),
        (Method::PUT, "/v2/web-kyc/token", "POST", "POST"),
        (Method::POST, "/v2/web-kyc/details", "GET,HEAD", "GET"),
        (Method::POST, "/web-idv/verification-url", "GET", "GET"),
        (Method::HEAD, "/web-idv/verification-url", "GET", "GET"),
        (Method::POST, "/web-idv/verification-result", "GET", "GET"),
        (Method::HEAD, "/web-idv/verification-result", "GET", "GET"),
        (Method::POST, "/authorize", "GET", "GET"),
        (Method::HEAD, "/authorize", "GET", "GET"),
        (Method::DELETE, "/oauth", "GET", "GET"),
        (Method::HEAD, "/verify", "GET", "GET"),
    ] {
        let request = stack.http.request(method.clone(), stack.at(path));
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 405, "{method} {path}");
        assert_eq!(response.headers()["allow"], allowed, "{method} {path}");
        let list = stack.get("/_sandbox/api/attempts").await;
        let list: serde_json::Value = list.json().await.unwrap();
        let outcome = list[0]["outcome"].as_str().unwrap();
        let expected = format!("is a {method}; this path answers to {right} only");
        assert!(outcome.contains(&expected), "{outcome}");
    }
}

#[tokio::test]
async fn head_is_answered_like_get_but_for_the_body() {
    let stack = Stack::start().await;
    for request in readings(&stack, &Method::HEAD).await {
        let head = request.send().await.unwrap();
        let address = head.url().clone();
        assert_eq!(head.status().as_u16(), 200, "{address}");
        assert_eq!(head.headers()["cache-control"], "no-store", "{address}");
        let length: usize = head.headers()["content-length"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!(length > 0, "{address}");
        assert!(head.bytes().await.unwrap().is_empty(), "{address}");
    }
}

#[tokio::test]
async fn sbx_03_the_token_is_not_given_for_a_get_nor_for_fields_in_the_address() {
    let stack = Stack::start().await;
    let form = Stack::token_form(&stack.code("anna").await);
    let call = |method| {
        let request = stack.http.request(method, stack.at("/v2/web-kyc/token"));
        request.query(&form)
    };
    for method in [Method::GET, Method::HEAD, Method::PUT] {
        let response = call(method).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 405);
        assert_eq!(response.headers()["allow"], "POST");
    }
    let request = call(Method::POST).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(request.send().await.unwrap().status().as_u16(), 400);
    assert_eq!(stack.exchange(&form).await.status().as_u16(), 200);
}

#[tokio::test]
async fn a_sign_up_does_not_begin_with_a_post() {
    let stack = Stack::start().await;
    let path = stack.authorize_path("&state=s&sandbox_scenario=anna");
    for path in [path.clone(), path.replace("/authorize", "/oauth")] {
        let response = stack.http.post(stack.at(&path)).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 405);
        assert!(response.headers().get("location").is_none());
    }
    assert!(stack.sandbox.verifications().is_empty());
}

#[tokio::test]
async fn sbx_03_a_post_to_the_result_spends_no_code() {
    let stack = Stack::start().await;
    let back = stack.come_back(REDIRECT_URI, "john").await;
    let code = parameter(&back.parse().unwrap(), "code").unwrap();
    let path = format!("/web-idv/verification-result?redirectUrl={REDIRECT_URI}&code={code}");
    let post = stack.http.post(stack.at(&path));
    let refused = post.basic_auth(CLIENT_ID, Some(SECRET)).send().await;
    assert_eq!(refused.unwrap().status().as_u16(), 405);
    let response = stack.result(REDIRECT_URI, &code).await;
    assert_eq!(response.status().as_u16(), 200);
}

#[tokio::test]
async fn head_begins_no_sign_up_and_takes_no_code() {
    let stack = Stack::start().await;
    let back = stack.come_back(REDIRECT_URI, "john").await;
    let code = parameter(&back.parse().unwrap(), "code").unwrap();
    let result = format!("/web-idv/verification-result?redirectUrl={REDIRECT_URI}&code={code}");
    let issued = stack.sandbox.verifications().len();
    for path in [
        stack.authorize_path("&sandbox_scenario=anna"),
        result,
        format!("/web-idv/verification-url?redirectUrl={REDIRECT_URI}"),
        "/verify".to_owned(),
    ] {
        let request = stack
            .http
            .head(stack.at(&path))
            .basic_auth(CLIENT_ID, Some(SECRET));
        assert_eq!(request.send().await.unwrap().status(), 405, "{path}");
    }
    assert_eq!(stack.sandbox.verifications().len(), issued);
    assert_eq!(stack.result(REDIRECT_URI, &code).await.status(), 200);
}
