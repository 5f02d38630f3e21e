//! Load, made by [wrk](https://github.com/wg/wrk), which needs far less processor time than the servers.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::{memory::processor_seconds, setup::Setup};

/// Sends each request from another client address and with the next session, and prints the outcome as
/// JSON.
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

/// One request to one server, again and again.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    /// The sessions to use in turn, because one session gets only a share of the server.
    pub(crate) cookies: Vec<String>,
    pub(crate) connections: u32,
    /// The processes whose time counts.
    pub(crate) processes: Vec<u32>,
}

#[derive(Deserialize)]
struct Outcome {
    requests: f64,
    microseconds: f64,
    /// Answers of 400 and above.
    refused: f64,
    broken: f64,
}

/// The answers to a load.
pub(crate) struct Answers {
    /// Per second.
    pub(crate) good: f64,
    /// Of all answers, in percent.
    pub(crate) refused: f64,
    /// Processor time for each good answer, in microseconds.
    pub(crate) microseconds: f64,
}

impl Load {
    /// Sends requests for some seconds, or longer until the first answer.
    ///
    /// # Errors
    /// When an answer is broken, or none succeeds.
    pub(crate) fn run(&self, setup: &Setup, seconds: u32) -> Result<Answers> {
        let durations = [seconds, 4 * seconds, 16 * seconds];
        for seconds in durations {
            let before = processor_seconds(&self.processes)?;
            let outcome = self.ask(setup, seconds)?;
            let on_processor = processor_seconds(&self.processes)? - before;
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
                    refused: 100.0 * outcome.refused / outcome.requests,
                    microseconds: 1e6 * on_processor / good,
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
        // Sealed cookies have no character with a meaning in a Lua string.
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
