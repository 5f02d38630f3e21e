//! A camera that looks at a portrait: at the flat print of it, at a bent one, or at a head made of it.

use image::{Rgb, RgbImage};
use webkyc_verifier::{Face, sample};

const WIDTH: u32 = 480;
const HEIGHT: u32 = 360;
/// Pixels between the eyes.
const EYES: f32 = 52.0;
/// From the camera to the face, by the distance of the eyes: about half a metre.
const AWAY: f32 = 8.0;
/// How far to either side the surface is looked for, by the distance of the eyes.
const REACH: f32 = 3.2;
const STEPS: usize = 160;

/// The surface that carries the portrait. Lengths are multiples of the distance of the eyes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Surface {
    /// A sheet.
    Flat,
    /// A sheet around an upright cylinder of this radius.
    Bent(f32),
    /// An ellipsoid with a nose.
    Head,
}

impl Surface {
    /// Where a point of the portrait lies when it is not turned: to the right and towards the camera.
    fn place(self, x: f32, y: f32) -> [f32; 2] {
        match self {
            Self::Flat => [x, 0.0],
            Self::Bent(radius) => {
                let (sin, cos) = (x / radius).clamp(-1.5, 1.5).sin_cos();
                [radius * sin, radius * (cos - 1.0)]
            }
            Self::Head => [x, depth(x, y)],
        }
    }
}

/// Of a head, from the eyes on.
fn depth(x: f32, y: f32) -> f32 {
    let round = |x: f32, y: f32| {
        let (x, y) = (x / 1.3, (y - 0.4) / 2.0);
        1.3 * (1.0 - x * x - y * y).max(0.0).sqrt()
    };
    let nose = 0.45 * (-(x / 0.2).powi(2) - ((y - 0.55) / 0.25).powi(2)).exp();
    round(x, y) - round(0.5, 0.0) + nose
}

/// A frame that shows the portrait so, turned by so many degrees to its own left.
#[must_use]
pub fn shown(portrait: &RgbImage, face: &Face, surface: Surface, degrees: f32) -> RgbImage {
    let [left, right, ..] = face.points;
    let eyes = [0, 1].map(|i| f32::midpoint(left[i], right[i]));
    let scale = (right[0] - left[0]).hypot(right[1] - left[1]);
    let (sin, cos) = degrees.to_radians().sin_cos();
    // Turned around an axis behind the eyes, as a head on its neck.
    let seen = |x: f32, y: f32| {
        let [side, near] = surface.place(x, y);
        let near = near + 1.0;
        let (side, near) = (side * cos + near * sin, near * cos - side * sin - 1.0);
        let larger = AWAY / (AWAY - near);
        [side * larger, larger, near]
    };
    RgbImage::from_fn(WIDTH, HEIGHT, |column, row| {
        let u = (column as f32 - 0.5 * WIDTH as f32) / EYES;
        let v = (row as f32 - 0.4 * HEIGHT as f32) / EYES;
        let found = nearest(u, v, seen);
        let Some([x, y]) = found else {
            return Rgb([96, 104, 110]);
        };
        let point = [eyes[0] + x * scale, eyes[1] + y * scale];
        Rgb(sample(portrait, point).map(|part| part as u8))
    })
}

/// The point of the portrait that is seen there: of several, the one nearest to the camera.
fn nearest(u: f32, v: f32, seen: impl Fn(f32, f32) -> [f32; 3]) -> Option<[f32; 2]> {
    let at = |step: usize| REACH * (2.0 * step as f32 / STEPS as f32 - 1.0);
    let mut best: Option<([f32; 2], f32)> = None;
    let mut before = seen(at(0), v);
    for step in 1..=STEPS {
        let here = seen(at(step), v);
        if (before[0] - u) * (here[0] - u) <= 0.0 && before[0] != here[0] {
            let part = (u - before[0]) / (here[0] - before[0]);
            let x = at(step - 1) + part * (at(step) - at(step - 1));
            let [_, larger, near] = seen(x, v);
            if best.is_none_or(|(_, other)| near > other) {
                best = Some(([x, v / larger], near));
            }
        }
        before = here;
    }
    best.map(|(point, _)| point)
}
