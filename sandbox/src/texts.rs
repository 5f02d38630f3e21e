//! The words of the pages, for visitors and for developers, one `Texts` for each language: made of the files in
//! `languages/` by the build script.

use askama::filters::{Html, Safe, escape};

use crate::{api::Step, outcome::OUTCOMES, scenario::Scenario};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

impl Texts {
    /// For those who ask for no language that is here.
    pub(crate) fn english() -> &'static Self {
        &TEXTS[0]
    }

    /// The texts in every language.
    pub(crate) fn all() -> &'static [Self] {
        &TEXTS
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
        find(self.scenario_titles, scenario).unwrap_or(scenario.title)
    }

    /// A scenario's effect in a few words.
    pub(crate) fn summary_of(&self, scenario: &Scenario) -> &'static str {
        find(self.scenario_summaries, scenario).unwrap_or(scenario.summary)
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

fn find(
    texts: &'static [(&'static str, &'static str)],
    scenario: &Scenario,
) -> Option<&'static str> {
    let found = texts.iter().find(|(name, _)| *name == scenario.name);
    found.map(|(_, text)| *text)
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
        const CLAIMS: [&str; 9] = [
            "real person",
            "verified",
            "echte Person",
            "verifiziert",
            "geprüft",
            "bestätigt",
            "personne réelle",
            "vérifié",
            "confirmé",
        ];
        const DENIALS: [&str; 9] = [
            "keine Identität geprüft",
            "kann nicht geprüft werden",
            "nicht geprüft",
            "nichts geprüft",
            "ungeprüft",
            "n’est vérifiée",
            "Non vérifiée",
            "pas été vérifiée",
            "ne peut pas être vérifiée",
        ];
        fn collect(value: &toml::Value, found: &mut Vec<String>) {
            match value {
                toml::Value::Table(texts) => texts.values().for_each(|it| collect(it, found)),
                toml::Value::Array(texts) => texts.iter().for_each(|it| collect(it, found)),
                text => found.push(text.to_string()),
            }
        }
        for file in [
            include_str!("../../languages/en.toml"),
            include_str!("../../languages/de.toml"),
            include_str!("../../languages/fr.toml"),
        ] {
            let file: toml::Table = file.parse().unwrap();
            let mut pages = file["sandbox"].as_table().unwrap().clone();
            // What developers read.
            pages.remove("dashboard").unwrap();
            let mut said = Vec::new();
            collect(&pages.into(), &mut said);
            assert!(said.len() > 150, "{}", said.len());
            for text in said {
                let text = DENIALS
                    .iter()
                    .fold(text, |text, denial| text.replace(denial, ""));
                for claim in CLAIMS {
                    assert!(!text.contains(claim), "{claim}: {text}");
                }
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
        for texts in &TEXTS {
            for scenario in Scenario::ALL {
                let summary = find(texts.scenario_summaries, scenario);
                assert!(summary.is_some(), "{}: {}", texts.tag, scenario.name);
                let title = find(texts.scenario_titles, scenario);
                assert_eq!(title.is_some(), scenario.failure.is_some());
            }
            assert_eq!(texts.scenario_summaries.len(), Scenario::ALL.len());
        }
    }
}
