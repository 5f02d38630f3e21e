//! The forms that add a fault and move the clock.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    fault::{Effect, Endpoint, Fault, Times},
    texts::{ScriptTexts, fill},
};

/// The longest delay: a day.
const LONGEST_DELAY: u64 = 86_400;

/// The places of faults, in the order of their texts.
const ENDPOINTS: [Endpoint; 9] = [
    Endpoint::Authorize,
    Endpoint::Return,
    Endpoint::Token,
    Endpoint::Details,
    Endpoint::VerificationUrl,
    Endpoint::Result,
    Endpoint::ExportJson,
    Endpoint::ExportMultipart,
    Endpoint::ExportPdf,
];

/// Under the names of the wire, in the order of their texts. The two that need more than a name have
/// fields of their own.
const EFFECTS: [&str; 14] = [
    "server-error",
    "delay",
    "respond",
    "truncated",
    "code-refused",
    "token-expired",
    "account-deactivated",
    "no-code",
    "state-changed",
    "error-response",
    "corrupt-image",
    "lying-image",
    "endless",
    "false-pdf",
];

/// The names of endpoints and effects for people.
pub(super) struct FaultLabels(pub(super) &'static ScriptTexts);

impl FaultLabels {
    /// Under the names of the wire.
    pub(super) fn endpoints(&self) -> impl Iterator<Item = (String, &'static str)> {
        let endpoints = ENDPOINTS.into_iter().map(|endpoint| value(&endpoint));
        endpoints.zip(self.0.endpoints)
    }

    pub(super) fn effects(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        EFFECTS.into_iter().zip(self.0.effects)
    }

    pub(super) fn endpoint(&self, endpoint: &Endpoint) -> &'static str {
        let mut known = ENDPOINTS.into_iter().zip(self.0.endpoints);
        let known = known.find(|(known, _)| known == endpoint);
        known.expect("every endpoint has a label").1
    }

    pub(super) fn effect(&self, effect: &Effect) -> String {
        match effect {
            Effect::Delay { seconds } => fill(self.0.delay, &seconds.to_string()),
            Effect::Respond { status, .. } => fill(self.0.respond, &status.to_string()),
            _ => {
                let name = json!(effect);
                let known = self.effects().find(|(known, _)| name == *known);
                known.expect("every effect has a label").1.to_owned()
            }
        }
    }

    pub(super) fn times(&self, times: &Times) -> &'static str {
        match times {
            Times::Once => self.0.once,
            Times::Always => self.0.always,
        }
    }
}

/// The name of the wire.
fn value(endpoint: &Endpoint) -> String {
    let name = json!(endpoint);
    name.as_str()
        .expect("an endpoint is written as a string")
        .to_owned()
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
    pub(super) fn fault(&self, texts: &ScriptTexts) -> Result<Fault, &'static str> {
        let effect = match self.effect.as_str() {
            "delay" => {
                let seconds = number(&self.seconds, 1, LONGEST_DELAY).ok_or(texts.no_delay)?;
                json!({ "delay": { "seconds": seconds } })
            }
            "respond" => {
                let status = number(&self.status, 200, 599).ok_or(texts.no_status)?;
                let visible = |c: char| !c.is_control() && c.is_ascii();
                if self.content_type.trim().is_empty() || !self.content_type.chars().all(visible) {
                    return Err(texts.no_content_type);
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
        serde_json::from_value(fault).map_err(|_| texts.no_choice)
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
    use crate::texts::{TEXTS, Texts};

    #[test]
    fn every_place_and_every_effect_of_the_form_can_be_played() {
        for texts in &TEXTS {
            let labels = FaultLabels(&texts.dashboard.script);
            for (endpoint, label) in labels.endpoints() {
                for (effect, _) in labels.effects() {
                    let form = FaultForm {
                        at: endpoint.clone(),
                        effect: effect.to_owned(),
                        ..FaultForm::default()
                    };
                    let fault = form.fault(labels.0).unwrap();
                    assert_eq!(labels.endpoint(&fault.at), label, "{effect}");
                    assert!(!labels.effect(&fault.effect).contains('{'), "{effect}");
                }
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
            let flaw = form.fault(&Texts::english().dashboard.script).unwrap_err();
            assert!(flaw.contains(expected), "{flaw}");
        }
    }
}
