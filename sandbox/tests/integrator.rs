//! An example: the tests of a program that uses the sandbox. The program is a web page that signs
//! visitors up; the sandbox is all it needs of Authenteq.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use reqwest::redirect::Policy;
use serde_json::Value;
use webkyc_sandbox::{Client, Controls, Effect, Endpoint, Fault, Sandbox, Times};

/// The program under test.
struct Shop {
    http: reqwest::Client,
    authenteq: String,
    client_id: String,
}

const SECRET: &str = "only-for-this-test";
const RESULTS: &str = "https://shop.example/results";

impl Shop {
    fn sign_up_link(&self) -> String {
        format!(
            "{}/authorize?response_type=code&client_id={}&redirect_uri={RESULTS}&scope=kyc&state=x",
            self.authenteq, self.client_id
        )
    }

    /// The visitor's surname, for the code they came back with.
    async fn surname(&self, code: &str) -> Result<String, String> {
        let form = [
            ("grantType", "authorization_code"),
            ("code", code),
            ("redirectUri", RESULTS),
            ("clientId", &self.client_id),
            ("clientSecret", SECRET),
        ];
        let token_url = format!("{}/v2/web-kyc/token", self.authenteq);
        let answer = self.http.post(token_url).form(&form).send().await.unwrap();
        if !answer.status().is_success() {
            return Err("please try again".to_owned());
        }
        let token: Value = answer.json().await.unwrap();
        let details_url = format!("{}/v2/web-kyc/details", self.authenteq);
        let request = self
            .http
            .get(details_url)
            .bearer_auth(token["token"].as_str().unwrap());
        let details: Value = request.send().await.unwrap().json().await.unwrap();
        Ok(details["details"]["surname"].as_str().unwrap().to_owned())
    }
}

/// A shop with a client of its own: tests that share a sandbox do not meet.
fn shop(sandbox: &Sandbox, client_id: &str) -> (Shop, Controls) {
    let client = Client::new(client_id, SECRET, RESULTS).unwrap();
    let controls = sandbox.add_client(client).unwrap();
    let http = reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy();
    let shop = Shop {
        http: http.build().unwrap(),
        authenteq: sandbox.url().to_owned(),
        client_id: client_id.to_owned(),
    };
    (shop, controls)
}

/// Does as the visitor's browser: follows the link, and comes back with a code.
async fn visitor(shop: &Shop) -> String {
    let answer = shop.http.get(shop.sign_up_link()).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap();
    let (_, code) = back.split_once("code=").unwrap();
    code.split('&').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_visitor_is_greeted_by_name() {
    let sandbox = Sandbox::start().await.unwrap();
    let (shop, controls) = shop(&sandbox, "greeting");
    controls.play_next(["anna"]).unwrap();
    assert_eq!(
        shop.surname(&visitor(&shop).await).await.unwrap(),
        "SCHMIDT"
    );
    assert_eq!(controls.verifications().len(), 1);
}

#[tokio::test]
async fn the_visitor_reads_that_authenteq_fails() {
    let sandbox = Sandbox::start().await.unwrap();
    let (shop, controls) = shop(&sandbox, "failing");
    controls.play_always(Some("anna")).unwrap();
    let fault = Fault {
        at: Endpoint::Token,
        effect: Effect::ServerError,
        times: Times::Once,
    };
    controls.inject(fault).unwrap();
    let shown = shop.surname(&visitor(&shop).await).await.unwrap_err();
    assert_eq!(shown, "please try again");
    assert_eq!(
        shop.surname(&visitor(&shop).await).await.unwrap(),
        "SCHMIDT"
    );
    let tokens = controls
        .requests()
        .into_iter()
        .filter(|call| call.path.ends_with("/token"));
    assert_eq!(tokens.count(), 2);
}
