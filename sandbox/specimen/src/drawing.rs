//! Specimen documents and portraits: drawn as SVG, rendered to JPEG, identical on every run.

mod barcode;
mod canvas;
mod dates;
mod german_id;
mod ground;
mod guilloche;
mod identity_card;
mod licence;
mod passport;
mod portrait;
mod rng;
mod signature;
mod thumbnail;
mod utah_license;
mod zones;

use std::{
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

pub use canvas::{NOTO_ARABIC, NOTO_CHINESE, OCR_B, ROBOTO_BOLD, ROBOTO_REGULAR, to_ordinary_jpeg};
pub(crate) use dates::spelt;
pub use rng::SeededRng;
pub use thumbnail::thumbnail;
pub use zones::zone;

use crate::persona::{Design, Document, Persona, Resolution};

/// A picture of a person. Documents are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Picture {
    /// The face in front of the camera.
    Liveness,
    /// A document's front, cut to its edges.
    Front(usize),
    /// A document's back, cut to its edges.
    Back(usize),
    /// The portrait on a document.
    Face(usize),
}

impl Picture {
    /// Every picture of a person, in the order of Authenteq's reference.
    pub fn all_of(person: &Persona) -> impl Iterator<Item = Self> {
        let documents = person.documents.iter().enumerate();
        let of_documents = documents.flat_map(|(at, document)| {
            let back = document.has_back().then_some(Self::Back(at));
            [Some(Self::Front(at)), back, Some(Self::Face(at))]
        });
        [Some(Self::Liveness)]
            .into_iter()
            .chain(of_documents)
            .flatten()
    }

    /// The file name without its extension: `liveness`, `front`, `back2`.
    pub fn name(self) -> String {
        let numbered = |name: &str, at: usize| match at {
            0 => name.to_owned(),
            _ => format!("{name}{}", at + 1),
        };
        match self {
            Self::Liveness => "liveness".to_owned(),
            Self::Front(at) => numbered("front", at),
            Self::Back(at) => numbered("back", at),
            Self::Face(at) => numbered("face", at),
        }
    }

    /// Width and height of the drawing in pixels. A large camera makes more of them.
    pub fn size(self, person: &Persona) -> (u32, u32) {
        match self {
            Self::Liveness => (720, 960),
            Self::Face(_) => (490, 630),
            Self::Front(at) | Self::Back(at) => match person.documents[at].design {
                Design::Passport(_) => passport::SIZE,
                _ => identity_card::SIZE,
            },
        }
    }
}

/// A place for each picture of each person, empty until it is drawn.
type Album = HashMap<(&'static str, Picture), OnceLock<Vec<u8>>>;

/// A picture as JPEG. The first call for each draws it, which takes a while; all sandboxes of a
/// process share the result.
///
/// # Panics
/// When the person has no such picture.
pub fn jpeg(person: &Persona, picture: Picture) -> &'static [u8] {
    place(person, picture).get_or_init(|| drawn(person, picture))
}

/// Whether [`jpeg`] has the picture at once.
///
/// # Panics
/// As [`jpeg`].
pub fn is_drawn(person: &Persona, picture: Picture) -> bool {
    place(person, picture).get().is_some()
}

fn place(person: &Persona, picture: Picture) -> &'static OnceLock<Vec<u8>> {
    static DRAWN: LazyLock<Album> = LazyLock::new(|| {
        let people = Persona::ALL.into_iter();
        people
            .flat_map(|person| {
                Picture::all_of(person).map(|picture| ((person.key, picture), OnceLock::new()))
            })
            .collect()
    });
    DRAWN
        .get(&(person.key, picture))
        .expect("every picture of every person has its place")
}

fn drawn(person: &Persona, picture: Picture) -> Vec<u8> {
    let svg = svg(person, picture);
    match person.resolution {
        Resolution::Ordinary => canvas::to_jpeg(&svg),
        Resolution::Large => canvas::to_large_jpeg(&svg, &picture.name()),
    }
}

fn svg(person: &Persona, picture: Picture) -> String {
    match picture {
        Picture::Liveness => portrait::camera_picture(&person.look),
        Picture::Face(_) => portrait::document_photo(&person.look),
        Picture::Front(at) => front(person, &person.documents[at]),
        Picture::Back(at) => back(&person.documents[at]),
    }
}

fn front(person: &Persona, document: &Document) -> String {
    match &document.design {
        Design::GermanIdentityCard(card) => german_id::front(person, document, card),
        Design::UtahDriverLicense(license) => utah_license::front(person, document, license),
        Design::Passport(passport) => passport::page(person, document, passport),
        Design::IdentityCard(card) => identity_card::front(person, document, card),
        Design::EuropeanLicence(licence) => licence::front(person, document, licence),
    }
}

fn back(document: &Document) -> String {
    match &document.design {
        Design::GermanIdentityCard(card) => german_id::back(document, card),
        Design::UtahDriverLicense(license) => utah_license::back(document, license),
        Design::Passport(_) => unreachable!("a passport has no back"),
        Design::IdentityCard(card) => identity_card::back(document, card),
        Design::EuropeanLicence(licence) => licence::back(document, licence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persona::{ARABIC, LARGE_IMAGES};

    #[test]
    fn the_same_person_has_the_same_pictures_to_the_byte() {
        for picture in Picture::all_of(&ARABIC) {
            assert!(drawn(&ARABIC, picture) == drawn(&ARABIC, picture));
        }
        let back = Picture::Back(0);
        assert!(drawn(&LARGE_IMAGES, back) == drawn(&LARGE_IMAGES, back));
    }

    #[test]
    fn every_picture_of_a_person_has_a_name_of_its_own() {
        for person in Persona::ALL {
            let mut names: Vec<String> = Picture::all_of(person).map(Picture::name).collect();
            let all = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), all, "{}", person.key);
        }
    }
}
