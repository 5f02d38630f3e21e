//! Specimen documents and portraits: drawn as SVG, rendered to JPEG, always the same.

mod barcode;
mod canvas;
mod german_id;
mod guilloche;
mod portrait;
mod utah_license;

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

pub(crate) use canvas::{ROBOTO_BOLD, ROBOTO_REGULAR};

use crate::persona::{Design, Persona};

/// The pictures there are of each person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Picture {
    /// The document's front, cut to its edges.
    Front,
    /// The document's back, cut to its edges.
    Back,
    /// The portrait on the document.
    Face,
    /// The face in front of the camera.
    Liveness,
}

impl Picture {
    const ALL: [Self; 4] = [Self::Front, Self::Back, Self::Face, Self::Liveness];

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|picture| picture.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Back => "back",
            Self::Face => "face",
            Self::Liveness => "liveness",
        }
    }
}

/// A place for each picture of each person, empty until it is drawn.
type Album = HashMap<(&'static str, Picture), OnceLock<Vec<u8>>>;

/// A picture as JPEG. The first call for each draws it, which takes a while; all sandboxes of a
/// process share the result.
pub(crate) fn jpeg(person: &Persona, picture: Picture) -> &'static [u8] {
    static DRAWN: LazyLock<Album> = LazyLock::new(|| {
        let people = Persona::ALL.into_iter();
        people
            .flat_map(|person| Picture::ALL.map(|picture| ((person.key, picture), OnceLock::new())))
            .collect()
    });
    DRAWN
        .get(&(person.key, picture))
        .expect("every picture of every person has its place")
        .get_or_init(|| canvas::to_jpeg(&svg(person, picture)))
}

/// Runs what may have to draw, away from the threads that answer requests.
pub(crate) async fn drawing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}

fn svg(person: &Persona, picture: Picture) -> String {
    match (picture, &person.document.design) {
        (Picture::Face, _) => portrait::document_photo(&person.look),
        (Picture::Liveness, _) => portrait::camera_picture(&person.look),
        (Picture::Front, Design::GermanIdentityCard(card)) => german_id::front(person, card),
        (Picture::Back, Design::GermanIdentityCard(card)) => german_id::back(person, card),
        (Picture::Front, Design::UtahDriverLicense(license)) => {
            utah_license::front(person, license)
        }
        (Picture::Back, Design::UtahDriverLicense(license)) => utah_license::back(person, license),
    }
}
