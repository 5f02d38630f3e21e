//! `cargo xtask dev`: the portal from `trunk serve`, which builds the pages again after each change and
//! reloads them in the browser.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    processes::{Interrupted, Process, path_behind},
    root,
    servers::{self, Servers},
    tools::Tools,
};

/// Trunk's port, which the browser sees.
const PORT: u16 = 8080;

/// The backend's port. Trunk passes `/api` on to it, see Trunk.toml.
const BACKEND_PORT: u16 = 8081;

pub(crate) fn run() -> Result<()> {
    servers::ensure_free(PORT)?;
    servers::ensure_free(BACKEND_PORT)?;
    let tools = Tools::install()?;
    servers::build()?;
    let portal = format!("http://localhost:{PORT}");
    // Trunk serves files by their own names.
    let redirect_uri = format!("{portal}/results.html");
    let mut servers = Servers::start(&portal, BACKEND_PORT, &redirect_uri, None)?;
    println!(
        "The portal will be at {portal}/; the sandbox is at {}/.",
        servers.sandbox_url
    );
    println!("Ctrl-C stops everything; start again after a change in backend/ or sandbox/.");
    let mut trunk = Process::start(
        Command::new(tools.trunk())
            .args(["serve", "--address", "127.0.0.1", "--port"])
            .arg(PORT.to_string())
            .current_dir(root())
            .env("PATH", path_behind(&tools.folders())?)
            // Trunk refuses the usual NO_COLOR=1.
            .env("NO_COLOR", "true"),
    )?;
    let mut servers_end = Ok(());
    let ended = trunk.wait(|| servers_end = servers.ensure_running());
    servers_end?;
    match ended {
        Ok(status) => bail!("Trunk ended by itself ({status})"),
        Err(error) if error.is::<Interrupted>() => Ok(()),
        Err(error) => Err(error),
    }
}
