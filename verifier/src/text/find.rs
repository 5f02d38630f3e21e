//! Lines of text from the probability map of PP-OCR's detection.

use image::RgbImage;
use rten_tensor::prelude::*;

use super::Line;
use crate::{
    geometry::Point,
    network::{Network, NetworkError, Range},
    picture::resized,
};

/// A pixel belongs to text from this probability on.
const TEXT: f32 = 0.3;
/// A line counts from this mean probability on.
const SURE: f32 = 0.5;
const FEWEST_PIXELS: usize = 12;
/// The map shows the core of each line: its outline lies further out by this part of area / perimeter.
const GROWTH: f32 = 1.6;
/// Lengths are multiples of this.
const STEP: f32 = 32.0;

pub(super) fn find(
    network: &Network,
    picture: &RgbImage,
    longest: u32,
) -> Result<Vec<Line>, NetworkError> {
    let factor = longest as f32 / picture.width().max(picture.height()) as f32;
    let stepped = |length: u32| (((length as f32 * factor / STEP).round() as u32).max(1)) * 32;
    let (width, height) = (stepped(picture.width()), stepped(picture.height()));
    let small = resized(picture, width, height);
    let output = network.run(&small, (width, height), Range::Signed)?;
    let Some(map) = output.first().map(|map| map.to_vec()) else {
        return Ok(Vec::new());
    };
    let scale = [
        picture.width() as f32 / width as f32,
        picture.height() as f32 / height as f32,
    ];
    let mut map = Map {
        probability: map,
        width: width as usize,
    };
    let mut lines = Vec::new();
    for start in 0..map.probability.len() {
        let (pixels, sum) = map.take(start);
        if pixels.len() >= FEWEST_PIXELS && sum / pixels.len() as f32 >= SURE {
            let corners = outline(&pixels);
            let corners = corners.map(|[x, y]| [x * scale[0], y * scale[1]]);
            lines.push(Line { corners });
        }
    }
    Ok(lines)
}

struct Map {
    probability: Vec<f32>,
    width: usize,
}

impl Map {
    /// Takes the pixels of the text that `start` belongs to out of the map, with the sum of their
    /// probabilities.
    fn take(&mut self, start: usize) -> (Vec<Point>, f32) {
        let (mut pixels, mut sum) = (Vec::new(), 0.0);
        let mut waiting = vec![start];
        while let Some(at) = waiting.pop() {
            let probability = std::mem::take(&mut self.probability[at]);
            if probability <= TEXT {
                // A pixel that is no text stays none.
                continue;
            }
            sum += probability;
            let (x, y) = (at % self.width, at / self.width);
            pixels.push([x as f32 + 0.5, y as f32 + 0.5]);
            let rows = y.saturating_sub(1)..=y + 1;
            for row in rows {
                for column in x.saturating_sub(1)..=(x + 1).min(self.width - 1) {
                    let next = row * self.width + column;
                    if self.probability.get(next).is_some_and(|it| *it > TEXT) {
                        waiting.push(next);
                    }
                }
            }
        }
        (pixels, sum)
    }
}

/// A quadrilateral along the longer axis of the pixels, whose height may change from one end to the other.
fn outline(pixels: &[Point]) -> [Point; 4] {
    let number = pixels.len() as f32;
    let mean = |part: usize| pixels.iter().map(|it| it[part]).sum::<f32>() / number;
    let centre = [mean(0), mean(1)];
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for [x, y] in pixels {
        let (dx, dy) = (x - centre[0], y - centre[1]);
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
    let mut direction = [angle.cos(), angle.sin()];
    if direction[0] < 0.0 {
        direction = direction.map(|part| -part);
    }
    let turned: Vec<Point> = pixels
        .iter()
        .map(|[x, y]| {
            let (dx, dy) = (x - centre[0], y - centre[1]);
            [
                dx * direction[0] + dy * direction[1],
                dy * direction[0] - dx * direction[1],
            ]
        })
        .collect();
    let ends = turned.iter().fold((f32::MAX, f32::MIN), |(low, high), it| {
        (low.min(it[0]), high.max(it[0]))
    });
    let (start, end) = (ends.0 - 0.5, ends.1 + 0.5);
    let [from, to] = thickness(&turned, start, end);
    let length = end - start;
    let core = length * f32::midpoint(from, to);
    let growth = core * GROWTH / (2.0 * (length + f32::midpoint(from, to)));
    let at = |along: f32, across: f32| {
        [
            centre[0] + along * direction[0] - across * direction[1],
            centre[1] + along * direction[1] + across * direction[0],
        ]
    };
    let (start, end) = (start - growth, end + growth);
    let (from, to) = (from / 2.0 + growth, to / 2.0 + growth);
    [at(start, -from), at(end, -to), at(end, to), at(start, from)]
}

/// The thickness at both ends: a line through the numbers of pixels in eight parts.
fn thickness(turned: &[Point], start: f32, end: f32) -> [f32; 2] {
    const PARTS: usize = 8;
    let length = end - start;
    let mut counts = [0.0_f32; PARTS];
    for point in turned {
        let part = ((point[0] - start) / length * PARTS as f32) as usize;
        counts[part.min(PARTS - 1)] += PARTS as f32 / length;
    }
    let mean = (turned.len() as f32 / length).max(1.0);
    // The ends are rounded, and so left out.
    let inner = &counts[1..PARTS - 1];
    let middle = (inner.len() - 1) as f32 / 2.0;
    let (mut slope, mut squares) = (0.0, 0.0);
    for (at, count) in inner.iter().enumerate() {
        slope += (at as f32 - middle) * (count - mean);
        squares += (at as f32 - middle).powi(2);
    }
    let lean = (slope / squares * PARTS as f32 / 2.0).clamp(-0.3 * mean, 0.3 * mean);
    // Only long lines show how a page leans away.
    let lean = if length > 10.0 * mean { lean } else { 0.0 };
    [mean - lean, mean + lean].map(|it| it * 1.08)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outline_of_a_bar_grows_around_it() {
        let bar = (0..400).map(|at| [(at % 100) as f32 + 0.5, (at / 100) as f32 + 0.5]);
        let [a, b, c, d] = outline(&bar.collect::<Vec<_>>());
        let growth = a[0].abs();
        assert!((2.0..4.0).contains(&growth), "{growth}");
        assert!((b[0] - 100.0 - growth).abs() < 0.1 && (c[0] - b[0]).abs() < 0.1);
        assert!((d[1] - a[1] - 2.0 * growth - 4.0).abs() < 1.0);
    }

    #[test]
    fn the_pixels_of_one_line_are_taken_once() {
        let mut probability = vec![0.0; 200];
        probability[21..28].fill(0.9);
        probability[41..45].fill(0.9);
        probability[100] = 0.9;
        let mut map = Map {
            probability,
            width: 20,
        };
        assert_eq!(map.take(24).0.len(), 11);
        assert_eq!(map.take(21).0.len(), 0);
        assert_eq!(map.take(100).0.len(), 1);
    }
}
