//! The words of the pages, for visitors and for developers, one `Texts` for each language: made of the files in
//! `languages/` by the build script.

use askama::filters::{Html, Safe, escape};

use crate::{api::Step, journal::OUTCOMES, scenario::Scenario};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

impl Texts {
    /// For those who ask for no language that is here.
    pub(crate) fn english() -> &'static Self {
        &TEXTS[0]
    }

    /// The texts in the language of this tag (BCP 47).
    pub(crate) fn of_tag(tag: &str) -> Option<&'static Self> {
        TEXTS
            .iter()
            .find(|texts| texts.tag.eq_ignore_ascii_case(tag))
    }

    /// The name of a page in the progress bar.
    pub(crate) fn step(&self, step: &Step) -> &'static str {
        match step {
            Step::Introduction => self.frame.start,
            Step::Liveness => self.frame.face,
            Step::Document => self.frame.document,
            Step::Verification => self.frame.result,
        }
    }

    /// A scenario's name for people. A person's is the same in every language.
    pub(crate) fn title_of(&self, scenario: &Scenario) -> &'static str {
        let failures = Scenario::ALL.iter().filter(|one| one.failure.is_some());
        let titles = failures.zip(self.scenarios.titles);
        find(titles, scenario).unwrap_or(scenario.title)
    }

    /// A scenario's effect in a few words.
    pub(crate) fn summary_of(&self, scenario: &Scenario) -> &'static str {
        let summaries = Scenario::ALL.iter().zip(self.scenarios.summaries);
        find(summaries, scenario).unwrap_or(scenario.summary)
    }

    /// An outcome that [`OUTCOMES`] has. Others are of one answer, and English.
    pub(crate) fn outcome(&self, outcome: &str) -> Option<&'static str> {
        let mut outcomes = OUTCOMES.into_iter().zip(self.dashboard.sign_ups.outcomes);
        outcomes.find_map(|(english, own)| (english == outcome).then_some(own))
    }

    /// A text as HTML, in which code is what stands between backticks.
    pub(crate) fn with_code(text: &str) -> Safe<String> {
        let mut html = String::new();
        for (place, part) in text.split('`').enumerate() {
            let Ok(part) = escape(part, Html);
            html += &match place % 2 {
                0 => part.to_string(),
                _ => format!("<code>{part}</code>"),
            };
        }
        Safe(html)
    }
}

fn find<'a>(
    mut texts: impl Iterator<Item = (&'a Scenario, &'static str)>,
    scenario: &Scenario,
) -> Option<&'static str> {
    let found = texts.find(|(one, _)| one.name == scenario.name);
    found.map(|(_, text)| text)
}

/// A text with this in place of its name in braces.
pub(crate) fn fill(text: &str, value: &str) -> String {
    match text.split_once('{') {
        Some((before, rest)) => {
            let (_, after) = rest.split_once('}').unwrap_or_default();
            [before, value, after].concat()
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_the_first_language() {
        assert_eq!(Texts::english().tag, "en");
        assert_eq!(Texts::of_tag("FR").unwrap().name, "Français");
        assert!(Texts::of_tag("tlh").is_none());
    }

    #[test]
    fn names_stand_where_a_text_has_their_place() {
        assert_eq!(fill("Back to {client}.", "Shop {1}"), "Back to Shop {1}.");
        assert_eq!(fill("Back", "Shop"), "Back");
        for texts in &TEXTS {
            for text in [
                texts.frame.back_to,
                texts.frame.return_to,
                texts.start.play_hint,
                texts.result.played,
                texts.drawer.clock,
            ] {
                let filled = fill(text, "Shop");
                assert!(filled.contains("Shop") && !filled.contains('{'), "{text}");
            }
        }
    }

    #[test]
    fn what_is_between_backticks_becomes_code_and_nothing_else_becomes_html() {
        let html = Texts::with_code("`a&b` or <b>, then `c`.").to_string();
        assert_eq!(
            html,
            "<code>a&#38;b</code> or &#60;b&#62;, then <code>c</code>."
        );
    }

    #[test]
    fn no_text_claims_that_anything_was_checked() {
        const CLAIMS: [&str; 6] = [
            "real person",
            "verified",
            "echte Person",
            "verifiziert",
            "personne réelle",
            "est vérifiée",
        ];
        for texts in &TEXTS {
            let camera = serde_json::to_string(&texts.camera).unwrap();
            let said = [
                texts.start.lead,
                texts.result.title,
                texts.result.played,
                texts.result.own,
                texts.result.read,
                texts.result.turned,
                texts.result.alike,
                texts.start.what_read,
                &camera,
            ];
            for claim in CLAIMS {
                assert!(!said.iter().any(|text| text.contains(claim)), "{claim}");
            }
        }
    }

    #[test]
    fn scenarios_and_outcomes_have_their_texts_in_each_language() {
        let english = Texts::english();
        for scenario in Scenario::ALL {
            assert_eq!(english.title_of(scenario), scenario.title);
            assert_eq!(english.summary_of(scenario), scenario.summary);
        }
        assert_eq!(english.dashboard.sign_ups.outcomes, OUTCOMES);
        let failures = Scenario::ALL.iter().filter(|one| one.failure.is_some());
        let failures = failures.count();
        for texts in &TEXTS {
            assert_eq!(texts.scenarios.titles.len(), failures, "{}", texts.tag);
            assert_eq!(texts.scenarios.summaries.len(), Scenario::ALL.len());
        }
    }
}
