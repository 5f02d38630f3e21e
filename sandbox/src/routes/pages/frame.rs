//! The frame around every page of a sign-up.

use jiff::Timestamp;

use super::StepPage;
use crate::{
    api::{Api, Step},
    client::{AfterFailure, Client},
    scenario::{Group, Scenario},
    texts::{TEXTS, Texts, fill},
};

pub(super) struct StepFrame<'a> {
    sign_up: &'a str,
    pub(super) api: Api,
    pub(super) step: Step,
    pub(super) client: &'a Client,
    pub(super) back: Option<&'a str>,
    pub(super) remarks: &'a [String],
    /// The test person who is played, or would be.
    pub(super) chosen: &'static Scenario,
    /// At `step`.
    pub(super) has_failed: bool,
    now: Timestamp,
    pub(super) texts: &'static Texts,
}

impl<'a> StepFrame<'a> {
    pub(super) fn of(page: &StepPage<'a>) -> Self {
        let request = page.request;
        Self {
            sign_up: page.sign_up,
            api: request.api,
            step: page.step,
            client: &request.client,
            back: request.back.as_deref(),
            remarks: &request.remarks,
            chosen: page.scenario.unwrap_or(Scenario::first_choice()),
            has_failed: false,
            now: page.now,
            texts: page.texts,
        }
    }

    /// Of a visitor who has failed at this step.
    pub(super) fn failed(self) -> Self {
        Self {
            has_failed: true,
            ..self
        }
    }

    /// Where all pages of the sign-up begin.
    pub(super) fn address(&self) -> String {
        format!("/identification/{}", self.sign_up)
    }

    /// A text with the client's name in it.
    pub(super) fn named(&self, text: &str) -> String {
        fill(text, &self.client.name)
    }

    /// A text with the test person's name in it.
    pub(super) fn of_person(&self, text: &str) -> String {
        fill(text, self.chosen.person.name)
    }

    /// The client's time, to the minute.
    pub(super) fn time(&self) -> String {
        let time = self.now.strftime("%Y-%m-%d %H:%M UTC").to_string();
        fill(self.texts.drawer.clock, &time)
    }

    pub(super) fn groups(&self) -> [Group; Group::ALL.len()] {
        Group::ALL
    }

    pub(super) fn languages(&self) -> &'static [Texts] {
        &TEXTS
    }

    /// Whether a visitor who fails stays on the pages.
    pub(super) fn stays_after_failure(&self) -> bool {
        self.client.after_failure == AfterFailure::Stay
    }

    /// How the progress bar shows a step.
    pub(super) fn standing(&self, step: &Step) -> &'static str {
        if *step == self.step {
            "current"
        } else if self.api.is_later(*step, self.step) {
            "ahead"
        } else {
            "done"
        }
    }
}
