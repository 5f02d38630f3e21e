//! The networks on faces: how alike drawn ones are, and how far prints and heads turn.

use image::RgbImage;
use webkyc_specimen::{Picture, persona::Persona};
use webkyc_verifier::{
    Face, NetworkError, Template, Verifier,
    liveness::{LIMITS, turn},
};

use crate::{
    heads::{Surface, shown},
    specimens::decoded,
};

/// Similarities of pictures of one person, or of two, from the lowest on.
#[derive(Debug, Default)]
pub struct Likeness {
    /// Two pictures of one person.
    pub within: Vec<f32>,
    /// Two persons.
    pub between: Vec<f32>,
    /// Pictures in which no face was found.
    pub lost: usize,
}

/// Compares the faces of all test persons: the one before the camera and the portraits.
///
/// # Errors
/// When a network fails.
pub fn compare_drawn(verifier: &Verifier) -> Result<Likeness, NetworkError> {
    let mut likeness = Likeness::default();
    let mut seen: Vec<(usize, Template)> = Vec::new();
    for (at, person) in Persona::ALL.into_iter().enumerate() {
        for picture in faces_of(person) {
            let picture = decoded(webkyc_specimen::jpeg(person, picture));
            let Some(face) = verifier.faces(&picture)?.first().copied() else {
                likeness.lost += 1;
                continue;
            };
            let template = verifier.template(&picture, &face)?;
            for (other, known) in &seen {
                let pairs = if *other == at {
                    &mut likeness.within
                } else {
                    &mut likeness.between
                };
                pairs.push(known.similarity(&template));
            }
            seen.push((at, template));
        }
    }
    likeness.within.sort_by(f32::total_cmp);
    likeness.between.sort_by(f32::total_cmp);
    Ok(likeness)
}

fn faces_of(person: &Persona) -> impl Iterator<Item = Picture> {
    let all = Picture::all_of(person);
    all.filter(|picture| matches!(picture, Picture::Liveness | Picture::Face(_)))
}

/// The portraits of so many test persons as they are in front of the camera, with the face in each.
///
/// # Errors
/// When a network fails.
pub fn drawn_portraits(
    verifier: &Verifier,
    persons: usize,
) -> Result<Vec<(RgbImage, Face)>, NetworkError> {
    let mut portraits = Vec::new();
    for person in Persona::ALL.into_iter().take(persons) {
        let picture = decoded(webkyc_specimen::jpeg(person, Picture::Liveness));
        if let Some(face) = verifier.faces(&picture)?.first() {
            portraits.push((picture, *face));
        }
    }
    Ok(portraits)
}

/// How a surface did that was turned from side to side.
#[derive(Debug, Default)]
pub struct Turns {
    /// The farthest turns to the right and to the left.
    pub farthest: [f32; 2],
    /// Frames in which no face was found.
    pub lost: usize,
    /// Whether both turns are far enough for the rule.
    pub passes: bool,
}

/// Turns a portrait on a surface by up to `most` degrees to either side.
///
/// # Errors
/// When a network fails.
pub fn turn_about(
    verifier: &Verifier,
    (portrait, face): &(RgbImage, Face),
    surface: Surface,
    most: f32,
) -> Result<Turns, NetworkError> {
    const STEPS: i32 = 4;
    let mut turns = Turns::default();
    for step in -STEPS..=STEPS {
        let frame = shown(portrait, face, surface, most * step as f32 / STEPS as f32);
        match verifier.faces_in_frame(&frame)?.first() {
            None => turns.lost += 1,
            Some(found) => {
                let [right, left] = &mut turns.farthest;
                *right = right.min(turn(&found.points));
                *left = left.max(turn(&found.points));
            }
        }
    }
    let [right, left] = turns.farthest;
    turns.passes = right <= -LIMITS.turned && left >= LIMITS.turned;
    Ok(turns)
}
