//! The page on which visitors show face or document: forms, and over them the guided capture, for which
//! one page holds all tasks.

use axum::http::StatusCode;
use webkyc_specimen::{Picture, persona::Persona};

use super::StepPage;
use crate::{
    api::Step,
    pictures::Side,
    store::Reason,
    subject::{Image, Subject},
    texts::{StepsTexts, Texts},
    verifier::{Lack, Retake, Unread},
};

/// A picture on a page: the visitor's own, or the test person's.
pub(super) struct Shot {
    pub(super) address: String,
    pub(super) size: (u32, u32),
    /// Whether it is the visitor's.
    pub(super) own: bool,
}

impl Shot {
    /// The subject's picture in this place, if there is one.
    pub(super) fn of(
        page: &StepPage<'_>,
        person: &Persona,
        subject: &Subject,
        picture: Picture,
    ) -> Option<Self> {
        let image = subject.image(picture)?;
        Some(Self {
            address: match image {
                Image::Own(_) => {
                    let side = Side::of(picture)?.slug();
                    format!("/identification/{}/picture/{side}", page.sign_up)
                }
                Image::Specimen(person, picture) => {
                    format!("/_sandbox/images/{}/{}.jpeg", person.key, picture.name())
                }
            },
            size: match picture {
                // Of the front's size, which every document has.
                Picture::Back(at) => Picture::Front(at),
                other => other,
            }
            .size(person),
            own: image.is_own(),
        })
    }
}

/// The upload of one side.
pub(super) struct Own<'a> {
    sign_up: &'a str,
    side: Side,
    pub(super) heading: &'static str,
}

impl Own<'_> {
    pub(super) fn name(&self) -> &'static str {
        self.side.slug()
    }

    pub(super) fn address(&self) -> String {
        let page = super::address(self.sign_up, self.side.step());
        format!("{page}/picture/{}", self.name())
    }

    /// Which camera of a phone.
    pub(super) fn camera(&self) -> &'static str {
        match self.side {
            Side::Face => "user",
            Side::Front | Side::Back => "environment",
        }
    }
}

/// One side on a page: its picture, if there is one, and the form that replaces it.
pub(super) struct ShownSide<'a> {
    pub(super) caption: &'static str,
    pub(super) shot: Option<Shot>,
    /// Of the face and the first document only.
    pub(super) own: Option<Own<'a>>,
}

impl ShownSide<'_> {
    /// Whether the visitor has shown it.
    pub(super) fn is_own(&self) -> bool {
        self.shot.as_ref().is_some_and(|shot| shot.own)
    }
}

/// The sides of the page's step.
pub(super) fn sides<'a>(
    page: &StepPage<'a>,
    person: &'static Persona,
    reads: bool,
) -> Vec<ShownSide<'a>> {
    let texts: &StepsTexts = &page.texts.steps;
    let subject = page.subject(person);
    Picture::all_of(person)
        .filter_map(|picture| {
            let (step, caption) = match picture {
                Picture::Liveness => (Step::Liveness, page.texts.frame.face),
                Picture::Front(_) => (Step::Document, texts.front),
                Picture::Back(_) => (Step::Document, texts.back),
                Picture::Face(_) => return None,
            };
            let side = Side::of(picture);
            // A verifier sees the face itself.
            let own = side.filter(|side| !reads || *side != Side::Face);
            let own = own.map(|side| Own {
                sign_up: page.sign_up,
                side,
                heading: match side {
                    Side::Face => texts.own_face,
                    Side::Front => texts.own_front,
                    Side::Back => texts.own_back,
                },
            });
            (step == page.step).then(|| ShownSide {
                caption,
                shot: Shot::of(page, person, &subject, picture),
                own,
            })
        })
        .collect()
}

/// The data for the script of the capture.
pub(super) struct Guided {
    /// The steps in the order of the flow.
    pub(super) steps: String,
    /// The sides that the visitor has shown.
    pub(super) taken: String,
    /// Whether the document may have a back: with a verifier any, else where the test person's has one that
    /// one of the visitor's own can replace.
    pub(super) has_back: bool,
    pub(super) texts: String,
}

impl Guided {
    /// Only for a visitor who has agreed to it.
    pub(super) fn of(page: &StepPage<'_>, person: &Persona, reads: bool) -> Option<Self> {
        let steps = page.request.api.steps().into_iter();
        let steps = steps.filter(|step| matches!(step, Step::Liveness | Step::Document));
        let taken = Side::ALL.into_iter();
        let taken = taken.filter(|side| page.pictures.has(*side));
        let joined = |words: Vec<&str>| words.join(" ");
        page.has_agreed.then(|| Self {
            steps: joined(steps.map(Step::slug).collect()),
            taken: joined(taken.map(Side::slug).collect()),
            has_back: reads || person.document().has_back(),
            texts: serde_json::to_string(&page.texts.camera).expect("texts are plain data"),
        })
    }
}

/// Why a file that came from a form is not taken, on the page it came from.
#[derive(Clone, Copy)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) sentence: &'static str,
}

impl Problem {
    /// The sentence for a call that the verifier did not make; `words` are for one that is away, slow or wrong.
    pub(crate) fn of_verifier(unread: Unread, words: &[&'static str; 3], texts: &Texts) -> Self {
        let [away, slow, wrong] = *words;
        let (status, sentence) = match unread {
            Unread::Away => (StatusCode::BAD_GATEWAY, away),
            Unread::Slow => (StatusCode::GATEWAY_TIMEOUT, slow),
            Unread::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                texts.refusals.verifier_busy,
            ),
            Unread::Wrong | Unread::Unfit(_) => (StatusCode::BAD_GATEWAY, wrong),
        };
        Self { status, sentence }
    }

    /// Why a document that was read, or a face, will not do.
    pub(crate) fn of(reason: Reason, texts: &Texts) -> Self {
        let words = &texts.refusals;
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            sentence: match reason {
                Reason::Nothing => words.nothing_read,
                Reason::NoFace => words.no_face,
                Reason::Forgotten => words.face_forgotten,
                Reason::NoPortrait => words.no_portrait,
                Reason::Picture(Retake::NoDocument) => words.no_document,
                Reason::Picture(Retake::CutOff) => words.cut_off,
                Reason::Picture(Retake::TooSmall) => words.too_small,
                Reason::Picture(Retake::Glare) => words.glare,
                Reason::Picture(Retake::Blur) => words.blur,
                Reason::Picture(Retake::Unsure) | Reason::Document(Lack::Field) => words.unsure,
                Reason::Document(Lack::Zone) => words.no_zone,
                Reason::Document(Lack::OtherDocument) => words.other_document,
                Reason::Document(Lack::UnknownIssuer) => words.unknown_issuer,
            },
        }
    }
}
