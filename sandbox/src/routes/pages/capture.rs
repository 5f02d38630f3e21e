//! The parts of a page with which visitors show something of their own.

use webkyc_specimen::{Picture, persona::Persona};

use super::StepPage;
use crate::pictures::Side;

/// The picture in a frame: the visitor's own, or the specimen.
pub(super) struct Shot {
    pub(super) address: String,
    pub(super) size: (u32, u32),
    /// Whether it is the visitor's.
    pub(super) own: bool,
    /// The name of the frame, if the camera can be seen in it.
    pub(super) side: Option<&'static str>,
}

impl Shot {
    pub(super) fn of(page: &StepPage<'_>, person: &Persona, picture: Picture) -> Self {
        let side = Side::of(picture);
        let own = side.filter(|side| page.pictures.has(*side));
        Self {
            address: match own {
                Some(side) => format!("/identification/{}/picture/{}", page.sign_up, side.slug()),
                None => format!("/_sandbox/images/{}/{}.jpeg", person.key, picture.name()),
            },
            size: picture.size(person),
            own: own.is_some(),
            side: side.map(Side::slug),
        }
    }
}

/// The camera and the upload for one side.
pub(super) struct Capture<'a> {
    sign_up: &'a str,
    side: Side,
    /// Whether there is a picture that can be removed again.
    pub(super) taken: bool,
}

impl<'a> Capture<'a> {
    pub(super) fn of(page: &StepPage<'a>, side: Side) -> Self {
        Self {
            sign_up: page.sign_up,
            side,
            taken: page.pictures.has(side),
        }
    }

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

    pub(super) fn heading(&self) -> &'static str {
        match self.side {
            Side::Face => "Your own face instead",
            Side::Front => "Your own document instead: front",
            Side::Back => "Your own document instead: back",
        }
    }
}
