//! Templates of faces, by SFace: what two pictures of one face have in common.

use image::RgbImage;
use rten_tensor::prelude::*;

use super::Face;
use crate::{
    geometry::{Point, warped},
    network::{Network, NetworkError, Range},
};

/// The sides of the picture that SFace takes.
const SIDE: u32 = 112;
/// Where it wants the five points of a face (`FaceRecognizerSF::alignCrop` of OpenCV).
const PLACES: [Point; 5] = [
    [38.2946, 51.6963],
    [73.5318, 51.5014],
    [56.0252, 71.7366],
    [41.5493, 92.3655],
    [70.7299, 92.2041],
];

/// A face as numbers of length 1. It is biometric data: it belongs into no log, and is compared and thrown away.
#[derive(Clone)]
pub struct Template(Vec<f32>);

impl Template {
    /// Of any numbers that are not all zero.
    #[must_use]
    pub fn of(numbers: Vec<f32>) -> Self {
        let length = numbers.iter().map(|number| number * number).sum::<f32>();
        let length = length.sqrt().max(1e-6);
        Self(numbers.into_iter().map(|number| number / length).collect())
    }

    /// The cosine of the angle between two: 1 for the same picture, about 0 for strangers.
    #[must_use]
    pub fn similarity(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }
}

impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Template")
    }
}

pub(super) fn template(network: &Network, aligned: &RgbImage) -> Result<Template, NetworkError> {
    let outputs = network.run(aligned, (SIDE, SIDE), Range::RedFirst)?;
    let numbers = outputs.first().map(|output| output.to_vec());
    let numbers = numbers.unwrap_or_default();
    Ok(Template::of(numbers))
}

/// The face as SFace takes it: turned, scaled and moved so that its points lie as near to their places as they can.
pub(crate) fn aligned(picture: &RgbImage, face: &Face) -> RgbImage {
    let map = similarity(&PLACES, &face.points);
    let shrinks = map.scale.hypot(map.sine);
    let n = (shrinks.ceil() as u32).clamp(1, 6);
    // Points are the middles of pixels.
    warped(picture, (SIDE, SIDE), n, |[x, y]| {
        map.apply([x - 0.5, y - 0.5]).map(|part| part + 0.5)
    })
}

/// A turn with a scale, and a move.
struct Similarity {
    scale: f32,
    sine: f32,
    offset: Point,
}

impl Similarity {
    fn apply(&self, [x, y]: Point) -> Point {
        [
            self.scale * x - self.sine * y + self.offset[0],
            self.sine * x + self.scale * y + self.offset[1],
        ]
    }
}

/// The one with the least squares between points.
fn similarity(from: &[Point; 5], to: &[Point; 5]) -> Similarity {
    let mean =
        |points: &[Point; 5], i: usize| points.iter().map(|point| point[i]).sum::<f32>() / 5.0;
    let [a, b] = [from, to].map(|points| [mean(points, 0), mean(points, 1)]);
    let (mut size, mut scale, mut sine) = (0.0, 0.0, 0.0);
    for (from, to) in from.iter().zip(to) {
        let ([x, y], [u, v]) = (
            [from[0] - a[0], from[1] - a[1]],
            [to[0] - b[0], to[1] - b[1]],
        );
        size += x * x + y * y;
        scale += x * u + y * v;
        sine += x * v - y * u;
    }
    let mut map = Similarity {
        scale: scale / size,
        sine: sine / size,
        offset: [0.0; 2],
    };
    let moved = map.apply(a);
    map.offset = [b[0] - moved[0], b[1] - moved[1]];
    map
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::{faces::Area, geometry::distance};

    #[test]
    fn points_that_are_turned_scaled_and_moved_are_found_again() {
        let to = PLACES.map(|[x, y]| [2.0 * x - 0.7 * y + 30.0, 0.7 * x + 2.0 * y - 12.0]);
        let map = similarity(&PLACES, &to);
        for (from, to) in PLACES.into_iter().zip(to) {
            assert!(distance(map.apply(from), to) < 1e-3);
        }
    }

    #[test]
    fn an_aligned_face_has_its_points_in_their_places() {
        let points = PLACES.map(|[x, y]| [2.0 * x + 40.0, 2.0 * y + 10.0]);
        let mut picture = RgbImage::new(300, 260);
        for [x, y] in points {
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                picture.put_pixel(x as u32 + dx, y as u32 + dy, Rgb([255; 3]));
            }
        }
        let face = Face {
            area: Area([0.0, 0.0, 300.0, 260.0]),
            points,
        };
        let aligned = aligned(&picture, &face);
        for [x, y] in PLACES {
            let around = [0, 1].map(|d| aligned.get_pixel(x as u32 + d, y.round() as u32).0[0]);
            assert!(around.into_iter().any(|light| light > 60), "{x} {y}");
        }
    }

    #[test]
    fn a_template_is_like_itself_and_unlike_what_points_elsewhere() {
        let [a, b] = [vec![3.0, 0.0], vec![0.0, 0.5]].map(Template::of);
        assert!((a.similarity(&a) - 1.0).abs() < 1e-6);
        assert!(a.similarity(&b).abs() < 1e-6);
        assert_eq!(format!("{a:?}"), "Template");
    }
}
