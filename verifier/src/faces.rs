//! Faces, found by YuNet with five points in each, and compared by SFace.

mod template;

use image::{RgbImage, imageops};
use rten_tensor::prelude::*;

pub use self::template::Template;
pub(crate) use self::template::aligned;
use crate::{
    network::{Network, NetworkError, Range, Threads},
    picture::fitted,
};

/// A face counts from this score on.
const LEAST_SCORE: f32 = 0.6;
/// Two boxes that overlap by more than this are one face.
const SAME_FACE: f32 = 0.3;
/// Lengths that YuNet takes are multiples of this.
const STEP: u32 = 32;

/// A rectangle: left, top, width, height in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area(pub [f32; 4]);

impl Area {
    fn size(self) -> f32 {
        self.0[2] * self.0[3]
    }

    /// The area that both share, as a part of the area that they cover together: 0 to 1.
    pub(crate) fn overlap(self, other: Self) -> f32 {
        let (a, b) = (self.0, other.0);
        let shared = |at: usize| (a[at] + a[at + 2]).min(b[at] + b[at + 2]) - a[at].max(b[at]);
        let both = shared(0).max(0.0) * shared(1).max(0.0);
        both / (self.size() + other.size() - both).max(1e-6)
    }
}

/// A face in a picture.
#[derive(Clone, Copy, Debug)]
pub struct Face {
    /// Where it is.
    pub area: Area,
    /// In a picture that is not mirrored, from the left: both eyes, the nose, both corners of the mouth.
    pub points: [[f32; 2]; 5],
}

impl Face {
    /// The same in a picture that is larger by this factor.
    pub(crate) fn scaled(&self, factor: f32) -> Self {
        Self {
            area: Area(self.area.0.map(|length| length * factor)),
            points: self.points.map(|point| point.map(|length| length * factor)),
        }
    }
}

/// A face, and how sure it is that it is one.
struct Candidate {
    face: Face,
    score: f32,
}

pub(crate) struct Faces {
    detection: Network,
    recognition: Network,
}

impl Faces {
    pub(crate) fn open(
        detection: Vec<u8>,
        recognition: Vec<u8>,
        threads: &Threads,
    ) -> Result<Self, NetworkError> {
        Ok(Self {
            detection: Network::open(detection, threads.clone())?,
            recognition: Network::open(recognition, threads.clone())?,
        })
    }

    /// The template of a face that was [`aligned`]: alike in all pictures of one person.
    pub(crate) fn template(&self, aligned: &RgbImage) -> Result<Template, NetworkError> {
        template::template(&self.recognition, aligned)
    }

    /// The faces of a picture whose longer side is brought to `longest` pixels at most, the largest first.
    pub(crate) fn find(&self, picture: &RgbImage, longest: u32) -> Result<Vec<Face>, NetworkError> {
        let (small, factor) = fitted(picture, longest);
        let whole = |length: u32| length.next_multiple_of(STEP);
        let size = (whole(small.width()), whole(small.height()));
        let outputs = self.detection.run(&small, size, Range::Bytes)?;
        let outputs: Vec<Vec<f32>> = outputs.iter().map(|output| output.to_vec()).collect();
        let mut found: Vec<Candidate> = (0..3)
            .flat_map(|level| level_faces(&outputs, level, size.0, factor))
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut faces = Vec::<Face>::new();
        for Candidate { face, .. } in found {
            if faces
                .iter()
                .all(|it| it.area.overlap(face.area) < SAME_FACE)
            {
                faces.push(face);
            }
        }
        faces.sort_by(|a, b| b.area.size().total_cmp(&a.area.size()));
        Ok(faces)
    }
}

/// YuNet answers at three scales: classes, objects, boxes and points, each at all three.
fn level_faces(outputs: &[Vec<f32>], level: usize, width: u32, factor: f32) -> Vec<Candidate> {
    let [Some(class), Some(object), Some(boxes), Some(points)] =
        [0, 3, 6, 9].map(|first| outputs.get(first + level))
    else {
        return Vec::new();
    };
    let step = 8_u32 << level;
    let columns = (width / step) as usize;
    let step = step as f32;
    let faces = class
        .iter()
        .zip(object)
        .enumerate()
        .map(|(at, (class, object))| {
            let score = (class.clamp(0.0, 1.0) * object.clamp(0.0, 1.0)).sqrt();
            (at, score)
        });
    let sure = faces.filter(|(_, score)| *score >= LEAST_SCORE);
    sure.filter_map(|(at, score)| {
        let cell = [(at % columns) as f32, (at / columns) as f32];
        let area = boxes.get(4 * at..4 * at + 4)?;
        let size = [area[2], area[3]].map(|it| it.exp() * step / factor);
        let place = |offset: [f32; 2]| [0, 1].map(|i| (cell[i] + offset[i]) * step / factor);
        let [x, y] = place([area[0], area[1]]);
        let (points, _) = points.get(10 * at..10 * at + 10)?.as_chunks::<2>();
        let points: [[f32; 2]; 5] = points.try_into().ok()?;
        let face = Face {
            area: Area([x - size[0] / 2.0, y - size[1] / 2.0, size[0], size[1]]),
            points: points.map(place),
        };
        Some(Candidate { face, score })
    })
    .collect()
}

/// The face with hair, chin and some of the shoulders, as far as the picture goes.
pub(crate) fn portrait(picture: &RgbImage, face: &Face) -> RgbImage {
    let [left, top, width, height] = face.area.0;
    let clamp = |value: f32, most: u32| value.clamp(0.0, most as f32) as u32;
    let left_edge = clamp(left - 0.45 * width, picture.width() - 1);
    let top_edge = clamp(top - 0.45 * height, picture.height() - 1);
    let right_edge = clamp(left + 1.45 * width, picture.width()).max(left_edge + 1);
    let bottom_edge = clamp(top + 1.4 * height, picture.height()).max(top_edge + 1);
    let (width, height) = (right_edge - left_edge, bottom_edge - top_edge);
    imageops::crop_imm(picture, left_edge, top_edge, width, height).to_image()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_that_are_apart_do_not_overlap() {
        let area = Area([0.0, 0.0, 10.0, 10.0]);
        assert_eq!(area.overlap(area), 1.0);
        assert_eq!(area.overlap(Area([20.0, 0.0, 10.0, 10.0])), 0.0);
        assert!((area.overlap(Area([5.0, 0.0, 10.0, 10.0])) - 1.0 / 3.0).abs() < 1e-6);
    }

    #[test]
    fn a_portrait_at_the_edge_stays_within_the_picture() {
        let picture = RgbImage::new(100, 100);
        let face = Face {
            area: Area([80.0, -5.0, 40.0, 50.0]),
            points: [[0.0; 2]; 5],
        };
        assert_eq!(portrait(&picture, &face).dimensions(), (38, 65));
    }
}
