//! The commands that documentation prints and people type, run by the real `curl`. Only the
//! origin is another.

use std::process::Command;

use serde_json::Value;

use super::{assert_jpeg, basic};
use crate::harness::{CLIENT_ID, REDIRECT_URI, SECRET, Stack};

/// The answer that curl printed.
struct Printed {
    status: String,
    content_type: String,
    /// Where a browser would go next.
    next: String,
    body: Vec<u8>,
}

impl Printed {
    #[track_caller]
    fn json(&self) -> Value {
        assert_eq!(
            (self.status.as_str(), self.content_type.as_str()),
            ("200", "application/json"),
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Runs curl with these arguments. The arguments before them keep the machine's own settings out
/// and make it print status, type and redirect to standard error.
async fn curl<const N: usize>(arguments: [&str; N]) -> Printed {
    let mut command = Command::new("curl");
    command
        .args(["-q", "-sS", "--noproxy", "*", "--max-time", "60"])
        .args([
            "-w",
            "%{stderr}%{http_code}|%{content_type}|%{redirect_url}",
        ])
        .args(arguments);
    let running = tokio::task::spawn_blocking(move || command.output());
    let output = running
        .await
        .unwrap()
        .expect("these tests need the program curl on the PATH");
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "curl: {printed}");
    let [status, content_type, next] = printed
        .splitn(3, '|')
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    Printed {
        status: status.to_owned(),
        content_type: content_type.to_owned(),
        next: next.to_owned(),
        body: output.stdout,
    }
}

/// A code of the guide's own client, from the guide's own link.
async fn demo_code(stack: &Stack) -> String {
    let url = stack.at(
        "/authorize?response_type=code&redirect_uri=http://localhost:8080/results&client_id=com.authenteq.demo&state=randomrandom&sandbox_scenario=anna",
    );
    let answer = curl([&url]).await;
    assert_eq!(answer.status, "303");
    let query = answer
        .next
        .strip_prefix("http://localhost:8080/results?code=")
        .unwrap();
    let code = query.strip_suffix("&state=randomrandom").unwrap();
    code.to_owned()
}

#[tokio::test]
async fn the_guides_commands_lead_from_the_code_to_the_details() {
    let stack = Stack::start().await;
    let code = format!("code={}", demo_code(&stack).await);
    let token_url = stack.at("/v2/web-kyc/token");
    let exchange = || {
        curl([
            "-XPOST",
            "-F",
            "grantType=authorization_code",
            "-F",
            &code,
            "-F",
            "redirectUri=http://localhost:8080/results",
            "-F",
            "clientId=com.authenteq.demo",
            "-F",
            "clientSecret=sandbox-secret",
            &token_url,
        ])
    };
    let answer = exchange().await.json();
    assert_eq!(answer.as_object().unwrap().len(), 1);
    let token = answer["token"].as_str().unwrap();

    let header = format!("Authorization: Bearer {token}");
    let details_url = stack.at("/v2/web-kyc/details");
    let details = curl(["-X", "GET", "-H", &header, &details_url])
        .await
        .json();
    let names =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(names(&details), ["croppedDocs", "details"]);
    assert_eq!(names(&details["croppedDocs"]), ["back", "front"]);
    assert_jpeg(&details["croppedDocs"]["front"]);
    assert_jpeg(&details["croppedDocs"]["back"]);
    // The guide's document type is the number of another document; that is a slip of its own.
    let expected = serde_json::json!({
        "documentNumber": "8136431812",
        "issuingCountry": "DEU",
        "documentType": "NID",
        "givenNames": "ANNA MARIA",
        "surname": "SCHMIDT",
        "dateOfBirth": "1987-01-12",
        "nationality": "DEU",
        "dateOfIssue": "2017-01-30",
        "dateOfExpiry": "2027-01-30",
        "sex": "F",
    });
    assert_eq!(details["details"], expected);

    let again = exchange().await;
    assert_eq!(again.status, "400");
    let refused: Value = serde_json::from_slice(&again.body).unwrap();
    assert_eq!(refused["errorCode"], "INVALID_REQUEST_PARAMETER");
}

#[tokio::test]
async fn the_guides_button_begins_a_sign_up_at_its_other_address() {
    let stack = Stack::start().await;
    for path in [
        "/authorize?state=abc&response_type=code&redirect_uri=http://localhost:8080/results&back=https://&client_id=com.authenteq.demo",
        "/oauth?response_type=code&client_id=com.authenteq.demo&redirect_uri=http://localhost:8080/results&scope=kyc&state=abc&back=https://",
    ] {
        let answer = curl(["-L", &stack.at(path)]).await;
        assert_eq!(answer.status, "200");
        let page = String::from_utf8(answer.body).unwrap();
        assert!(page.contains("data-step=\"introduction\""), "{page}");
    }
}

#[tokio::test]
async fn the_exports_come_for_a_user_and_for_a_header_written_by_hand() {
    let stack = Stack::start().await;
    let id = stack.verified("john").await;
    let user = format!("{CLIENT_ID}:{SECRET}");
    let header = format!("Authorization: {}", basic(CLIENT_ID, SECRET));
    for credentials in [["-u", &user], ["-H", &header]] {
        let [flag, value] = credentials;
        let url = |call: &str| {
            stack.at(&format!(
                "/export/verification-result-as-{call}?verificationId={id}"
            ))
        };
        let record = curl([flag, value, &url("json")]).await.json();
        assert_eq!(record["id"], id);
        for image in [
            &record["livenessFaceImage"],
            &record["documentData"]["croppedFrontImage"],
            &record["documentData"]["croppedBackImage"],
            &record["documentData"]["faceImage"],
        ] {
            assert_eq!(image["contentType"], "image/jpeg");
            assert_jpeg(&image["content"]);
        }

        let message = curl([flag, value, &url("multipart")]).await;
        let boundary = message
            .content_type
            .strip_prefix("multipart/mixed;boundary=");
        let first = format!("--{}\r\n", boundary.unwrap());
        assert!(message.body.starts_with(first.as_bytes()));

        let report = curl([flag, value, &url("pdf")]).await;
        assert_eq!(report.content_type, "application/pdf");
        let read = lopdf::Document::load_mem(&report.body).unwrap();
        assert!(read.get_pages().len() > 1);
    }
}

#[tokio::test]
async fn web_idv_is_three_commands() {
    let stack = Stack::start().await;
    let user = format!("{CLIENT_ID}:{SECRET}");
    let asked = "http://localhost:8080/results?u_id=A-B";
    let url = stack.at(&format!("/web-idv/verification-url?redirectUrl={asked}"));
    let answer = curl([
        "-u",
        &user,
        "-XGET",
        "-H",
        "Content-Type: application/x-www-form-urlencoded",
        &url,
    ])
    .await;
    let sign_up = answer.json()["verificationUrl"]
        .as_str()
        .unwrap()
        .to_owned();

    let back = curl([&format!("{sign_up}&sandbox_scenario=john")])
        .await
        .next;
    let code = back.strip_prefix(&format!("{asked}&code=")).unwrap();

    let result = curl([
        "-u",
        &user,
        "-G",
        "--data-urlencode",
        &format!("redirectUrl={asked}"),
        "-d",
        &format!("code={code}"),
        &stack.at("/web-idv/verification-result"),
    ])
    .await
    .json();
    assert_eq!(result["status"], "PASSED");
    assert_jpeg(&result["documentData"]["croppedFrontImage"]["content"]);
}

#[tokio::test]
async fn a_form_is_read_however_curl_sends_it() {
    let stack = Stack::start().await;
    let url = stack.at("/v2/web-kyc/token");
    for how in [
        ["-H", "Expect: 100-continue"],
        ["-H", "Transfer-Encoding: chunked"],
        ["-H", "Expect:"],
        ["--http1.0", "-s"],
        ["--http2", "-s"],
    ] {
        let [flag, value] = how;
        for field in ["-F", "--data-urlencode"] {
            let code = format!("code={}", stack.code("john").await);
            // curl would read a type after a semicolon, and a file after an @.
            let [redirect_uri, id, secret] = [
                ("redirectUri", REDIRECT_URI),
                ("clientId", CLIENT_ID),
                ("clientSecret", SECRET),
            ]
            .map(|(name, value)| format!("{name}={value}"));
            let answer = curl([
                flag,
                value,
                field,
                "grantType=authorizationCode",
                field,
                &code,
                field,
                &redirect_uri,
                field,
                &id,
                field,
                &secret,
                &url,
            ]);
            let answer = answer.await.json();
            assert!(answer["token"].is_string(), "{how:?} {field}");
        }
    }
}
