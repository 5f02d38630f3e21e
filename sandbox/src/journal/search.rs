//! A search among the sign-ups.

use super::{
    Chosen, Entry, Happening,
    summary::{outcome_of, step_of},
};
use crate::{scenario::Scenario, texts::Texts};

/// The conditions that a listed sign-up meets.
#[derive(Default)]
pub(crate) struct Search {
    /// Each of them somewhere, in small letters.
    phrases: Vec<String>,
    failures_only: bool,
}

impl Search {
    /// Words, each of which may be anywhere, and phrases in quotation marks. A phrase that is not
    /// closed goes on to the end.
    pub(crate) fn of(text: &str) -> Self {
        let parts = text.split('"').enumerate();
        let phrases = parts.flat_map(|(at, part)| {
            let words = part.split_whitespace();
            if at % 2 == 1 {
                vec![words.collect::<Vec<_>>().join(" ")]
            } else {
                words.map(str::to_owned).collect()
            }
        });
        Self {
            phrases: phrases
                .filter(|phrase| !phrase.is_empty())
                .map(|phrase| phrase.to_lowercase())
                .collect(),
            failures_only: false,
        }
    }

    /// Only of sign-ups and calls that failed in the end, if this is asked for.
    pub(crate) fn among_failures(self, asked: bool) -> Self {
        Self {
            failures_only: asked,
            ..self
        }
    }

    pub(super) fn finds(&self, entries: &[Entry]) -> bool {
        let failed = || {
            let last = entries.iter().rev().find_map(outcome_of);
            last.is_some_and(|outcome| outcome.failed)
        };
        if self.failures_only && !failed() {
            return false;
        }
        if self.phrases.is_empty() {
            return true;
        }
        let text = text_of(entries).to_lowercase();
        self.phrases.iter().all(|phrase| text.contains(phrase))
    }
}

/// Everything that one may search for.
fn text_of(entries: &[Entry]) -> String {
    let mut text = String::new();
    let mut add = |words: &str| {
        text.push_str(words);
        text.push('\n');
    };
    for entry in entries {
        for id in entry.sign_up.iter().chain(&entry.client_id) {
            add(id);
        }
        if let Some(outcome) = outcome_of(entry) {
            add(&outcome.sentence);
            let translated = Texts::all().iter();
            translated
                .filter_map(|texts| texts.outcome(&outcome.sentence))
                .for_each(&mut add);
        }
        let played = match &entry.happening {
            Happening::Returned { scenario, .. } => *scenario,
            Happening::Visitor {
                chosen: Some(Chosen::Scenario(scenario)),
                ..
            } => Some(*scenario),
            _ => None,
        };
        if let Some(scenario) = played.and_then(Scenario::by_name) {
            add(scenario.name);
            add(scenario.person.name);
            for texts in Texts::all() {
                add(texts.title_of(scenario));
            }
        }
        match &entry.happening {
            Happening::Visitor { what, .. } => add(what),
            Happening::Returned { location, .. } => add(location),
            Happening::Call(call) => {
                for words in [step_of(call.path()), &call.method, &call.target] {
                    add(words);
                }
                for (_, value) in call.form.iter().flat_map(|form| &form.fields) {
                    add(value);
                }
                for words in call.failure.iter().chain(&call.remarks) {
                    add(words);
                }
                if let Some(answer) = &call.answer {
                    add(&answer.status.to_string());
                    add(&answer.body);
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_make_a_phrase_of_words() {
        for (text, phrases) in [
            ("", &[][..]),
            ("Doe  anna", &["doe", "anna"]),
            ("\"Back  without\" doe", &["back without", "doe"]),
            ("a\"b c", &["a", "b c"]),
            ("\"\" \" \"", &[]),
        ] {
            assert_eq!(Search::of(text).phrases, phrases, "{text}");
        }
    }
}
