//! One side of a document: found in a picture, set upright, cut out and read.

mod outline;
mod quality;

use std::time::Duration;

use image::RgbImage;
use jiff::civil::Date;
use webkyc_reading::{Format, Jpeg, PageLine, Places, Side, Zone, read_together, read_zone};

use self::{outline::cut_out, quality::Quality};
use crate::{
    deadline::{Deadline, Late},
    faces::{self, Faces},
    geometry::{Point, Quad, cross, distance},
    network::NetworkError,
    picture::{decode, to_jpeg},
    text::{Line, Text, View, Words},
};

/// The sizes at which text is looked for where a zone is expected, one after the other while it has not been read without a
/// repair.
const LONGEST_WITH_ZONE: [u32; 3] = [640, 960, 800];
/// The size at which it is looked for on other sides, whose print may be smaller.
const LONGEST: u32 = 800;
/// The most lines that are read on a page.
const MOST_LINES: usize = 60;
/// A line of a zone is longer than this many times its height.
const ZONE_LINE: f32 = 9.0;
/// How the lines of a zone are looked at, one after the other while it is not sure. The network takes the sharp letters
/// of a picture taken nearby for others, `ZZ` for `22`.
const VIEWS: [View; 2] = [
    View {
        margin: 0.0,
        blur: 1.6,
    },
    View {
        margin: 0.06,
        blur: 1.1,
    },
];
/// The part of a line that shows which way it is read, in heights.
const PIECE: f32 = 7.0;
/// One way is clearly that of the text when its confidence is higher by this.
const CLEARLY: f32 = 0.3;
/// The sine of the angle between lines that run in one direction.
const SAME_DIRECTION: f32 = 0.06;

/// How to look at a picture.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The day on which years of two digits are read.
    pub today: Date,
    /// Whether this side has a zone: pages of passports and the backs of most cards do.
    pub expects_zone: bool,
    /// The time for it.
    pub deadline: Deadline,
}

/// Why a picture could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes are no picture that is taken.
    #[error(transparent)]
    Picture(#[from] crate::picture::PictureError),
    /// It took too long.
    #[error(transparent)]
    Late(#[from] Late),
    /// Our own fault.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// How long a picture may take to be read over HTTP.
pub const LONGEST_READING: Duration = Duration::from_secs(8);

/// What the portrait and the words take after the zone. With less time left, no other look is taken at it.
const REST: Duration = Duration::from_secs(3);

/// Reads sides with these networks.
pub(crate) struct Documents<'a> {
    pub(crate) text: &'a Text,
    pub(crate) faces: &'a Faces,
}

/// A picture with its text, which runs along `direction`.
struct Page {
    picture: RgbImage,
    lines: Vec<Line>,
    direction: Point,
}

/// A zone, and the lines it was read from.
struct Found {
    zone: Zone,
    lines: Vec<Line>,
}

impl Documents<'_> {
    pub(crate) fn read(&self, bytes: &[u8], look: Look) -> Result<Side, ReadError> {
        let picture = decode(bytes)?;
        look.deadline.look()?;
        let (first, others) = if look.expects_zone {
            (LONGEST_WITH_ZONE[0], &LONGEST_WITH_ZONE[1..])
        } else {
            (LONGEST, [].as_slice())
        };
        let mut page = self.page(picture, first)?;
        let mut readings = Vec::new();
        let mut found = self.zone(&page, &mut readings, look)?;
        for longest in others {
            let is_read = found
                .as_ref()
                .is_some_and(|found| is_unrepaired(&found.zone));
            if is_read || page.lines.is_empty() || !look.deadline.leaves(REST) {
                break;
            }
            let lines = oriented(self.text.find(&page.picture, *longest)?, page.direction);
            let again = Page { lines, ..page };
            let better = self.zone(&again, &mut readings, look)?;
            let is_better = better.as_ref().is_some_and(|better| {
                found
                    .as_ref()
                    .is_none_or(|found| rank(&better.zone) > rank(&found.zone))
            });
            if is_better {
                found = better;
            }
            // The lines of the first look are those of a whole page.
            page = Page {
                lines: if is_better { again.lines } else { page.lines },
                ..again
            };
        }
        look.deadline.look()?;
        let form = found.as_ref().map(|found| found.zone.format);
        let cut = cut_out(&page.picture, &page.lines, page.direction, form);
        let faces = self.faces.find(&cut.picture, 640)?;
        let portrait = faces
            .first()
            .map(|face| faces::portrait(&cut.picture, face));
        look.deadline.look()?;
        let is_back = portrait.is_none() && found.as_ref().is_some_and(is_of_back);
        let words = if is_back {
            Vec::new()
        } else {
            self.words(&page, found.as_ref(), look)?
        };
        let quality = Quality {
            has_text: is_back || !words.is_empty(),
            has_face: portrait.is_some(),
            is_cut_off: is_cut_off(&page, cut.quad.as_ref()),
            text_height: text_height(&page, found.as_ref()),
            picture: &cut.picture,
        };
        let zone = found.map(|found| found.zone);
        Ok(Side {
            retake: quality.retake(zone.as_ref(), look.expects_zone),
            page: words,
            portrait: portrait.map(|portrait| Jpeg(to_jpeg(&portrait))),
            picture: Jpeg(to_jpeg(&cut.picture)),
            zone,
        })
    }

    /// The picture is turned by a quarter when its text runs up or down.
    fn page(&self, picture: RgbImage, longest: u32) -> Result<Page, ReadError> {
        let lines = self.text.find(&picture, longest)?;
        let up = lines.iter().filter(|line| line.direction()[1].abs() > 0.7);
        let up: f32 = up.map(Line::width).sum();
        let all: f32 = lines.iter().map(Line::width).sum();
        let (picture, lines) = if up > 0.5 * all {
            let turned = image::imageops::rotate90(&picture);
            let lines = self.text.find(&turned, longest)?;
            (turned, lines)
        } else {
            (picture, lines)
        };
        let direction = self.direction(&picture, &lines)?;
        Ok(Page {
            lines: oriented(lines, direction),
            picture,
            direction,
        })
    }

    /// Where the text runs to: along its long lines, and of both ways the one in which they can be read.
    fn direction(&self, picture: &RgbImage, lines: &[Line]) -> Result<Point, NetworkError> {
        // Words across the page, such as SPECIMEN, lean; most of the text does not.
        let runs_along =
            |a: &Line, b: &Line| cross(a.direction(), b.direction()).abs() < SAME_DIRECTION;
        let support = |line: &Line| -> f32 {
            let along = lines.iter().filter(|other| runs_along(line, other));
            along.map(Line::width).sum()
        };
        let leader = lines
            .iter()
            .max_by(|a, b| support(a).total_cmp(&support(b)));
        let Some(leader) = leader else {
            return Ok([1.0, 0.0]);
        };
        let along = lines.iter().filter(|line| runs_along(leader, line));
        let mut longest: Vec<&Line> = along.collect();
        longest.sort_by(|a, b| b.width().total_cmp(&a.width()));
        longest.truncate(3);
        let (mut upright, mut reversed) = (0.0, 0.0);
        for line in &longest {
            let piece = line.start(PIECE);
            upright += forward(&self.text.words(picture, &piece)?);
            reversed += forward(&self.text.words(picture, &turned(&piece))?);
            if (upright - reversed).abs() > CLEARLY {
                break;
            }
        }
        let direction = longest[0].direction();
        Ok(if reversed > upright {
            direction.map(|part| -part)
        } else {
            direction
        })
    }

    /// The zone of a page. Readings whose check digits agree count together, with the earlier ones of the picture in
    /// `readings`.
    fn zone(
        &self,
        page: &Page,
        readings: &mut Vec<Places>,
        look: Look,
    ) -> Result<Option<Found>, ReadError> {
        let longest = page.lines.iter().map(Line::width).fold(0.0, f32::max);
        let long =
            |line: &&Line| line.width() > ZONE_LINE * line.height() && line.width() > 0.5 * longest;
        let mut lines: Vec<Line> = page.lines.iter().filter(long).cloned().collect();
        // Zones are at the bottom.
        let most = lines.len().saturating_sub(5);
        lines.drain(..most);
        let mut best: Option<Found> = None;
        for view in VIEWS {
            let mut glyphs = Vec::new();
            for line in &lines {
                look.deadline.look()?;
                glyphs.push(self.text.zone(&page.picture, line, view)?);
            }
            let Some(read) = read_zone(&glyphs, look.today) else {
                continue;
            };
            let mut zone = read.zone;
            if zone.check_digits.all() {
                readings.push(read.places);
                zone = read_together(readings, look.today).unwrap_or(zone);
            }
            if best
                .as_ref()
                .is_none_or(|best| rank(&zone) > rank(&best.zone))
            {
                best = Some(Found {
                    zone,
                    lines: lines[read.lines].to_vec(),
                });
            }
            if best.as_ref().is_some_and(|best| is_sure(&best.zone)) || !look.deadline.leaves(REST)
            {
                break;
            }
        }
        Ok(best)
    }

    fn words(
        &self,
        page: &Page,
        found: Option<&Found>,
        look: Look,
    ) -> Result<Vec<PageLine>, ReadError> {
        let is_of_zone = |line: &&Line| {
            let zone = found.iter().flat_map(|found| &found.lines);
            zone.into_iter()
                .any(|of_zone| distance(of_zone.centre(), line.centre()) < line.height())
        };
        let lines = page.lines.iter().filter(|line| !is_of_zone(line));
        let mut words = Vec::new();
        for line in lines.take(MOST_LINES) {
            look.deadline.look()?;
            let read = self.text.words(&page.picture, line)?;
            if !read.text.is_empty() {
                words.push(PageLine {
                    text: read.text,
                    confidence: read.confidence,
                });
            }
        }
        Ok(words)
    }
}

/// Cards of this size have their zone on the back; number and names are confirmed by the front.
fn is_of_back(found: &Found) -> bool {
    found.zone.format == Format::Td1 && found.zone.check_digits.all()
}

fn is_unrepaired(zone: &Zone) -> bool {
    zone.check_digits.all() && zone.least_lead > 0.0
}

fn is_sure(zone: &Zone) -> bool {
    zone.check_digits.all() && zone.fields.are_sure()
}

fn rank(zone: &Zone) -> (bool, bool, f32) {
    (zone.check_digits.all(), is_sure(zone), zone.least_lead)
}

/// How surely this reads forward. The fillers of a zone can be read upside down too, and point right then.
fn forward(words: &Words) -> f32 {
    if words.text.contains(">>>") {
        return 0.0;
    }
    words.confidence
}

/// The same line, read from its other end.
fn turned(line: &Line) -> Line {
    let [a, b, c, d] = line.corners;
    Line {
        corners: [c, d, a, b],
    }
}

/// Lines that are read in one direction, from top to bottom.
fn oriented(lines: Vec<Line>, direction: Point) -> Vec<Line> {
    let ahead = |line: &Line| {
        let own = line.direction();
        own[0] * direction[0] + own[1] * direction[1] >= 0.0
    };
    let lines = lines
        .into_iter()
        .map(|line| if ahead(&line) { line } else { turned(&line) });
    let mut lines: Vec<Line> = lines.collect();
    let down = |line: &Line| cross(direction, line.centre());
    lines.sort_by(|a, b| down(a).total_cmp(&down(b)));
    lines
}

/// The height of the zone's lines, or of a usual line.
fn text_height(page: &Page, found: Option<&Found>) -> f32 {
    let lines = found.map_or(&page.lines, |found| &found.lines);
    let mut heights: Vec<f32> = lines.iter().map(Line::height).collect();
    heights.sort_by(f32::total_cmp);
    heights.get(heights.len() / 2).copied().unwrap_or_default()
}

/// Whether the side, or a line on it, goes on outside of the picture.
fn is_cut_off(page: &Page, quad: Option<&Quad>) -> bool {
    const EDGE: f32 = 1.5;
    let (width, height) = (page.picture.width() as f32, page.picture.height() as f32);
    let inside =
        |[x, y]: &Point| (EDGE..width - EDGE).contains(x) && (EDGE..height - EDGE).contains(y);
    let lines = page
        .lines
        .iter()
        .filter(|line| line.width() > 4.0 * line.height());
    let mut corners = lines.flat_map(|line| &line.corners);
    let far_out = |[x, y]: &Point| {
        let out = 0.02 * width.max(height);
        !(-out..width + out).contains(x) || !(-out..height + out).contains(y)
    };
    corners.any(|corner| !inside(corner)) || quad.is_some_and(|quad| quad.iter().any(far_out))
}
