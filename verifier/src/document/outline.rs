//! The edges of a document, looked for around its text.

use image::{RgbImage, imageops};
use webkyc_reading::Format;

use crate::{
    geometry::{Point, Quad, along, cross, distance, length, minus, rectified},
    picture,
    text::Line,
};

/// The longer side of the picture that is handed on.
const LONGEST_CUT: f32 = 1600.0;

/// The side as a rectangle, and where it was in the picture if its edges were seen.
pub(super) struct Cut {
    pub(super) picture: RgbImage,
    pub(super) quad: Option<Quad>,
}

/// Cuts the side with these lines out. A zone in this form says how long and high it is.
pub(super) fn cut_out(
    picture: &RgbImage,
    lines: &[Line],
    direction: Point,
    form: Option<Format>,
) -> Cut {
    let points: Vec<Point> = lines.iter().flat_map(|line| line.corners).collect();
    let content = Content::around(&points, direction);
    let outlined = content.and_then(|content| outline(picture, &content));
    // Where no edges are seen, nothing is cut off.
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let whole = [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]];
    let quad = outlined.or_else(|| Some(Content::around(&whole, direction)?.corners));
    let quad = quad.unwrap_or(whole);
    let mean = |a: usize, b: usize, c: usize, d: usize| {
        f32::midpoint(distance(quad[a], quad[b]), distance(quad[c], quad[d]))
    };
    let (width, height) = (mean(0, 1, 3, 2), mean(0, 3, 1, 2));
    // A page that leans away looks shorter than it is.
    let form = form.filter(|_| outlined.is_some()).map(Format::size);
    let ratio = form.map_or(width / height.max(1.0), |(width, height)| width / height);
    let scale = (LONGEST_CUT / width.max(height)).min(1.0);
    let width = (width * scale).max(1.0);
    let size = (width as u32, (width / ratio).clamp(1.0, LONGEST_CUT) as u32);
    let cut = rectified(picture, quad, (size.0.max(1), size.1.max(1)));
    Cut {
        picture: cut.unwrap_or_else(|| picture::fitted(picture, LONGEST_CUT as u32).0),
        quad: outlined,
    }
}

/// The longer side of the picture in which edges are looked for.
const LONGEST: u32 = 480;
/// Lines of sight for each edge.
const RAYS: usize = 48;
/// The part of them that must see an edge: more than a portrait is high.
const FEWEST: f32 = 0.6;
/// The colour must change by this much from one side of an edge to the other, as a sum of three channels.
const STEP: f32 = 24.0;
/// An edge passes this near the points where it was seen.
const NEAR: f32 = 1.6;
/// The tangent of the angle by which an edge may lean against the text.
const MOST_LEAN: f32 = 0.4;

/// Everything that was found on the document: the corners of a rectangle along its text.
pub(super) struct Content {
    /// Clockwise, from the upper left.
    pub(super) corners: Quad,
}

impl Content {
    /// The smallest such rectangle around points.
    pub(super) fn around(points: &[Point], direction: Point) -> Option<Self> {
        let across = [-direction[1], direction[0]];
        let dot = |a: Point, b: Point| a[0] * b[0] + a[1] * b[1];
        let range = |way: Point| {
            let parts = points.iter().map(|point| dot(*point, way));
            parts.fold((f32::MAX, f32::MIN), |(low, high), it| {
                (low.min(it), high.max(it))
            })
        };
        let ((left, right), (top, bottom)) = (range(direction), range(across));
        let corner = |x: f32, y: f32| along(direction.map(|part| part * x), across, y);
        (right > left && bottom > top).then(|| Self {
            corners: [
                corner(left, top),
                corner(right, top),
                corner(right, bottom),
                corner(left, bottom),
            ],
        })
    }
}

/// The corners of the document, clockwise from the upper left of its text. None when an edge was not seen.
pub(super) fn outline(picture: &RgbImage, content: &Content) -> Option<Quad> {
    let factor = (LONGEST as f32 / picture.width().max(picture.height()) as f32).min(1.0);
    let scaled = |length: u32| ((length as f32 * factor) as u32).max(1);
    let (width, height) = (scaled(picture.width()), scaled(picture.height()));
    let small = imageops::blur(&crate::picture::resized(picture, width, height), 0.8);
    let corners = content.corners.map(|point| point.map(|part| part * factor));
    let mut edges = Vec::new();
    for side in 0..4 {
        // From each point of a side of the content, outwards.
        let (from, to) = (corners[side], corners[(side + 1) % 4]);
        let way = minus(to, from);
        let way = way.map(|part| part / length(way).max(1e-3));
        edges.push(edge(&small, from, to, way)?);
    }
    let corner = |at: usize| meet(edges[(at + 3) % 4], edges[at]);
    let corners = [corner(0)?, corner(1)?, corner(2)?, corner(3)?];
    let is_convex = (0..4).all(|at| {
        let (a, b, c) = (corners[at], corners[(at + 1) % 4], corners[(at + 2) % 4]);
        cross(minus(b, a), minus(c, b)) > 0.0
    });
    is_convex.then(|| corners.map(|point| point.map(|part| part / factor)))
}

/// A line: a point and a direction.
type Edge = (Point, Point);

fn meet(a: Edge, b: Edge) -> Option<Point> {
    let divisor = cross(a.1, b.1);
    let t = cross(minus(b.0, a.0), b.1) / divisor;
    (divisor.abs() > 0.2).then(|| along(a.0, a.1, t))
}

/// The line outside of a side of the content that most rays meet at a change of colour.
fn edge(picture: &RgbImage, from: Point, to: Point, way: Point) -> Option<Edge> {
    let outwards = [way[1], -way[0]];
    let reach = distance(from, to);
    // A document is not much larger than what is printed on it.
    let far = 1.2 * reach.max(40.0);
    let mut seen: Vec<(usize, Point, f32)> = Vec::new();
    for ray in 0..RAYS {
        let start = along(from, way, reach * (ray as f32 + 0.5) / RAYS as f32);
        seen.extend(changes(picture, start, outwards, far).map(|(at, step)| (ray, at, step)));
    }
    let mut best: Option<(f32, Edge)> = None;
    // Every pair of points on rays far apart is a line that may be the edge.
    let early = seen.iter().filter(|it| it.0 < RAYS / 3);
    for first in early {
        let late = seen.iter().filter(|it| it.0 >= RAYS - RAYS / 3);
        for last in late {
            let direction = minus(last.1, first.1);
            let direction = direction.map(|part| part / length(direction).max(1e-3));
            if cross(way, direction).abs() > MOST_LEAN {
                continue;
            }
            let score = score(&seen, (first.1, direction));
            if score.is_some_and(|score| best.is_none_or(|(best, _)| score > best)) {
                best = score.map(|score| (score, (first.1, direction)));
            }
        }
    }
    best.map(|(_, edge)| fitted(&seen, edge))
}

/// How many rays meet the line, each counted by the change it sees; none when too few do.
fn score(seen: &[(usize, Point, f32)], edge: Edge) -> Option<f32> {
    let (mut sum, mut number, mut last) = (0.0, 0, usize::MAX);
    for (ray, point, step) in seen {
        let is_near = cross(edge.1, minus(*point, edge.0)).abs() < NEAR;
        if is_near && *ray != last {
            sum += step.min(120.0).sqrt();
            number += 1;
            last = *ray;
        }
    }
    (number as f32 >= FEWEST * RAYS as f32).then_some(sum)
}

/// The line through the points near it, by least squares.
fn fitted(seen: &[(usize, Point, f32)], edge: Edge) -> Edge {
    let near = seen.iter().map(|it| it.1);
    let near: Vec<Point> = near
        .filter(|point| cross(edge.1, minus(*point, edge.0)).abs() < NEAR)
        .collect();
    let number = near.len() as f32;
    let mean = [0, 1].map(|part| near.iter().map(|it| it[part]).sum::<f32>() / number);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for point in near {
        let [x, y] = minus(point, mean);
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
    (mean, [angle.cos(), angle.sin()])
}

/// Where the colour changes most along a ray, at most four places.
fn changes(
    picture: &RgbImage,
    start: Point,
    way: Point,
    far: f32,
) -> impl Iterator<Item = (Point, f32)> {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let is_inside = |[x, y]: Point| x >= 0.0 && y >= 0.0 && x < width && y < height;
    let points = (0..far as usize).map(|t| along(start, way, t as f32));
    let colours: Vec<[i32; 3]> = points
        .take_while(|point| is_inside(*point))
        .map(|[x, y]| picture.get_pixel(x as u32, y as u32).0.map(i32::from))
        .collect();
    let step = |at: usize| {
        let (before, after) = (colours[at - 2], colours[at + 2]);
        let parts = before.iter().zip(after).map(|(a, b)| (a - b).abs());
        parts.sum::<i32>() as f32
    };
    let steps: Vec<f32> = (2..colours.len().saturating_sub(2)).map(step).collect();
    let is_peak = |at: &usize| {
        let near = at.saturating_sub(2)..(at + 3).min(steps.len());
        steps[*at] >= STEP && steps[near].iter().all(|other| *other <= steps[*at])
    };
    let mut peaks: Vec<usize> = (0..steps.len()).filter(is_peak).collect();
    peaks.sort_by(|a, b| steps[*b].total_cmp(&steps[*a]));
    peaks.truncate(4);
    let found = peaks.into_iter().map(move |at| (at, steps[at]));
    let found: Vec<(usize, f32)> = found.collect();
    found
        .into_iter()
        .map(move |(at, step)| (along(start, way, at as f32 + 2.0), step))
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::geometry::Homography;

    #[test]
    fn a_sheet_on_a_desk_is_found_as_it_lies() {
        let sheet = [[60.0, 50.0], [400.0, 80.0], [380.0, 300.0], [50.0, 280.0]];
        let square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
        let map = Homography::between(sheet, square).unwrap();
        let is_in = |part: f32| (0.0..=1.0).contains(&part);
        let picture = RgbImage::from_fn(460, 340, |x, y| {
            let on_sheet = map.map([x as f32, y as f32]).into_iter().all(is_in);
            if on_sheet {
                Rgb([220, 225, 230])
            } else {
                Rgb([90, 70, 60])
            }
        });
        let text = [[100.0, 90.0], [350.0, 110.0], [340.0, 260.0]];
        let content = Content::around(&text, [0.996, 0.088]).unwrap();
        let found = outline(&picture, &content).unwrap();
        for (found, real) in found.into_iter().zip(sheet) {
            assert!(distance(found, real) < 4.0, "{found:?} {real:?}");
        }
    }

    #[test]
    fn a_sheet_like_the_desk_has_no_outline() {
        let picture = RgbImage::from_pixel(460, 340, Rgb([200, 200, 200]));
        let text = [[100.0, 90.0], [350.0, 90.0], [340.0, 260.0]];
        let content = Content::around(&text, [1.0, 0.0]).unwrap();
        assert!(outline(&picture, &content).is_none());
    }
}
