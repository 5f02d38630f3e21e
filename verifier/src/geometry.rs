//! Points, quadrilaterals, and the mappings between pictures of the same plane.

use image::{Rgb, RgbImage};

pub(crate) type Point = [f32; 2];

pub(crate) fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

/// `a + t * d`.
pub(crate) fn along(a: Point, d: Point, t: f32) -> Point {
    [a[0] + d[0] * t, a[1] + d[1] * t]
}

pub(crate) fn length(a: Point) -> f32 {
    a[0].hypot(a[1])
}

pub(crate) fn distance(a: Point, b: Point) -> f32 {
    length(minus(a, b))
}

/// Positive when `b` is clockwise of `a` in a picture.
pub(crate) fn cross(a: Point, b: Point) -> f32 {
    a[0] * b[1] - a[1] * b[0]
}

pub(crate) fn middle(a: Point, b: Point) -> Point {
    [f32::midpoint(a[0], b[0]), f32::midpoint(a[1], b[1])]
}

/// Four corners, clockwise from the upper left one of what is shown.
pub(crate) type Quad = [Point; 4];

/// A mapping of one plane onto another that keeps straight lines: `[x, y, 1]` times the rows of a matrix.
#[derive(Clone, Copy)]
pub struct Homography([f64; 9]);

impl Homography {
    /// The mapping of four points to four others; none when three lie on a line.
    #[must_use]
    pub fn between(from: [[f32; 2]; 4], to: [[f32; 2]; 4]) -> Option<Self> {
        let mut rows = [[0.0; 9]; 8];
        for at in 0..4 {
            let [x, y] = from[at].map(f64::from);
            let [u, v] = to[at].map(f64::from);
            rows[2 * at] = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
            rows[2 * at + 1] = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
        }
        let solved = solve(rows)?;
        let mut matrix = [1.0; 9];
        matrix[..8].copy_from_slice(&solved);
        Some(Self(matrix))
    }

    /// Where a point goes.
    #[must_use]
    pub fn map(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (x, y, m) = (f64::from(x), f64::from(y), &self.0);
        let w = m[6] * x + m[7] * y + m[8];
        let w = if w.abs() < 1e-9 { 1e-9 } else { w };
        let u = (m[0] * x + m[1] * y + m[2]) / w;
        let v = (m[3] * x + m[4] * y + m[5]) / w;
        [u as f32, v as f32]
    }
}

/// Solves eight equations with eight unknowns, the ninth column being the right side.
fn solve(mut rows: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let largest =
            |a: &usize, b: &usize| rows[*a][column].abs().total_cmp(&rows[*b][column].abs());
        let pivot = (column..8).max_by(largest)?;
        rows.swap(column, pivot);
        let row = rows[column];
        if row[column].abs() < 1e-9 {
            return None;
        }
        for (at, other) in rows.iter_mut().enumerate() {
            if at != column {
                let factor = other[column] / row[column];
                for (cell, value) in other.iter_mut().zip(row) {
                    *cell -= factor * value;
                }
            }
        }
    }
    Some(std::array::from_fn(|at| rows[at][8] / rows[at][at]))
}

/// The pixel at a point between pixels; points outside have the colour of the edge.
#[must_use]
pub fn sample(picture: &RgbImage, [x, y]: [f32; 2]) -> [f32; 3] {
    let (width, height) = picture.dimensions();
    let x = x.clamp(0.0, (width - 1) as f32);
    let y = y.clamp(0.0, (height - 1) as f32);
    let (left, top) = (x as u32, y as u32);
    let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
    let (fx, fy) = (x - left as f32, y - top as f32);
    let [a, b, c, d] = [(left, top), (right, top), (left, bottom), (right, bottom)]
        .map(|(x, y)| picture.get_pixel(x, y).0.map(f32::from));
    std::array::from_fn(|i| {
        (a[i] * (1.0 - fx) + b[i] * fx) * (1.0 - fy) + (c[i] * (1.0 - fx) + d[i] * fx) * fy
    })
}

/// The picture of `size` whose pixels lie where `map` says, each the mean of `n` times `n` samples.
pub(crate) fn warped(
    picture: &RgbImage,
    size: (u32, u32),
    n: u32,
    map: impl Fn(Point) -> Point,
) -> RgbImage {
    let step = 1.0 / n as f32;
    RgbImage::from_fn(size.0, size.1, |x, y| {
        let mut sum = [0.0; 3];
        for j in 0..n {
            for i in 0..n {
                let inside = |at: u32, part: u32| at as f32 + (part as f32 + 0.5) * step;
                let [px, py] = map([inside(x, i), inside(y, j)]);
                let colour = sample(picture, [px - 0.5, py - 0.5]);
                for (total, part) in sum.iter_mut().zip(colour) {
                    *total += part;
                }
            }
        }
        Rgb(sum.map(|total| (total * step * step).round().clamp(0.0, 255.0) as u8))
    })
}

/// The part of the picture within the quadrilateral, as a rectangle of `size`.
pub(crate) fn rectified(picture: &RgbImage, quad: Quad, size: (u32, u32)) -> Option<RgbImage> {
    let (width, height) = (size.0 as f32, size.1 as f32);
    let rectangle = [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]];
    let map = Homography::between(rectangle, quad)?;
    let shrinks = distance(quad[0], quad[1]) / width;
    let n = (shrinks.ceil() as u32).clamp(1, 3);
    Some(warped(picture, size, n, |point| map.map(point)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_homography_takes_each_corner_to_its_place() {
        let from = [[0.0, 0.0], [10.0, 0.0], [10.0, 5.0], [0.0, 5.0]];
        let to = [[3.0, 1.0], [40.0, 6.0], [36.0, 30.0], [1.0, 22.0]];
        let map = Homography::between(from, to).unwrap();
        for (from, to) in from.into_iter().zip(to) {
            assert!(distance(map.map(from), to) < 1e-3);
        }
    }

    #[test]
    fn three_points_on_a_line_have_no_homography() {
        let from = [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 5.0]];
        assert!(Homography::between(from, from).is_none());
    }

    #[test]
    fn a_rectified_rectangle_is_cut_out_as_it_is() {
        let picture = RgbImage::from_fn(20, 20, |x, y| Rgb([x as u8 * 10, y as u8 * 10, 0]));
        let quad = [[4.0, 6.0], [14.0, 6.0], [14.0, 11.0], [4.0, 11.0]];
        let cut = rectified(&picture, quad, (10, 5)).unwrap();
        assert_eq!(cut.get_pixel(0, 0), picture.get_pixel(4, 6));
        assert_eq!(cut.get_pixel(9, 4), picture.get_pixel(13, 10));
    }
}
