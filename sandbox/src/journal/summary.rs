//! One row per sign-up: how far it came, and what stopped it.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Chosen, Entry, Happening, Journal, Search, call::Call};
use crate::{
    api::Api,
    outcome::{CODE, FETCHED, ON_PAGES, TOKEN, UNOPENED},
    vendor,
};

/// One sign-up in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AttemptSummary)]
pub struct SignUpSummary {
    /// Its id. Of a call that belongs to no sign-up, `call-` and its number.
    pub id: String,
    /// Absent where no client was named.
    #[schema(required, nullable)]
    pub client_id: Option<String>,
    /// When it began, by the client's clock.
    #[schema(value_type = String, format = DateTime)]
    pub started: Timestamp,
    /// The API it was begun with, where that is known.
    #[serde(rename = "flow")]
    #[schema(required, nullable)]
    pub api: Option<Api>,
    /// The person, or the failure, that was played or is chosen.
    #[schema(required, nullable)]
    pub scenario: Option<String>,
    /// How far it came.
    pub stages: Vec<Stage>,
    /// Its outcome, in a sentence.
    pub outcome: String,
    /// Whether the last thing that happened was refused.
    pub failed: bool,
}

/// One stage of a sign-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stage {
    /// Authorize, Return, Token …
    pub name: String,
    /// How it stands.
    pub standing: Standing,
}

/// How a stage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Not reached.
    Open,
    /// It worked the last time.
    Done,
    /// It was refused the last time.
    Failed,
}

const AUTHORIZE: &str = "Authorize";
const RETURN: &str = "Return";
const EXPORT: &str = "Export";

/// The documentation's name for the call to a path.
pub(super) fn step_of(path: &str) -> &'static str {
    match path {
        "/authorize" | "/oauth" => AUTHORIZE,
        "/v2/web-kyc/token" => "Token",
        "/v2/web-kyc/details" => "Details",
        "/web-idv/verification-url" => "Verification URL",
        "/verify" => "Verify",
        "/web-idv/verification-result" => "Result",
        "/export/verification-result-as-json" => "Export as JSON",
        "/export/verification-result-as-multipart" => "Export as multipart",
        "/export/verification-result-as-pdf" => "Export as PDF",
        path if vendor::is_unplayed(path) => "Not played",
        _ => "Unknown path",
    }
}

fn stages_of(api: Api) -> [&'static str; 5] {
    match api {
        Api::WebKyc => [AUTHORIZE, RETURN, "Token", "Details", EXPORT],
        Api::WebIdv => ["Verification URL", "Verify", RETURN, "Result", EXPORT],
    }
}

impl Journal {
    /// Every sign-up of one client, or of all, that is looked for; newest first.
    pub(crate) fn sign_ups(&self, client_id: Option<&str>, search: &Search) -> Vec<SignUpSummary> {
        let mut places = HashMap::new();
        let mut sign_ups: Vec<Vec<Entry>> = Vec::new();
        for entry in self.entries_of(client_id) {
            let id = entry.sign_up.clone().unwrap_or_else(|| entry.own_id());
            let place = *places.entry(id).or_insert(sign_ups.len());
            match sign_ups.get_mut(place) {
                Some(sign_up) => sign_up.push(entry),
                None => sign_ups.push(vec![entry]),
            }
        }
        let newest_first = sign_ups.iter().rev();
        newest_first
            .filter(|entries| search.finds(entries))
            .filter_map(|entries| SignUpSummary::of(entries))
            .collect()
    }
}

impl SignUpSummary {
    /// Nothing, of nothing.
    pub(super) fn of(entries: &[Entry]) -> Option<Self> {
        let first = entries.first()?;
        let api = entries.iter().find_map(|entry| match &entry.happening {
            Happening::Call(call) => api_of(call),
            _ => None,
        });
        let mut newest_first = entries.iter().rev();
        let scenario = newest_first.find_map(|entry| match entry.happening {
            Happening::Returned { scenario, .. } => scenario.map(Some),
            Happening::Visitor { chosen, .. } => match chosen? {
                Chosen::Scenario(scenario) => Some(Some(scenario)),
                Chosen::NoScenario => Some(None),
            },
            Happening::Call(_) => None,
        });
        let failure = entries.iter().rev().find_map(outcome_of);
        Some(Self {
            id: first.sign_up.clone().unwrap_or_else(|| first.own_id()),
            client_id: entries.iter().find_map(|entry| entry.client_id.clone()),
            started: first.at,
            api,
            scenario: scenario.flatten().map(str::to_owned),
            stages: api.map_or(Vec::new(), |api| stages(api, entries)),
            failed: failure.as_ref().is_some_and(|outcome| outcome.failed),
            outcome: failure.map_or_else(|| ON_PAGES.to_owned(), |outcome| outcome.sentence),
        })
    }
}

pub(super) struct Outcome {
    pub(super) sentence: String,
    pub(super) failed: bool,
}

pub(super) fn outcome_of(entry: &Entry) -> Option<Outcome> {
    let outcome = |sentence: &str, failed| {
        Some(Outcome {
            sentence: sentence.to_owned(),
            failed,
        })
    };
    match &entry.happening {
        Happening::Visitor { .. } => None,
        Happening::Returned { outcome: how, .. } => outcome(how, *how != CODE),
        Happening::Call(call) => {
            let step = step_of(call.path());
            let Some(answer) = &call.answer else {
                return outcome(
                    &format!("{step}: not answered yet, or the client closed the connection."),
                    true,
                );
            };
            if let Some(failure) = &call.failure {
                return outcome(&format!("{step}: {failure}"), true);
            }
            match (answer.status, call.path()) {
                (400.., _) => outcome(
                    &format!("{step} was answered with {}.", answer.status),
                    true,
                ),
                // The pages follow.
                (_, "/authorize" | "/oauth" | "/verify") => None,
                (_, "/web-idv/verification-url") => outcome(UNOPENED, false),
                (_, "/v2/web-kyc/token") => outcome(TOKEN, false),
                _ => outcome(FETCHED, false),
            }
        }
    }
}

fn api_of(call: &Call) -> Option<Api> {
    match call.path() {
        "/authorize" | "/oauth" | "/v2/web-kyc/token" | "/v2/web-kyc/details" => Some(Api::WebKyc),
        "/web-idv/verification-url" | "/verify" | "/web-idv/verification-result" => {
            Some(Api::WebIdv)
        }
        _ => None,
    }
}

fn stages(api: Api, entries: &[Entry]) -> Vec<Stage> {
    let standing = |name: &str| {
        let mut standing = Standing::Open;
        for entry in entries {
            let worked = match &entry.happening {
                Happening::Returned { outcome, .. } if name == RETURN => *outcome == CODE,
                Happening::Call(call) if step_of(call.path()).starts_with(name) => {
                    call.answer
                        .as_ref()
                        .is_some_and(|answer| answer.status < 400)
                        && call.failure.is_none()
                }
                _ => continue,
            };
            standing = if worked {
                Standing::Done
            } else {
                Standing::Failed
            };
        }
        standing
    };
    stages_of(api)
        .into_iter()
        .map(|name| Stage {
            name: name.to_owned(),
            standing: standing(name),
        })
        .collect()
}
