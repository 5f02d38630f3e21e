//! Pictures are drawn before anything asks for them. Alone in its program: all sandboxes of one share the pictures.

use std::time::Duration;

use reqwest::redirect::Policy;
use tokio::time::{interval, timeout};
use webkyc_sandbox::{Client, Sandbox};
use webkyc_specimen::{Picture, is_drawn, persona::ANNA};

/// How long drawing may take on a busy machine.
const MAX_WAIT: Duration = Duration::from_secs(60);
const RESULTS: &str = "https://shop.example/results";

#[tokio::test]
async fn a_sign_up_that_ends_has_its_pictures_drawn() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox
        .add_client(Client::new("shop", "secret", RESULTS).unwrap())
        .unwrap();
    let are_drawn = || Picture::all_of(&ANNA).all(|picture| is_drawn(&ANNA, picture));
    assert!(!are_drawn());
    let link = format!(
        "{}/authorize?response_type=code&client_id=shop&redirect_uri={RESULTS}&scope=kyc&state=x&sandbox_scenario=anna",
        sandbox.url()
    );
    let http = reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    let answer = http.get(link).send().await.unwrap();
    assert!(
        answer.headers()["location"]
            .to_str()
            .unwrap()
            .contains("code=")
    );
    let drawing = async {
        let mut pace = interval(Duration::from_millis(10));
        while !are_drawn() {
            pace.tick().await;
        }
    };
    timeout(MAX_WAIT, drawing).await.unwrap();
}
