//! The verifications and their pictures.

use super::between;
use crate::harness::{REDIRECT_URI, Stack};

#[tokio::test]
async fn a_verification_is_shown_in_the_words_of_the_wire() {
    let stack = Stack::start().await;
    stack.approve("anna").await;
    stack.approve("two-documents").await;
    let issued = stack.sandbox.verifications().pop().unwrap();
    let list = stack.page("/_sandbox/verifications").await;
    assert_eq!(list.matches("<tr id=").count(), 2);
    assert!(list.find(&issued.id).unwrap() < list.find("Anna Maria").unwrap());

    let path = format!("/_sandbox/verifications/{}", issued.id);
    let page = stack.page(&path).await;
    for part in ["documentData", "documentData2"] {
        let table = between(&page, &format!("<caption>{part}</caption>"), "</table>").unwrap();
        let data = issued.details[part].as_object().unwrap();
        for (name, value) in data {
            if let Some(text) = value.as_str() {
                let row = format!("<th scope=\"row\">{name}</th><td><bdi>{text}</bdi></td>");
                assert!(table.contains(&row), "{row}\n{table}");
            }
        }
        let class = "licenseClassDetails.B.from";
        assert_eq!(
            table.contains(class),
            data.contains_key("licenseClassDetails")
        );
    }
    assert!(page.contains("-o report.pdf"), "{page}");
    let sign_up = between(&page, "href=\"/_sandbox/attempts/", "\"").unwrap();
    let sign_up = stack.page(&format!("/_sandbox/attempts/{sign_up}")).await;
    assert!(sign_up.contains(&path), "{sign_up}");
}

#[tokio::test]
async fn its_images_are_those_of_the_client_and_in_no_cache() {
    let stack = Stack::start().await;
    stack.approve("proof-of-address").await;
    let issued = stack.sandbox.verifications().pop().unwrap();
    let path = format!("/_sandbox/verifications/{}", issued.id);
    let response = stack
        .get(&format!("{path}/images/livenessFaceImage.jpeg"))
        .await;
    assert_eq!(response.headers()["content-type"], "image/jpeg");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let image = response.bytes().await.unwrap();
    use base64::Engine;
    let sent = issued.details["livenessFaceImage"]["content"]
        .as_str()
        .unwrap();
    assert_eq!(
        base64::prelude::BASE64_STANDARD.decode(sent).unwrap(),
        image
    );

    let response = stack.get(&format!("{path}/proof-of-address.pdf")).await;
    assert_eq!(response.headers()["content-type"], "application/pdf");
    assert!(response.bytes().await.unwrap().starts_with(b"%PDF-"));
    for missing in [
        "images/livenessFaceImage",
        "images/eye.jpeg",
        "images/livenessFaceImage2.jpeg",
    ] {
        let status = stack.get(&format!("{path}/{missing}")).await.status();
        assert_eq!(status.as_u16(), 404, "{missing}");
    }
    stack.approve("john").await;
    let johns = stack.sandbox.verifications().pop().unwrap().id;
    let bill = format!("/_sandbox/verifications/{johns}/proof-of-address.pdf");
    assert_eq!(stack.get(&bill).await.status().as_u16(), 404);
}

#[tokio::test]
async fn its_exports_are_written_out_for_a_terminal() {
    let stack = Stack::start().await;
    // Shells stumble over spaces and quotes.
    let client = webkyc_sandbox::Client::new("it's", "a 'b'", REDIRECT_URI).unwrap();
    let controls = stack.sandbox.add_client(client).unwrap();
    let query = "response_type=code&client_id=it%27s&scope=kyc&sandbox_scenario=anna";
    let redirect = "redirect_uri=http://localhost:8080/results";
    stack.get(&format!("/authorize?{query}&{redirect}")).await;
    let id = controls.verifications().pop().unwrap().id;
    let curl = async |query: &str| {
        let page = stack
            .page(&format!("/_sandbox/verifications/{id}{query}"))
            .await;
        let curl = between(&page, "id=\"curl-json\">", "<").unwrap().to_owned();
        curl.replace("&#39;", "'").replace("&#34;", "\"")
    };
    let address = format!(
        "'{}/export/verification-result-as-json?verificationId={id}'",
        stack.sandbox.url()
    );
    assert_eq!(
        curl("").await,
        format!(r#"curl -u 'it'\''s:'"$CLIENT_SECRET" {address}"#)
    );
    assert_eq!(
        curl("?secrets=shown").await,
        format!(r"curl -u 'it'\''s:a '\''b'\''' {address}")
    );
}
