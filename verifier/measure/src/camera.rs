//! A camera that takes bad pictures: how bad, a severity says; which, a seed.

use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops};
use rand::{Rng, rngs::StdRng};
use webkyc_verifier::{Homography, sample};

const WIDTH: u32 = 1600;
const HEIGHT: u32 = 1200;

/// How much a picture is distorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Severity {
    /// A steady hand in good light.
    Mild,
    /// An ordinary picture of a telephone.
    Medium,
    /// Hurried, in the evening, under a lamp.
    Heavy,
}

/// The strength of each distortion.
struct Strength {
    /// Of the picture's width that the document takes.
    width: std::ops::Range<f32>,
    /// Degrees, to either side.
    turn: f32,
    /// How far each corner is off, by the document's width.
    lean: f32,
    /// Standard deviation of the blur in pixels.
    blur: std::ops::Range<f32>,
    /// The light that a lamp adds at its brightest, of 255.
    glare: std::ops::Range<f32>,
    /// The light at the darkest corner.
    shade: f32,
    /// Standard deviation of the noise, of 255.
    noise: f32,
    /// Quality of the JPEG.
    quality: std::ops::Range<u8>,
}

impl Severity {
    fn strength(self) -> Strength {
        match self {
            Self::Mild => Strength {
                width: 0.72..0.88,
                turn: 3.0,
                lean: 0.012,
                blur: 0.4..0.8,
                glare: 0.0..25.0,
                shade: 0.92,
                noise: 3.0,
                quality: 86..95,
            },
            Self::Medium => Strength {
                width: 0.62..0.84,
                turn: 8.0,
                lean: 0.03,
                blur: 0.7..1.2,
                glare: 20.0..70.0,
                shade: 0.8,
                noise: 6.0,
                quality: 75..88,
            },
            Self::Heavy => Strength {
                width: 0.52..0.76,
                turn: 18.0,
                lean: 0.06,
                blur: 1.1..1.8,
                glare: 60.0..150.0,
                shade: 0.65,
                noise: 10.0,
                quality: 55..75,
            },
        }
    }
}

/// Takes pictures of flat things.
pub struct Camera<'a> {
    /// How badly.
    pub severity: Severity,
    /// Chance.
    pub random: &'a mut StdRng,
}

impl Camera<'_> {
    /// A picture of a document on a desk, as JPEG.
    ///
    /// # Panics
    /// When the document has no size.
    pub fn take(&mut self, document: &RgbImage) -> Vec<u8> {
        let strength = self.severity.strength();
        let map = self.place(document, &strength);
        let desk = self.desk();
        let lamp = self.lamp(&strength);
        let shade = [
            self.between(strength.shade..1.0),
            self.between(strength.shade..1.0),
        ];
        let (width, height) = (document.width() as f32, document.height() as f32);
        let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
            let mut sum = [0.0; 3];
            for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let point = [x as f32 + dx, y as f32 + dy];
                let [u, v] = map.map(point);
                let is_on = (0.0..width).contains(&u) && (0.0..height).contains(&v);
                let colour = if is_on {
                    sample(document, [u - 0.5, v - 0.5])
                } else {
                    desk(point)
                };
                for (total, part) in sum.iter_mut().zip(colour) {
                    *total += part / 4.0;
                }
            }
            let light = 1.0
                - (1.0 - shade[0]) * x as f32 / WIDTH as f32
                - (1.0 - shade[1]) * y as f32 / HEIGHT as f32;
            let glare = lamp([x as f32, y as f32]);
            Rgb(sum.map(|part| (part * light + glare).clamp(0.0, 255.0) as u8))
        });
        let mut picture = imageops::blur(&picture, self.between(strength.blur));
        for part in picture.iter_mut() {
            // The sum of three even chances is nearly a normal one.
            let chance: f32 = (0..3)
                .map(|_| self.random.random_range(-1.0..1.0_f32))
                .sum();
            *part = (f32::from(*part) + chance * strength.noise).clamp(0.0, 255.0) as u8;
        }
        let mut jpeg = Vec::new();
        let quality = self.random.random_range(strength.quality);
        JpegEncoder::new_with_quality(&mut jpeg, quality)
            .encode_image(&picture)
            .expect("a vector takes every picture");
        jpeg
    }

    fn between(&mut self, range: std::ops::Range<f32>) -> f32 {
        self.random.random_range(range)
    }

    /// From the picture onto the document.
    fn place(&mut self, document: &RgbImage, strength: &Strength) -> Homography {
        let (width, height) = (document.width() as f32, document.height() as f32);
        let size = self.between(strength.width.clone()) * WIDTH as f32;
        let factor = (size / width).min(0.9 * HEIGHT as f32 / height);
        let (sin, cos) = self
            .between(-strength.turn..strength.turn)
            .to_radians()
            .sin_cos();
        let off = strength.lean * width * factor;
        let centre = [
            WIDTH as f32 / 2.0 + self.between(-30.0..30.0),
            HEIGHT as f32 / 2.0 + self.between(-20.0..20.0),
        ];
        let corners = [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]];
        let seen = corners.map(|[x, y]| {
            let (x, y) = ((x - width / 2.0) * factor, (y - height / 2.0) * factor);
            [
                centre[0] + x * cos - y * sin + self.between(-off..off),
                centre[1] + x * sin + y * cos + self.between(-off..off),
            ]
        });
        Homography::between(seen, corners).expect("a document has four corners")
    }

    /// A desk with a grain.
    fn desk(&mut self) -> impl Fn([f32; 2]) -> [f32; 3] + use<> {
        let colour: [f32; 3] = std::array::from_fn(|_| self.between(30.0..150.0));
        let grain = [self.between(0.005..0.03), self.between(0.05..0.15)];
        move |[x, y]| {
            let light = 10.0 * (x * grain[0] + 3.0 * (y * grain[1]).sin()).sin();
            colour.map(|part| part + light)
        }
    }

    /// A lamp that is mirrored somewhere.
    fn lamp(&mut self, strength: &Strength) -> impl Fn([f32; 2]) -> f32 + use<> {
        let at = [self.between(200.0..1400.0), self.between(150.0..1050.0)];
        let size = [self.between(60.0..220.0), self.between(60.0..160.0)];
        let light = self.between(strength.glare.clone());
        move |[x, y]| {
            let (u, v) = ((x - at[0]) / size[0], (y - at[1]) / size[1]);
            light * (-(u * u + v * v) / 2.0).exp()
        }
    }
}
