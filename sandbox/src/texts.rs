//! The words of the pages that visitors see: one table for each language. A text that a table lacks
//! does not compile.

mod english;
mod german;

use serde::Serialize;

use crate::{api::Step, language::Language};

/// `{client}` and `{person}` stand for names.
pub(crate) struct Texts {
    pub(crate) language: Language,
    pub(crate) frame: FrameTexts,
    pub(crate) start: StartTexts,
    pub(crate) steps: StepTexts,
    pub(crate) camera: CameraTexts,
    pub(crate) result: ResultTexts,
    pub(crate) failures: FailureTexts,
    pub(crate) refusals: RefusalTexts,
    pub(crate) drawer: DrawerTexts,
}

impl Texts {
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::TEXTS,
            Language::German => &german::TEXTS,
        }
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
}

/// A text with its name put in.
pub(crate) fn fill(text: &str, name: &str) -> String {
    text.replace("{client}", name).replace("{person}", name)
}

/// Around every page.
pub(crate) struct FrameTexts {
    pub(crate) sandbox: &'static str,
    pub(crate) foot: &'static str,
    pub(crate) exposed: &'static str,
    pub(crate) exposed_advice: &'static str,
    pub(crate) progress: &'static str,
    pub(crate) start: &'static str,
    pub(crate) face: &'static str,
    pub(crate) document: &'static str,
    pub(crate) result: &'static str,
    pub(crate) language: &'static str,
    pub(crate) back_to: &'static str,
    pub(crate) return_to: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) go_back: &'static str,
    pub(crate) to_dashboard: &'static str,
}

/// The first page: what will happen, and the consent to it.
pub(crate) struct StartTexts {
    pub(crate) title: &'static str,
    /// After the client's name.
    pub(crate) lead: &'static str,
    pub(crate) face: &'static str,
    pub(crate) document: &'static str,
    pub(crate) done: &'static str,
    pub(crate) before: &'static str,
    pub(crate) what_label: &'static str,
    pub(crate) what: &'static str,
    pub(crate) where_label: &'static str,
    pub(crate) place: &'static str,
    pub(crate) long_label: &'static str,
    pub(crate) long: &'static str,
    pub(crate) agree: &'static str,
    pub(crate) exposed: &'static str,
    pub(crate) play: &'static str,
    pub(crate) play_hint: &'static str,
}

/// The pages of face and document without a script, and for test persons.
pub(crate) struct StepTexts {
    pub(crate) face_title: &'static str,
    pub(crate) face_lead: &'static str,
    pub(crate) document_title: &'static str,
    pub(crate) document_lead: &'static str,
    pub(crate) front: &'static str,
    pub(crate) back: &'static str,
    pub(crate) own_face: &'static str,
    pub(crate) own_front: &'static str,
    pub(crate) own_back: &'static str,
    pub(crate) file: &'static str,
    pub(crate) upload: &'static str,
    pub(crate) remove: &'static str,
    pub(crate) own_alt: &'static str,
    pub(crate) person_alt: &'static str,
    pub(crate) as_person: &'static str,
    pub(crate) as_is: &'static str,
    pub(crate) face_failed: &'static str,
    pub(crate) show_own: &'static str,
    pub(crate) unchecked: &'static str,
    pub(crate) unchecked_title: &'static str,
    pub(crate) unchecked_lead: &'static str,
}

/// The guided capture, for its script too.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CameraTexts {
    pub(crate) face_title: &'static str,
    pub(crate) front_title: &'static str,
    pub(crate) page_title: &'static str,
    pub(crate) back_title: &'static str,
    pub(crate) face_place: &'static str,
    pub(crate) front_place: &'static str,
    pub(crate) back_place: &'static str,
    pub(crate) opening: &'static str,
    pub(crate) dark: &'static str,
    pub(crate) bright: &'static str,
    pub(crate) glare: &'static str,
    pub(crate) far: &'static str,
    pub(crate) cut: &'static str,
    pub(crate) blur: &'static str,
    pub(crate) good: &'static str,
    pub(crate) shoot: &'static str,
    pub(crate) upload: &'static str,
    pub(crate) speak: &'static str,
    pub(crate) without: &'static str,
    pub(crate) choose_title: &'static str,
    pub(crate) choose_lead: &'static str,
    pub(crate) passport: &'static str,
    pub(crate) identity_card: &'static str,
    pub(crate) permit: &'static str,
    pub(crate) licence: &'static str,
    pub(crate) review_document: &'static str,
    pub(crate) review_face: &'static str,
    pub(crate) review_hint: &'static str,
    pub(crate) taken_alt: &'static str,
    pub(crate) zoom: &'static str,
    pub(crate) take: &'static str,
    pub(crate) again: &'static str,
    pub(crate) tries_left: &'static str,
    pub(crate) last_try: &'static str,
    pub(crate) no_tries: &'static str,
    pub(crate) turn_title: &'static str,
    pub(crate) turn_lead: &'static str,
    pub(crate) turned: &'static str,
    pub(crate) no_back: &'static str,
    pub(crate) refused_title: &'static str,
    pub(crate) refused_allow: &'static str,
    pub(crate) refused_none: &'static str,
    pub(crate) refused_busy: &'static str,
    pub(crate) refused_insecure: &'static str,
    pub(crate) refused_other: &'static str,
    pub(crate) retry: &'static str,
    pub(crate) without_title: &'static str,
    pub(crate) without_lead: &'static str,
    pub(crate) to_camera: &'static str,
    pub(crate) sending: &'static str,
    pub(crate) unreachable: &'static str,
    pub(crate) heic: &'static str,
    pub(crate) not_a_picture: &'static str,
    pub(crate) too_heavy: &'static str,
    pub(crate) too_many_pixels: &'static str,
    pub(crate) damaged: &'static str,
}

/// The last page.
pub(crate) struct ResultTexts {
    pub(crate) title: &'static str,
    pub(crate) played: &'static str,
    pub(crate) own: &'static str,
    pub(crate) hands_over: &'static str,
    pub(crate) surname: &'static str,
    pub(crate) name: &'static str,
    pub(crate) given_names: &'static str,
    pub(crate) date_of_birth: &'static str,
    pub(crate) document_number: &'static str,
}

/// A visitor who fails at a page: title, reason and advice of each.
pub(crate) struct FailureTexts {
    pub(crate) introduction: [&'static str; 3],
    pub(crate) liveness: [&'static str; 3],
    pub(crate) document: [&'static str; 3],
    pub(crate) verification: [&'static str; 3],
    pub(crate) again: &'static str,
}

/// Why something is not taken.
pub(crate) struct RefusalTexts {
    pub(crate) over: [&'static str; 3],
    pub(crate) unknown: [&'static str; 3],
    pub(crate) nobody: [&'static str; 3],
    pub(crate) no_room: [&'static str; 3],
    pub(crate) unknown_picture: &'static str,
    pub(crate) over_picture: &'static str,
    pub(crate) ahead: &'static str,
    pub(crate) not_agreed: &'static str,
    pub(crate) missing: &'static str,
    pub(crate) too_large: &'static str,
    pub(crate) too_many_pixels: &'static str,
    pub(crate) pdf: &'static str,
    pub(crate) other_kind: &'static str,
    pub(crate) broken: &'static str,
}

/// The developer's drawer.
pub(crate) struct DrawerTexts {
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) groups: [&'static str; 3],
    pub(crate) play: &'static str,
    pub(crate) begin: &'static str,
    pub(crate) fail: &'static str,
    pub(crate) clock: &'static str,
    pub(crate) move_on: &'static str,
    pub(crate) remarks: &'static str,
    pub(crate) dashboard: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_where_a_text_has_their_place() {
        for language in Language::ALL {
            let texts = Texts::of(language);
            assert_eq!(texts.language, language);
            for text in [texts.frame.back_to, texts.frame.return_to] {
                assert!(fill(text, "Shop").contains("Shop"), "{text}");
            }
            for text in [texts.start.play_hint, texts.result.played] {
                assert!(!fill(text, "Anna").contains('{'), "{text}");
            }
        }
    }

    #[test]
    fn no_text_claims_that_anything_was_checked() {
        for language in Language::ALL {
            let texts = Texts::of(language);
            let camera = serde_json::to_string(&texts.camera).unwrap();
            let said = [
                texts.start.lead,
                texts.result.title,
                texts.result.played,
                texts.result.own,
                &camera,
            ];
            for claim in ["real person", "verified", "echte Person", "verifiziert"] {
                assert!(!said.iter().any(|text| text.contains(claim)), "{claim}");
            }
        }
    }
}
