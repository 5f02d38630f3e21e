//! `webkyc check`: prints valid settings, warnings and errors line by line.

use std::{
    io::{Write, stdout},
    process::ExitCode,
};

use webkyc_backend::{
    authenteq::{self, CallLimits, Client, Error, Format, Step, VerificationId},
    config::{Config, Errors},
    metrics::Metrics,
};

use super::NO_CLIENT;

/// No verification has this id, so the answer depends only on the credentials.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// The printed lines, and whether one of them is `wrong`.
#[derive(Default)]
struct Report {
    is_wrong: bool,
}

impl Report {
    fn line(&mut self, verdict: &str, text: &str) {
        self.is_wrong |= verdict == "wrong";
        let _ = writeln!(stdout(), "{verdict:<5}  {text}");
    }

    fn result<E: std::error::Error>(&mut self, right: &str, checked: Result<(), E>) {
        match checked {
            Ok(()) => self.line("ok", right),
            Err(error) => self.line("wrong", &error.to_string()),
        }
    }
}

/// Checks the configuration, then calls Authenteq's three addresses. Fails on any error.
pub(crate) async fn run(config: Result<Config, Errors>) -> anyhow::Result<ExitCode> {
    let mut report = Report::default();
    match config {
        Ok(config) => {
            say(&config, &mut report);
            reach(&config, &mut report).await?;
        }
        Err(Errors(errors)) => {
            for error in errors {
                report.line("wrong", &error.to_string());
            }
        }
    }
    Ok(if report.is_wrong {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn say(config: &Config, report: &mut Report) {
    let facts = [
        ("client id", config.client.id.as_str()),
        ("public URL", &config.public_url.url),
        (
            "redirect URI to register with Authenteq",
            &config.redirect.uri,
        ),
    ];
    for (what, value) in facts {
        report.line("ok", &format!("{what}: {value}"));
    }
    if config.has_cookie_keys {
        let fingerprints = config.cookie_keys.get().fingerprints().join(" ");
        report.line("ok", &format!("cookie keys, newest first: {fingerprints}"));
    }
    if let Some(operator) = &config.listeners.operator {
        report.line("ok", &format!("operators at http://{}", operator.listen));
    }
    for (key, site) in config.sites.iter() {
        report.line("ok", &format!("site {key}: {}", site.name));
    }
    let pages = format!("pages {}", config.assets);
    report.result(&pages, config.check_assets());
    for warning in &config.warnings {
        report.line("note", warning);
    }
}

async fn reach(config: &Config, report: &mut Report) -> anyhow::Result<()> {
    let limits = CallLimits::default();
    let client = match Client::new(config, limits.clone(), Metrics::new()?) {
        Ok(client) => client,
        Err(error) => {
            report.line("wrong", &format!("{NO_CLIENT}: {error:#}"));
            return Ok(());
        }
    };
    for (setting, url) in [
        ("WEBKYC_IDENTITY_URL", &config.endpoints.identity),
        ("WEBKYC_API_URL", &config.endpoints.api),
    ] {
        match authenteq::reach(url, &limits).await {
            Ok(()) => report.line("ok", &format!("{setting} {url} answers")),
            Err(error) => report.line("wrong", &format!("{setting} {url}: {}", told(&error))),
        }
    }
    let Some(nobody) = VerificationId::parse(NOBODY) else {
        return Ok(());
    };
    let url = &config.endpoints.export;
    match client.export(Format::Json, nobody).await {
        Ok(_) | Err(Error::NotFound { .. }) => {
            report.line(
                "ok",
                &format!("WEBKYC_EXPORT_URL {url} takes the credentials"),
            );
        }
        Err(error @ Error::Credentials { .. }) => {
            let text = "WEBKYC_CLIENT_ID and WEBKYC_CLIENT_SECRET";
            let help = "compare both with Authenteq's dashboard";
            report.line("wrong", &format!("{text}: {}; {help}", told(&error)));
        }
        Err(error) => {
            report.line(
                "wrong",
                &format!("WEBKYC_EXPORT_URL {url}: {}", told(&error)),
            );
        }
    }
    Ok(())
}

/// The error with its causes, which contain no address.
fn told(error: &Error) -> String {
    let causes = format!("{:#}", anyhow::Error::new(error.clone()));
    match error {
        Error::Unreachable {
            step: Step::Tls, ..
        } => format!("{causes}; does this address speak https, with a certificate for its name?"),
        _ => causes,
    }
}
