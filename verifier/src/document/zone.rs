//! Where the zone of a side may be, and which of its readings is the best.

use image::math::Rect;
use webkyc_reading::Zone;

use crate::{
    geometry::{Point, cross},
    text::Line,
};

/// A line of a zone is longer than this many times its height.
const LENGTH: f32 = 9.0;
/// The most lines that are read as a zone.
const MOST_LINES: usize = 5;
/// How far a second look goes around the lines, in heights.
const MARGIN: f32 = 2.0;

/// A zone, and the lines it was read from.
pub(super) struct Found {
    pub(super) zone: Zone,
    pub(super) lines: Vec<Line>,
}

impl Found {
    pub(super) fn is_sure(&self) -> bool {
        self.zone.check_digits.all() && self.zone.least_lead > 0.0
    }

    /// The surer of two; the first of equals.
    pub(super) fn better(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match (first, second) {
            (Some(first), Some(second)) if second.rank() > first.rank() => Some(second),
            (first, second) => first.or(second),
        }
    }

    fn rank(&self) -> (bool, f32) {
        (self.zone.check_digits.all(), self.zone.least_lead)
    }
}

/// The lines that may be those of a zone: the long ones at the bottom.
pub(super) fn like_zone(lines: &[Line]) -> Vec<Line> {
    let longest = lines.iter().map(Line::width).fold(0.0, f32::max);
    let is_long =
        |line: &&Line| line.width() > LENGTH * line.height() && line.width() > 0.5 * longest;
    let mut long: Vec<Line> = lines.iter().filter(is_long).cloned().collect();
    long.drain(..long.len().saturating_sub(MOST_LINES));
    long
}

/// The part of a picture of this size from the first line on that may be of a zone; all of it where there is none.
pub(super) fn part_of_zone(lines: &[Line], direction: Point, size: (u32, u32)) -> Rect {
    let like_zone = like_zone(lines);
    let down = |line: &Line| cross(direction, line.centre());
    let highest = like_zone.iter().map(down).fold(f32::MAX, f32::min);
    let margin = MARGIN * like_zone.iter().map(Line::height).fold(0.0, f32::max);
    let corners = lines.iter().filter(|line| down(line) >= highest);
    let corners: Vec<Point> = corners.flat_map(|line| line.corners).collect();
    let span = |axis: usize, length: u32| {
        let places = || corners.iter().map(|corner| corner[axis]);
        let (from, to) = (
            places().fold(f32::MAX, f32::min),
            places().fold(f32::MIN, f32::max),
        );
        // Out of the picture, a number stops at its edge.
        let from = ((from - margin) as u32).min(length - 1);
        let to = ((to + margin) as u32).clamp(from + 1, length);
        (from, to - from)
    };
    if corners.is_empty() {
        let (width, height) = size;
        return Rect {
            x: 0,
            y: 0,
            width,
            height,
        };
    }
    let ((x, width), (y, height)) = (span(0, size.0), span(1, size.1));
    Rect {
        x,
        y,
        width,
        height,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(left: f32, top: f32, width: f32) -> Line {
        let (right, bottom) = (left + width, top + 20.0);
        Line {
            corners: [[left, top], [right, top], [right, bottom], [left, bottom]],
        }
    }

    #[test]
    fn a_second_look_begins_at_the_first_long_line_and_ends_in_the_picture() {
        let lines = [
            line(50.0, 40.0, 120.0),
            line(60.0, 300.0, 400.0),
            line(60.0, 340.0, 390.0),
        ];
        let part = part_of_zone(&lines, [1.0, 0.0], (480, 400));
        assert_eq!(
            (part.x, part.y, part.width, part.height),
            (20, 260, 460, 140)
        );
    }

    #[test]
    fn without_a_long_line_all_of_the_picture_is_looked_at_again() {
        let part = part_of_zone(&[line(50.0, 40.0, 120.0)], [1.0, 0.0], (480, 400));
        assert_eq!((part.x, part.y, part.width, part.height), (0, 0, 480, 400));
    }
}
