//! The receivers of `examples/webhooks`, each as a program that `webkyc` sends its events to.
//! `cargo xtask test` runs the one in axum, `cargo xtask test --receivers` all.

mod shop;

use std::process::Command;

use futures_util::future::join_all;
use serde_json::json;
use webkyc_test_kit::built;

use self::shop::{NEWER_SECRET, OLDER_SECRET, Shop};

/// A program that is not `webkyc` may know this secret.
const FOREIGN_SECRET: &str = "whsec_Zm9yZWlnbi1mb3JlaWduLWZvcmVpZ24tZm9yZWlnbg==";

const MINUTE: i64 = 60;

/// The receiver knows only the older of two secrets, as in the middle of a rotation.
async fn takes_each_event_once(receiver: Command) {
    let shop = Shop::start(receiver, OLDER_SECRET);
    let [first, second] = [shop.create("customer 7").await, shop.create("b").await];
    for (sent, sign_up) in [&first, &second].into_iter().enumerate() {
        shop.call(&format!("/sign-ups/{}/cancel", sign_up.id)).await;
        shop.wait_for_deliveries(sent + 1).await;
    }
    let both = format!("{} not verified\n{} not verified", first.id, second.id);
    assert_eq!(shop.effects().await, both);
    for (sent, event) in shop.events().await.iter().enumerate() {
        shop.call(&format!("/events/{event}/resend")).await;
        shop.wait_for_deliveries(sent + 3).await;
    }
    assert_eq!(shop.effects().await, both, "a second time changes nothing");
}

/// The receiver acts on the sign-up that it fetches from `webkyc`, not on the content of the event.
async fn believes_webkyc(receiver: Command) {
    let shop = Shop::start(receiver, &format!("{NEWER_SECRET}\n{OLDER_SECRET}\n"));
    let adult = shop.create("order 4711").await;
    shop.sign_up_as_john(&adult).await;
    shop.wait_for_deliveries(1).await;
    let released = format!("{} released", adult.id);
    assert_eq!(shop.effects().await, released);

    // One that is still open, in an event that says otherwise.
    let open = shop.create("order 4712").await;
    let claimed = json!({"type": "sign_up.verified", "data": {"id": open.id}}).to_string();
    let twins = (0..8).map(|_| shop.message("evt_1", 0, &claimed, OLDER_SECRET).send());
    assert_eq!(join_all(twins).await, [204; 8]);
    let both = format!("{released}\n{} refused", open.id);
    assert_eq!(shop.effects().await, both);

    // While the sign-up cannot be fetched, the event is not done, and webkyc is to send it again.
    let unknown = json!({"type": "sign_up.verified", "data": {"id": "su_none"}}).to_string();
    for _ in 0..2 {
        let message = shop.message("evt_2", 0, &unknown, NEWER_SECRET);
        let status = message.send().await;
        assert!((500..600).contains(&status), "{status}");
    }
    let later = json!({"type": "sign_up.of_a_later_release", "data": {"id": open.id}}).to_string();
    let message = shop.message("evt_3", 0, &later, OLDER_SECRET);
    assert_eq!(message.send().await, 204, "a type that it does not know");
    assert_eq!(shop.effects().await, both);
}

/// Each request is right but for one thing.
async fn refuses_forgeries(receiver: Command) {
    let shop = Shop::start(receiver, OLDER_SECRET);
    let body = json!({"type": "sign_up.canceled", "data": {"id": "su_1"}}).to_string();
    let right = |age| shop.message("evt_1", age, &body, OLDER_SECRET);
    let without = |header| {
        let mut message = right(0);
        message.headers.retain(|(name, _)| *name != header);
        message
    };
    let refused = [
        (
            "another secret",
            shop.message("evt_1", 0, &body, FOREIGN_SECRET),
        ),
        ("six minutes old", right(6 * MINUTE)),
        ("six minutes ahead", right(-6 * MINUTE)),
        ("another body", right(0).with_body(body.replace("_1", "_2"))),
        ("a blank more", right(0).with_body(format!("{body} "))),
        ("no body", right(0).with_body("")),
        ("no UTF-8", right(0).with_body(b"\xff")),
        ("another id", right(0).with("webhook-id", "evt_2")),
        (
            "a later time",
            right(MINUTE).with("webhook-timestamp", &shop::timestamp(0)),
        ),
        ("no time", right(0).with("webhook-timestamp", "soon")),
        ("no version", right(0).with("webhook-signature", "v1")),
        ("no base64", right(0).with("webhook-signature", "v1,%%%")),
        (
            "an empty signature",
            right(0).with("webhook-signature", "v1,"),
        ),
        ("without id", without("webhook-id")),
        ("without time", without("webhook-timestamp")),
        ("without signature", without("webhook-signature")),
    ];
    for (what, message) in refused {
        assert_eq!(message.send().await, 401, "{what}");
    }
    assert_eq!(shop.effects().await, "", "none had an effect");
    // The clocks of two machines differ a little.
    assert_eq!(right(4 * MINUTE).send().await, 204);
    assert_eq!(shop.effects().await, "su_1 not verified");
}

/// The three tests of a receiver.
macro_rules! receiver {
    ($name:ident, $command:expr) => {
        mod $name {
            use super::*;

            #[tokio::test]
            async fn sup_31_it_takes_each_event_once_while_secrets_are_replaced() {
                takes_each_event_once($command).await;
            }

            #[tokio::test]
            async fn sup_32_it_believes_webkyc_and_not_the_event() {
                believes_webkyc($command).await;
            }

            #[tokio::test]
            async fn sup_30_it_refuses_what_webkyc_did_not_sign() {
                refuses_forgeries($command).await;
            }
        }
    };
}

receiver!(
    axum,
    Command::new(built::program("webkyc-example-webhooks"))
);

/// Those that `cargo xtask test --receivers` installs.
#[cfg(feature = "all-receivers")]
mod all {
    use std::{env, path::PathBuf};

    use super::*;

    fn example(name: &str) -> PathBuf {
        built::root().join("examples/webhooks").join(name)
    }

    /// The program that this variable names.
    fn program(variable: &str, otherwise: &str) -> Command {
        Command::new(env::var_os(variable).unwrap_or(otherwise.into()))
    }

    fn express() -> Command {
        let mut node = program("WEBKYC_TEST_NODE", "node");
        node.arg(example("express").join("server.js"));
        node
    }

    fn flask() -> Command {
        let mut python = program("WEBKYC_TEST_PYTHON", "python3");
        python.arg(example("flask").join("server.py"));
        python
    }

    /// PHP's own server takes its address as an argument. It shows errors, as on a machine without settings.
    fn php() -> Command {
        let mut shell = Command::new("sh");
        shell.args([
            "-c",
            r#"exec "$0" -d display_errors=1 -S "127.0.0.1:$PORT" "$1""#,
        ]);
        shell.arg(program("WEBKYC_TEST_PHP", "php").get_program());
        shell.arg(example("php").join("server.php"));
        shell
    }

    receiver!(express_receiver, express());
    receiver!(flask_receiver, flask());
    receiver!(php_receiver, php());
}
