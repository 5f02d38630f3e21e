//! `cargo xtask dev`: the portal from `trunk serve`, which builds the pages again after each change and
//! reloads them in the browser.

use std::{
    net::{Ipv4Addr, TcpStream},
    process::Command,
};

use anyhow::{Result, bail};

use crate::{
    processes::{Interrupted, Process, path_behind, pause},
    root,
    servers::{self, Servers},
    tools::Tools,
};

/// Trunk's port, which the browser sees.
const PORT: u16 = 8080;

/// The backend's port. Trunk.toml names the paths that Trunk passes on to it.
const BACKEND_PORT: u16 = 8081;

pub(crate) fn run() -> Result<()> {
    servers::ensure_free(PORT)?;
    servers::ensure_free(BACKEND_PORT)?;
    let tools = Tools::install()?;
    servers::build(&servers::PORTAL)?;
    let mut trunk = Process::start(
        Command::new(tools.trunk())
            .args(["serve", "--address", "127.0.0.1", "--port"])
            .arg(PORT.to_string())
            .current_dir(root())
            .env("PATH", path_behind(&tools.folders())?)
            // Trunk refuses the usual NO_COLOR=1.
            .env("NO_COLOR", "true"),
    )?;
    // Trunk listens once it has built the pages, which the backend needs.
    while TcpStream::connect((Ipv4Addr::LOCALHOST, PORT)).is_err() {
        ensure_running(&mut trunk)?;
        pause()?;
    }
    let portal = format!("http://localhost:{PORT}");
    let mut servers = Servers::start(&portal, BACKEND_PORT, &root().join("dist"))?;

    println!();
    println!("  The portal   {portal}/");
    println!("  The sandbox  {}/", servers.sandbox_url);
    println!();
    println!(
        "A change of the pages reloads them. After one of backend or sandbox, press Ctrl-C and start again."
    );
    loop {
        ensure_running(&mut trunk)?;
        servers.ensure_running()?;
        if let Err(Interrupted) = pause() {
            println!("Stopped.");
            return Ok(());
        }
    }
}

fn ensure_running(trunk: &mut Process) -> Result<()> {
    if let Some(status) = trunk.ended()? {
        bail!("Trunk ended by itself ({status})");
    }
    Ok(())
}
