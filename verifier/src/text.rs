//! Lines of text in a picture: where they are, and what they say.

mod find;
mod read;

use image::{RgbImage, imageops};
use webkyc_reading::Glyph;

use self::{find::find, read::Reader};
use crate::{
    geometry::{Point, Quad, along, distance, middle, minus, rectified},
    network::{Network, NetworkError, Threads},
};

/// The height at which lines are read.
const HEIGHT: u32 = 48;
/// The longest line at that height: fifty characters of a zone.
const LONGEST: u32 = 1760;

/// Where a line of text is.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Clockwise from the corner before the first character, above it.
    pub(crate) corners: Quad,
}

impl Line {
    pub(crate) fn width(&self) -> f32 {
        let [a, b, c, d] = self.corners;
        f32::midpoint(distance(a, b), distance(d, c))
    }

    pub(crate) fn height(&self) -> f32 {
        let [a, b, c, d] = self.corners;
        f32::midpoint(distance(a, d), distance(b, c))
    }

    pub(crate) fn centre(&self) -> Point {
        let [a, b, c, d] = self.corners;
        middle(middle(a, c), middle(b, d))
    }

    /// From its first character to its last, of length 1.
    pub(crate) fn direction(&self) -> Point {
        let [a, b, c, d] = self.corners;
        let way = minus(middle(b, c), middle(a, d));
        let length = distance(way, [0.0, 0.0]).max(1e-6);
        way.map(|part| part / length)
    }

    /// Its beginning, so many heights long.
    pub(crate) fn start(&self, heights: f32) -> Self {
        let part = (heights * self.height() / self.width().max(1.0)).min(1.0);
        let [a, b, c, d] = self.corners;
        Self {
            corners: [
                a,
                along(a, minus(b, a), part),
                along(d, minus(c, d), part),
                d,
            ],
        }
    }

    /// Upright at the height of reading; `margin` adds that part of its height above, below and at both ends.
    fn cut(&self, picture: &RgbImage, margin: f32) -> Option<RgbImage> {
        let grow = margin * self.height();
        let direction = self.direction();
        let across = [-direction[1], direction[0]];
        let outwards = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]];
        let corners = std::array::from_fn(|at| {
            let ([x, y], [u, v]) = (self.corners[at], outwards[at]);
            [
                x + grow * (u * direction[0] + v * across[0]),
                y + grow * (u * direction[1] + v * across[1]),
            ]
        });
        let ratio = (self.width() + 2.0 * grow) / (self.height() + 2.0 * grow);
        let width = (HEIGHT as f32 * ratio).round().clamp(16.0, LONGEST as f32);
        rectified(picture, corners, (width as u32, HEIGHT))
    }
}

/// How a line of a machine-readable zone is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// What is seen around the line, by its height.
    pub(crate) margin: f32,
    /// The standard deviation of the blur, in pixels of the height of reading.
    pub(crate) blur: f32,
}

/// A line that was read.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    pub(crate) text: String,
    /// The mean probability of its characters.
    pub(crate) confidence: f32,
}

/// Finds and reads text.
pub(crate) struct Text {
    detection: Network,
    reader: Reader,
}

impl Text {
    pub(crate) fn open(
        text_detection: Vec<u8>,
        text_recognition: Vec<u8>,
        alphabet: Vec<char>,
        threads: &Threads,
    ) -> Result<Self, NetworkError> {
        Ok(Self {
            detection: Network::open(text_detection, threads.clone())?,
            reader: Reader::open(text_recognition, alphabet, threads.clone())?,
        })
    }

    /// The lines of a picture whose longer side is brought to `longest` pixels, in no order.
    pub(crate) fn find(&self, picture: &RgbImage, longest: u32) -> Result<Vec<Line>, NetworkError> {
        find(&self.detection, picture, longest)
    }

    pub(crate) fn words(&self, picture: &RgbImage, line: &Line) -> Result<Words, NetworkError> {
        match line.cut(picture, 0.0) {
            Some(cut) => self.reader.words(&cut),
            None => Ok(Words {
                text: String::new(),
                confidence: 0.0,
            }),
        }
    }

    /// The characters of a line of a machine-readable zone.
    pub(crate) fn zone(
        &self,
        picture: &RgbImage,
        line: &Line,
        view: View,
    ) -> Result<Vec<Glyph>, NetworkError> {
        match line.cut(picture, view.margin) {
            Some(cut) => self.reader.zone(&imageops::blur(&cut, view.blur)),
            None => Ok(Vec::new()),
        }
    }
}
