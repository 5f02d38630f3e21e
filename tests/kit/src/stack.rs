//! The backend and the sandbox, ready to start on ports that the system chooses.

use std::{ffi::OsStr, process::Command};

use url::Url;

use crate::program::Program;

/// The id and the secret of a client of Authenteq.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    /// The public half.
    pub id: &'a str,
    /// The half that only the backend sends.
    pub secret: &'a str,
}

/// A sandbox with one client; returns its URL too.
#[track_caller]
pub fn start_sandbox(
    program: impl AsRef<OsStr>,
    client: Credentials<'_>,
    redirect_uri: &str,
) -> (Program, Url) {
    start_sandbox_with(Command::new(program), client, redirect_uri)
}

/// The same with more arguments.
#[track_caller]
pub fn start_sandbox_with(
    mut command: Command,
    client: Credentials<'_>,
    redirect_uri: &str,
) -> (Program, Url) {
    command.args(["--listen", "127.0.0.1:0", "--client"]);
    command.arg(format!("{},{},{redirect_uri}", client.id, client.secret));
    let (program, [url]) = Program::start(command, ["webkyc-sandbox listening on "]);
    (program, url.parse().unwrap())
}

/// The command of a backend in front of an Authenteq whose servers all have this URL. It inherits no
/// variable; more settings are for the caller to add.
pub fn backend(
    program: impl AsRef<OsStr>,
    client: Credentials<'_>,
    public_url: &str,
    authenteq: &str,
) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs([
        ("WEBKYC_CLIENT_ID", client.id),
        ("WEBKYC_CLIENT_SECRET", client.secret),
        ("WEBKYC_PUBLIC_URL", public_url),
        ("WEBKYC_IDENTITY_URL", authenteq),
        ("WEBKYC_API_URL", authenteq),
        ("WEBKYC_EXPORT_URL", authenteq),
        ("WEBKYC_LISTEN", "127.0.0.1:0"),
    ]);
    command
}

/// Starts that command; returns `ADDRESS:PORT` too.
#[track_caller]
pub fn start_backend(command: Command) -> (Program, String) {
    let (program, [address]) = Program::start(command, ["webkyc listening on http://"]);
    (program, address)
}
