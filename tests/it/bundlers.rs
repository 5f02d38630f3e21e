//! The package of the elements, as other people's bundlers build it: drawn and styled in all, through a
//! whole sign-up. `cargo xtask test` runs two of them, `cargo xtask test --bundlers` all.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;
use webkyc_test_kit::{
    browser::Browser,
    built,
    program::{Program, free_port},
};

use crate::{
    elements::{BUTTON, press, sees_the_results},
    pages::identify,
    setup::test_in,
    site::{Building, Site},
    stack::Deployment,
};

/// Development servers and Next load inline scripts.
const ANYTHING: &str = "default-src * blob: data: 'unsafe-inline' 'unsafe-eval'";

/// The folder with the bundlers, in which `cargo xtask test` has put the package.
fn bundlers() -> PathBuf {
    let folder = built::root().join("tests/bundlers");
    let package = folder.join("node_modules/authenteq-elements");
    assert!(package.is_dir(), "run `cargo xtask test`");
    folder
}

/// Node, about to run a script of an installed package.
fn node(script: &str, arguments: &[&str]) -> Command {
    let mut node = Command::new(env::var_os("WEBKYC_TEST_NODE").unwrap_or("node".into()));
    node.arg(bundlers().join("node_modules").join(script))
        .args(arguments)
        .current_dir(bundlers())
        .env("NEXT_TELEMETRY_DISABLED", "1");
    node
}

fn run(mut command: Command) {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&said)
    );
}

/// The site's pages beside a script that a bundler writes to `main.js`.
fn with_pages(folder: &Path) {
    for page in ["index.html", "verified.html"] {
        fs::copy(bundlers().join("site").join(page), folder.join(page)).unwrap();
    }
}

/// Signs up on the site, and sees both elements in their own looks.
async fn signs_up(browser: &Browser, site: &Site) {
    browser.open_page(&site.url("localhost")).await;
    browser
        .wait_for_script(&format!("return {BUTTON}?.href"))
        .await;
    let looks = format!("return getComputedStyle({BUTTON}).backgroundColor");
    assert_eq!(browser.run(&looks).await, "rgb(242, 158, 46)");
    press(browser).await;
    identify(browser, "john").await;
    sees_the_results(browser).await;
    let looks = "const card = document.querySelector('authenteq-results').shadowRoot.querySelector('.card');
        return getComputedStyle(card).borderTopStyle";
    assert_eq!(browser.run(looks).await, "solid");
}

/// Builds the site into a folder, serves that and signs up.
async fn works(build: impl FnOnce(&str)) {
    let built = tempfile::tempdir().unwrap();
    build(built.path().to_str().unwrap());
    let building = Building::start().await;
    building.pages_of(built.path());
    let deployment = Deployment::on(&building, "verified.html");
    test_in(deployment, async |stack, browser| {
        let site = building.open(&stack.public.host(), Some(ANYTHING));
        signs_up(browser, &site).await;
    })
    .await;
}

async fn vite_works(version: &str) {
    let script = format!("{version}/bin/vite.js");
    works(|to| run(node(&script, &["build", "site", "--outDir", to]))).await;
}

/// The development server, which packs dependencies in another way than the build.
async fn vite_dev_works(version: &str) {
    let (cache, port) = (TempDir::new().unwrap(), free_port());
    let mut dev = node(
        &format!("{version}/bin/vite.js"),
        &["site", "--strictPort", "--host", "127.0.0.1", "--port"],
    );
    dev.arg(port.to_string())
        .env("WEBKYC_TEST_CACHE", cache.path());
    let mut dev = Program::spawn(dev);
    let address = format!("127.0.0.1:{port}");
    dev.wait_until(|| std::net::TcpStream::connect(&address).is_ok());
    let building = Building::start().await;
    let deployment = Deployment::on(&building, "verified.html");
    test_in(deployment, async |stack, browser| {
        let site = building.open_before_server(&stack.public.host(), &address, ANYTHING);
        signs_up(browser, &site).await;
    })
    .await;
}

#[tokio::test]
async fn fe_27_vite_8_draws_and_styles_the_elements() {
    vite_works("vite-8").await;
}

#[tokio::test]
async fn fe_27_the_development_server_of_vite_8_draws_and_styles_the_elements() {
    vite_dev_works("vite-8").await;
}

#[tokio::test]
async fn fe_27_esbuild_draws_and_styles_the_elements() {
    works(|to| {
        let outfile = format!("--outfile={to}/main.js");
        let bundle = ["site/main.js", "--bundle", "--minify", &outfile];
        run(node("esbuild/bin/esbuild", &bundle));
        with_pages(to.as_ref());
    })
    .await;
}

#[test]
fn the_types_hold_in_typescript_and_in_jsx_of_react_18_and_19() {
    for project in ["tsconfig", "react-18", "snippets"] {
        let project = format!("types/{project}.json");
        run(node("typescript/bin/tsc", &["--project", &project]));
    }
}

/// The bundlers that `cargo xtask test --bundlers` installs.
#[cfg(feature = "all-bundlers")]
mod all {
    use super::*;
    use crate::site::copy_all;

    #[tokio::test]
    async fn fe_27_vite_5_and_7_draw_and_style_the_elements() {
        for version in ["vite-5", "vite-7"] {
            vite_works(version).await;
        }
    }

    #[tokio::test]
    async fn fe_27_the_development_servers_of_vite_5_and_7_draw_and_style_the_elements() {
        for version in ["vite-5", "vite-7"] {
            vite_dev_works(version).await;
        }
    }

    #[tokio::test]
    async fn fe_27_webpack_with_css_loader_draws_and_styles_the_elements() {
        works(|to| {
            let build = ["build", "--config", "site/webpack.config.mjs", "-o", to];
            run(node("webpack-cli/bin/cli.js", &build));
            with_pages(to.as_ref());
        })
        .await;
    }

    #[tokio::test]
    async fn fe_27_rollup_draws_and_styles_the_elements() {
        works(|to| {
            let build = ["site/main.js", "-p", "node-resolve", "-f", "es", "-d", to];
            run(node("rollup/dist/bin/rollup", &build));
            with_pages(to.as_ref());
        })
        .await;
    }

    /// Next has one folder for its work within the project, so both of its bundlers have their turn here.
    #[tokio::test]
    async fn fe_27_next_draws_and_styles_the_elements_with_turbopack_and_webpack() {
        for bundler in ["--turbopack", "--webpack"] {
            works(|to| {
                // It would take an older package of the same version from there.
                let _ = fs::remove_dir_all(bundlers().join("next/.next"));
                run(node("next/dist/bin/next", &["build", bundler, "next"]));
                copy_all(&bundlers().join("next/out"), to.as_ref());
            })
            .await;
        }
    }
}
