//! The server in JavaScript of `docs/production.md`, which a shop's developer copies.

use std::{fs, process::Command};

use webkyc_test_kit::built;

/// The block of section 5, and the one of section 6 for `on-return`.
fn blocks() -> [String; 2] {
    let page = fs::read_to_string(built::root().join("docs/production.md")).unwrap();
    let blocks: Vec<_> = page.split("```js\n").skip(1).collect();
    let [server, claim] = blocks[..] else {
        panic!("the page has {} blocks in JavaScript", blocks.len());
    };
    [server, claim].map(|block| block.split_once("```").unwrap().0.to_owned())
}

/// The server; with `on-return`, the claim stands where the page says.
fn server(on_return: bool) -> String {
    let [server, claim] = blocks();
    if !on_return {
        return server;
    }
    let asks = "  if (isUndecided(order)) settle(";
    assert_eq!(server.matches(asks).count(), 1);
    server.replace(asks, &format!("{claim}{asks}"))
}

/// Node, as `cargo xtask test` found it.
fn node() -> Command {
    Command::new(std::env::var_os("WEBKYC_TEST_NODE").unwrap_or("node".into()))
}

#[test]
fn the_server_from_clone_to_production_is_javascript_with_and_without_a_claim() {
    let folder = tempfile::tempdir().unwrap();
    for on_return in [false, true] {
        let file = folder.path().join("server.mjs");
        fs::write(&file, server(on_return)).unwrap();
        let checked = node().arg("--check").arg(&file).output().unwrap();
        assert!(checked.status.success(), "{checked:?}");
    }
}

/// With the packages that `cargo xtask test --receivers` installs.
#[cfg(feature = "all-receivers")]
mod receivers {
    use std::{net::TcpStream, os::unix::fs::symlink, path::Path};

    use webkyc_test_kit::program::Program;

    use super::*;
    use crate::{
        example_shop::{ExampleShop, KEY, customer::Customer},
        stack::Stack,
    };

    const NOT_YOURS: &str = "We do not know this order.";
    const RELEASED: &str = "Thank you: you are over 18.";

    fn open(shop: &ExampleShop, on_return: bool, folder: &Path) -> Program {
        fs::write(folder.join("server.mjs"), server(on_return)).unwrap();
        let packages = built::root().join("tests/production/node_modules");
        symlink(
            packages.canonicalize().unwrap(),
            folder.join("node_modules"),
        )
        .unwrap();
        let mut command = node();
        command.arg(folder.join("server.mjs")).envs([
            ("PORT", shop.port.to_string()),
            ("WEBKYC_URL", format!("http://{}", shop.operators)),
            ("WEBKYC_KEY", KEY.to_owned()),
            ("SESSION_SECRET", "a secret of the test".to_owned()),
        ]);
        let mut program = Program::spawn(command);
        program.wait_until(|| TcpStream::connect(("127.0.0.1", shop.port)).is_ok());
        program
    }

    async fn serves_its_own_customer_alone(on_return: bool) {
        let (shop, folder) = (ExampleShop::new(), tempfile::tempdir().unwrap());
        let release = if on_return {
            "on-return"
        } else {
            "immediately"
        };
        let settings = format!("release = '{release}'");
        let mut deployment = shop.deployment_with(&settings);
        for page in ["index.html", "results.html", "integrate.html"] {
            fs::write(folder.path().join(page), "<!doctype html>").unwrap();
        }
        deployment.pages = Some(folder.path().to_owned());
        let stack = Stack::start(deployment).await;
        let _server = open(&shop, on_return, folder.path());
        let [mut customer, mut stranger] = [(); 2].map(|()| Customer::of(&shop, &stack));
        let unfinished = customer.order_and_turn_back().await;
        let shown = customer.read(&unfinished).await;
        assert!(shown.starts_with("You have not finished yet."), "{shown}");
        let go_on = format!("<a href=\"{}#sign_up=", stack.page("/start"));
        assert!(shown.contains(&go_on), "{shown}");
        let way_back = customer.order_and_sign_up("anna").await;
        stranger.order().await;
        assert_eq!(stranger.read(&way_back).await, NOT_YOURS);
        let mut shown = customer.read(&way_back).await;
        while shown == "One moment…" {
            shown = customer.read(&way_back).await;
        }
        assert_eq!(shown, RELEASED);
        assert_eq!(customer.read(&way_back).await, RELEASED, "loaded again");
    }

    #[tokio::test]
    async fn the_server_from_clone_to_production_serves_its_own_customer_alone() {
        serves_its_own_customer_alone(false).await;
    }

    #[tokio::test]
    async fn the_server_from_clone_to_production_claims_what_its_own_customer_brings() {
        serves_its_own_customer_alone(true).await;
    }
}
