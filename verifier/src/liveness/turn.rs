//! The turn of a head, from five points.

use crate::geometry::{Point, cross, distance, middle, minus};

/// Both eyes, the nose, both corners of the mouth.
type Points = [Point; 5];

/// How far the nose is beside the line through the middles of eyes and mouth, by the distance of the eyes:
/// above zero when visitors turn to their own left. It is nearly constant for a flat picture, however it is held.
#[must_use]
pub fn turn(points: &[[f32; 2]; 5]) -> f32 {
    let [left_eye, right_eye, nose, left_mouth, right_mouth] = *points;
    let eyes = middle(left_eye, right_eye);
    let down = minus(middle(left_mouth, right_mouth), eyes);
    let beside = cross(minus(nose, eyes), down) / down[0].hypot(down[1]).max(1e-6);
    beside / eye_distance(points).max(1e-6)
}

pub(super) fn eye_distance(points: &Points) -> f32 {
    distance(points[0], points[1])
}

/// The rest of the way from `first` to `now` after the best affine mapping: the root of the mean
/// square, by the distance of the eyes. A flat picture leaves next to nothing.
pub(super) fn affine_residual(first: &Points, now: &Points) -> f32 {
    let (from, to) = (centred(first), centred(now));
    let sum = |a: &Points, i: usize, b: &Points, j: usize| -> f32 {
        a.iter().zip(b).map(|(a, b)| a[i] * b[j]).sum()
    };
    let (xx, xy, yy) = (
        sum(&from, 0, &from, 0),
        sum(&from, 0, &from, 1),
        sum(&from, 1, &from, 1),
    );
    let determinant = (xx * yy - xy * xy).max(1e-9);
    let rows = [0, 1].map(|i| {
        let (x, y) = (sum(&from, 0, &to, i), sum(&from, 1, &to, i));
        [
            (x * yy - y * xy) / determinant,
            (y * xx - x * xy) / determinant,
        ]
    });
    let squares = from.iter().zip(&to).map(|(from, to)| {
        let mapped = rows.map(|row| row[0] * from[0] + row[1] * from[1]);
        let off = minus(*to, mapped);
        off[0] * off[0] + off[1] * off[1]
    });
    let mean = squares.sum::<f32>() / 5.0;
    mean.sqrt() / eye_distance(now).max(1e-6)
}

fn centred(points: &Points) -> Points {
    let mean = [0, 1].map(|i| points.iter().map(|point| point[i]).sum::<f32>() / 5.0);
    points.map(|point| minus(point, mean))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks into the camera.
    const AHEAD: Points = [
        [30.0, 40.0],
        [70.0, 40.0],
        [50.0, 62.0],
        [35.0, 85.0],
        [65.0, 85.0],
    ];

    #[test]
    fn the_nose_of_who_turns_to_the_own_left_moves_to_the_right_of_the_picture() {
        let mut points = AHEAD;
        assert!(turn(&points).abs() < 1e-6);
        points[2][0] += 10.0;
        assert!((turn(&points) - 0.25).abs() < 1e-6);
    }

    #[test]
    fn a_head_that_leans_has_not_turned() {
        let leaning = AHEAD.map(|[x, y]| [0.8 * x - 0.6 * y, 0.6 * x + 0.8 * y]);
        assert!(turn(&leaning).abs() < 1e-6);
    }

    #[test]
    fn what_an_affine_mapping_does_leaves_nothing_and_a_nose_that_moves_does() {
        let mapped = AHEAD.map(|[x, y]| [0.5 * x + 0.2 * y + 9.0, 1.1 * y - 0.1 * x - 4.0]);
        assert!(affine_residual(&AHEAD, &mapped) < 1e-4);
        let mut turned = AHEAD;
        turned[2][0] += 12.0;
        assert!(affine_residual(&AHEAD, &turned) > 0.08);
    }
}
