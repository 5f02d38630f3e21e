//! The stack and the browser that each test starts.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;
use webkyc_test_kit::{
    browser::Browser,
    driver::{Driver, Engine, Options},
};

use crate::stack::{Deployment, Flow, Stack};

/// The browser and the stack of a test.
#[derive(Default)]
pub(crate) struct Setup {
    pub(crate) browser: Options,
    /// Of the browser, such as `America/Los_Angeles`; UTC by default.
    pub(crate) time_zone: Option<&'static str>,
    pub(crate) deployment: Deployment,
}

impl From<Options> for Setup {
    fn from(browser: Options) -> Self {
        Self {
            browser,
            ..Self::default()
        }
    }
}

impl From<Deployment> for Setup {
    fn from(deployment: Deployment) -> Self {
        Self {
            deployment,
            ..Self::default()
        }
    }
}

/// Runs a test with a stack and a browser; on failure keeps a screenshot and shows the console and the
/// logs of the programs.
pub(crate) async fn test(body: impl AsyncFnOnce(&mut Stack, &Browser)) {
    test_in(Setup::default(), body).await;
}

/// The same over one of the flows.
pub(crate) async fn test_over(flow: Flow, body: impl AsyncFnOnce(&mut Stack, &Browser)) {
    test_in(Deployment::over(flow), body).await;
}

/// The same with another stack or browser.
pub(crate) async fn test_in(setup: impl Into<Setup>, body: impl AsyncFnOnce(&mut Stack, &Browser)) {
    let setup = setup.into();
    let mut stack = Stack::start(setup.deployment).await;
    let driver = Driver::start(Engine::from_env(), setup.time_zone.unwrap_or("UTC"));
    let run = async |browser: &Browser| {
        let body = AssertUnwindSafe(body(&mut stack, browser));
        if let Err(panic) = body.catch_unwind().await {
            show_failure(&stack, browser).await;
            resume_unwind(panic);
        }
    };
    driver.with_browser(&setup.browser, run).await;
}

async fn show_failure(stack: &Stack, browser: &Browser) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("test").replace("::", "-");
    browser.screenshot(&format!("failed-{name}")).await;
    eprintln!("console: {:#?}", browser.console().await);
    eprintln!("backend:\n{}", stack.backend.log());
    eprintln!("sandbox:\n{}", stack.sandbox.log());
}
