//! Portraits for lists of persons.

use std::{
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

use super::{canvas, portrait};
use crate::persona::Persona;

/// Twice the size in which lists show it, for screens of that many pixels.
const SIZE: (u32, u32) = (112, 144);

/// The portrait of a person as a JPEG of a few kilobytes. Drawn at the first call, and kept.
///
/// # Panics
/// When the person is not one of [`Persona::ALL`].
pub fn thumbnail(person: &Persona) -> &'static [u8] {
    static DRAWN: LazyLock<HashMap<&'static str, OnceLock<Vec<u8>>>> = LazyLock::new(|| {
        let people = Persona::ALL.into_iter();
        people.map(|person| (person.key, OnceLock::new())).collect()
    });
    DRAWN
        .get(person.key)
        .expect("every person has a place")
        .get_or_init(|| canvas::to_small_jpeg(&portrait::document_photo(&person.look), SIZE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Picture, jpeg, persona::ANNA};

    #[test]
    fn a_thumbnail_is_a_small_part_of_its_portrait() {
        let small = thumbnail(&ANNA);
        let picture = image::load_from_memory(small).unwrap();
        assert_eq!((picture.width(), picture.height()), SIZE);
        assert!(small.len() * 4 < jpeg(&ANNA, Picture::Face(0)).len());
        assert!(small.len() < 8 * 1024, "{}", small.len());
    }
}
