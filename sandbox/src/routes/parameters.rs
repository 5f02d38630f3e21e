//! The parameters of the links that visitors open, and the words for a wrong one.

use axum::http::StatusCode;

use crate::{
    comparison::Comparison,
    diagnosis,
    journal::Notes,
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
    /// In a box, so that what is handed around stays small.
    pub(crate) comparison: Option<Box<Comparison>>,
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

    /// Adds what most likely made the address of a registered one.
    pub(crate) fn unlike<'a>(
        mut self,
        received: &str,
        registered: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let comparison = Comparison::with_nearest(received, registered);
        if let Some(cause) = comparison.as_ref().and_then(Comparison::cause) {
            self.reason.push(' ');
            self.reason.push_str(cause);
        }
        self.comparison = comparison.map(Box::new);
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

/// A parameter that is not there, or empty.
pub(super) fn missing(parameter: &'static str, query: &Query<'_>) -> ParameterProblem {
    let cause = diagnosis::of_entity(parameter, query.names());
    let reason = cause.unwrap_or_else(|| "It is missing.".to_owned());
    problem(parameter, query).because(&reason)
}

/// Remarks on parameters that the endpoint does not read.
pub(super) fn remark_unknown<'a>(
    notes: &Notes,
    names: impl Iterator<Item = &'a str>,
    known: &[&str],
) {
    let unknown: Vec<&str> = names.filter(|name| !known.contains(name)).collect();
    if !unknown.is_empty() {
        notes.remark(diagnosis::of_unknown(&unknown));
    }
}

pub(super) fn problem(parameter: &'static str, query: &Query<'_>) -> ParameterProblem {
    ParameterProblem {
        status: StatusCode::BAD_REQUEST,
        parameter,
        received: query.get(parameter).map(query::decoded),
        reason: String::new(),
        advice: String::new(),
        comparison: None,
    }
}
