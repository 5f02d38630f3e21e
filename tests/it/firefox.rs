//! Firefox, driven by geckodriver, for the tests that need no DevTools.

use std::{env, path::Path, process::Command};

use serde_json::{Value, json};

use crate::program::Program;

/// Whether the tests are to run in Firefox.
pub(crate) fn is_meant() -> bool {
    env::var_os("WEBKYC_TEST_GECKODRIVER").is_some()
}

/// A geckodriver, and its address. It takes a port for itself and lets Firefox choose another.
pub(crate) fn driver(time_zone: &str, folder: &Path) -> (Program, String) {
    let program = env::var_os("WEBKYC_TEST_GECKODRIVER").unwrap_or("geckodriver".into());
    let mut command = Command::new(program);
    command.args(["--port=0", "--websocket-port=0"]);
    command.arg("--profile-root").arg(folder);
    command.env("TZ", time_zone);
    let (driver, address) = Program::start(command, "Listening on ", folder.join("driver.log"));
    (driver, format!("http://{}", address.trim()))
}

/// An English Firefox without a window.
pub(crate) fn capabilities() -> Value {
    let mut options = json!({
        "args": ["-headless"],
        "prefs": {"intl.accept_languages": "en-US"},
    });
    if let Some(firefox) = env::var_os("WEBKYC_TEST_FIREFOX") {
        options["binary"] = json!(firefox.to_str().unwrap());
    }
    json!({"moz:firefoxOptions": options})
}
