//! `cargo xtask demo`: the portal, the sandbox and the Example Shop, built and running.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::{
    demo_pages,
    demo_shop::{self, Addresses, DemoShop, OwnSite},
    demo_verifier::{self, DemoVerifier},
    processes::{Interrupted, executable, in_own_group, pause},
    programs_folder,
    servers::{self, Servers},
    steps,
};

/// The last line of the output before the demo waits for Ctrl-C.
pub(crate) const READY: &str = "Ctrl-C stops all.";

/// The portal's port, unless another is asked for.
const PORT: u16 = 8080;

#[derive(clap::Args)]
pub(crate) struct DemoOptions {
    /// Opens the portal, or your own page, in a browser.
    #[arg(long)]
    open: bool,
    /// Reads visitors' own documents: starts webkyc-verifier too, and fetches its models the first time.
    #[arg(long)]
    identify: bool,
    /// The portal's port on this machine.
    #[arg(long, default_value_t = PORT, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    #[command(flatten)]
    own_site: OwnSite,
}

pub(crate) fn run(options: &DemoOptions) -> Result<()> {
    if let Err(error) = servers::ensure_free(options.port) {
        bail!("{error}: end it, which may be another demo, or choose another port with --port");
    }
    let pages = demo_pages::build()?;
    let mut packages = [&servers::PORTAL[..], &[demo_shop::PACKAGE]].concat();
    if options.identify {
        DemoVerifier::prepare()?;
        packages.push(demo_verifier::PACKAGE);
    }
    servers::build(&packages)?;
    let mut verifier = options.identify.then(DemoVerifier::start).transpose()?;
    let portal = format!("http://localhost:{}", options.port);
    let sandbox_port = servers::free_port(servers::SANDBOX_PORT)?;
    let addresses = Addresses {
        portal: &portal,
        sandbox: &format!("http://127.0.0.1:{sandbox_port}"),
        pages: &pages,
    };
    let shop = DemoShop::prepare(&steps::folder()?, &addresses, &options.own_site)?;
    let mut servers = Servers::start_with(
        &portal,
        options.port,
        sandbox_port,
        &pages,
        |sandbox| {
            let redirect_uri = options.own_site.redirect_uri(&portal);
            servers::register_client(sandbox, &redirect_uri);
            if let Some(verifier) = &verifier {
                sandbox.arg("--verifier").arg(&verifier.url);
            }
        },
        |backend| {
            // The secret is in a file, for the commands that read the same settings.
            backend.env_remove("WEBKYC_CLIENT_SECRET");
            backend.arg("--config").arg(shop.webkyc_settings());
        },
    )?;
    servers.add("example-shop", |program| {
        program.envs(shop.settings());
    })?;

    println!();
    let own_page = options.own_site.own_page();
    if let Some(own_page) = own_page {
        println!(
            "  Your page    {own_page}  (shows the results; sign-ups begin on its origin, on no other)"
        );
    }
    println!(
        "  The portal   {portal}/{}",
        if own_page.is_some() {
            "  (begins no sign-up meanwhile)"
        } else {
            ""
        }
    );
    println!(
        "  The shop     {}/  ({})",
        shop.url,
        options.own_site.about_shop()
    );
    println!(
        "  The sandbox  {}/  (plays Authenteq; shows every sign-up)",
        servers.sandbox_url
    );
    if let Some(verifier) = &verifier {
        println!(
            "  The verifier {}/  (reads your document and compares faces; does not say that either is genuine)",
            verifier.url
        );
    }
    println!(
        "  The API      {}  (for your own server, with the key in {}{})",
        shop.api(),
        steps::shown(&shop.key_file()).display(),
        options.own_site.about_return()
    );
    println!(
        "  An operator  has the key in {}  (exports any verification)",
        steps::shown(&shop.operator_key_file()).display()
    );
    println!(
        "  Commands     {} check --config {}  (or `sign-ups list`, `listen --forward URL`, `trigger sign_up.verified --reference TEXT`)",
        steps::shown(&executable(&programs_folder()?, "webkyc")).display(),
        steps::shown(&shop.webkyc_settings()).display()
    );
    println!(
        "  Logs         {}",
        steps::shown(&steps::folder()?).display()
    );
    println!();
    println!("{READY}");
    if options.open {
        open(&own_page.map_or(format!("{portal}/"), str::to_owned));
    }
    let mut look = || -> Result<()> {
        servers.ensure_running()?;
        if let Some(verifier) = &mut verifier {
            verifier.keep_running()?;
        }
        Ok(pause()?)
    };
    loop {
        match look() {
            Ok(()) => {}
            Err(error) if error.is::<Interrupted>() => break,
            Err(error) => return Err(error),
        }
    }
    println!("Stopped.");
    Ok(())
}

/// Opens the default browser; where that fails, the URL on the terminal is enough.
fn open(url: &str) {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut start = Command::new("cmd");
        start.args(["/C", "start", ""]);
        start
    } else {
        Command::new("xdg-open")
    };
    // Not to be closed by the Ctrl-C that ends the demo.
    let quiet = in_own_group(&mut command)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if quiet.spawn().is_err() {
        println!("No browser could be opened: please open {url} yourself.");
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{files, root};

    #[test]
    fn the_examples_run_beside_the_demo() {
        let taken = [PORT, servers::SANDBOX_PORT, demo_shop::PORT].map(|port| port.to_string());
        for example in ["link", "in-page", "leptos"] {
            let folder = root().join("examples").join(example);
            let mut with_port = 0;
            for file in files::sorted_entries(&folder).unwrap() {
                let Ok(text) = fs::read_to_string(&file) else {
                    continue;
                };
                with_port += text.matches(":8000").count();
                for port in &taken {
                    assert!(!text.contains(port), "{}: {port}", file.display());
                }
            }
            assert!(with_port > 0, "{example}");
        }
    }
}
