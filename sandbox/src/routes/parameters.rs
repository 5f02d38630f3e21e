//! The parameters of the links that visitors open, and the words for a wrong one.

use axum::http::StatusCode;

use crate::{
    query::{self, Query},
    scenario::Scenario,
};

/// A wrong parameter of an authorize URL.
pub(crate) struct ParameterProblem {
    pub(crate) status: StatusCode,
    pub(crate) parameter: &'static str,
    pub(crate) received: Option<String>,
    pub(crate) reason: String,
    pub(crate) advice: String,
}

impl ParameterProblem {
    pub(crate) fn because(mut self, reason: &str) -> Self {
        reason.clone_into(&mut self.reason);
        self
    }

    pub(crate) fn so(mut self, advice: &str) -> Self {
        advice.clone_into(&mut self.advice);
        self
    }

    /// The page's text in short.
    pub(crate) fn sentence(&self) -> String {
        format!("{}: {} {}", self.parameter, self.reason, self.advice)
    }
}

pub(super) fn read_scenario(
    query: &Query<'_>,
) -> Result<Option<&'static Scenario>, ParameterProblem> {
    let Some(name) = query.get("sandbox_scenario").map(query::decoded) else {
        return Ok(None);
    };
    Scenario::by_name(&name).map(Some).ok_or_else(|| {
        problem("sandbox_scenario", query)
            .because("There is no scenario of this name.")
            .so(&format!(
                "Choose one of {}; or leave it out to see the pages.",
                Scenario::list()
            ))
    })
}

pub(super) fn problem(parameter: &'static str, query: &Query<'_>) -> ParameterProblem {
    ParameterProblem {
        status: StatusCode::BAD_REQUEST,
        parameter,
        received: query.get(parameter).map(query::decoded),
        reason: String::new(),
        advice: String::new(),
    }
}
