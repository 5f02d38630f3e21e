//! The forms that add a fault and move the clock.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::fault::{Effect, Endpoint, Fault, Times};

/// The longest delay: a day.
const LONGEST_DELAY: u64 = 86_400;

/// The names of endpoints and effects for people.
pub(super) struct FaultLabels;

impl FaultLabels {
    pub(super) const ENDPOINTS: [(Endpoint, &'static str); 9] = [
        (Endpoint::Authorize, "Authorize"),
        (Endpoint::Return, "Return to the client"),
        (Endpoint::Token, "Token"),
        (Endpoint::Details, "Details"),
        (Endpoint::VerificationUrl, "Verification URL"),
        (Endpoint::Result, "Result (Web IDV)"),
        (Endpoint::ExportJson, "Export as JSON"),
        (Endpoint::ExportMultipart, "Export as multipart"),
        (Endpoint::ExportPdf, "Export as PDF"),
    ];

    /// Under the names of the wire. The two that need more than a name have fields of their own.
    pub(super) const EFFECTS: [(&'static str, &'static str); 14] = [
        ("server-error", "Answer 500"),
        ("delay", "Wait before the answer"),
        ("respond", "Answer something else"),
        ("truncated", "Break off in the middle"),
        ("code-refused", "Refuse the code"),
        ("token-expired", "Say that the token has expired"),
        ("account-deactivated", "Say that the account is deactivated"),
        ("no-code", "Return: without a code"),
        ("state-changed", "Return: with another state"),
        ("error-response", "Return: with error=access_denied"),
        ("corrupt-image", "Damage the image of the front"),
        ("lying-image", "HTML in place of that image"),
        ("endless", "Multipart: leave out the end"),
        ("false-pdf", "PDF: send HTML"),
    ];

    pub(super) fn endpoint(endpoint: &Endpoint) -> &'static str {
        let known = Self::ENDPOINTS.iter().find(|(known, _)| known == endpoint);
        known.expect("every endpoint has a label").1
    }

    pub(super) fn effect(effect: &Effect) -> String {
        match effect {
            Effect::Delay { seconds } => format!("Wait {seconds} seconds before the answer"),
            Effect::Respond { status, .. } => format!("Answer {status}, as written here"),
            _ => {
                let name = json!(effect);
                let known = Self::EFFECTS.iter().find(|(known, _)| name == *known);
                known.expect("every effect has a label").1.to_owned()
            }
        }
    }

    pub(super) fn times(times: &Times) -> &'static str {
        match times {
            Times::Once => "once",
            Times::Always => "every time",
        }
    }

    /// The name of the wire.
    pub(super) fn value(endpoint: &Endpoint) -> String {
        let name = json!(endpoint);
        name.as_str()
            .expect("an endpoint is written as a string")
            .to_owned()
    }
}

/// A fault as it was entered.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct FaultForm {
    pub(super) at: String,
    pub(super) effect: String,
    pub(super) times: String,
    pub(super) seconds: String,
    pub(super) status: String,
    pub(super) content_type: String,
    pub(super) body: String,
}

impl Default for FaultForm {
    fn default() -> Self {
        let text = str::to_owned;
        Self {
            at: text("token"),
            effect: text("server-error"),
            times: text("once"),
            seconds: text("20"),
            status: text("503"),
            content_type: text("application/json"),
            body: String::new(),
        }
    }
}

impl FaultForm {
    /// Read as a program's would be, once the numbers are numbers.
    pub(super) fn fault(&self) -> Result<Fault, String> {
        let effect = match self.effect.as_str() {
            "delay" => {
                let seconds = number(&self.seconds, 1, LONGEST_DELAY)
                    .ok_or("A delay takes a number of seconds, from 1 to 86,400.")?;
                json!({ "delay": { "seconds": seconds } })
            }
            "respond" => {
                let status = number(&self.status, 200, 599)
                    .ok_or("A status is a number from 200 to 599.")?;
                let visible = |c: char| !c.is_control() && c.is_ascii();
                if self.content_type.trim().is_empty() || !self.content_type.chars().all(visible) {
                    return Err("A content type looks like text/html.".to_owned());
                }
                json!({ "respond": {
                    "status": status,
                    "contentType": self.content_type.trim(),
                    "body": self.body,
                } })
            }
            name => Value::from(name),
        };
        let fault = json!({ "at": self.at, "effect": effect, "times": self.times });
        serde_json::from_value(fault).map_err(|_| "Choose where, what and how often.".to_owned())
    }
}

/// A time as it was entered.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ClockForm {
    pub(super) minutes: String,
}

pub(super) fn number(text: &str, least: u64, most: u64) -> Option<u64> {
    let number = text.trim().parse().ok()?;
    (least..=most).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_and_every_effect_of_the_form_can_be_played() {
        for (endpoint, label) in FaultLabels::ENDPOINTS {
            for (effect, _) in FaultLabels::EFFECTS {
                let form = FaultForm {
                    at: FaultLabels::value(&endpoint),
                    effect: effect.to_owned(),
                    ..FaultForm::default()
                };
                let fault = form.fault().unwrap();
                assert_eq!(fault.at, endpoint, "{label}");
                assert!(!FaultLabels::effect(&fault.effect).is_empty(), "{effect}");
            }
        }
    }

    #[test]
    fn a_fault_that_makes_no_sense_is_refused_in_a_sentence() {
        type Change = fn(&mut FaultForm);
        let changes: [(Change, &str); 5] = [
            (|form| form.at = "nowhere".to_owned(), "Choose"),
            (|form| form.times = "twice".to_owned(), "Choose"),
            (
                |form| (form.effect, form.seconds) = ("delay".to_owned(), "0".to_owned()),
                "seconds",
            ),
            (
                |form| (form.effect, form.status) = ("respond".to_owned(), "99".to_owned()),
                "status",
            ),
            (
                |form| {
                    (form.effect, form.content_type) =
                        ("respond".to_owned(), "a\r\nb: c".to_owned());
                },
                "content type",
            ),
        ];
        for (change, expected) in changes {
            let mut form = FaultForm::default();
            change(&mut form);
            let flaw = form.fault().unwrap_err();
            assert!(flaw.contains(expected), "{flaw}");
        }
    }
}
