//! `webkyc sign-ups`: lists, shows and redacts the stored sign-ups of the running server.

use std::io::{Write, stderr, stdout};

use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
use serde_json::Value;
use webkyc_backend::config::Config;

use super::server::Server;

const STATUSES: [&str; 7] = [
    "created", "started", "returned", "verified", "failed", "expired", "canceled",
];

/// Standard output stays empty for programs that read it.
const NONE: &str = "No sign-up found: only those that a site's server created are listed.";

#[derive(Args)]
pub(crate) struct SignUpsArguments {
    #[command(subcommand)]
    command: SignUpsCommand,
}

#[derive(Subcommand)]
enum SignUpsCommand {
    /// Print sign-ups, newest first, one JSON object a line
    List(ListArguments),
    /// Print one sign-up
    Show {
        /// Its id: su_…
        id: String,
    },
    /// Delete all that is personal of a sign-up; its status and times stay
    Redact {
        /// Its id: su_…
        id: String,
    },
}

#[derive(Args)]
struct ListArguments {
    /// Only those of this site
    #[arg(long)]
    site: Option<String>,
    /// Only those with this reference; needs --site
    #[arg(long, requires = "site")]
    reference: Option<String>,
    /// Only those with this status
    #[arg(long, value_parser = STATUSES)]
    status: Option<String>,
}

/// Asks the running server.
pub(crate) async fn run(config: &Config, arguments: SignUpsArguments) -> anyhow::Result<()> {
    let server = Server::new(config)?;
    match arguments.command {
        SignUpsCommand::List(arguments) => {
            let site = arguments.site.as_deref();
            let note = match site.filter(|site| !config.sites.contains(site)) {
                Some(site) => unknown(config, site),
                None => NONE.to_owned(),
            };
            list(&server, &arguments, &note).await
        }
        SignUpsCommand::Show { id } => {
            let path = ["sign-ups", checked(&id)?];
            print(&server.get(&path, &[]).await?)
        }
        SignUpsCommand::Redact { id } => {
            let path = ["sign-ups", checked(&id)?, "redact"];
            print(&server.post_empty(&path).await?)
        }
    }
}

/// A site that was taken out of the settings may have sign-ups still, so it is listed all the same.
fn unknown(config: &Config, site: &str) -> String {
    let known: Vec<&str> = config.sites.iter().map(|(key, _)| key).collect();
    let known = if known.is_empty() {
        "no site at all".to_owned()
    } else {
        known.join(", ")
    };
    format!("No sign-up found: the settings have no site {site:?}; they have {known}.")
}

/// `note` says why there are none.
async fn list(server: &Server, arguments: &ListArguments, note: &str) -> anyhow::Result<()> {
    let mut after = None;
    let mut is_empty = true;
    loop {
        let query = [
            ("site", arguments.site.as_deref()),
            ("reference", arguments.reference.as_deref()),
            ("status", arguments.status.as_deref()),
            ("after", after.as_deref()),
        ];
        let page = server.get(&["sign-ups"], &query).await?;
        for sign_up in page["signUps"].as_array().into_iter().flatten() {
            print(sign_up)?;
            is_empty = false;
        }
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None if is_empty => {
                return writeln!(stderr(), "{note}").context("cannot write to standard error");
            }
            None => return Ok(()),
        }
    }
}

fn checked(id: &str) -> anyhow::Result<&str> {
    ensure!(id.starts_with("su_"), "{id:?} is no id of a sign-up: su_…");
    Ok(id)
}

fn print(sign_up: &Value) -> anyhow::Result<()> {
    writeln!(stdout(), "{sign_up}").context("cannot write to standard output")
}
