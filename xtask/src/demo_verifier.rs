//! The verifier of `cargo xtask demo --identify`.

use anyhow::Result;

use crate::{
    models,
    servers::{Server, free_port},
};

pub(crate) const PACKAGE: &str = "webkyc-verifier";

/// The verifier's port, unless another program has it.
const PORT: u16 = 8095;

/// A verifier that is started again when it ends.
pub(crate) struct DemoVerifier {
    server: Server,
    port: u16,
    pub(crate) url: String,
}

impl DemoVerifier {
    /// Fetches the models where they are missing.
    pub(crate) fn prepare() -> Result<()> {
        models::fetch()
    }

    pub(crate) fn start() -> Result<Self> {
        let port = free_port(PORT)?;
        let (server, url) = start_on(port)?;
        Ok(Self { server, port, url })
    }

    /// Starts it again if it has ended, and says so: the sandbox goes on without it in between.
    pub(crate) fn keep_running(&mut self) -> Result<()> {
        if let Some(status) = self.server.ended()? {
            (self.server, self.url) = start_on(self.port)?;
            println!("The verifier ended ({status}) and was started again.");
        }
        Ok(())
    }
}

fn start_on(port: u16) -> Result<(Server, String)> {
    let mut server = Server::start(PACKAGE, |command| {
        command.arg("--listen").arg(format!("127.0.0.1:{port}"));
    })?;
    let url = server.wait_for_address()?;
    server.wait_until_it_answers(&url, "/models")?;
    Ok((server, url))
}
