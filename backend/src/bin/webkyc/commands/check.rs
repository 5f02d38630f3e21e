//! `webkyc check`: prints valid settings, warnings and errors line by line.

mod sign_ups;

use std::{
    io::{Write, stdout},
    process::ExitCode,
};

use webkyc_backend::{
    authenteq::{self, CallLimits, Client, Error, FlowMarks, Format, Step, VerificationId},
    config::{Api, Config, Errors},
    metrics::Metrics,
};

use super::NO_CLIENT;

/// No verification has this id, so the answer depends only on the credentials.
const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

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

/// Checks the configuration, then calls Authenteq's addresses. Fails on any error.
pub(crate) async fn run(config: Result<Config, Errors>) -> anyhow::Result<ExitCode> {
    let mut report = Report::default();
    match config {
        Ok(config) => {
            say(&config, &mut report);
            if let Some(store) = &config.store {
                sign_ups::say_store(store, &mut report).await;
            }
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
    let to_register = match config.api {
        Api::WebKyc => config.redirect.uri.as_str(),
        Api::WebIdv(_) => config.redirect.place(),
    };
    let facts = [
        ("client id", config.client.id.as_str()),
        ("public URL", &config.public_url.url),
        ("redirect URI to register with Authenteq", to_register),
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
    let subjects = if config.live {
        "real people"
    } else {
        "test persons"
    };
    report.line("ok", &format!("verifications are of {subjects}"));
    for (key, site) in config.sites.iter() {
        report.line("ok", &format!("site {key}: {}", site.name));
        if config.store.is_some() {
            sign_ups::say_site(key, site, report);
        }
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
    let identity = ("WEBKYC_IDENTITY_URL", &config.endpoints.identity);
    let hosts = match config.api {
        Api::WebKyc => vec![identity, ("WEBKYC_API_URL", &config.endpoints.api)],
        Api::WebIdv(_) => vec![identity],
    };
    for (setting, url) in hosts {
        match authenteq::reach(url, &limits).await {
            Ok(()) => report.line("ok", &format!("{setting} {url} answers")),
            Err(error) => report.line(
                "wrong",
                &format!("{setting} {url}: {}", with_causes(&error)),
            ),
        }
    }
    if let Api::WebIdv(_) = config.api
        && let Err(error) = depart(config, &client, report).await
    {
        // The export would be refused for the same reason.
        report_credentials(&error, report);
        return Ok(());
    }
    let Some(unknown) = VerificationId::parse(UNKNOWN) else {
        return Ok(());
    };
    let url = &config.endpoints.export;
    match client.export(Format::Json, unknown, None).await {
        Ok(_) | Err(Error::NotFound { .. }) => {
            report.line(
                "ok",
                &format!(
                    "WEBKYC_EXPORT_URL {url} takes the credentials: it was asked for a verification that does not exist"
                ),
            );
        }
        Err(error @ Error::Credentials { .. }) => report_credentials(&error, report),
        Err(error) => {
            report.line(
                "wrong",
                &format!("WEBKYC_EXPORT_URL {url}: {}", with_causes(&error)),
            );
        }
    }
    Ok(())
}

/// Asks Authenteq for a visitor's address. Refused credentials are for the caller to report.
async fn depart(config: &Config, client: &Client, report: &mut Report) -> Result<(), Error> {
    let redirect = config.redirect.place();
    let flow = FlowMarks {
        state: "check",
        name: "check",
    };
    match client.departure(&flow, None, None).await {
        Ok(_) => report.line(
            "ok",
            &format!("WEBKYC_REDIRECT_URI {redirect} is registered"),
        ),
        Err(error @ Error::Credentials { .. }) => return Err(error),
        Err(error @ Error::RedirectUri { .. }) => {
            let help = "register it in Authenteq's dashboard";
            let text = format!(
                "WEBKYC_REDIRECT_URI {redirect}: {}; {help}",
                with_causes(&error)
            );
            report.line("wrong", &text);
        }
        Err(error) => {
            let url = &config.endpoints.export;
            let text = format!(
                "verification URL from WEBKYC_EXPORT_URL {url}: {}",
                with_causes(&error)
            );
            report.line("wrong", &text);
        }
    }
    Ok(())
}

fn report_credentials(error: &Error, report: &mut Report) {
    let help = match error {
        Error::Credentials { code, .. } if code == "ACCOUNT_DEACTIVATED" => {
            "the account is deactivated: ask Authenteq"
        }
        _ => "compare both with Authenteq's dashboard",
    };
    let text = "WEBKYC_CLIENT_ID and WEBKYC_CLIENT_SECRET";
    report.line("wrong", &format!("{text}: {}; {help}", with_causes(error)));
}

/// The error with its causes, which contain no address.
fn with_causes(error: &Error) -> String {
    let causes = format!("{:#}", anyhow::Error::new(error.clone()));
    match error {
        Error::Unreachable {
            step: Step::Tls, ..
        } => format!("{causes}; does this address speak https, with a certificate for its name?"),
        _ => causes,
    }
}
