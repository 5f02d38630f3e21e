//! `cargo xtask demo --identify`, as its user starts and ends it. `cargo xtask test --verifier` fetches the models and
//! builds what the demo would build.

use std::{fs, path::Path, process::Command};

use reqwest::Client;
use webkyc_test_kit::{
    built,
    program::{Program, free_port},
};

#[tokio::test]
#[ignore = "needs the models: `cargo xtask test --verifier` runs it"]
async fn it_reads_documents_and_starts_its_verifier_again() {
    let mut command = Command::new(built::program("xtask"));
    command.args(["demo", "--identify", "--port", &free_port().to_string()]);
    let lines = ["The portal", "The sandbox", "The verifier", "Ctrl-C"];
    let (demo, [portal, sandbox, verifier, _]) = Program::start(command, lines);
    let address = |line: &str| line.split_whitespace().next().unwrap().to_owned();
    let [portal, sandbox, verifier] = [&portal, &sandbox, &verifier].map(|line| address(line));

    let client = Client::builder().no_proxy().build().unwrap();
    let begin = format!(
        "{sandbox}authorize?response_type=code&client_id=com.authenteq.demo&redirect_uri={portal}results"
    );
    let page = client
        .get(begin)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        page.contains("Photograph your passport, identity card or residence permit"),
        "{page}"
    );

    let killed = verifier_of(&demo);
    let kill = Command::new("kill")
        .args(["-KILL", &killed.to_string()])
        .status();
    assert!(kill.unwrap().success());
    demo.ready(["was started again"]);
    let models = format!("{verifier}models");
    let answer = client.get(&models).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let started = verifier_of(&demo);
    assert_ne!(started, killed);

    let end = demo.stop();
    assert!(end.contains("Stopped."), "{end}");
    assert!(!Path::new("/proc").join(started.to_string()).exists());
    assert!(client.get(&models).send().await.is_err());
}

/// The process id of the verifier that this demo has started.
fn verifier_of(demo: &Program) -> u32 {
    let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let mut ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parent = format!("PPid:\t{}", demo.id());
    let is_verifier = |id: &u32| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        status.contains("Name:\twebkyc-verifier") && status.contains(&parent)
    };
    ids.find(is_verifier).unwrap()
}
