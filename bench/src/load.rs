//! Load, made by wrk (<https://github.com/wg/wrk>): it needs far less of the machine than what it
//! measures.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::setup::Setup;

/// Every request comes from another client address, and from one of the sessions in turn; what happened
/// is printed as JSON.
const SCRIPT: &str = r#"
local asked = 0
function request()
  asked = asked + 1
  if #cookies > 0 then wrk.headers["cookie"] = cookies[asked % #cookies + 1] end
  wrk.headers["X-Forwarded-For"] = string.format("10.%d.%d.%d",
    math.floor(asked / 65536) % 256, math.floor(asked / 256) % 256, asked % 256)
  return wrk.format()
end
function done(summary)
  local errors = summary.errors
  io.write(string.format('\nRESULT {"requests":%d,"microseconds":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
"#;

/// What is asked of one server, again and again.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Sessions that ask in turn, if there are any: one alone gets its share and no more.
    pub(crate) cookies: Vec<String>,
    pub(crate) connections: u32,
}

#[derive(Deserialize)]
struct Outcome {
    requests: f64,
    microseconds: f64,
    /// Answers of 400 and above.
    refused: f64,
    broken: f64,
}

/// Answers per second.
pub(crate) struct Answers {
    pub(crate) good: f64,
    pub(crate) refused: f64,
}

impl Load {
    /// Asks for so many seconds, or longer if there is no answer within them.
    ///
    /// # Errors
    /// When an answer was broken, or none was good.
    pub(crate) fn run(&self, setup: &Setup, seconds: u32) -> Result<Answers> {
        let patience = [seconds, 4 * seconds, 16 * seconds];
        for seconds in patience {
            let outcome = self.ask(setup, seconds)?;
            let good = outcome.requests - outcome.refused;
            ensure!(
                outcome.broken == 0.0,
                "{}: {} of {} answers were broken",
                self.url,
                outcome.broken,
                outcome.requests
            );
            if good > 0.0 {
                let seconds = outcome.microseconds / 1e6;
                return Ok(Answers {
                    good: good / seconds,
                    refused: outcome.refused / seconds,
                });
            }
        }
        bail!(
            "{}: not one good answer in {} seconds",
            self.url,
            16 * seconds
        )
    }

    fn script(&self, setup: &Setup) -> Result<PathBuf> {
        let file = setup.folder.path().join("load.lua");
        // Sealed cookies have no character that Lua reads as more than itself.
        let cookies: Vec<_> = self.cookies.iter().map(|it| format!("'{it}'")).collect();
        let script = format!("local cookies = {{{}}}\n{SCRIPT}", cookies.join(","));
        fs::write(&file, script).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }

    fn ask(&self, setup: &Setup, seconds: u32) -> Result<Outcome> {
        let mut command = Command::new(&setup.wrk);
        command
            .args(["--threads", "1", "--timeout", "10"])
            .arg(format!("--connections={}", self.connections))
            .arg(format!("--duration={seconds}"))
            .arg("--script")
            .arg(self.script(setup)?);
        for (name, value) in &self.headers {
            command.arg("--header").arg(format!("{name}: {value}"));
        }
        let output = command
            .arg(&self.url)
            .output()
            .context("cannot start wrk")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let outcome = said.lines().find_map(|line| line.strip_prefix("RESULT "));
        let outcome = outcome.with_context(|| {
            format!(
                "wrk failed: {said}{}",
                String::from_utf8_lossy(&output.stderr)
            )
        })?;
        Ok(serde_json::from_str(outcome)?)
    }
}
